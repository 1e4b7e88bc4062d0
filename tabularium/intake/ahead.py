"""Making the next piece of work while the last one is being done."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, each made in a thread of its own while the one before it is worked on.

    One is made while one is worked on. An exception comes out where the item would have.
    """
    left = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        # A list, because an item may be anything, and a generator's end cannot cross a thread.
        coming: Future[list[Item]] = thread.submit(_next_of, left)
        while item := coming.result():
            coming = thread.submit(_next_of, left)
            yield item[0]


def _next_of(left: Iterator[Item]) -> list[Item]:
    return list(islice(left, 1))

"""The next piece is made while one is worked on: in order, one ahead, and nothing stays behind."""

import gc
import threading
from collections.abc import Iterator
from threading import Event

import pytest

from tabularium.intake.ahead import ahead

PATIENCE = 300
"""Seconds after which a test gives up waiting for another thread."""


def threads_ahead() -> list[str]:
    gc.collect()
    return [each.name for each in threading.enumerate() if each.name.startswith("ahead")]


@pytest.mark.parametrize("items", [[], [1], [None, 0, "", [], None], list(range(50))])
def test_all_items_come_in_order(items: list[object]) -> None:
    assert list(ahead(items)) == items
    assert threads_ahead() == []


def test_the_next_item_is_made_while_one_is_worked_on_and_no_more_than_that() -> None:
    made = [Event() for _ in range(4)]

    def making() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    coming = ahead(making())
    assert next(coming) == 0
    assert made[1].wait(PATIENCE), "the next item is made without being asked for"
    assert next(coming) == 1
    assert made[2].wait(PATIENCE)
    assert not made[3].wait(0.05), "only one is made ahead"
    coming.close()  # type: ignore[attr-defined] # a generator
    assert threads_ahead() == []


def test_items_are_made_in_one_thread_that_is_not_the_callers() -> None:
    names = set(ahead(threading.current_thread().name for _ in range(5)))
    assert len(names) == 1
    assert names.pop().startswith("ahead")


def test_an_exception_comes_out_where_the_item_would_have() -> None:
    def making() -> Iterator[int]:
        yield 0
        yield 1
        raise ValueError("the third cannot be made")

    coming = ahead(making())
    assert [next(coming), next(coming)] == [0, 1]
    with pytest.raises(ValueError, match="the third cannot be made"):
        next(coming)
    assert threads_ahead() == []


def test_an_exception_of_the_first_item_comes_out_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        next(ahead(1 // number for number in range(3)))
    assert threads_ahead() == []


def test_who_stops_early_waits_for_the_item_under_way_alone() -> None:
    begun, may_go_on = Event(), Event()
    made = []

    def making() -> Iterator[int]:
        for number in range(1000):
            if number == 1:
                begun.set()
                assert may_go_on.wait(PATIENCE)
            made.append(number)
            yield number

    coming = ahead(making())
    next(coming)
    assert begun.wait(PATIENCE)
    closing = threading.Thread(target=coming.close)  # type: ignore[attr-defined] # a generator
    closing.start()
    may_go_on.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert made == [0, 1]
    assert threads_ahead() == []


def test_who_fails_over_an_item_leaves_no_thread() -> None:
    def work() -> None:
        for item in ahead(range(1000)):
            if item == 3:
                raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        work()
    assert threads_ahead() == []

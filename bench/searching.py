"""Search by part of a name beside the bare question to the index, and what both are asked.

Ours is `register.selectors.search`, whole: hits compared, sorted and loaded. The bare question gets the same
tokens, and fetches no more identities from the same index than ours looks at, by the driver alone. The two
take turns, text by text. Of each text the quickest of several times counts, so that what else the machine
does is left out; p99 is over the texts.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

from bench.asking import by_the_driver
from tabularium import clock
from tabularium.register import search_index
from tabularium.register.models import Organisation, OrganisationName
from tabularium.register.selectors import MOST_HITS, search

TEXTS = 120
"""Parts of names that are searched for."""
TIMES = 3
"""So often is each."""
LENGTHS = (2, 3, 4, 6)
"""Characters of a part, in turn."""
SOME = 20_000
"""Names of each sort from which parts are taken: as organisations are written, and in Latin letters."""
LEAST = 100
"""Of fewer texts no p99 is told."""


def parts_of(names: Sequence[str], count: int, seed: int = 1) -> list[str]:
    """Parts of names of several lengths, without a blank at either end, the same every time."""
    chosen = random.Random(seed)  # noqa: S311 - no secret
    parts = []
    for length in islice(cycle(LENGTHS), count):
        name = chosen.choice(names)
        begin = chosen.randrange(max(1, len(name) - length + 1))
        parts.append(name[begin : begin + length].strip())
    return [each for each in parts if search_index.matching(each) is not None]


def side_by_side() -> dict[str, Any]:
    """Milliseconds of each way at the median and p99, and how many organisations are searched."""
    names = [
        *Organisation.objects.order_by("pk").values_list("name", flat=True)[:SOME],
        *OrganisationName.objects.order_by("organisation_id").values_list("name", flat=True)[:SOME],
    ]
    texts = parts_of(names, TEXTS)
    if len(texts) < LEAST:
        raise ValueError(f"Only {len(texts)} parts can be searched for.")
    now, ask = clock.now(), by_the_driver()

    def bare(text: str) -> None:
        query = search_index.matching(text)
        assert query is not None
        ask(f"{query.sql} LIMIT {MOST_HITS + 1}", list(query.params))

    ways: dict[str, Callable[[str], Any]] = {"bare": bare, "ours": lambda text: search(text, now)}
    took: dict[str, list[float]] = {way: [] for way in ways}
    for text in texts:
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(TIMES):
            for way, call in ways.items():
                before = time.perf_counter()
                call(text)
                best[way] = min(best[way], time.perf_counter() - before)
        for way, least in best.items():
            took[way].append(least * 1000)
    return {
        "organisations": len(search_index.identities()),
        "texts": len(texts),
        "milliseconds": {way: _told(each) for way, each in took.items()},
    }


def _told(took: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(took), 3),
        "p99": round(statistics.quantiles(took, n=100)[98], 3),
    }

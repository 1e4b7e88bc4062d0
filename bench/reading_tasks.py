"""What measuring of reading asks of a register: a sample, the same data as one table, and a bare look-up."""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from bench.asking import by_the_driver
from bench.processes import Outcome
from bench.reading import flat_table, told
from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import page_rows, written_rows
from tabularium.register.ids import ALPHABET, LENGTH
from tabularium.register.models import Entry
from tabularium.register.open_columns import Records, blocks_of_records
from tabularium.register.open_records import FIELDS, as_json
from tabularium.register.visibility import public_entries

SAMPLE = 20_000
"""Organisations and entries that are asked for."""


def sample() -> dict[str, Any]:
    """Identities of public entries and of their organisations, in no order, the same every time.

    Each is the next after a random identity: they are random themselves, and ten million need not be read.
    """
    chosen = random.Random(1)  # noqa: S311 - no secret
    after = public_entries(clock.now()).order_by("pk").values_list("pk", "organisation_id")
    found = list[tuple[str, str | None]]()
    while len(found) < SAMPLE:
        begin = "".join(chosen.choices(ALPHABET, k=LENGTH))
        found += after.filter(pk__gte=begin)[:1]
    return {
        "entries": Entry.objects.count(),
        "read": [entry for entry, _ in found],
        "asked": [organisation for _, organisation in found],
    }


def flatten(database: Path) -> int:
    """Write what is public into one table of SQLite: the records of open data; how many."""
    now = clock.now()
    blocks = chain.from_iterable(blocks_of_records(kind, now) for kind in Kind)
    return flat_table(database, FIELDS, map(_plain, blocks))


def _plain(block: Records) -> list[list[Any]]:
    return [list(as_json(row).values()) for row in block.rows]


def bare_look_up(way: str, seconds: float) -> Outcome:
    """Ask the database for what an answer says, one time after the other, by its driver alone."""
    asked = sample()
    of_organisation = way == "json"
    question = written_rows.of_organisation(21) if of_organisation else page_rows.OF_PAGE
    keys = asked["asked"] if of_organisation else asked["read"]
    now, took = clock.now(), list[float]()
    question.rows(now, keys[0])
    ask = by_the_driver()
    began, cpu = time.perf_counter(), time.process_time()
    for key in _again(keys):
        before = time.perf_counter()
        if before - began > seconds:
            break
        ask(*question.statement(now, key))
        took.append(time.perf_counter() - before)
    spent, cpu = time.perf_counter() - began, time.process_time() - cpu
    p99 = statistics.quantiles(took, n=100)[98] * 1000
    return told(len(took), spent, p99, cpu)


def _again(keys: Sequence[str]) -> Iterator[str]:
    while True:
        yield from keys

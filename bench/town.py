"""The benchmark's file: penalties of the made-up town, any number of rows, the same every time.

Every row is a function of its number alone, so blocks are made one by one and a copy of an earlier row is
made anew. Planted are the faults that bench.facts lists; all other rows are right.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench.facts import ITEM, planted
from bench.numbers import (
    Codes,
    Draws,
    Integers,
    as_texts,
    credit_codes,
    draws,
    identity_numbers,
    with_wrong_check_characters,
)
from tabularium.demo.words import Stock, Words, words
from tabularium.intake.findings import FindingCode
from tabularium.intake.items import parse_item
from tabularium.intake.values import Duration

SEED = 20_261
BLOCK = 100_000
ROWS_TO_AN_ORGANISATION = 5
_ITEM_OF_THE_DEMO = "suilan-environment-penalties"
_PHRASES = Path(__file__).with_name("phrases.toml")
_CHINESE = "zh-hans"
_YOUNGEST, _OLDEST = 3, 730
"""Days from a decision to today."""
_MONTHS = (36, 48, 60)
"""Terms; none of them is over."""
_PER_THOUSAND, _WITH_LINE_BREAK, _WITH_DAY = 1000, 20, 500

Texts: TypeAlias = pa.StringArray
Rows: TypeAlias = dict[FindingCode, Integers]


@dataclass(frozen=True, slots=True)
class _Pools:
    """Texts that rows are put together from."""

    middles: Texts
    trades: Texts
    categories: npt.NDArray[np.uint8]
    ends: Texts
    measures: Texts
    bases: Texts
    amounts: Texts
    sites: Texts
    undated: Texts
    dated: tuple[Texts, Texts]
    sentences: Sequence[tuple[Texts, Texts]]


class TownFile:
    """Makes the file of a number of rows as of a day.

    Args:
        rows: below the header.
        today: the day on which the file is handed in.
        to_an_organisation: rows that name the same organisation, about.
    """

    def __init__(
        self, rows: int, today: date, *, to_an_organisation: int = ROWS_TO_AN_ORGANISATION
    ) -> None:
        self._rows = rows
        self._organisations = max(1, rows // to_an_organisation)
        self._pools = _pools(words())
        self._days = [today - timedelta(days=age) for age in range(_OLDEST + 1)]
        self._faulty = _faulty_rows(rows)

    def write(self, path: Path) -> None:
        """Write the file: UTF-8, commas, the text in quotes because it may hold line breaks."""
        with path.open("wb") as file:
            file.write((",".join(_header()) + "\r\n").encode())
            for first in range(0, self._rows, BLOCK):
                file.write(self._block(first, min(first + BLOCK, self._rows)))

    def _block(self, first: int, end: int) -> memoryview:
        numbers = np.arange(first, end)
        copies = self._faulty[FindingCode.DUPLICATE_IN_FILE]
        here = copies[(copies >= first) & (copies < end)]
        numbers[here - first] = _originals(here, self._faulty)
        columns = list(self._columns(numbers))
        lines = _joined([*_between(columns, ","), "\r\n"])
        # The texts of an Arrow array lie one behind the other: the block of the file as it is.
        offsets = np.frombuffer(lines.buffers()[1], np.int32)
        return memoryview(lines.buffers()[2])[offsets[0] : offsets[len(lines)]]

    def _columns(self, numbers: Integers) -> Iterator[Texts]:
        """The columns of the rows of those numbers, in the order of the header."""
        pools = self._pools
        organisations = _below(self._organisations, numbers, purpose=1)
        ages = _YOUNGEST + _below(_OLDEST - _YOUNGEST, numbers, purpose=2)
        years = _taken(pa.array([str(day.year) for day in self._days]), ages)
        yield _joined(["穗环罚〔", years, "〕", pa.array(numbers + 1).cast(pa.string()), "号"])
        names, codes = self.organisations(organisations)
        yield names
        wrong = np.isin(numbers, self._faulty[FindingCode.IDENTIFIER_CHECK_DIGIT])
        yield as_texts(with_wrong_check_characters(codes, wrong))
        decided = _taken(pa.array([str(day) for day in self._days]), ages)
        yield decided
        yield _drawn(pools.measures, numbers, purpose=4)
        yield self._reasons(numbers, ages)
        yield _drawn(pools.amounts, numbers, purpose=5)
        yield _drawn(pools.bases, numbers, purpose=6)
        ends = self._last_days(numbers, ages)
        reversed_ = pa.array(np.isin(numbers, self._faulty[FindingCode.DATES_OUT_OF_ORDER]))
        yield pc.if_else(reversed_, ends, decided)
        yield pc.if_else(reversed_, decided, ends)
        yield _constant("有效", len(numbers))
        yield _joined([_drawn(pools.sites, numbers, purpose=7), _decimal(numbers, 98, 8), "号"])

    def organisations(self, numbers: Integers) -> tuple[Texts, Codes]:
        """The names, each given to no other, and the credit codes of organisations by their numbers."""
        trades = _below(len(self._pools.trades), numbers, purpose=3)
        return self._names(numbers), credit_codes(self._pools.categories[trades], numbers)

    def _names(self, organisations: Integers) -> Texts:
        pools, mark = self._pools, words()
        trade = _below(len(pools.trades), organisations, purpose=3)
        count = len(pools.middles)
        return _joined(
            [
                mark.prefix[_CHINESE],
                _taken(pools.middles, organisations % count),
                _taken(pools.middles, organisations // count % count),
                _taken(pools.trades, trade),
                _taken(pools.ends, trade),
                mark.mark[_CHINESE],
            ]
        )

    def _last_days(self, numbers: Integers, ages: Integers) -> Texts:
        known = [Duration(months=each).last_day_from(day) for day in self._days for each in _MONTHS]
        months = _below(len(_MONTHS), numbers, purpose=9)
        return _taken(pa.array([str(day) for day in known]), ages * len(_MONTHS) + months)

    def _reasons(self, numbers: Integers, ages: Integers) -> Texts:
        """About 200 characters each, in quotes; some have a line break, half of them a day."""
        pools = self._pools
        inspected = [f"{day.year}年{day.month}月{day.day}日" for day in self._days]
        day = _taken(pa.array(inspected), np.minimum(ages + 2, _OLDEST))
        before, after = (_drawn(part, numbers, purpose=10) for part in pools.dated)
        opening = pc.if_else(
            pa.array(_below(_PER_THOUSAND, numbers, purpose=11) < _WITH_DAY),
            _joined([before, day, after]),
            _drawn(pools.undated, numbers, purpose=12),
        )
        value = _decimal(numbers, 98, 13)
        sentences = [
            _filled(pool, _below(len(pool[0]), numbers, purpose=20 + place), value)
            for place, pool in enumerate(pools.sentences)
        ]
        breaks = pc.if_else(
            pa.array(_below(_PER_THOUSAND, numbers, purpose=14) < _WITH_LINE_BREAK), "。\n", "。"
        )
        return _joined(
            [
                '"',
                opening,
                *_between(sentences, breaks),
                "。",
                self._numbers_of_people(numbers),
                '"',
            ]
        )

    def _numbers_of_people(self, numbers: Integers) -> Texts:
        """An identity number where one is planted, otherwise nothing."""
        faulty = np.isin(numbers, self._faulty[FindingCode.PERSONAL_NUMBER_IN_TEXT])
        number = as_texts(identity_numbers(draws(SEED, 15, numbers)))
        return pc.if_else(pa.array(faulty), _joined(["现场负责岗位人员", number, "。"]), "")


def _header() -> list[str]:
    item = parse_item(ITEM.read_text("utf-8"), ITEM.name)
    return [field.name for field in item.schema.fields]


def _pools(given: Words) -> _Pools:
    stock = _stock(given)
    phrases = tomllib.loads(_PHRASES.read_text("utf-8"))
    trades = [
        (word, category, ends[1])
        for trade in given.trades
        for word in trade.words[_CHINESE]
        for category, *ends in trade.forms
    ]
    first, second = given.middles[_CHINESE]
    measures = next(
        field.allowed
        for field in parse_item(ITEM.read_text("utf-8"), ITEM.name).schema.fields
        if field.name == "决定内容"
    )
    smallest, largest = stock.amounts
    amounts = np.geomspace(smallest, largest, 4096).round(-2).astype(np.int64)
    return _Pools(
        middles=pa.array([one + other for one in first for other in second]),
        trades=pa.array([word for word, _, _ in trades]),
        categories=np.array([list(category.encode()) for _, category, _ in trades], np.uint8),
        ends=pa.array([end for _, _, end in trades]),
        measures=pa.array(sorted(measures)),
        bases=pa.array(stock.bases),
        amounts=pa.array([f"{amount}.00" for amount in amounts]),
        sites=pa.array(phrases["sites"]),
        undated=pa.array(phrases["undated"]),
        dated=_parted(phrases["dated"], "{day}"),
        sentences=[
            _parted(["".join(parts) for parts in product(*pool["parts"])], "{value}")
            for pool in phrases["pools"]
        ],
    )


def _stock(given: Words) -> Stock:
    return next(each for each in given.stocks if each.code == _ITEM_OF_THE_DEMO)


def _faulty_rows(rows: int) -> Rows:
    """Numbers of the rows with each fault, in order; the first row is always right."""
    counts = planted(rows)
    chosen = np.random.default_rng(SEED).choice(rows - 1, sum(counts.values()), replace=False) + 1
    parts = np.split(chosen, np.cumsum(list(counts.values()))[:-1])
    return {code: np.sort(part) for code, part in zip(counts, parts, strict=True)}


def _originals(copies: Integers, faulty: Rows) -> Integers:
    """For each row that is a copy, the number of an earlier right row."""
    wrong = np.concatenate(list(faulty.values()))
    found = (draws(SEED, 16, copies) % copies.astype(np.uint64)).astype(np.int64)
    while (again := np.isin(found, wrong)).any():
        found[again] //= 2
    return found


def _below(limit: int, numbers: Integers, *, purpose: int) -> Integers:
    """For each number a random one below the limit."""
    drawn: Draws = draws(SEED, purpose, numbers) % np.uint64(limit)
    return drawn.astype(np.int64)


def _decimal(numbers: Integers, limit: int, purpose: int) -> Texts:
    """For each number a small random one in decimal digits, from 1."""
    return pa.array(_below(limit, numbers, purpose=purpose) + 1).cast(pa.string())


def _taken(pool: Texts, places: Integers) -> Texts:
    return pool.take(pa.array(places))


def _drawn(pool: Texts, numbers: Integers, *, purpose: int) -> Texts:
    return _taken(pool, _below(len(pool), numbers, purpose=purpose))


def _filled(pool: tuple[Texts, Texts], places: Integers, values: Texts) -> Texts:
    """Texts of a parted pool with a value in between, where the pool's text has a place for one."""
    before, after = (_taken(part, places) for part in pool)
    value = pc.if_else(pc.equal(after, ""), "", values)
    return _joined([before, value, after])


def _constant(text: str, count: int) -> Texts:
    return pa.repeat(text, count)


def _joined(parts: Sequence[Texts | str]) -> Texts:
    return pc.binary_join_element_wise(*parts, "")


def _between(parts: Sequence[Texts], separator: Texts | str) -> list[Texts | str]:
    """The parts with a separator between each two."""
    spread: list[Texts | str] = []
    for part in parts:
        spread += [separator, part]
    return spread[1:]


def _parted(texts: Sequence[str], mark: str) -> tuple[Texts, Texts]:
    """What stands before and after a mark in each text; all is before it where it is absent."""
    parts = [text.partition(mark) for text in texts]
    return pa.array([before for before, _, _ in parts]), pa.array([after for _, _, after in parts])

"""Which keys of a file came before: of ten million rows in little memory, block after block."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from tabularium.intake.sets.feeding import Fed

_DIGEST = np.dtype([("high", "<u8"), ("low", "<u4")])
"""At 96 bits two of ten million different keys are alike once in 10 ** 15 files."""
_KEYS = "keys"

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class _Level:
    """Keys in ascending order of the higher part of their digests: 16 bytes a key."""

    high: Numbers
    low: Numbers
    rows: Numbers

    def rows_of(self, digests: Numbers) -> Numbers:
        """For each digest, of which the higher parts are in ascending order, the row of the same, or 0."""
        found = np.zeros(digests.size, np.int64)
        places = np.searchsorted(self.high, digests["high"])
        within = places < self.high.size
        candidates = np.flatnonzero(within)
        candidates = candidates[self.high[places[candidates]] == digests["high"][candidates]]
        for each in candidates:
            place = int(places[each])
            # Two digests alike in the higher part alone stand side by side.
            while place < self.high.size and self.high[place] == digests["high"][each]:
                if self.low[place] == digests["low"][each]:
                    found[each] = self.rows[place]
                    break
                place += 1
        return found

    def merged(self, other: "_Level") -> "_Level":
        """Both together."""
        high = np.concatenate([self.high, other.high])
        order = np.argsort(high, kind="stable")
        # One after the other, and the unsorted let go: with millions of keys this is the most that is held.
        high = high[order]
        low = np.concatenate([self.low, other.low])[order]
        return _Level(high, low, np.concatenate([self.rows, other.rows])[order])


class KeysSeen:
    """Remembers keys and the rows in which they came first.

    Levels of growing size, each sorted: a new block is put to those that are no larger, so that every key
    is sorted anew about as often as the number of keys doubles.
    """

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._digests = _Digests()

    def first_rows(self, keys: Sequence[str], rows: Sequence[int]) -> list[int]:
        """For each key the row before in which it came first, or 0 where it comes for the first time.

        Args:
            keys: in the order of rows.
            rows: their numbers, from 1.
        """
        if not keys:
            return []
        first = self._first_rows(self._digests.of_all(keys), np.asarray(rows, np.int64))
        return list(map(int, first))

    def first_rows_of(self, keys: pa.ChunkedArray, rows: Numbers) -> Numbers:
        """The same for keys in a column."""
        if not len(keys):
            return np.zeros(0, np.int64)
        return self._first_rows(self._digests.of(keys), rows)

    def _first_rows(self, unsorted: Numbers, rows: Numbers) -> Numbers:
        order = np.argsort(unsorted["high"], kind="stable")
        digests, numbers = unsorted[order], rows[order]
        earlier = np.zeros(digests.size, np.int64)
        for level in self._levels:
            found = level.rows_of(digests)
            earlier = np.where(earlier == 0, found, earlier)
        _find_within(digests, numbers, earlier)
        new = earlier == 0
        self._keep(
            _Level(digests["high"][new], digests["low"][new], numbers[new].astype(np.uint32))
        )
        answers = np.empty_like(earlier)
        answers[order] = earlier
        return answers

    def _keep(self, level: _Level) -> None:
        while self._levels and self._levels[-1].high.size <= level.high.size:
            level = self._levels.pop().merged(level)
        self._levels.append(level)


def _find_within(digests: Numbers, numbers: Numbers, earlier: Numbers) -> None:
    """Note for keys that come more than once in one block the first row of the same.

    Args:
        digests: in ascending order of their higher parts, and where those are alike in the order given.
        numbers: of their rows.
        earlier: what is known of rows in blocks before, to be completed.
    """
    alike = np.flatnonzero(digests["high"][1:] == digests["high"][:-1])
    first: dict[bytes, int] = {}
    for place in np.unique(np.concatenate([alike, alike + 1])):
        number = int(numbers[place])
        before = first.setdefault(digests[place].tobytes(), number)
        if before != number and earlier[place] == 0:
            earlier[place] = before


class _Digests:
    """Digests of keys: DuckDB's, which it makes of a column at once."""

    @cached_property
    def _fed(self) -> Fed:
        """Made when it is first asked: a short file may have nothing that was to be looked for."""
        return Fed("64MB")

    def of(self, keys: pa.ChunkedArray) -> Numbers:
        """Of a column of keys."""
        said = self._fed.answer(_KEYS, _query_of_digests(), pa.table({"key": keys}))
        digests = np.empty(len(keys), _DIGEST)
        digests["high"] = said["high"].to_numpy().view(np.uint64)
        digests["low"] = said["low"].to_numpy().view(np.uint64) & np.uint64(0xFFFFFFFF)
        return digests

    def of_all(self, keys: Sequence[str]) -> Numbers:
        """Of keys that may hold half a character, which is in no column."""
        whole = [_is_whole(key) for key in keys]
        digests = np.empty(len(keys), _DIGEST)
        digests[whole] = self.of(pa.chunked_array([[*_only(keys, whole)]], pa.string()))
        halves = [not each for each in whole]
        digests[halves] = np.frombuffer(b"".join(map(_digest, _only(keys, halves))), _DIGEST)
        return digests


@cache
def _query_of_digests() -> str:
    key = ibis.table({"key": "string"}, name=_KEYS).key
    # A sign more in front moves every byte, so that the two have nothing in common.
    parts = {"high": key.hash(), "low": (ibis.literal("1") + key).hash()}
    return str(ibis.to_sql(key.as_table().select(**parts), dialect="duckdb"))


def _only(keys: Sequence[str], wanted: Sequence[bool]) -> list[str]:
    return [key for key, each in zip(keys, wanted, strict=True) if each]


def _is_whole(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def _digest(key: str) -> bytes:
    return hashlib.blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST.itemsize
    ).digest()

"""Which keys of a file came before: of ten million rows in little memory, block after block."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_DIGEST = np.dtype([("high", "<u8"), ("low", "<u4")])
"""At 96 bits two of ten million different keys are alike once in 10 ** 15 files."""

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class _Level:
    """Keys in ascending order of the higher part of their digests: 16 bytes a key."""

    high: Numbers
    low: Numbers
    rows: Numbers

    def rows_of(self, digests: Numbers) -> Numbers:
        """For each digest the row of the same, or 0."""
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
        return _Level(
            high[order],
            np.concatenate([self.low, other.low])[order],
            np.concatenate([self.rows, other.rows])[order],
        )


class KeysSeen:
    """Remembers keys and the rows in which they came first.

    Levels of growing size, each sorted: a new block is put to those that are no larger, so that every key
    is sorted anew about as often as the number of keys doubles.
    """

    def __init__(self) -> None:
        self._levels: list[_Level] = []

    def first_rows(self, keys: Sequence[str], rows: Sequence[int]) -> list[int]:
        """For each key the row before in which it came first, or 0 where it comes for the first time.

        Args:
            keys: in the order of rows.
            rows: their numbers, from 1.
        """
        if not keys:
            return []
        digests = np.frombuffer(b"".join(map(_digest, keys)), dtype=_DIGEST)
        numbers = np.asarray(rows, np.int64)
        earlier = np.zeros(digests.size, np.int64)
        for level in self._levels:
            found = level.rows_of(digests)
            earlier = np.where(earlier == 0, found, earlier)
        _, first, back = np.unique(digests, return_index=True, return_inverse=True)
        firsts = numbers[first][back]
        earlier = np.where((earlier == 0) & (firsts != numbers), firsts, earlier)
        self._keep(digests[earlier == 0], numbers[earlier == 0])
        result: list[int] = earlier.tolist()
        return result

    def _keep(self, digests: Numbers, numbers: Numbers) -> None:
        order = np.argsort(digests["high"], kind="stable")
        level = _Level(
            digests["high"][order], digests["low"][order], numbers[order].astype(np.uint32)
        )
        while self._levels and self._levels[-1].high.size <= level.high.size:
            level = self._levels.pop().merged(level)
        self._levels.append(level)


def _digest(key: str) -> bytes:
    return hashlib.blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST.itemsize
    ).digest()

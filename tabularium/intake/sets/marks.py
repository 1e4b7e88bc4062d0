"""Where delimiters, quotation marks and line ends of a text stand, found for millions of signs at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tabularium.intake.readers.shape import NO_QUOTE

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

Signs = np.ndarray[Any, np.dtype[np.uint8]]

Data = bytes | bytearray | memoryview
_LINE_FEED, _CARRIAGE_RETURN, _EQUALS = 0x0A, 0x0D, ord("=")
_AT_ONCE = 1 << 18
"""Bytes that are looked at together: what is made of them stays near the processor."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The rows at the beginning of a text, all of whose marks stand where they should.

    Attributes:
        data: the whole rows, up to the end of the last line of the last of them.
        rows: behind the end of each row, in bytes.
        lines: for each row the number of lines of `data` before it.
        contents: for each row the number of its bytes without its line's end.
        quotes: where quotation marks stand.
        line_ends: number of lines in `data`.
    """

    data: Data
    rows: Numbers
    lines: Numbers
    contents: Numbers
    quotes: Numbers
    line_ends: int

    def cells(self, delimiter: str) -> tuple[Numbers, Flags] | None:
        """For each row the number of delimiters outside marks, and whether no cell has anything in it.

        Returns:
            None if a row has nothing but delimiters and marks, so that a cell may hold a mark.
        """
        signs = np.frombuffer(self.data, dtype=np.uint8)
        places = np.flatnonzero(signs == ord(delimiter))
        if self.quotes.size:
            places = places[np.searchsorted(self.quotes, places) % 2 == 0]
        delimiters = np.diff(np.searchsorted(places, self.rows), prepend=0)
        quoted = np.diff(np.searchsorted(self.quotes, self.rows), prepend=0)
        blank = self.contents == delimiters + quoted
        return None if bool((blank & (quoted > 0)).any()) else (delimiters, blank)

    def slices(self, wanted: Flags) -> Iterator[tuple[int, int, int]]:
        """For each row wanted: where it begins and ends, and the number of lines before it."""
        for place in np.flatnonzero(wanted):
            begins = int(self.rows[place - 1]) if place else 0
            yield begins, int(self.rows[place]), int(self.lines[place])

    def stretches(self, wanted: Flags) -> Iterator[tuple[int, int]]:
        """Where consecutive wanted rows begin and end, taken together."""
        edges = np.flatnonzero(np.diff(wanted.astype(np.int8), prepend=0, append=0))
        for first, behind in zip(edges[::2], edges[1::2], strict=True):
            begins = int(self.rows[first - 1]) if first else 0
            yield begins, int(self.rows[behind - 1])


def find_marks(data: Data, delimiter: str, quote: str, longest_row: int) -> Marks | None:
    """The marks of the whole rows that `data` begins with.

    Where `data` does not end with a line's end its last row is left out, unless nothing else is there.

    Returns:
        None if a mark stands where it should not, a row is longer than `longest_row` bytes, a line ends
        with a carriage return alone, there are null bytes, or a cell may be a formula: then each row has
        to be looked at by itself.
    """
    signs = np.frombuffer(data, dtype=np.uint8)
    places = _low_signs(signs)
    kinds = signs[places]
    line_feeds = places[kinds == _LINE_FEED]
    carriage_returns = places[kinds == _CARRIAGE_RETURN]
    if bool((kinds == 0).any()) or not _all_before_line_feeds(signs, carriage_returns):
        return None
    doubles = places[kinds == ord('"')]
    if bool((signs[doubles[doubles > 0] - 1] == _EQUALS).any()):
        return None
    quotes = doubles if quote == '"' else _places(signs, quote)
    rows = line_feeds + 1
    if quotes.size:
        rows = rows[np.searchsorted(quotes, line_feeds) % 2 == 0]
    if not rows.size:
        # Nothing but the beginning of one row.
        return _nothing(data)
    end = int(rows[-1])
    quotes = quotes[: np.searchsorted(quotes, end)]
    lengths = np.diff(rows, prepend=0)
    regular = _are_regular(signs[:end], quotes, ord(delimiter))
    if not regular or int(lengths.max()) > longest_row:
        return None
    begins = np.concatenate([np.zeros(1, np.int64), rows[:-1]])
    return Marks(
        data=data[:end],
        rows=rows,
        lines=np.searchsorted(line_feeds, begins),
        contents=lengths - 1 - (signs[np.maximum(rows - 2, 0)] == _CARRIAGE_RETURN),
        quotes=quotes,
        line_ends=int(np.searchsorted(line_feeds, end)),
    )


def _low_signs(signs: Signs) -> Numbers:
    """Where null bytes, line ends and double quotation marks stand, and whatever else is below them."""
    found = []
    low, other = np.empty(_AT_ONCE, np.bool_), np.empty(_AT_ONCE, np.bool_)
    for begins in range(0, signs.size, _AT_ONCE):
        part = signs[begins : begins + _AT_ONCE]
        few, any_other = low[: part.size], other[: part.size]
        np.less_equal(part, ord('"'), out=few)
        np.not_equal(part, ord(" "), out=any_other)
        few &= any_other
        found.append(np.flatnonzero(few) + begins)
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _places(signs: Signs, mark: str) -> Numbers:
    return np.empty(0, np.int64) if mark == NO_QUOTE else np.flatnonzero(signs == ord(mark))


def _nothing(data: Data) -> Marks:
    none = np.empty(0, np.int64)
    return Marks(data[:0], none, none, none, none, 0)


def _all_before_line_feeds(signs: Signs, places: Numbers) -> bool:
    """Whether a line feed stands behind every carriage return."""
    if places.size and places[-1] == signs.size - 1:
        # Its line feed may come with the next bytes; then it belongs to the row that is left out.
        places = places[:-1]
    return bool((signs[places + 1] == _LINE_FEED).all())


def _are_regular(signs: Signs, quotes: Numbers, delimiter: int) -> bool:
    """Whether every mark opens or closes a cell, or stands twice inside one (RFC 4180, 2.5 to 2.7)."""
    if not quotes.size:
        return True
    if quotes.size % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == delimiter) | (before == _LINE_FEED)
    # A mark that stands twice closes and opens at once.
    opens[1:] |= opening[1:] - 1 == closing[:-1]
    behind = signs[np.minimum(closing + 1, signs.size - 1)]
    closes = (behind == delimiter) | (behind == _LINE_FEED) | (behind == _CARRIAGE_RETURN)
    closes[:-1] |= closing[:-1] + 1 == opening[1:]
    return bool(opens.all() and closes.all())

"""Where delimiters, quotation marks and line ends of a text stand, found for millions of signs at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tabularium.intake.readers.shape import NO_QUOTE

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

Signs = np.ndarray[Any, np.dtype[np.uint8]]

_LINE_FEED, _CARRIAGE_RETURN = 0x0A, 0x0D


@dataclass(frozen=True, slots=True)
class Marks:
    """The rows at the beginning of a text, all of whose marks stand where they should.

    Attributes:
        data: the whole rows, up to the end of the last line of the last of them.
        rows: behind the end of each row, in bytes.
        lines: for each row the number of lines of `data` before it.
        delimiters: for each row the number of its delimiters outside quotation marks.
        blank: whether a row has no cell with anything in it.
        line_ends: number of lines in `data`.
    """

    data: bytes
    rows: Numbers
    lines: Numbers
    delimiters: Numbers
    blank: Flags
    line_ends: int

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


def find_marks(data: bytes, delimiter: str, quote: str, longest_row: int) -> Marks | None:
    """The marks of the whole rows that `data` begins with.

    Where `data` does not end with a line's end its last row is left out, unless nothing else is there.

    Returns:
        None if a mark stands where it should not, a row is longer than `longest_row` bytes, a line ends
        with a carriage return alone, there are null bytes, or a cell may be a formula: then each row has
        to be looked at by itself.
    """
    signs = np.frombuffer(data, dtype=np.uint8)
    if b"\0" in data or b'="' in data or not _all_before_line_feeds(data, signs):
        return None
    line_feeds = np.flatnonzero(signs == _LINE_FEED)
    quotes = (
        np.empty(0, np.int64)
        if quote == NO_QUOTE
        else np.flatnonzero(signs == ord(quote)).astype(np.int64)
    )
    outside = np.searchsorted(quotes, line_feeds) % 2 == 0
    rows = (line_feeds[outside] + 1).astype(np.int64)
    if not rows.size:
        # Nothing but the beginning of one row.
        return _nothing(data)
    end = int(rows[-1])
    quotes = quotes[quotes < end]
    if not _are_regular(signs[:end], quotes, ord(delimiter)):
        return None
    lengths = np.diff(rows, prepend=0)
    if int(lengths.max()) > longest_row:
        return None
    inside = np.flatnonzero(signs[:end] == ord(delimiter))
    if quotes.size:
        inside = inside[np.searchsorted(quotes, inside) % 2 == 0]
    delimiters = np.diff(np.searchsorted(inside, rows), prepend=0)
    quoted = np.diff(np.searchsorted(quotes, rows), prepend=0)
    ends = np.ones(rows.size, np.int64) + (signs[np.maximum(rows - 2, 0)] == _CARRIAGE_RETURN)
    blank = lengths - ends == delimiters + quoted
    if bool((blank & (quoted > 0)).any()):
        # Nothing but delimiters and marks: a cell may hold a mark.
        return None
    begins = np.concatenate([np.zeros(1, np.int64), rows[:-1]])
    return Marks(
        data=data[:end],
        rows=rows,
        lines=np.searchsorted(line_feeds, begins).astype(np.int64),
        delimiters=delimiters,
        blank=blank,
        line_ends=int(np.searchsorted(line_feeds, end)),
    )


def _nothing(data: bytes) -> Marks:
    none = np.empty(0, np.int64)
    return Marks(data[:0], none, none, none, np.empty(0, np.bool_), 0)


def _all_before_line_feeds(data: bytes, signs: Signs) -> bool:
    if b"\r" not in data:
        return True
    places = np.flatnonzero(signs == _CARRIAGE_RETURN)
    if places[-1] == signs.size - 1:
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

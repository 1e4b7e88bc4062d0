"""Which signs part and quote the cells of a text: those that make its records alike.

RFC 4180 knows commas and double marks alone; what programs write is found out by trying. (The standard
library's csv.Sniffer looks at single signs, and is wrong where cells hold them.)
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tabularium.intake.readers.header_row import LOOKED_AT, Record, are_names, usual_width
from tabularium.intake.readers.headers import bare_name
from tabularium.intake.readers.looked import How
from tabularium.intake.readers.shape import NO_QUOTE

LONGEST_CELL = 1_000_000
"""Characters of the longest cell that is read. A longer one is a quotation mark that never closes."""
DOUBLE, SINGLE = '"', "'"
USUAL = (",", ";", "\t", "|")
"""Delimiters that are tried first."""

_NEVER = frozenset("\"'\r\n .-/_()@&%+`\0\udcff\ufeff")
_OTHERS_TRIED = 6
_CLEARLY, _LEAST, _WITHOUT_NAMES, _UNUSUAL = 0.8, 0.3, 0.7, 0.9


@dataclass(frozen=True, slots=True)
class Dialect:
    """The signs of a text, and how they are known."""

    delimiter: str
    quote: str
    delimiter_known: How
    quote_known: How


@dataclass(frozen=True, slots=True)
class _Tried:
    """A delimiter, and how well it does: whether the needed columns are in a record, and from 0 to 1."""

    delimiter: str
    has_needed: bool
    fit: float
    known: How = How.GUESS


def dialect_of(lines: Sequence[str], delimiter: str, quote: str, needed: frozenset[str]) -> Dialect:
    """The delimiter and quotation mark of these first lines, where they are not declared (not "")."""
    known = How.DECLARED
    if not delimiter:
        marks = quote or (SINGLE if _begin_and_end_with(lines, SINGLE) else DOUBLE)
        best = _delimiter(lines, marks, needed)
        if not quote:
            # Marks may mean nothing here, and stand where they end a cell too early.
            other = _delimiter(lines, NO_QUOTE, needed)
            best = other if best.fit < other.fit * _UNUSUAL else best
        delimiter, known = best.delimiter, best.known
    quote_known = How.DECLARED
    if not quote:
        quote, quote_known = _quote(lines, delimiter)
    return Dialect(delimiter, quote, known, quote_known)


def records_in(lines: Iterable[str], delimiter: str, quote: str) -> tuple[list[Record], int]:
    """The first records with the number of their first line, and how many have marks in wrong places."""
    counted = _Counted(lines)
    reader = reader_of(counted, delimiter, quote)
    records: list[Record] = []
    broken = 0
    while len(records) + broken < LOOKED_AT:
        begins = counted.number + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            broken += 1
            continue
        if cells is None:
            break
        records.append((begins, cells))
    return records, broken


def reader_of(lines: Iterable[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    """A reader of rows. Strict, so that a mark in a wrong place stops its own row and not the next."""
    # The limit is of the whole process, and other libraries set it too: each reading sets it anew.
    csv.field_size_limit(LONGEST_CELL)
    if quote == NO_QUOTE:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)


class _Counted:
    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        return line


def _delimiter(lines: Sequence[str], quote: str, needed: frozenset[str]) -> _Tried:
    """The delimiter that does best."""
    signs = [sign for sign in USUAL if sign != quote]
    tried = [_try(lines, each, quote, needed) for each in (*signs, *_other_signs(lines, quote))]
    tried.sort(key=lambda each: (each.has_needed, each.fit), reverse=True)
    best, second = tried[:2]
    if best.has_needed:
        return replace(best, known=How.CONTENT)
    if best.fit <= 0:
        return _Tried(USUAL[0], has_needed=False, fit=0.0)
    is_clear = best.fit >= _LEAST and second.fit < _CLEARLY * best.fit
    return replace(best, known=How.CONTENT if is_clear else How.GUESS)


def _try(lines: Sequence[str], delimiter: str, quote: str, needed: frozenset[str]) -> _Tried:
    records, broken = records_in(lines, delimiter, quote)
    filled = [cells for _, cells in records if any(map(str.strip, cells))]
    width = usual_width([len(cells) for cells in filled])
    has_needed = bool(needed) and any(needed <= set(map(bare_name, cells)) for cells in filled)
    if width == 1:
        return _Tried(delimiter, has_needed, 0.0)
    as_wide = [cells for cells in filled if len(cells) == width]
    named = 1.0 if are_names([cell.strip() for cell in as_wide[0]]) else _WITHOUT_NAMES
    fit = len(as_wide) / (len(filled) + broken) * named * (width - 1) / width
    if delimiter not in USUAL:
        fit *= _UNUSUAL
    return _Tried(delimiter, has_needed, fit)


def _other_signs(lines: Sequence[str], quote: str) -> list[str]:
    """Signs that part cells now and then: those that most lines have as often as each other."""
    counts: dict[str, Counter[int]] = {}
    beginning = [line for line in lines[:LOOKED_AT] if line.strip()]
    for sign in {sign for line in beginning for sign in line}:
        if sign.isalnum() or sign in _NEVER or sign == quote or sign in USUAL:
            continue
        counts[sign] = Counter(line.count(sign) for line in beginning)
    alike = {sign: each.most_common(1)[0] for sign, each in counts.items()}
    found = [sign for sign, (times, _) in alike.items() if times]
    found.sort(key=lambda sign: (-alike[sign][1], -alike[sign][0], sign))
    return found[:_OTHERS_TRIED]


def _quote(lines: Sequence[str], delimiter: str) -> tuple[str, How]:
    """Double marks, unless single ones stand around cells, or double ones surely mean nothing."""
    opened, around = _double_marks(lines, delimiter)
    if around:
        return DOUBLE, How.CONTENT
    if not opened and _single_quoted(lines, delimiter):
        return SINGLE, How.GUESS
    if opened:
        _, broken = records_in(lines, delimiter, DOUBLE)
        # One mark in a wrong place is a mistake in its row; several, and none right, are no quotation.
        if broken > 1:
            return NO_QUOTE, How.GUESS
        return DOUBLE, How.GUESS
    return DOUBLE, How.CONTENT


def _double_marks(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many cells begin with a double mark, and how many have one around them."""
    apart = re.escape(delimiter)
    opened = around = 0
    for line in lines[:LOOKED_AT]:
        if DOUBLE in line:
            opened += len(re.findall(rf'(?:^|{apart})"', line))
            around += len(re.findall(rf'(?:^|{apart})"(?:[^"]|"")*"(?=\s*$|{apart})', line))
    return opened, around


def _begin_and_end_with(lines: Sequence[str], mark: str) -> bool:
    """Whether most lines have a mark at both ends, whatever parts their cells."""
    beginning = [line.strip() for line in lines[:LOOKED_AT] if line.strip()]
    return 2 * sum(line[0] == line[-1] == mark for line in beginning) > len(beginning)


def _single_quoted(lines: Sequence[str], delimiters: str) -> bool:
    """Whether most lines have several cells with single marks around them, and none with double ones."""
    apart = f"[{re.escape(delimiters)}]"
    pattern = re.compile(rf"(?:^|{apart})'(?:[^']|'')*'(?=\s*$|{apart})")
    beginning = [line for line in lines[:LOOKED_AT] if line.strip()]
    if not beginning or any(f'{sign}"' in line for line in beginning for sign in delimiters):
        return False
    return 2 * sum(pattern.search(line) is not None for line in beginning) > len(beginning)

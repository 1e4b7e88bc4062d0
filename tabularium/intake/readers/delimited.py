"""Texts with delimiters: commas, semicolons, tabs or another single character (RFC 4180 and its kin)."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from tabularium.intake.readers.dialect import LONGEST_CELL, reader_of
from tabularium.intake.readers.encoding import NOT_TEXT, NOT_TEXT_HANDLER, codec_of
from tabularium.intake.readers.headers import Header
from tabularium.intake.readers.shape import FileShape, Row, Trouble, UnreadableFile

LONGEST_ROW = 16_000_000
"""Characters of the longest row, whose cells may go over many lines: a row is in memory at once."""

_KEPT_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
"""How Excel's users keep digits a text in CSV: a formula that is nothing but a text. The text is meant."""


class HasLines(Protocol):
    """Whatever hands out a text line by line."""

    def readline(self, size: int, /) -> str:
        """The next line with its end, or as much of it as `size` characters; "" behind the last."""
        ...


class Lines:
    """The lines of a file one by one, with a note of what could not be read in those handed out.

    Attributes:
        count: number of the last line handed out, from 1.
        trouble: what could not be read since the row began.
        has_formula: whether a cell may be a formula since then.
    """

    def __init__(self, file: HasLines, count: int = 0) -> None:
        """Begin behind line `count`."""
        self._file = file
        self.count = count
        self.trouble: Trouble | None = None
        self.has_formula = False
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_ROW)
        if not line:
            raise StopIteration
        self._length += len(line)
        if self._length >= LONGEST_ROW:
            raise UnreadableFile(
                f"The row up to line {self.count + 1} is longer than {LONGEST_ROW:,} characters. Check "
                "that the file is a text with one row a line, and its quotation marks."
            )
        self.count += 1
        if "\0" in line:
            self.trouble = Trouble.NUL_BYTE
        elif not line.isascii() and NOT_TEXT in line:
            self.trouble = Trouble.UNDECODABLE
        if '="' in line:
            self.has_formula = True
        return line

    def begin_row(self) -> int:
        """The number of the line in which the next row begins; what was noted of the last one is gone."""
        self.trouble = None
        self.has_formula = False
        self._length = 0
        return self.count + 1


def read_delimited(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of a text with delimiters, whose shape is complete. Lines without any cell are no rows.

    Raises:
        UnreadableFile: there is no header, a needed column is not in it, or quoting never closes.
        OSError: the file cannot be read.
    """
    codec = codec_of(shape.encoding)
    try:
        with path.open(encoding=codec, errors=NOT_TEXT_HANDLER, newline="") as file:
            yield from _rows(Lines(file), shape)
    except UnicodeError:
        raise UnreadableFile(
            f"The file is not in the encoding {shape.encoding}, or it was cut off. Ask for it again, or "
            "declare the right encoding."
        ) from None


def _rows(lines: Lines, shape: FileShape) -> Iterator[Row]:
    header = header_of(lines, shape)
    yield from rows_below(lines, header, shape)


def header_of(lines: Lines, shape: FileShape) -> Header:
    """The header of a text whose lines nobody has read yet; afterwards its first row comes next.

    Raises:
        UnreadableFile: there is none, or a needed column is not in it.
    """
    for _ in islice(lines, max((shape.header_row or 0) - 1, 0)):
        lines.begin_row()
    return _header(reader_of(lines, shape.delimiter, shape.quote), lines, shape)


def rows_below(lines: Lines, header: Header, shape: FileShape) -> Iterator[Row]:
    """The rows in the lines to come. No line behind a row is read before the next row is asked for.

    Raises:
        UnreadableFile: while iterating: quoting never closes, or a cell or row is too long.
    """
    reader = reader_of(lines, shape.delimiter, shape.quote)
    columns = len(header.names)
    while True:
        begins = lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _broken(error, lines, begins)
            continue
        if cells is None:
            return
        if lines.has_formula:
            cells = _without_formulas(cells)
        if len(cells) != columns:
            cells = _fitted(cells, header)
        if lines.trouble is None and len(cells) == columns:
            if any(cells):
                yield header.row(begins, cells)
        elif lines.trouble is not None or any(map(str.strip, cells)):
            yield _troubled(header, begins, cells, lines.trouble)


def _without_formulas(cells: Sequence[str]) -> list[str]:
    """The cells with ="0012" read as 0012; any other formula is a text that stays as it is."""
    matches = ((cell, _KEPT_AS_TEXT.fullmatch(cell)) for cell in cells)
    return [match[1].replace('""', '"') if match else cell for cell, match in matches]


def _fitted(cells: list[str], header: Header) -> list[str]:
    """Blank cells at the end fall away or come in addition where no column with a name is in question."""
    columns = len(header.names)
    if len(cells) > columns:
        return cells if any(map(str.strip, cells[columns:])) else cells[:columns]
    if header.least <= len(cells):
        return cells + [""] * (columns - len(cells))
    return cells


def _header(reader: Iterator[list[str]], lines: Lines, shape: FileShape) -> Header:
    if shape.header_row == 0:
        return Header.of(shape.columns, shape, "The catalogue item")
    number = lines.begin_row()
    try:
        cells = next(reader, None)
    except csv.Error:
        cells = None
    if not cells:
        raise UnreadableFile(
            f"Line {number} should hold the names of the columns. Check the file, its delimiter and "
            "the header_row of the catalogue item."
        )
    if lines.trouble is not None:
        raise UnreadableFile(
            f"The header in line {number} is no text in the encoding {shape.encoding}. Save the file as "
            "UTF-8, or declare its encoding."
        )
    return Header.of(_without_formulas(cells), shape, f"The header in line {number}")


def _broken(error: csv.Error, lines: Lines, begins: int) -> Row:
    if "unexpected end of data" in str(error):
        raise UnreadableFile(
            f"A quotation mark opens a cell in the row that begins in line {begins} and never closes. "
            "Close it, or ask for the file again: it may have been cut off."
        )
    if "field larger" in str(error):
        raise UnreadableFile(
            f"A cell in the row that begins in line {begins} is longer than {LONGEST_CELL:,} "
            "characters. Check the quotation marks there."
        )
    return Row(begins, {}, Trouble.BROKEN_QUOTING, expected=begins, found=lines.count)


def _troubled(header: Header, number: int, cells: list[str], trouble: Trouble | None) -> Row:
    expected, found = len(header.names), len(cells)
    if trouble is None:
        trouble = Trouble.TOO_FEW_CELLS if found < expected else Trouble.TOO_MANY_CELLS
    return Row(number, dict(zip(header.names, cells, strict=False)), trouble, expected, found)

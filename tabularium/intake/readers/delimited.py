"""Texts with delimiters: commas, semicolons, tabs or another single character (RFC 4180 and its kin)."""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from tabularium.intake.readers.encoding import encoding_to_read
from tabularium.intake.readers.headers import Header
from tabularium.intake.readers.shape import FileShape, Row, Trouble, UnreadableFile

LONGEST_CELL = 1_000_000
"""Characters of the longest cell that is read. A longer one is a quotation mark that never closes."""

csv.field_size_limit(LONGEST_CELL)  # of the whole process: the module knows no other way

_UNDECODABLE = re.compile("[\udc80-\udcff]")


class _Lines:
    """The lines of a file one by one, with a note of what could not be read in those handed out."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.count = 0
        self.trouble: Trouble | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_CELL)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_CELL:
            raise UnreadableFile(
                f"Line {self.count + 1} is longer than {LONGEST_CELL:,} characters. Check that the "
                "file is a text with one row a line."
            )
        self.count += 1
        if "\0" in line:
            self.trouble = Trouble.NUL_BYTE
        elif not line.isascii() and _UNDECODABLE.search(line):
            self.trouble = Trouble.UNDECODABLE
        return line


def read_delimited(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of a text with delimiters. Lines without any cell are no rows.

    Raises:
        UnreadableFile: there is no header, a needed column is not in it, or quoting never closes.
        OSError: the file cannot be read.
    """
    encoding = encoding_to_read(path, shape.encoding)
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            yield from _rows(_Lines(file), shape)
    except UnicodeError:
        raise UnreadableFile(
            f"The file is not in the encoding {encoding}, or it was cut off. Ask for it again, or declare "
            "the right encoding in the catalogue item."
        ) from None


def _rows(lines: _Lines, shape: FileShape) -> Iterator[Row]:
    for _ in islice(lines, max(shape.header_row - 1, 0)):
        pass
    # Strict, so that a quotation mark in the wrong place stops its own row and does not eat the next.
    reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
    header = _header(reader, lines, shape)
    columns = len(header.names)
    while True:
        begins = lines.count + 1
        lines.trouble = None
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _broken(error, lines, begins)
            continue
        if cells is None:
            return
        if lines.trouble is None and len(cells) == columns:
            if any(cells):
                yield header.row(begins, cells)
        elif lines.trouble is not None or any(map(str.strip, cells)):
            yield _troubled(header, begins, cells, lines.trouble)


def _header(reader: Iterator[list[str]], lines: _Lines, shape: FileShape) -> Header:
    if shape.header_row == 0:
        return Header.of(shape.columns, shape, "The catalogue item")
    number = lines.count + 1
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
            f"The header in line {number} is no text in the declared encoding. Save the file as UTF-8, or "
            "declare its encoding in the catalogue item."
        )
    return Header.of(cells, shape, f"The header in line {number}")


def _broken(error: csv.Error, lines: _Lines, begins: int) -> Row:
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

"""Workbooks: XLSX (ECMA-376), read without loading the sheet whole."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tabularium.intake.readers.headers import Header
from tabularium.intake.readers.shape import (
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)

LARGEST_UNPACKED = 2 << 30
"""Bytes of the largest workbook that is read, unpacked. A small file that unpacks to more is no table."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column that a sheet has (Excel specifications and limits)."""
LONGEST_ROW = 16 << 20
"""Bytes of the longest row of a sheet that is read: a row is in memory at once."""
LARGEST_PART_HELD = 256 << 20
"""Bytes of the largest part that has to be in memory at once: the texts that the cells share."""

_HELD_WHOLE = ("xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")
_CHUNK = 1 << 20
_ROW_BEGINS = re.compile(rb"<(?:[A-Za-z]\w*:)?row\b")
_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
"""What a formula that failed leaves in its cell: no value."""
_OLE = b"\xd0\xcf\x11\xe0"
"""How files begin that are encrypted, or in the form before 2007 (MS-CFB)."""
_BROKEN = (
    InvalidFileException,
    RuntimeError,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    ParseError,
    EOFError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
)
"""What openpyxl is seen to raise for files that are no right workbooks: it has no exception of its own."""


def read_workbook(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of one sheet. Rows without any value are no rows; short rows are filled.

    Raises:
        UnreadableFile: the file is no workbook, is damaged or too large unpacked, has no such sheet, no
            header, or lacks a column that is needed.
        OSError: the file cannot be read.
    """
    # Opened here, for openpyxl leaves a file that it fails on open.
    with path.open("rb") as file:
        _check_size(file)
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except _BROKEN:
            raise _damaged() from None
        try:
            yield from _rows(_sheet(book, shape.sheet), shape)
        finally:
            book.close()


def workbook_rows(path: Path, shape: FileShape) -> Iterator[tuple[int, list[str | None]]]:
    """The rows of a sheet with their numbers, titles and header among them."""
    with path.open("rb") as file:
        _check_size(file)
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except _BROKEN:
            raise _damaged() from None
        try:
            sheet = _sheet(book, shape.sheet)
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_text(cell) for cell in _without_blank_end(cells)]
        except UnreadableFile:
            raise
        except _BROKEN:
            raise _damaged() from None
        finally:
            book.close()


def _damaged(after: int = 0) -> UnreadableFile:
    where = f" after row {after}" if after else ""
    return UnreadableFile(
        f"The workbook is damaged{where} or not an XLSX file. Open it, save it as XLSX and send it again."
    )


def _check_size(file: BinaryIO) -> None:
    if file.read(len(_OLE)) == _OLE:
        raise UnreadableFile(
            "The workbook is protected by a password, or of the form before 2007. Save it as XLSX without "
            "a password and send it again."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                _check_rows(archive, part)
    except _BROKEN as error:
        if isinstance(error, UnreadableFile):
            raise
        raise _damaged() from None


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableFile(
            f"Unpacked, the workbook has more than {LARGEST_UNPACKED >> 30} GiB. Send it as CSV."
        )
    if any(part.file_size > LARGEST_PART_HELD for part in parts if part.filename in _HELD_WHOLE):
        raise UnreadableFile(
            f"The workbook's shared texts have more than {LARGEST_PART_HELD >> 20} MiB. Send it as CSV."
        )


def _check_rows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a sheet with a row that fills the memory before a single cell of it is seen."""
    is_held_whole = part.filename in _HELD_WHOLE or not part.filename.endswith(".xml")
    if part.file_size <= LONGEST_ROW or is_held_whole:
        return
    since, before = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            # A mark may lie across two chunks.
            last = max(
                (each.start() for each in _ROW_BEGINS.finditer(before + chunk)), default=None
            )
            since = since + len(chunk) if last is None else len(before) + len(chunk) - last
            if since > LONGEST_ROW:
                raise UnreadableFile(
                    f"A row of the workbook has more than {LONGEST_ROW >> 20} MiB. Send it as CSV."
                )
            before = chunk[-32:]


def _sheet(book: Any, name: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name and name not in sheets:
        known = ", ".join(f"'{title}'" for title in sheets)
        raise UnreadableFile(f"The workbook has no sheet '{name}'; it has: {known}.")
    if not sheets:
        raise UnreadableFile(
            "The workbook has no sheet of cells. Send the table as a sheet or as CSV."
        )
    return sheets[name] if name else next(iter(sheets.values()))


def _rows(sheet: Any, shape: FileShape) -> Iterator[Row]:
    header = Header.of(shape.columns, shape, "The catalogue item") if not shape.header_row else None
    number = 0
    # The declared size of a sheet is often wrong, and openpyxl then stops where it ends.
    sheet.reset_dimensions()
    values = sheet.iter_rows(values_only=True)
    while True:
        try:
            cells = next(values, None)
        except _BROKEN:
            raise _damaged(number) from None
        if cells is None:
            break
        number += 1
        if number > LAST_ROW or len(cells) > LAST_COLUMN:
            raise UnreadableFile(
                f"The sheet goes on after row {LAST_ROW:,} or column {LAST_COLUMN:,}, where a sheet ends. "
                "Save it as XLSX with its own program and send it again."
            )
        if header is None:
            if number == shape.header_row:
                names = [_text(cell) for cell in _without_blank_end(cells)]
                header = Header.of(names, shape, f"The header in row {number}")
        else:
            row = _row(header, number, _without_blank_end(cells))
            if row is not None:
                yield row
    if header is None:
        raise UnreadableFile(
            f"Row {shape.header_row} should hold the names of the columns, and the sheet ends before it."
        )


def _without_blank_end(cells: Sequence[Any]) -> Sequence[Any]:
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return cells[:end]


def _row(header: Header, number: int, cells: Sequence[Any]) -> Row | None:
    if not cells:
        return None
    texts = [_text(cell) for cell in cells]
    expected, found = len(header.names), len(texts)
    if found > expected:
        kept = dict(zip(header.names, texts, strict=False))
        return Row(number, kept, Trouble.TOO_MANY_CELLS, expected, found)
    return header.row(number, texts + [None] * (expected - found))


def _text(cell: Any) -> str | None:
    """The cell as text: days in ISO 8601, numbers in plain digits, so that each has one form."""
    if cell is None or isinstance(cell, str):
        return None if cell in _ERRORS else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        midnight = cell.time() == time.min
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return (
            PlainNumber(int(cell)) if cell.is_integer() else PlainNumber(f"{Decimal(repr(cell)):f}")
        )
    return str(cell) if isinstance(cell, timedelta) else PlainNumber(cell)

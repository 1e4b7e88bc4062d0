"""Rows of a sheet, whichever program wrote it: what is under the header, as texts in one form."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from tabularium.intake.readers.headers import MOST_COLUMNS, Header
from tabularium.intake.readers.shape import (
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)

LAST_ROW = 1_048_576
"""The last row that a sheet has (Excel specifications and limits); LibreOffice has as many."""
LONGEST_ROW = 16 << 20
"""Characters of the longest row of a sheet that is read: a row is in memory at once."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MOST_WHOLE_DIGITS = 15
_LONGEST_NUMBER = 400
"""Signs of the longest number that is read as one: in IEEE 754 the largest has 309 digits."""
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]+))?)?"
)


class SheetRow(NamedTuple):
    """A row of a sheet.

    Attributes:
        number: from 1.
        cells: up to the last that holds something.
        failed: places of the cells that hold a formula without a value.
    """

    number: int
    cells: list[str | None]
    failed: tuple[int, ...] = ()


def rows_below_header(rows: Iterator[SheetRow], shape: FileShape) -> Iterator[Row]:
    """The rows of a sheet under its header. Rows without any value are no rows; short ones are filled.

    Raises:
        UnreadableFile: there is no header, or it lacks a column that is needed.
    """
    header = None
    if shape.header_row == 0:
        header = Header.of(shape.columns, shape, "The catalogue item")
    for sheet_row in rows:
        if header is not None:
            row = _row(header, sheet_row, shape)
            if row is not None:
                yield row
        elif sheet_row.number == shape.header_row:
            header = Header.of(sheet_row.cells, shape, f"The header in row {sheet_row.number}")
        elif sheet_row.number > (shape.header_row or 0):
            # Rows without a cell are passed over by many programs.
            break
    if header is None:
        raise UnreadableFile(
            f"Row {shape.header_row} should hold the names of the columns, and there is nothing in it, or "
            "the sheet ends before it."
        )


def _row(header: Header, sheet_row: SheetRow, shape: FileShape) -> Row | None:
    number, cells, failed = sheet_row
    if not cells and not failed:
        return None
    expected, found = len(header.names), len(cells)
    if found > expected:
        kept = dict(zip(header.names, cells, strict=False))
        return Row(number, kept, Trouble.TOO_MANY_CELLS, expected, found)
    if found < expected:
        cells = cells + [None] * (expected - found)
    for place in failed:
        # What nobody reads of a row does not stop it.
        if place < expected and (not shape.needed or header.names[place] in shape.needed):
            return Row(
                number,
                dict(zip(header.names, cells, strict=True)),
                Trouble.FORMULA_WITHOUT_VALUE,
                column=header.names[place],
            )
    return header.row(number, cells)


def trimmed(cells: list[str | None]) -> list[str | None]:
    """Cells without the empty ones at their end; the list itself is cut."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def put_cell(cells: list[str | None], place: int, text: str | None) -> None:
    """Put a cell in its place from 0, behind those that are there.

    Raises:
        UnreadableFile: no sheet has such a place.
        ValueError: the place is taken.
    """
    missing = place - len(cells)
    if missing < 0:
        raise ValueError("cells out of order")
    if place >= MOST_COLUMNS:
        raise past_the_end()
    if missing:
        cells.extend([None] * missing)
    cells.append(text)


def past_the_end() -> UnreadableFile:
    """The refusal of a sheet that is larger than any program writes."""
    return UnreadableFile(
        f"The sheet goes on after row {LAST_ROW:,} or column {MOST_COLUMNS:,}, where a sheet ends. "
        "Save it with its own program and send it again."
    )


def row_too_long() -> UnreadableFile:
    """The refusal of a row that would fill the memory."""
    return UnreadableFile(
        f"A row of the sheet has more than {LONGEST_ROW >> 20} MiB. Send it as CSV."
    )


def number_text(written: str) -> str:
    """A number of a sheet in plain digits, so that each has one form; what is none stays a text.

    Sheets hold numbers in binary (IEEE 754), so the shortest digits that mean the same are meant.
    """
    if written.isdigit() and written.isascii() and len(written) <= _MOST_WHOLE_DIGITS:
        return PlainNumber(written.lstrip("0") or "0")
    if len(written) > _LONGEST_NUMBER or not _NUMBER.fullmatch(written):
        return written
    value = Decimal(written)
    if value == value.to_integral_value() and "." not in written and "e" not in written.lower():
        return PlainNumber(f"{value:f}")
    return float_text(float(written)) if abs(value) < Decimal(10) ** 300 else written


def float_text(value: float) -> PlainNumber:
    """A number in binary in its shortest plain digits."""
    return PlainNumber(int(value) if value.is_integer() else f"{Decimal(repr(value)):f}")


def moment_text(moment: datetime | date | time | timedelta) -> str:
    """A day, or a day with a time, in ISO 8601, the time apart by a blank; midnight is a day."""
    if isinstance(moment, datetime):
        at_midnight = moment.time() == time.min
        return moment.date().isoformat() if at_midnight else moment.isoformat(sep=" ")
    if isinstance(moment, date | time):
        return moment.isoformat()
    return str(moment)


def iso_text(written: str) -> str:
    """A moment that a sheet holds in ISO 8601, in the form of `moment_text`; anything else as it is."""
    match = _MOMENT.fullmatch(written)
    if match is None:
        return written
    day, clock, fraction = match.groups()
    fraction = (fraction or "").rstrip("0")
    if not fraction and (clock or "00:00").replace("0", "").replace(":", "") == "":
        return str(day)
    return f"{day} {clock}" + (f".{fraction}" if fraction else "")

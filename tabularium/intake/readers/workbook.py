"""Workbooks: XLSX (ECMA-376), read row by row."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from openpyxl.utils.datetime import from_excel

from tabularium.intake.readers.headers import MOST_COLUMNS
from tabularium.intake.readers.packages import open_package
from tabularium.intake.readers.shape import FileShape, PlainNumber, Row, UnreadableFile
from tabularium.intake.readers.sheet_rows import (
    LAST_ROW,
    LONGEST_ROW,
    SheetRow,
    iso_text,
    moment_text,
    number_text,
    past_the_end,
    put_cell,
    row_too_long,
    rows_below_header,
    trimmed,
)
from tabularium.intake.readers.workbook_parts import (
    SharedTexts,
    WorkbookParts,
    parts_of,
    unescaped,
)
from tabularium.intake.readers.xml_parts import DEEPEST, SEPARATOR, damage_named, read_part

_DIGITS = "0123456789"
_MOMENTS_KEPT = 10_000
_FAILED = PlainNumber("failed")
"""Stands for the value of a formula that has none, until the row is whole; told by its identity."""


def read_workbook(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of one sheet below its header.

    Raises:
        UnreadableFile: the file is no workbook, is damaged or too large unpacked, has no such sheet, no
            header, or lacks a column that is needed.
        OSError: the file cannot be read.
    """
    yield from rows_below_header(workbook_rows(path, shape), shape)


def workbook_rows(path: Path, shape: FileShape) -> Iterator[SheetRow]:
    """All rows of a sheet that hold something, titles and header among them.

    Raises:
        UnreadableFile: as `read_workbook`, but for the header.
        OSError: the file cannot be read.
    """
    last = [0]
    with path.open("rb") as file, damage_named("XLSX", last), open_package(file) as archive:
        parts = parts_of(archive)
        sheet = _Sheet(parts, SharedTexts(archive, parts.shared))
        for _ in read_part(archive, _sheet_part(parts, shape.sheet), sheet):
            for row in sheet.take():
                last[0] = row.number
                yield row


def _sheet_part(parts: WorkbookParts, title: str) -> str:
    if title and title not in parts.sheets:
        known = ", ".join(f"'{each}'" for each in parts.sheets)
        raise UnreadableFile(f"The workbook has no sheet '{title}'; it has: {known}.")
    if not parts.sheets:
        raise UnreadableFile(
            "The workbook has no sheet of cells. Send the table as a sheet or as CSV."
        )
    return parts.sheets[title] if title else next(iter(parts.sheets.values()))


class _Sheet:
    """Listens to a sheet's elements and makes rows of them (ECMA-376, part 1, 18.3)."""

    def __init__(self, parts: WorkbookParts, shared: SharedTexts) -> None:
        self._parts = parts
        self._shared = shared
        self._ready: list[SheetRow] = []
        self._number = self._depth = self._length = self._next = 0
        self._cells: list[str | None] = []
        self._failed: list[int] = []
        self._columns: dict[str, int] = {}
        self._moments: dict[tuple[str, str], str] = {}
        self._names: tuple[str, ...] = ("",) * 6
        self._texts: list[str] = []
        self._is_open = self._in_reading = self._has_formula = self._has_value = False
        self._reference = self._type = self._style = ""

    def take(self) -> list[SheetRow]:
        """The rows that were finished since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins: a row, a cell, its value, its formula, or something that is no matter."""
        self._depth += 1
        row, cell, value, text, formula, reading = self._names
        if name == cell:
            self._reference = attributes.get("r", "")
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._texts = []
            self._has_formula = self._has_value = False
        elif name == value or (name == text and not self._in_reading):
            self._is_open = self._has_value = True
        elif name == formula:
            self._has_formula = True
        elif name == row:
            self._begin_row(attributes.get("r", ""))
        elif name == reading:
            self._in_reading = True
        elif self._depth == 1:
            # The strict form of the standard has another namespace.
            space = name.rpartition(SEPARATOR)[0]
            self._names = tuple(
                f"{space}{SEPARATOR}{each}" for each in ("row", "c", "v", "t", "f", "rPh")
            )
        elif self._depth > DEEPEST:
            raise ValueError("too deep")

    def text(self, text: str) -> None:
        """A piece of a value."""
        if self._is_open:
            self._texts.append(text)
            self._length += len(text)
            if self._length > LONGEST_ROW:
                raise row_too_long()

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        row, cell, value, text, _, reading = self._names
        if name in (value, text):
            self._is_open = False
        elif name == cell:
            self._end_cell()
        elif name == row:
            self._end_row()
        elif name == reading:
            self._in_reading = False

    def _begin_row(self, written: str) -> None:
        number = int(written) if written else self._number + 1
        if number <= self._number:
            raise ValueError("rows out of order")
        if number > LAST_ROW:
            raise past_the_end()
        self._number = number
        self._length = self._next = 0
        self._cells, self._failed = [], []

    def _end_row(self) -> None:
        cells = trimmed(self._cells)
        if cells or self._failed:
            self._ready.append(SheetRow(self._number, cells, tuple(self._failed)))
        self._cells = []

    def _end_cell(self) -> None:
        place = self._place()
        self._next = place + 1
        text = self._value()
        if text is _FAILED:
            self._failed.append(place)
            text = None
        if text:
            put_cell(self._cells, place, text)
        elif place >= MOST_COLUMNS:
            raise past_the_end()

    def _place(self) -> int:
        """The place of a cell from 0: by its reference, or behind the last."""
        letters = self._reference.rstrip(_DIGITS)
        if not letters:
            return self._next
        place = self._columns.get(letters)
        if place is None:
            place = self._columns[letters] = _column(letters)
        return place

    def _value(self) -> str | None:
        """The cell as text; _FAILED for a formula that has no value or could not be reckoned."""
        written = "".join(self._texts)
        kind = self._type
        lacks_value = not self._has_value or (not written and kind != "str")
        if kind == "e" or (self._has_formula and lacks_value):
            return _FAILED
        if not written:
            return None
        if kind == "n":
            return self._number_or_moment(written.strip())
        if kind == "s":
            return self._shared[_whole(written)]
        return _WRITTEN_OUT[kind](written)

    def _number_or_moment(self, written: str) -> str:
        text = number_text(written)
        is_length = self._parts.moments.get(self._style)
        if is_length is None or not isinstance(text, PlainNumber):
            return text
        known = self._moments.get((text, self._style))
        if known is None:
            try:
                moment = from_excel(float(text), self._parts.epoch, timedelta=is_length)
                known = moment_text(moment)
            except (OverflowError, ValueError):
                # No day has this number. It stays one, and the check of days will say so.
                known = text
            if len(self._moments) < _MOMENTS_KEPT:
                self._moments[text, self._style] = known
        return known


def _whole(written: str) -> int:
    if not written.strip().isdigit():
        raise ValueError("not a whole number")
    return int(written)


def _column(letters: str) -> int:
    """The place of a column from 0 by its letters."""
    place = 0
    if len(letters) > len("XFD"):
        raise past_the_end()
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError("not a reference of a cell")
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


_WRITTEN_OUT: Mapping[str, Callable[[str], str]] = {
    "str": unescaped,
    "inlineStr": unescaped,
    "b": lambda written: "true" if _whole(written) else "false",
    "d": iso_text,
}
"""How cells are read that hold their value themselves, by the type of cell (ST_CellType, 18.18.11)."""

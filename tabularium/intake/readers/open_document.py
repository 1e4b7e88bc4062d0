"""OpenDocument spreadsheets: ODS (OpenDocument 1.3, ISO/IEC 26300), read row by row.

The libraries for it (odfpy, ezodf, pandas through odfpy, pyexcel-ods) build the whole document before the
first row, and repeat rows and cells as often as a file says, which is billions of times in a hostile one. The
readers in C++ and Rust do the second too. So its table is listened to here, and repetitions stay numbers.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tabularium.intake.readers.headers import MOST_COLUMNS
from tabularium.intake.readers.open_document_cells import OpenDocumentCell
from tabularium.intake.readers.packages import open_package
from tabularium.intake.readers.shape import FileShape, Row, UnreadableFile
from tabularium.intake.readers.sheet_rows import (
    LAST_ROW,
    LONGEST_ROW,
    SheetRow,
    past_the_end,
    row_too_long,
    rows_below_header,
    trimmed,
)
from tabularium.intake.readers.xml_parts import DEEPEST, SEPARATOR, damage_named, read_part

MOST_REPEATED_CELLS = 20_000_000
"""Cells that a sheet may have by repeating rows that hold something: a few bytes could make billions."""

_TABLE = f"urn:oasis:names:tc:opendocument:xmlns:table:1.0{SEPARATOR}"
_SPREADSHEET = f"urn:oasis:names:tc:opendocument:xmlns:office:1.0{SEPARATOR}spreadsheet"
_CELLS = frozenset({_TABLE + "table-cell", _TABLE + "covered-table-cell"})
_ROW, _SHEET = _TABLE + "table-row", _TABLE + "table"
_COLUMNS_REPEATED = _TABLE + "number-columns-repeated"
_ROWS_REPEATED = _TABLE + "number-rows-repeated"
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_LARGEST_MANIFEST = 1 << 20
_ENCRYPTED = re.compile(rb"encryption-data|encrypted-package")


def read_open_document(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of one sheet below its header.

    Raises:
        UnreadableFile: the file is no ODS, is damaged, protected or too large unpacked, has no such sheet,
            no header, or lacks a column that is needed.
        OSError: the file cannot be read.
    """
    yield from rows_below_header(open_document_rows(path, shape), shape)


def open_document_rows(path: Path, shape: FileShape) -> Iterator[SheetRow]:
    """All rows of a sheet that hold something, titles and header among them.

    Raises:
        UnreadableFile: as `read_open_document`, but for the header.
        OSError: the file cannot be read.
    """
    last = [0]
    with path.open("rb") as file, damage_named("ODS", last), open_package(file) as archive:
        _check_access(archive)
        sheet = _Sheet(shape.sheet)
        for _ in read_part(archive, _CONTENT, sheet):
            for row in sheet.take():
                last[0] = row.number
                yield row
            if sheet.is_over:
                return
        sheet.check_found()


def _check_access(archive: zipfile.ZipFile) -> None:
    if _MANIFEST not in archive.namelist():
        return
    with archive.open(_MANIFEST) as part:
        if _ENCRYPTED.search(part.read(_LARGEST_MANIFEST)):
            raise UnreadableFile(
                "The spreadsheet is protected by a password. Save it without one and send it again."
            )


class _Sheet:
    """Listens to the elements of a document and makes rows of those of one sheet."""

    def __init__(self, title: str) -> None:
        self.is_over = False
        self._title = title
        self._titles: list[str] = []
        self._ready: list[Iterator[SheetRow]] = []
        self._depth = self._book_depth = self._sheet_depth = self._row_depth = self._cell_depth = 0
        self._number = self._rows = self._width = self._length = self._repeated = 0
        self._cell: OpenDocumentCell | None = None
        self._cell_repeats = 1
        self._cells: list[str | None] = []
        self._failed: list[int] = []

    def take(self) -> Iterator[SheetRow]:
        """The rows that were finished since the last time; those that repeat are made as they are taken."""
        ready, self._ready = self._ready, []
        for rows in ready:
            yield from rows

    def check_found(self) -> None:
        """Refuse a document without the sheet.

        Raises:
            UnreadableFile: there is none, or none of that name.
        """
        if self.is_over:
            return
        if not self._titles:
            raise UnreadableFile(
                "The document has no sheet of cells. Send the table as a sheet or as CSV."
            )
        known = ", ".join(f"'{each}'" for each in self._titles)
        raise UnreadableFile(f"The spreadsheet has no sheet '{self._title}'; it has: {known}.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("too deep")
        if self._cell is not None:
            self._cell.start(name, attributes)
        elif self._row_depth:
            if name in _CELLS:
                self._begin_cell(attributes)
        elif self._sheet_depth:
            if name == _ROW:
                self._begin_row(attributes)
        elif name == _SPREADSHEET:
            self._book_depth = self._depth
        elif name == _SHEET and self._depth == self._book_depth + 1 and not self.is_over:
            # Tables elsewhere are copies of what other documents held.
            self._begin_sheet(attributes.get(_TABLE + "name", ""))

    def text(self, text: str) -> None:
        """A piece of text, in a cell or outside."""
        if self._cell is not None:
            self._cell.text(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._depth == self._cell_depth:
            self._end_cell()
        elif self._cell is not None:
            self._cell.end(name)
        elif self._depth == self._row_depth:
            self._end_row()
        elif self._depth == self._sheet_depth:
            self._sheet_depth = 0
            self.is_over = True
        self._depth -= 1

    def _begin_sheet(self, title: str) -> None:
        self._titles.append(title)
        if not self._title or title == self._title:
            self._sheet_depth = self._depth

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row_depth = self._depth
        self._rows = _times(attributes.get(_ROWS_REPEATED))
        self._cells, self._failed = [], []
        self._width = self._length = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell_depth = self._depth
        self._cell_repeats = _times(attributes.get(_COLUMNS_REPEATED))
        self._cell = OpenDocumentCell(attributes)

    def _end_cell(self) -> None:
        cell, self._cell, self._cell_depth = self._cell, None, 0
        if cell is None:
            return
        text, has_failed = cell.value()
        begins, self._width = self._width, self._width + self._cell_repeats
        if not text and not has_failed:
            return
        if self._width > MOST_COLUMNS:
            raise past_the_end()
        self._length += len(text or "")
        if self._length > LONGEST_ROW:
            raise row_too_long()
        self._cells.extend([None] * (begins - len(self._cells)))
        self._cells.extend([text] * self._cell_repeats)
        if has_failed:
            self._failed.extend(range(begins, self._width))

    def _end_row(self) -> None:
        self._row_depth = 0
        first = self._number + 1
        self._number += self._rows
        cells = trimmed(self._cells)
        if not cells and not self._failed:
            return
        if self._number > LAST_ROW:
            raise past_the_end()
        self._repeated += (self._rows - 1) * max(len(cells), 1)
        if self._repeated > MOST_REPEATED_CELLS:
            raise UnreadableFile(
                "The sheet repeats rows so often that it is no list of decisions. Delete the rows below "
                "the table and save it again."
            )
        self._ready.append(_alike(first, self._number, cells, tuple(self._failed)))


def _alike(
    first: int, last: int, cells: list[str | None], failed: tuple[int, ...]
) -> Iterator[SheetRow]:
    return (SheetRow(number, cells, failed) for number in range(first, last + 1))


def _times(written: str | None) -> int:
    """How often a row or cell stands there; at least once."""
    if not written:
        return 1
    if not written.isdigit() or len(written) > len(str(1 << 63)):
        raise ValueError("not a number of repetitions")
    return max(int(written), 1)

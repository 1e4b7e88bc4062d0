"""A look at a file: what an item does not declare of its shape is found out, and how it is known is kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path

from tabularium.intake.readers.dialect import dialect_of, records_in
from tabularium.intake.readers.encoding import NOT_TEXT_HANDLER, codec_of, encoding_of
from tabularium.intake.readers.formats import format_of
from tabularium.intake.readers.header_row import LOOKED_AT, Record, names_of_places, with_header
from tabularium.intake.readers.json_lines import width_of_first_line
from tabularium.intake.readers.json_records import is_object, records_path, width_of_first
from tabularium.intake.readers.looked import How, Looked
from tabularium.intake.readers.open_document import open_document_rows
from tabularium.intake.readers.shape import FileFormat, FileShape
from tabularium.intake.readers.sheet_rows import SheetRow
from tabularium.intake.readers.workbook import workbook_rows

_BEGINNING = 1 << 18

_SHEETS: Mapping[FileFormat, Callable[[Path, FileShape], Iterator[SheetRow]]] = {
    FileFormat.XLSX: workbook_rows,
    FileFormat.ODS: open_document_rows,
}
_WIDTHS: Mapping[FileFormat, Callable[[Path, FileShape], int]] = {
    FileFormat.JSON: width_of_first,
    FileFormat.JSON_LINES: width_of_first_line,
}


def look_at(path: Path, shape: FileShape) -> Looked:
    """The complete shape of a file; what `shape` declares of it is taken as it stands.

    Raises:
        UnreadableFile: the file is of no form that is read, or cannot be read as declared.
        OSError: the file cannot be read.
    """
    file_format, known = format_of(path, shape.format)
    shape = replace(shape, format=file_format)
    if file_format is FileFormat.CSV:
        return _look_at_text(path, shape, known)
    if file_format in _SHEETS:
        return _look_at_sheet(path, shape, known)
    records = None
    if file_format is FileFormat.JSON:
        shape, records = _with_records(path, shape)
    return Looked(_with_columns(path, shape), known, records=records)


def _look_at_sheet(path: Path, shape: FileShape, known: How) -> Looked:
    records: list[Record] = []
    if shape.header_row is None:
        rows = islice(_SHEETS[shape.format](path, shape), LOOKED_AT)
        records = [(row.number, _texts(row.cells)) for row in rows]
    shape, header_known = with_header(shape, records)
    return Looked(shape, known, header_row=header_known)


def is_complete(shape: FileShape) -> bool:
    """Whether nothing of a shape has to be found out."""
    if shape.format is FileFormat.CSV:
        return bool(shape.encoding and shape.delimiter and shape.quote) and (
            shape.header_row is not None
        )
    if shape.format in _SHEETS:
        return shape.header_row is not None
    return shape.format is FileFormat.JSON and bool(shape.records)


def _texts(cells: list[str | None]) -> list[str]:
    return [(cell or "").strip() for cell in cells]


def _look_at_text(path: Path, shape: FileShape, known: How) -> Looked:
    encoding, encoding_known = encoding_of(path, shape.encoding)
    lines = _first_lines(path, encoding)
    declared_row = shape.header_row
    beginning = lines[max(declared_row - 1, 0) :] if declared_row else lines
    dialect = dialect_of(beginning, shape.delimiter, shape.quote, shape.needed)
    shape = replace(shape, encoding=encoding, delimiter=dialect.delimiter, quote=dialect.quote)
    records: list[Record] = []
    if declared_row is None:
        found, _ = records_in(lines, dialect.delimiter, dialect.quote)
        records = [(number, _texts(list(cells))) for number, cells in found]
    shape, header_known = with_header(shape, records)
    return Looked(
        shape=shape,
        format=known,
        encoding=encoding_known,
        delimiter=dialect.delimiter_known,
        quote=dialect.quote_known,
        header_row=header_known,
    )


def _first_lines(path: Path, encoding: str) -> list[str]:
    """The first whole lines of a text, their ends included."""
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
        is_whole = not file.read(1)
    text = beginning.decode(codec_of(encoding) or encoding, NOT_TEXT_HANDLER)
    lines = list(StringIO(text, newline=""))
    return lines if is_whole or len(lines) == 1 else lines[:-1]


def _with_records(path: Path, shape: FileShape) -> tuple[FileShape, How]:
    if shape.records:
        return shape, How.DECLARED
    with path.open("rb") as file:
        if not is_object(file):
            return shape, How.CONTENT
        return replace(shape, records=records_path(file)), How.GUESS


def _with_columns(path: Path, shape: FileShape) -> FileShape:
    """The shape with names for the places of records that are lists, where no column is asked for by name."""
    width_of = _WIDTHS.get(shape.format)
    if width_of is None or shape.columns or shape.needed:
        return shape
    return replace(shape, columns=names_of_places(width_of(path, shape)))

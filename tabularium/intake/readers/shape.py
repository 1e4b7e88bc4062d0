"""What a file looks like, and what a reader hands out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FileFormat(StrEnum):
    """The forms in which an authority may send its table."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class UnreadableFile(ValueError):  # noqa: N818 - it says what is the case, as the messages do
    """The file as a whole cannot be read. The text is one line: what, where, and what to do."""


class PlainNumber(str):
    """A number that the file holds as a number, not as text: digits, "." for decimals, no grouping.

    A cell of a workbook or of JSON that is a number must not be read by the decimal mark that the
    catalogue item declares for its texts.
    """

    __slots__ = ()


class Trouble(StrEnum):
    """What can be wrong with the form of one row, before anything in it is looked at."""

    TOO_FEW_CELLS = "too-few-cells"
    TOO_MANY_CELLS = "too-many-cells"
    BROKEN_QUOTING = "broken-quoting"
    UNDECODABLE = "undecodable"
    NUL_BYTE = "nul-byte"
    SAME_COLUMN_TWICE = "same-column-twice"
    NOT_A_RECORD = "not-a-record"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: as a person counts it: in CSV the number of the line in which the row begins, title
            lines and header included; in a workbook the row of the sheet; in JSON the number of the
            record, or of the unfolded record, from 1.
        cells: text by column name; None where the file has no such cell or a null.
        trouble: what is wrong with the form of the row; such a row has the cells that could be read.
        expected: number of cells that the header has; for broken quoting, the row's first line.
        found: number of cells that the row has; for broken quoting, the last line it may reach.
        column: the column in question, where the trouble lies in one.
    """

    number: int
    cells: Mapping[str, str | None]
    trouble: Trouble | None = None
    expected: int = 0
    found: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the authority writes its file; the [file] table of a catalogue item.

    Attributes:
        format: CSV (with any delimiter), XLSX or JSON.
        encoding: name of the encoding, or "" for what a byte order mark says and UTF-8 without one.
            "iso-8859-1" is read as Windows-1252, as the WHATWG Encoding Standard does.
        delimiter: one character between cells; CSV only.
        header_row: line or sheet row that holds the column names, from 1; 0 means that there is none
            and `columns` names them. What stands before it are titles.
        sheet: name of the sheet; "" means the first. XLSX only.
        records: path to the list of records, keys joined by "."; "" means that the file is the list.
            JSON only.
        columns: names of the columns where the records are arrays, or the file has no header.
        unfold: key of a list inside each record whose members become rows of their own; its members'
            keys are named "unfold.key", beside the keys of the record around them. JSON only.
        needed: columns without which the item cannot be applied; a header without one is refused.
    """

    format: FileFormat
    encoding: str = ""
    delimiter: str = ","
    header_row: int = 1
    sheet: str = ""
    records: str = ""
    columns: tuple[str, ...] = ()
    unfold: str = ""
    needed: frozenset[str] = field(default_factory=frozenset)

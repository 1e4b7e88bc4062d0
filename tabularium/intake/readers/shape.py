"""What a file looks like, and what a reader hands out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NO_QUOTE = "none"
"""The quote of a text in which quotation marks are signs like any other."""
QUOTES = ('"', "'", NO_QUOTE)
"""The quotes that a text may have."""


class FileFormat(StrEnum):
    """The forms in which an authority may send its table; AUTO is whichever of them the file is in."""

    AUTO = "auto"
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    JSON = "json"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"


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
    BROKEN_RECORD = "broken-record"
    FORMULA_WITHOUT_VALUE = "formula-without-value"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: as a person counts it: in CSV the number of the line in which the row begins, title
            lines and header included; in a workbook the row of the sheet; in JSON Lines the number of the
            line; in JSON and Parquet the number of the record, or of the unfolded record, from 1.
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

    What is left out is found out from the file itself: see `readers.look`.

    Attributes:
        format: AUTO to find it out.
        encoding: name of the encoding; "" to find it out. CSV only. "iso-8859-1" is read as Windows-1252,
            as the WHATWG Encoding Standard does.
        delimiter: one character between cells; "" to find it out. CSV only.
        quote: the mark around cells, '"' or "'", or NO_QUOTE; "" to find it out. CSV only.
        header_row: line or sheet row that holds the column names, from 1; 0 means that there is none
            and `columns` names them; None to find it out. What stands before it are titles.
        sheet: name of the sheet; "" means the first. XLSX and ODS only.
        records: path to the list of records, keys joined by "."; "" means that the file is the list, or
            to find it out where it is none. JSON only.
        columns: names of the columns where the records are arrays, or the file has no header.
        unfold: key of a list inside each record whose members become rows of their own; its members'
            keys are named "unfold.key", beside the keys of the record around them. JSON and JSON Lines.
        needed: columns without which the item cannot be applied; a header without one is refused.
    """

    format: FileFormat = FileFormat.AUTO
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header_row: int | None = None
    sheet: str = ""
    records: str = ""
    columns: tuple[str, ...] = ()
    unfold: str = ""
    needed: frozenset[str] = field(default_factory=frozenset)

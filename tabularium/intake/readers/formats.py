"""Which form a file is in, told by how it begins and only then by its name."""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from tabularium.intake.readers.looked import FORMAT_NAMES, How
from tabularium.intake.readers.packages import open_package
from tabularium.intake.readers.shape import FileFormat, UnreadableFile

_BEGINNING = 1 << 18
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"
_OLE = b"\xd0\xcf\x11\xe0"
"""How files begin that are encrypted, or in the form before 2007 (MS-CFB)."""
_OTHERS: Mapping[bytes, str] = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "packed with gzip",
    b"7z\xbc\xaf\x27\x1c": "packed with 7-Zip",
    b"Rar!": "packed with RAR",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a text document (RTF)",
}
_WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|table|meta)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<\?xml\b")
_LIST_BEGINS = re.compile(rb'\[\s*(?:[\[\]{"0-9-]|true|false|null|$)')
_OBJECT_BEGINS = re.compile(rb'\{\s*(?:["}]|$)')
_MARK = b"\xef\xbb\xbf"
_OF_ENDING: Mapping[str, FileFormat] = {
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".tab": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".json": FileFormat.JSON,
    ".jsonl": FileFormat.JSON_LINES,
    ".ndjson": FileFormat.JSON_LINES,
    ".xlsx": FileFormat.XLSX,
    ".xlsm": FileFormat.XLSX,
    ".ods": FileFormat.ODS,
    ".parquet": FileFormat.PARQUET,
}
_ODS_TYPES = (b"application/vnd.oasis.opendocument.spreadsheet",)
_TEXTS = frozenset({FileFormat.CSV, FileFormat.JSON, FileFormat.JSON_LINES})


def format_of(path: Path, declared: FileFormat) -> tuple[FileFormat, How]:
    """The form of a file and how it is known.

    Raises:
        UnreadableFile: the file is empty, of a form that is not read, or surely of another than declared.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    if declared in _TEXTS | {FileFormat.AUTO}:
        _refuse_others(beginning)
    elif beginning.startswith(_OLE):
        raise _old_workbook()
    told = _packed(path) if beginning.startswith(_ZIP) else None
    if beginning.startswith(_PARQUET):
        told = FileFormat.PARQUET
    if declared is not FileFormat.AUTO:
        if told is not None and told is not declared:
            raise UnreadableFile(
                f"The file is {FORMAT_NAMES[told]}, and {FORMAT_NAMES[declared]} is declared. Declare its "
                "format, or none, or send the other file."
            )
        return declared, How.DECLARED
    if told is not None:
        return told, How.CONTENT
    ending = _OF_ENDING.get(path.suffix.lower())
    if beginning.startswith(_ZIP):
        return (FileFormat.ODS if ending is FileFormat.ODS else FileFormat.XLSX), How.GUESS
    return _text_format(beginning, ending)


def _old_workbook() -> UnreadableFile:
    return UnreadableFile(
        "The workbook is protected by a password, or of the form before 2007 (XLS). Save it as XLSX without "
        "a password and send it again."
    )


def _refuse_others(beginning: bytes) -> None:
    if not beginning.strip():
        raise UnreadableFile("The file is empty: it lacks a line with the names of the columns.")
    if beginning.startswith(_OLE):
        raise _old_workbook()
    what = next((said for mark, said in _OTHERS.items() if beginning.startswith(mark)), "")
    text = beginning.removeprefix(_MARK).lstrip()
    if _WEB_PAGE.match(text):
        what = "a web page"
    elif _MARKUP.match(text):
        what = "an XML document"
    if what:
        raise UnreadableFile(
            f"The file is {what}, whatever its name says. Send the table as CSV, XLSX, ODS, JSON, JSON "
            "Lines or Parquet."
        )


_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError, EOFError),
    # A part whose name is not in the encoding that the archive says.
    UnicodeDecodeError,
)
"""What zipfile raises for a broken archive."""


def _packed(path: Path) -> FileFormat | None:
    """What a ZIP archive holds, if it is known; None for a broken one, whose reader will say so."""
    try:
        with path.open("rb") as file, open_package(file) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                if "xl/workbook.bin" in names:
                    raise UnreadableFile(
                        "The workbook is in the binary form (XLSB). Save it as XLSX and send it again."
                    )
                return FileFormat.XLSX
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    is_sheet = part.read(200).startswith(_ODS_TYPES)
                if not is_sheet:
                    raise UnreadableFile(
                        "The file is an OpenDocument file and no spreadsheet. Save the table as ODS."
                    )
                return FileFormat.ODS
    except _BROKEN:
        return None
    return None


def _text_format(beginning: bytes, ending: FileFormat | None) -> tuple[FileFormat, How]:
    text = beginning.removeprefix(_MARK).lstrip()
    if _LIST_BEGINS.match(text) or _OBJECT_BEGINS.match(text):
        return _json_or_lines(text, ending), How.CONTENT
    if ending in _TEXTS:
        return ending or FileFormat.CSV, How.CONTENT
    return FileFormat.CSV, How.GUESS


def _json_or_lines(text: bytes, ending: FileFormat | None) -> FileFormat:
    """JSON Lines have a whole value in their first line, and another begins in the next."""
    first, _, rest = text.partition(b"\n")
    following = rest.lstrip()[:1]
    if not following:
        return FileFormat.JSON_LINES if ending is FileFormat.JSON_LINES else FileFormat.JSON
    if following not in {b"{", b"["}:
        # A document goes on, or a line is broken that its reader will name.
        return FileFormat.JSON_LINES if ending is FileFormat.JSON_LINES else FileFormat.JSON
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return FileFormat.JSON_LINES if ending is FileFormat.JSON_LINES else FileFormat.JSON
    return FileFormat.JSON_LINES

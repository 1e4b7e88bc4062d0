"""What a file looks like, told by its beginning: format, encoding, delimiter, titles, header, records."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import ijson

from tabularium.intake.readers import FileFormat, FileShape, UnreadableFile, open_rows
from tabularium.intake.values import parse_day

DELIMITERS = (",", ";", "\t", "|")
RECORDS_LOOKED_AT = 200
WIDEST = 2_000
"""Columns of the widest table of which an item is proposed."""

_BEGINNING = 1 << 18
_EVENTS_LOOKED_AT = 200_000
_SIGNS_LOOKED_AT = 10_000
_BYTE_ORDER_MARK = codecs.BOM_UTF8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_FORMAT_OF_ENDING = {".xlsx": FileFormat.XLSX, ".json": FileFormat.JSON}
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_MOSTLY, _NEARLY_ALL = 0.6, 0.9
_NUMBER = re.compile(r"[\d.,/ :-]*\d[\d.,/ :-]*")

Record = tuple[int, list[str]]


def shape_of(path: Path) -> FileShape:
    """How the file is written; a guess of which every part can be said otherwise in the item.

    Raises:
        UnreadableFile: there is no such file, nothing in it, or no table that the register can read.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
            form = _format_of(path, beginning)
            if form is FileFormat.JSON:
                return _records_in(path, file)
    except FileNotFoundError:
        raise UnreadableFile(f"{path.name}: there is no such file. Check the path.") from None
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror}. Check the file.") from None
    if form is FileFormat.XLSX:
        return _with_header(path, FileShape(form))
    return _delimited(path)


def _format_of(path: Path, beginning: bytes) -> FileFormat:
    if not beginning.strip():
        raise UnreadableFile(f"{path.name}: the file is empty.")
    if beginning.startswith(_OLD_WORKBOOK):
        raise UnreadableFile(f"{path.name}: this is an old workbook (XLS). Save it as XLSX or CSV.")
    if beginning.startswith(_ZIP):
        return FileFormat.XLSX
    text = beginning.removeprefix(_BYTE_ORDER_MARK).lstrip()
    told = FileFormat.JSON if text[:1] in {b"[", b"{"} else FileFormat.CSV
    return _FORMAT_OF_ENDING.get(path.suffix.lower(), told)


def _encoding(path: Path) -> str:
    """By a byte order mark; else UTF-8, unless far more than a few damaged bytes speak against it."""
    with path.open("rb") as file:
        beginning = file.read(4)
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    wrong = beyond_ascii = 0
    first_wrong = b""
    with path.open("rb") as file:
        while beyond_ascii < _SIGNS_LOOKED_AT and (chunk := file.read(_BEGINNING)):
            text = decoder.decode(chunk)
            if not text.isascii():
                beyond_ascii += sum(not sign.isascii() for sign in text)
                wrong += text.count("\ufffd")
                first_wrong = first_wrong or (chunk if wrong else b"")
    few = beyond_ascii * (1 - _NEARLY_ALL)
    return "utf-8" if wrong <= few else _not_unicode(first_wrong)


def _not_unicode(chunk: bytes) -> str:
    """The Chinese encodings, or Western.

    In the Chinese two high bytes make a sign, so runs of high bytes are even; in a Western text a high
    byte stands alone between letters.
    """
    # The last bytes may be half a sign.
    whole = chunk[: chunk.rfind(b"\n") + 1] or chunk
    runs = _HIGH_BYTES.findall(whole)
    even = sum(len(run) % 2 == 0 for run in runs)
    return "gb18030" if even >= _NEARLY_ALL * len(runs) else "windows-1252"


def _delimited(path: Path) -> FileShape:
    encoding = _encoding(path)
    best, most = FileShape(FileFormat.CSV, encoding=encoding), 0.0
    for delimiter in DELIMITERS:
        shape = replace(best, delimiter=delimiter)
        lengths = [len(cells) for _, cells in _records(path, shape)]
        width, times = _most_common([length for length in lengths if length > 1])
        if width and times * width / len(lengths) > most:
            best, most = shape, times * width / len(lengths)
    return _with_header(path, best)


def _records(path: Path, shape: FileShape) -> list[Record]:
    """The first records, header and titles among them, with the number of their line or row."""
    placed = replace(shape, header_row=0, columns=tuple(map(str, range(WIDEST))))
    found: list[Record] = []
    try:
        for row in islice(open_rows(path, placed), RECORDS_LOOKED_AT):
            cells = [(cell or "").strip() for cell in row.cells.values()]
            found.append((row.number, cells))
    except UnreadableFile:
        if not found:
            raise
    return found


def _with_header(path: Path, shape: FileShape) -> FileShape:
    records = _records(path, shape)
    if shape.format is FileFormat.XLSX:
        records = [(number, _without_blank_end(cells)) for number, cells in records]
    filled = [(number, cells) for number, cells in records if any(cells)]
    if not filled:
        raise UnreadableFile(f"{path.name}: there is no table in the file.")
    width, _ = _most_common([len(cells) for _, cells in filled if len(cells) > 1] or [1])
    exactly = shape.format is FileFormat.CSV
    for number, cells in filled:
        is_title = sum(map(bool, cells)) < _MOSTLY * width
        if is_title or (exactly and len(cells) != width):
            continue
        if _are_names(cells):
            return replace(shape, header_row=number)
        break
    columns = tuple(f"Column {place}" for place in range(1, width + 1))
    return replace(shape, header_row=0, columns=columns)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a record names columns: texts, and no days or numbers."""
    return not any(_NUMBER.fullmatch(cell) or parse_day(cell, ()) for cell in cells if cell)


def _without_blank_end(cells: Sequence[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return list(cells[:end])


def _most_common(lengths: Sequence[int]) -> tuple[int, int]:
    counted = Counter(lengths).most_common(1)
    return counted[0] if counted else (0, 0)


def _records_in(path: Path, file: BinaryIO) -> FileShape:
    """The longest list of objects or lists in a document, looked for in its beginning."""
    file.seek(0)
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    counted: Counter[str] = Counter()
    try:
        for around in _places_of_records(file):
            counted[around] += 1
    except (ijson.JSONError, ValueError, RecursionError):
        if not counted:
            raise UnreadableFile(
                f"{path.name}: the JSON text is wrong before its first record. One document with a "
                "list of records is read; JSON Lines are not."
            ) from None
    if not counted:
        raise UnreadableFile(f"{path.name}: the document has no list of records.")
    records = counted.most_common(1)[0][0]
    shape = FileShape(FileFormat.JSON, records=records)
    first = next(open_rows(path, replace(shape, columns=("Column 1",))), None)
    if first is None or not first.found:
        return shape
    columns = tuple(f"Column {place}" for place in range(1, first.found + 1))
    return replace(shape, columns=columns)


def _places_of_records(file: BinaryIO) -> Iterator[str]:
    for prefix, event, _ in islice(ijson.parse(file), _EVENTS_LOOKED_AT):
        keys = prefix.split(".")
        is_record = event in {"start_map", "start_array"} and keys[-1] == "item"
        if is_record and "item" not in keys[:-1]:
            yield ".".join(keys[:-1])

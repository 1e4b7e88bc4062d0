"""JSON: a list of records, objects or arrays, somewhere in a document (RFC 8259), read as a stream."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from tabularium.intake.readers.json_lexis import check_lexis
from tabularium.intake.readers.shape import (
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DEEPEST = 8
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_PIECE, _BEGINNING = 1 << 16, 1 << 20
_EVENTS_LOOKED_AT = 200_000
NOT_JSON = (ijson.JSONError, ValueError, ArithmeticError, RecursionError)
"""What ijson raises over a text that is no JSON, or that has a number which nothing here can hold."""


def read_json(path: Path, shape: FileShape) -> Iterator[Row]:
    """The records of a document, those of a nested list unfolded if the shape says so.

    Raises:
        UnreadableFile: the document is cut off, not JSON, not UTF-8, or has no list at the path.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        check_lexis(file, records_at=len(_prefix(shape).split(".")))
        number = 0
        for record in _records(file, shape):
            for row in rows_of_record(record, shape, number + 1):
                number = row.number
                yield row
        if number == 0:
            _check_path(file, shape)


def rows_of_record(record: Any, shape: FileShape, first: int) -> Iterator[Row]:
    """The row of a record, or the rows that it unfolds into, numbered from `first`."""
    again = _key_again(record)
    for number, cells in enumerate(_unfolded(record, shape), first):
        row = _row(number, cells, shape)
        trouble = row.trouble or _trouble_in(row.cells.values())
        if again is not None and trouble is None:
            # A key is named only if it is the item's: what stands in the file is not repeated.
            column = again if again in shape.needed else ""
            yield Row(number, row.cells, Trouble.SAME_COLUMN_TWICE, column=column)
        elif trouble is not row.trouble:
            yield Row(number, row.cells, trouble)
        else:
            yield row


def _trouble_in(texts: Iterable[str | None]) -> Trouble | None:
    """What is wrong with texts of which escapes make signs that no text has."""
    for text in texts:
        if text is None:
            continue
        if "\0" in text:
            return Trouble.NUL_BYTE
        if not text.isascii() and _HALF_A_PAIR.search(text):
            return Trouble.UNDECODABLE
    return None


class RecordObject(dict[str, Any]):
    """An object that knows which of its keys came again with another value (RFC 8259, section 4)."""

    again: str | None = None

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self and self[key] != value:
            self.again = key
        super().__setitem__(key, value)


def _key_again(value: Any) -> str | None:
    """The first key that came again, in an object or below it."""
    if isinstance(value, RecordObject):
        if value.again is not None:
            return value.again
        value = value.values()
    elif not isinstance(value, list):
        return None
    inner = (_key_again(each) for each in value if isinstance(each, dict | list))
    return next((each for each in inner if each is not None), None)


def _begin(file: BinaryIO) -> None:
    file.seek(0)
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)


def is_object(file: BinaryIO) -> bool:
    """Whether a document is an object, which may hold a list of records, and no list itself."""
    _begin(file)
    while piece := file.read(_PIECE):
        if piece.strip():
            return piece.lstrip().startswith(b"{")
    return False


def records_path(file: BinaryIO) -> str:
    """The path of the longest list of objects or lists in a document, looked for in its beginning.

    Raises:
        UnreadableFile: there is none, or the document is wrong before it.
    """
    _begin(file)
    beginning = BytesIO(file.read(_BEGINNING))
    check_lexis(beginning)
    beginning.seek(0)
    counted: Counter[str] = Counter()
    try:
        for around in _places_of_records(beginning):
            counted[around] += 1
    except NOT_JSON:
        # A beginning that is cut off is one, too.
        if not counted:
            raise UnreadableFile(
                "The JSON text is wrong before its first record, or has no list of records near its "
                "beginning. Declare the path to the list, or ask for the file again."
            ) from None
    if not counted:
        raise UnreadableFile("The document has no list of records. Send the records as a list.")
    return counted.most_common(1)[0][0]


def width_of_first(path: Path, shape: FileShape) -> int:
    """How many values the first record has where it is a list of them; 0 where it is none.

    Raises:
        UnreadableFile: the document is not one that is read.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        _begin(file)
        beginning = BytesIO(file.read(_BEGINNING))
    check_lexis(beginning)
    try:
        first = next(_records(beginning, shape), None)
    except UnreadableFile:
        # Its reader says where the document is wrong.
        return 0
    return len(first) if isinstance(first, list) else 0


def _places_of_records(file: BinaryIO) -> Iterator[str]:
    for prefix, event, _ in islice(ijson.parse(file), _EVENTS_LOOKED_AT):
        keys = prefix.split(".")
        is_record = event in {"start_map", "start_array"} and keys[-1] == "item"
        if is_record and "item" not in keys[:-1]:
            yield ".".join(keys[:-1])


def _prefix(shape: FileShape) -> str:
    return f"{shape.records}.item" if shape.records else "item"


def _records(file: BinaryIO, shape: FileShape) -> Iterator[Any]:
    _begin(file)
    records = ijson.items(file, _prefix(shape), map_type=RecordObject)
    count = 0
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except NOT_JSON:
            raise _breaks_off(count) from None
        count += 1
        yield record


def _breaks_off(count: int) -> UnreadableFile:
    return UnreadableFile(
        f"The JSON text breaks off or is wrong after record {count}. Ask for the file again, or "
        "check it there; it has to be UTF-8."
    )


def _check_path(file: BinaryIO, shape: FileShape) -> None:
    _begin(file)
    beginnings = ((prefix, event) for prefix, event, _ in ijson.parse(file))
    try:
        is_there = any(each == (shape.records, "start_array") for each in beginnings)
    except NOT_JSON:
        raise _breaks_off(0) from None
    if not is_there:
        place = f"at '{shape.records}'" if shape.records else "as a whole"
        raise UnreadableFile(
            f"The document has no list of records {place}. Check the path in the catalogue item."
        )


def _unfolded(record: Any, shape: FileShape) -> Iterator[Any]:
    if not shape.unfold or not isinstance(record, dict):
        yield record
        return
    around = {key: value for key, value in record.items() if key != shape.unfold}
    members = record.get(shape.unfold)
    if not isinstance(members, list) or not members:
        yield around
        return
    for member in members:
        inner = member if isinstance(member, dict) else {"": member}
        yield around | {f"{shape.unfold}.{key}".rstrip("."): value for key, value in inner.items()}


def _row(number: int, record: Any, shape: FileShape) -> Row:
    if isinstance(record, dict):
        return Row(number, dict(_flat(record)))
    if isinstance(record, list) and shape.columns:
        expected, found = len(shape.columns), len(record)
        cells = dict(zip(shape.columns, map(_text, record), strict=False))
        if found == expected:
            return Row(number, cells)
        trouble = Trouble.TOO_FEW_CELLS if found < expected else Trouble.TOO_MANY_CELLS
        return Row(number, cells, trouble, expected, found)
    return Row(number, {}, Trouble.NOT_A_RECORD)


def _flat(
    record: Mapping[str, Any], before: str = "", depth: int = 0
) -> Iterator[tuple[str, str | None]]:
    """Keys of nested objects joined by ".", as deep as a table can mean."""
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{before}{key}.", depth + 1)
        else:
            yield before + key, _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return PlainNumber(value)
    if isinstance(value, Decimal):
        return PlainNumber(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)

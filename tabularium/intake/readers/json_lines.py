"""JSON Lines: a record of JSON (RFC 8259) in each line; a broken one is a row with its trouble."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from tabularium.intake.readers.json_lexis import DEEPEST, check_lexis
from tabularium.intake.readers.json_records import RecordObject, rows_of_record
from tabularium.intake.readers.shape import (
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)

LONGEST_LINE = 16 << 20
"""Bytes of the longest line that is read: a record is in memory at once."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_json_lines(path: Path, shape: FileShape) -> Iterator[Row]:
    """The records of a file, each numbered by its line; blank lines are no records.

    Where a nested list is unfolded, rows are numbered one by one, as in JSON: no two have one number.

    Raises:
        UnreadableFile: a line is too long to be a record.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        last = 0
        for line_number, line in _lines(file):
            number = last + 1 if shape.unfold else line_number
            try:
                _check_depth(line)
                record = _DECODER.decode(line.decode())
            except UnicodeDecodeError:
                rows = iter((Row(number, {}, Trouble.UNDECODABLE),))
            except (ValueError, RecursionError):
                rows = iter((Row(number, {}, Trouble.BROKEN_RECORD),))
            else:
                rows = rows_of_record(record, shape, number)
            for row in rows:
                last = row.number
                yield row


def width_of_first_line(path: Path, shape: FileShape) -> int:
    """How many values the first record has where it is a list of them; 0 where it is none."""
    first = next(read_json_lines(path, replace(shape, columns=("",))), None)
    return first.found if first is not None else 0


def _check_depth(line: bytes) -> None:
    """Refuse what is nested too deep. Most lines are not even if every bracket opened another level."""
    if line.count(b"{") + line.count(b"[") > DEEPEST:
        check_lexis(BytesIO(line))


def _object(pairs: list[tuple[str, Any]]) -> RecordObject:
    found = RecordObject()
    for key, value in pairs:
        found[key] = value
    return found


def _no_number(written: str) -> NoReturn:
    """Refuse NaN and Infinity, which RFC 8259 does not know."""
    raise ValueError(written)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=PlainNumber,
    parse_float=PlainNumber,
    parse_constant=_no_number,
)
"""Numbers stay as they are written: 0.10 is no binary fraction, and no length of digits is too long."""


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(
                f"Line {number} has more than {LONGEST_LINE >> 20} MiB. Check that the file has one "
                "record a line."
            )
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        line = line.strip()
        if line:
            yield number, line

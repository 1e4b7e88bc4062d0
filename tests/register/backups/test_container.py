"""The file of a backup alone: what cannot have been written by the register is refused, and said how."""

import io
import json
import struct
from pathlib import Path

import pytest

from tabularium.register.backups.container import (
    LONGEST_HEAD,
    LONGEST_PIECE,
    MAGIC,
    Reader,
    Writer,
)
from tabularium.register.backups.errors import BackupError
from tabularium.register.backups.keys import Keys
from tabularium.register.backups.restoring import restore

KEY, MONTHS = b"k" * 32, {"2027-02": b"m" * 32}


def written(end: bool = True) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream, {"made": "up"}, KEY, MONTHS)
    writer.rows("2027-02", {"table": "a"}, ["secret"])
    writer.rows("", {"table": "b"}, ["plain"])
    if end:
        writer.end({"rows": {"a": 1, "b": 1}})
    return stream.getvalue()


def pieces(file: bytes, months: dict[str, bytes] = MONTHS) -> list[tuple[object, object]]:
    reader = Reader(io.BytesIO(file))
    return [(each.first, each.second) for each in reader.pieces(KEY, months)]


def with_head(head: bytes) -> bytes:
    return MAGIC + struct.pack(">I", len(head)) + head


def test_what_was_written_is_read_and_what_no_key_opens_is_left_shut() -> None:
    assert pieces(written()) == [({"table": "a"}, ["secret"]), ({"table": "b"}, ["plain"])]
    assert pieces(written(), {}) == [({"table": "a"}, None), ({"table": "b"}, ["plain"])]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"PK\x03\x04 something else", "no backup of a register"),
        (MAGIC + struct.pack(">I", LONGEST_HEAD + 1), "its head is too long"),
        (with_head(b"{not JSON"), "its head cannot be read"),
        (with_head(b'{"made": "up"}'), "its head cannot be read"),
        (with_head(b"[]"), "its head cannot be read"),
        (with_head(b'{"salt": "zz"}'), "its head cannot be read"),
        (MAGIC + b"\0", "it ends too early"),
    ],
)
def test_a_head_that_is_none_is_refused(file: bytes, said: str) -> None:
    with pytest.raises(BackupError, match=said):
        Reader(io.BytesIO(file))


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        (b"X" + struct.pack(">I", 1) + b"x", "piece 2 is of no known sort"),
        (b"R" + struct.pack(">I", LONGEST_PIECE + 1), "piece 2 is too long"),
        (b"R" + struct.pack(">I", 0), "piece 2 cannot be read"),
        (b"R" + struct.pack(">I", 3) + b"\x02\xff\xff", "piece 2 cannot be read"),
        (b"R" + struct.pack(">I", 3) + b"\x00\x00\x00", "piece 2 cannot be read"),
        (b"E" + struct.pack(">I", 20) + bytes(20), "piece 2 cannot be opened"),
        (b"", "it ends too early"),
    ],
)
def test_a_piece_that_is_none_is_refused(behind: bytes, said: str) -> None:
    with pytest.raises(BackupError, match=said):
        pieces(written(end=False) + behind)


def test_nothing_stands_behind_the_end() -> None:
    with pytest.raises(BackupError, match="something stands behind its end"):
        pieces(written() + b"R")


@pytest.mark.parametrize(
    "head", [{}, {"made_at": "yesterday"}, {"made_at": "2026-03-04", "columns": []}]
)
def test_a_head_that_does_not_say_what_there_is_brings_nothing_back(
    head: dict[str, object], tmp_path: Path
) -> None:
    file = with_head(json.dumps({**head, "salt": "00" * 32}).encode())
    with pytest.raises(BackupError, match="does not say what it holds"):
        restore(io.BytesIO(file), Keys(tmp_path))

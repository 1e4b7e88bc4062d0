"""Everything that a register keeps: its tables, a backup made now, and files."""

import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from tabularium.register.backups.rows import tables

_HEX = re.compile(r"[0-9a-f]{64}")


def kept_values(*folders: Path) -> Iterator[Any]:
    """Every value of every table, of what a backup would hold before it is sealed, and of files."""
    for folder in folders:
        yield from (each.read_bytes() for each in folder.rglob("*") if each.is_file())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            yield from (value for row in cursor.fetchall() for value in row)
    for backed_up in tables():
        for _, first, second in backed_up.rows():
            for each in (*first, *second):
                yield each
                yield _decoded(each)


def kept_pieces(*folders: Path) -> set[bytes]:
    """Every 32 bytes that stand there, as they are or in hexadecimal digits."""
    return {piece for value in kept_values(*folders) for piece in _pieces(value)}


def is_kept(text: str, *folders: Path) -> bool:
    """Whether a text stands somewhere."""
    return any(
        text.encode() in (_bytes(value) or str(value).encode()) for value in kept_values(*folders)
    )


def _decoded(value: Any) -> Any:
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else None
    except ValueError:
        return None


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, memoryview | bytes | bytearray) else b""


def _pieces(value: Any) -> Iterator[bytes]:
    data = _bytes(value)
    yield from (data[place : place + 32] for place in range(0, len(data) - 31, 32))
    if isinstance(value, str):
        yield from (bytes.fromhex(each) for each in _HEX.findall(value))

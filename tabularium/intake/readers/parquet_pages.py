"""What a Parquet file says of its own sizes, looked at before Arrow takes the memory that it asks for.

Arrow sets aside as much for a page as the page's head says, up to 2 GiB of a file of some bytes; and some of
its questions to the footer (of column chunks) end the process where the answer is wrong. So footer and page
heads are read here (parquet.thrift of format 2.11, in Thrift's compact protocol), and nothing else of them.
"""

import os
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from tabularium.intake.readers.shape import UnreadableFile

LARGEST_PAGE = 128 << 20
"""Bytes of the largest page, unpacked. Most programs write pages of one MiB, DuckDB of up to 100 MB."""
LARGEST_SHARED = 4 << 20
"""Bytes of the largest page of texts that rows share, where Arrow cannot keep them shared."""
LARGEST_FOOTER = 16 << 20
"""Bytes of the largest footer: it is in memory at once, several times."""

_MAGIC, _TAIL = b"PAR1", 8
_DEEPEST = 32
_HEAD, _LONGEST_HEAD = 1 << 10, 1 << 20
_DELTAS = frozenset({6, 7})
"""DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY."""
# The numbers of fields in parquet.thrift.
_ROW_COUNT, _ROW_GROUPS, _COLUMNS, _CHUNK = 3, 4, 1, 3
_ENCODINGS, _PACKED_SIZE, _DATA_AT, _DICTIONARY_AT = 2, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED, _DICTIONARY_HEAD, _VALUES = 2, 3, 7, 1
# The numbers of types in the compact protocol.
_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(
    13
)
_MANY, _DOUBLE_LENGTH = 15, 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a file says of itself.

    Attributes:
        rows: how many records it has.
        has_deltas: whether texts are written by how they differ from the one before, or by their lengths.
    """

    rows: int
    has_deltas: bool


class _CutError(ValueError):
    """The bytes end before what they should hold."""


def check_sizes(file: BinaryIO) -> Sizes:
    """Look at the sizes that a file says its parts have.

    Raises:
        UnreadableFile: one is larger than any table's.
        ValueError: the file is no right Parquet.
    """
    footer = _footer(file)
    has_deltas = False
    for group in _structs(footer.get(_ROW_GROUPS)):
        for column in _structs(group.get(_COLUMNS)):
            chunk = _struct(column.get(_CHUNK))
            is_delta = bool(_DELTAS.intersection(chunk.get(_ENCODINGS) or ()))
            has_deltas = has_deltas or is_delta
            _check_pages(file, chunk, LARGEST_SHARED if is_delta else LARGEST_PAGE)
    return Sizes(_whole(footer.get(_ROW_COUNT)), has_deltas)


def _footer(file: BinaryIO) -> dict[int, Any]:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    tail = file.read(_TAIL)
    if len(tail) < _TAIL or not tail.endswith(_MAGIC):
        raise ValueError("no footer")
    (length,) = struct.unpack_from("<L", tail)
    if length > LARGEST_FOOTER:
        raise UnreadableFile(
            f"The file's own description has more than {LARGEST_FOOTER >> 20} MiB. Write it in larger "
            "groups of rows."
        )
    if length > size - _TAIL:
        raise ValueError("a footer longer than the file")
    file.seek(size - _TAIL - length)
    return _Compact(file.read(length)).struct()


def _check_pages(file: BinaryIO, chunk: dict[int, Any], largest_shared: int) -> None:
    """Look at the head of each page of a column, one behind the other."""
    place, dictionary_at = _whole(chunk.get(_DATA_AT)), _whole(chunk.get(_DICTIONARY_AT, 0))
    if 0 < dictionary_at < place:
        place = dictionary_at
    end = place + _whole(chunk.get(_PACKED_SIZE))
    while place < end:
        head, length = _page_head(file, place)
        unpacked = _whole(head.get(_PAGE_UNPACKED))
        largest = LARGEST_PAGE
        if _DICTIONARY_HEAD in head:
            largest = largest_shared
            if _whole(_struct(head[_DICTIONARY_HEAD]).get(_VALUES)) > unpacked:
                raise ValueError("more values than bytes")
        if unpacked > largest:
            raise UnreadableFile(
                f"A page of the file has more than {largest >> 20} MiB, unpacked. Write it with its "
                "program's usual pages."
            )
        place += length + _whole(head.get(_PAGE_PACKED))
    if place > end:
        raise ValueError("a page longer than its column")


def _page_head(file: BinaryIO, place: int) -> tuple[dict[int, Any], int]:
    """A page's head and its length; it may hold the least and greatest value, which can be long."""
    size = _HEAD
    while True:
        file.seek(place)
        held = file.read(size)
        try:
            compact = _Compact(held)
            return compact.struct(), compact.place
        except _CutError:
            if len(held) < size or size >= _LONGEST_HEAD:
                raise
            size *= 32


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a size")
    return value


def _struct(value: Any) -> dict[int, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a structure")  # noqa: TRY004 - the file is wrong, not the program
    return value


def _structs(value: Any) -> list[dict[int, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError("not a list of structures")
    return value


class _Compact:
    """Values in Thrift's compact protocol (thrift-compact-protocol.md); structures by number of field."""

    def __init__(self, data: bytes) -> None:
        self.place = 0
        self._data = data

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """The structure that begins here.

        Raises:
            ValueError: the bytes are none.
        """
        if depth > _DEEPEST:
            raise ValueError("too deep")
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != _STOP:
            step, kind = head >> 4, head & _MANY
            number = number + step if step else self._signed()
            fields[number] = kind == _TRUE if kind in {_TRUE, _FALSE} else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in {_I16, _I32, _I64}:
            return self._signed()
        if kind in {_TRUE, _FALSE, _BYTE}:
            return self._byte()
        if kind in {_BINARY, _DOUBLE}:
            return self._take(self._number() if kind == _BINARY else _DOUBLE_LENGTH)
        if kind in {_LIST, _SET}:
            return self._list(depth + 1)
        if kind == _MAP:
            return self._map(depth + 1)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise ValueError("not a type")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size, kind = head >> 4, head & _MANY
        return [self._value(kind, depth) for _ in range(self._count(size, _MANY))]

    def _map(self, depth: int) -> list[tuple[Any, Any]]:
        size = self._count(0, 0)
        kinds = self._byte() if size else 0
        return [
            (self._value(kinds >> 4, depth), self._value(kinds & _MANY, depth)) for _ in range(size)
        ]

    def _count(self, size: int, written_out: int) -> int:
        """How many values follow: as told, or as written out. Each has a byte at least."""
        if size == written_out:
            size = self._number()
        if size > len(self._data) - self.place:
            raise _CutError("more values than bytes")
        return size

    def _signed(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)

    def _number(self) -> int:
        number = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follow
                return number
        raise ValueError("a number without end")

    def _byte(self) -> int:
        if self.place >= len(self._data):
            raise _CutError("the bytes end")
        self.place += 1
        return self._data[self.place - 1]

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self.place:
            raise _CutError("the bytes end")
        self.place += size
        return self._data[self.place - size : self.place]

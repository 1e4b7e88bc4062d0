"""Arrow columns as PostgreSQL's binary COPY takes them, without a Python object for a row.

The format is the section "Binary Format" of PostgreSQL's documentation of COPY; what stands for a value of
each type is what the type's receive function reads (`src/backend/utils/adt`). A field is its length in four
bytes, -1 for null, and its bytes; numbers begin with their highest byte.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""What comes before the rows: the signature, no flags, no extension."""
TAIL = b"\xff\xff"
"""What comes behind them: the number of fields of no row."""
MOST_BYTES = 1 << 28
"""Of rows that are put together at once; Arrow has room for eight times as many."""

_NULL = b"\xff\xff\xff\xff"
_LENGTH = np.dtype(">i4")
_FIRST_DAY = date(2000, 1, 1)
DAYS_BEFORE = (_FIRST_DAY - date(1970, 1, 1)).days
MICROSECONDS_BEFORE = DAYS_BEFORE * 86_400_000_000
_JSON_VERSION = b"\x01"

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A type whose values all have one width: the numbers that stand for an array."""

    dtype: str
    arrow: pa.DataType
    less: int = 0

    def of(self, values: Any) -> Any:
        """Big-endian numbers; what stands in the place of a null is any."""
        whole = values.cast(self.arrow)
        if whole.null_count:
            whole = whole.fill_null(0)
        numbers = whole.to_numpy(zero_copy_only=False)
        return (numbers - self.less if self.less else numbers).astype(self.dtype)


_INTEGERS = {"smallint": ">i2", "integer": ">i4", "bigint": ">i8"}
_FIXED: Mapping[str, Callable[[Any], Any]] = {
    **{name: _Fixed(dtype, pa.int64()).of for name, dtype in _INTEGERS.items()},
    "boolean": _Fixed("u1", pa.uint8()).of,
    "date": lambda days: _Fixed(">i4", pa.int32(), DAYS_BEFORE).of(days),
    "timestamp with time zone": lambda instants: _Fixed(">i8", pa.int64(), MICROSECONDS_BEFORE).of(
        instants.cast(pa.timestamp("us", "UTC"))
    ),
}
_PREFIXES = {"text": b"", "character varying": b"", "jsonb": _JSON_VERSION}


def pieces(columns: Mapping[str, Any], types: Mapping[str, str], length: int) -> Iterator[Any]:
    """The rows of columns, in buffers that follow one another.

    Args:
        columns: for each an Arrow array without chunks, or a single value for all rows.
        types: of each column, as PostgreSQL says them without length.
        length: how many rows.
    """
    if length > 1 and sum(each.nbytes for each in columns.values() if _is_array(each)) > MOST_BYTES:
        half = length // 2
        for start, end in ((0, half), (half, length)):
            part = {
                name: each.slice(start, end - start) if _is_array(each) else each
                for name, each in columns.items()
            }
            yield from pieces(part, types, end - start)
        return
    parts = _Parts(length)
    parts.constant(len(columns).to_bytes(2, "big"))
    for name, values in columns.items():
        if _is_array(values):
            parts.field(values, types[name])
        else:
            parts.constant(_single(values, types[name]))
    yield parts.joined()


def _is_array(values: Any) -> bool:
    return isinstance(values, pa.Array)


def _single(value: Any, type_: str) -> bytes:
    if value is None:
        return _NULL
    if type_ in _PREFIXES:
        bytes_ = _PREFIXES[type_] + (value.encode() if isinstance(value, str) else value)
    else:
        bytes_ = _FIXED[type_](pa.array([value])).tobytes()
    return len(bytes_).to_bytes(4, "big") + bytes_


class _Parts:
    """Rows while they are put together: what has one width in every row side by side, and texts between."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._texts: list[Any] = []
        self._fixed: list[Bytes | bytes] = []

    def constant(self, bytes_: bytes) -> None:
        """The same in every row."""
        self._fixed.append(bytes_)

    def field(self, values: Any, type_: str) -> None:
        """A field of every row."""
        if type_ in _FIXED:
            numbers = _FIXED[type_](values)
            bytes_ = numbers.view(np.uint8).reshape(self._length, -1)
            if values.null_count:
                width = bytes_.shape[1]
                binary = pa.FixedSizeBinaryArray.from_buffers(
                    pa.binary(width), self._length, [None, pa.py_buffer(bytes_)]
                ).cast(pa.binary())
                self._text(compute.if_else(values.is_null(), None, binary), b"")
            else:
                self.constant(bytes_.shape[1].to_bytes(4, "big"))
                self._fixed.append(bytes_)
            return
        self._text(values.cast(pa.binary()), _PREFIXES[type_])

    def _text(self, values: Any, prefix: bytes) -> None:
        if values.null_count and prefix:
            values, prefix = compute.binary_join_element_wise(prefix, values, b""), b""
        lengths = _lengths(values)
        if not values.null_count and lengths.min() == lengths.max():
            self.constant((int(lengths[0]) + len(prefix)).to_bytes(4, "big") + prefix)
            self._fixed.append(_matrix(values, int(lengths[0])))
            return
        told = (lengths + len(prefix)).astype(_LENGTH)
        if values.null_count:
            told[values.is_null().to_numpy(zero_copy_only=False)] = -1
            values = values.fill_null(b"")
        self._fixed.append(told.view(np.uint8).reshape(self._length, 4))
        self.constant(prefix)
        self._close()
        self._texts.append(values)

    def _close(self) -> None:
        """Put what has one width into one array of bytes."""
        fixed = [
            np.frombuffer(each, np.uint8) if isinstance(each, bytes) else each
            for each in self._fixed
        ]
        self._fixed = []
        width = sum(each.shape[-1] for each in fixed)
        if not width:
            return
        whole = np.empty((self._length, width), np.uint8)
        start = 0
        for each in fixed:
            whole[:, start : start + each.shape[-1]] = each
            start += each.shape[-1]
        self._texts.append(_binary(whole))

    def joined(self) -> Any:
        """All rows, one behind the other."""
        self._close()
        rows = (
            compute.binary_join_element_wise(*self._texts, b"")
            if len(self._texts) > 1
            else self._texts[0]
        )
        return _bytes_of(rows)


def _binary(whole: Bytes) -> Any:
    length, width = whole.shape
    ends = np.arange(length + 1, dtype=np.int32) * np.int32(width)
    return pa.Array.from_buffers(
        pa.binary(), length, [None, pa.py_buffer(ends), pa.py_buffer(whole)]
    )


def _offsets(values: Any) -> Any:
    return np.frombuffer(values.buffers()[1], np.int32)[
        values.offset : values.offset + len(values) + 1
    ]


def _lengths(values: Any) -> Any:
    return np.diff(_offsets(values))


def _bytes_of(values: Any) -> Any:
    """The bytes of an array's values, one behind the other."""
    offsets = _offsets(values)
    buffer = values.buffers()[2]
    return memoryview(buffer if buffer is not None else b"")[offsets[0] : offsets[-1]]


def _matrix(values: Any, width: int) -> Bytes:
    """The bytes of values of one width, a row each."""
    return np.frombuffer(_bytes_of(values), np.uint8).reshape(len(values), width)

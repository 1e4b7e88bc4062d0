"""Rows that PostgreSQL gives out by its binary COPY, as Arrow columns: the inverse of `binary_rows`.

No value becomes a Python object: where each field of each row begins is worked out for all rows of a block
at once, and Arrow copies the texts from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tabularium.register.binary_rows import DAYS_BEFORE, HEAD, MICROSECONDS_BEFORE, TAIL

MOST_BYTES = 1 << 26
"""Of the rows of a block; one row may be longer."""

_COUNT, _LENGTH = 2, 4
"""Bytes in which a row says how many fields it has, and a field how long it is."""


def blocks(messages: Iterable[Any], schema: pa.Schema, at_once: int) -> Iterator[pa.Table]:
    """The rows of a COPY, so many at a time.

    Args:
        messages: what PostgreSQL sends, each with one row.
        schema: of the columns, in their order: texts, `int32`, days and instants. An empty text is read as
            none.
        at_once: rows in a block at most.
    """
    rows: list[Any] = []
    size = 0
    for each in _rows(messages):
        rows.append(each)
        size += len(each)
        if len(rows) == at_once or size > MOST_BYTES:
            yield columns(rows, schema)
            rows, size = [], 0
    if rows:
        yield columns(rows, schema)


def _rows(messages: Iterable[Any]) -> Iterator[Any]:
    every = iter(messages)
    yield from (each for each in [bytes(next(every)).removeprefix(HEAD)] if each not in (b"", TAIL))
    yield from (each for each in every if each != TAIL)


def columns(rows: Sequence[Any], schema: pa.Schema) -> pa.Table:
    """Some rows as columns; see `blocks`."""
    data = b"".join(rows)
    ends = np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)))
    at = np.concatenate(([0], ends[:-1])) + _COUNT
    # A number may begin at any byte; behind the last there is room for one that is not there.
    padded = data + bytes(8)
    short = np.ndarray(len(data), ">i4", padded, strides=(1,))
    long = np.ndarray(len(data) + 1, ">i8", padded, strides=(1,))
    made = []
    for type_ in schema.types:
        told = short[at].astype(np.int64)
        start, length = at + _LENGTH, np.maximum(told, 0)
        if pa.types.is_string(type_):
            made.append(_texts(padded, start, length))
        elif pa.types.is_timestamp(type_):
            made.append(_numbers(long[start] + MICROSECONDS_BEFORE, told, type_))
        else:
            less = DAYS_BEFORE if pa.types.is_date(type_) else 0
            made.append(_numbers(short[start] + np.int32(less), told, type_))
        at = start + length
    return pa.table(made, schema=schema)


def _numbers(values: Any, told: Any, type_: pa.DataType) -> pa.Array:
    native = values.astype(values.dtype.newbyteorder("="))
    return pa.array(native, mask=told < 0).view(type_)


def _texts(data: bytes, start: Any, length: Any) -> pa.Array:
    """The texts that lie in `data`: as values of an array that holds what is between them too."""
    offsets = np.stack((start, start + length), axis=1).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    number = len(start)
    all_of_it = pa.Array.from_buffers(pa.string(), 2 * number - 1, buffers)
    places = np.arange(number, dtype=np.int32) * 2
    return all_of_it.take(pa.array(places, mask=length == 0))

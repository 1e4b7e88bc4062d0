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
    # A number may begin at any byte; behind the last there is room for one that is not there.
    data = b"".join((*rows, bytes(8)))
    short = np.ndarray(len(data) - 3, ">i4", data, strides=(1,))
    long = np.ndarray(len(data) - 7, ">i8", data, strides=(1,))
    ends = np.cumsum(np.fromiter(map(len, rows), np.int32, len(rows)), dtype=np.int32)
    at = np.concatenate((np.zeros(1, np.int32), ends[:-1])) + np.int32(_COUNT)
    texts = _Texts(data, len(rows))
    made = []
    for type_ in schema.types:
        told = short[at].astype(np.int32)
        at += np.int32(_LENGTH)
        if pa.types.is_string(type_):
            made.append(texts.at(at, told))
        elif pa.types.is_timestamp(type_):
            made.append(_numbers(long[at].astype(np.int64) + MICROSECONDS_BEFORE, told, type_))
        else:
            less = DAYS_BEFORE if pa.types.is_date(type_) else 0
            made.append(_numbers(short[at].astype(np.int32) + np.int32(less), told, type_))
        at += np.maximum(told, 0)
    return pa.table(made, schema=schema)


def _numbers(values: Any, told: Any, type_: pa.DataType) -> pa.Array:
    return pa.array(values, mask=told < 0).view(type_)


class _Texts:
    """Texts that lie in some bytes: as values of an array that holds what is between them too."""

    def __init__(self, data: bytes, number: int) -> None:
        self._data, self._length = pa.py_buffer(data), 2 * number - 1
        self._places = np.arange(0, 2 * number, 2, dtype=np.int32)
        self._all = pa.array(self._places)

    def at(self, start: Any, length: Any) -> pa.Array:
        """Those that begin there; what is not longer than nothing is none."""
        offsets = np.empty(self._length + 1, np.int32)
        offsets[::2] = start
        none = length <= 0
        some_none = none.any()
        np.add(start, np.where(none, 0, length) if some_none else length, out=offsets[1::2])
        whole = pa.Array.from_buffers(
            pa.string(), self._length, [None, pa.py_buffer(offsets), self._data]
        )
        return whole.take(pa.array(self._places, mask=none) if some_none else self._all)

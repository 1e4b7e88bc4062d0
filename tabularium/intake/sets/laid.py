"""A column of texts as it lies in memory: all bytes one behind the other, and where each cell is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Laid:
    """A column in memory.

    Attributes:
        data: the bytes of all cells, one behind the other.
        begins: of each cell in `data`.
        ends: of each cell in `data`.
    """

    data: Bytes
    begins: Places
    ends: Places


def laid(texts: pa.Array) -> Laid:
    """Where the cells of a column of texts lie; nothing is copied but the places."""
    _, ends, data = texts.buffers()
    offsets = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    whole = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    places = offsets.astype(np.int64) - first
    return Laid(whole[first:last], places[:-1], places[1:])

"""Parquet (Apache Parquet format 2), read in batches of rows."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from tabularium.intake.readers.headers import Header
from tabularium.intake.readers.parquet_cells import Texts, texts_of
from tabularium.intake.readers.parquet_pages import LARGEST_FOOTER, Sizes, check_sizes
from tabularium.intake.readers.shape import FileShape, Row, Trouble, UnreadableFile

BATCH = 4_096
"""Rows that are in memory at once."""
LARGEST_BATCH = 64 << 20
"""Bytes of the largest batch, a text that its rows share counted once."""

_BUFFER = 1 << 20
_MOST_ENTRIES = 1 << 20
_ROWS_ANYHOW, _ROWS_A_BYTE = 1_000_000, 10
_FEW_ROWS = 4
_BROKEN = (
    pa.ArrowException,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    EOFError,
    RuntimeError,
)
"""What is raised for files that are no right Parquet, beside an OSError without a number: Arrow's own, and
what Cython makes of each exception of C++ that Arrow does not catch.
"""


class _Column(NamedTuple):
    name: str
    texts: Texts


def read_parquet(path: Path, shape: FileShape) -> Iterator[Row]:
    """The records of a file, numbered from 1.

    Raises:
        UnreadableFile: the file is damaged or no Parquet, its cells are lists or records, it holds more
            than fits its size, or it lacks a column that is needed.
        OSError: the file cannot be read.
    """
    number = 0
    with path.open("rb") as source:
        try:
            for row in _rows(source, path.stat().st_size, shape):
                number = row.number
                yield row
        except UnreadableFile:
            raise
        except OSError as error:
            if error.errno is not None:
                raise
            raise _damaged(number) from None
        except _BROKEN:
            raise _damaged(number) from None


def _damaged(after: int) -> UnreadableFile:
    where = f" after record {after}" if after else ""
    return UnreadableFile(
        f"The file is damaged{where} or not a Parquet file. Write it again with its own program."
    )


def _rows(source: BinaryIO, size: int, shape: FileShape) -> Iterator[Row]:
    sizes = check_sizes(source)
    batch_size = _batch_size(sizes, size)
    source.seek(0)
    opened = partial(
        parquet.ParquetFile,
        buffer_size=_BUFFER,
        pre_buffer=False,
        coerce_int96_timestamp_unit="us",
        thrift_string_size_limit=LARGEST_FOOTER,
        thrift_container_size_limit=_MOST_ENTRIES,
        arrow_extensions_enabled=False,
    )
    with opened(source) as file:
        columns = [_Column(each.name, texts_of(each)) for each in file.schema_arrow]
        texts = [each.name for each in file.schema_arrow if _is_text(each.type)]
    header = Header.of([column.name for column in columns], shape, "The file")
    if not columns:
        raise UnreadableFile("The file has no column.")
    # A text that many rows share stays one text: without that, a small file could fill the memory.
    with opened(source, read_dictionary=[] if sizes.has_deltas else texts) as file:
        number = 0
        for batch in file.iter_batches(batch_size=batch_size, use_threads=False):
            if batch.nbytes > LARGEST_BATCH:
                raise UnreadableFile(
                    f"The rows after record {number} are longer than those of any table. Send it as CSV."
                )
            for cells, trouble in _records(batch, columns):
                number += 1
                row = header.row(number, cells)
                yield row if trouble is None else Row(number, row.cells, trouble)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _batch_size(sizes: Sizes, size: int) -> int:
    """How many rows to read at once, if the file has no more than a table of its size can have."""
    if sizes.rows > _ROWS_ANYHOW + _ROWS_A_BYTE * size:
        raise UnreadableFile(
            "The file says that it has more records than a file of its size can hold. Send it as CSV."
        )
    # Texts that are written by how they differ from the one before take few bytes, however long they are.
    return _FEW_ROWS if sizes.has_deltas else BATCH


def _records(
    batch: pa.RecordBatch, columns: Sequence[_Column]
) -> Iterator[tuple[list[str | None], Trouble | None]]:
    """The cells of each row, with what is wrong with them as texts."""
    read = [column.texts(values) for column, values in zip(columns, batch.columns, strict=True)]
    troubles: dict[int, Trouble] = {}
    for _, found in read:
        troubles.update(found)
    for place, cells in enumerate(zip(*(texts for texts, _ in read), strict=True)):
        yield list(cells), troubles.get(place) if troubles else None

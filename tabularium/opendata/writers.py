"""Files of records in three formats, each written block by block; memory does not grow with them.

Each carries the instant by which a copy of it is to be deleted: CSV and JSON Lines in a column of its own
that says the same in every row, Parquet in the metadata of the file (`tabularium.valid_until`).
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from tabularium.opendata.lines import END, JSON, csv_lines, json_objects, with_ends
from tabularium.register.open_columns import Records
from tabularium.register.open_records import FIELDS, iso
from tabularium.register.shared_texts import OWN, SHARED_SCHEMA, only_used

VALID_UNTIL = "file_valid_until"
"""The column of text files that says by when a copy of the file is to be deleted."""

ROWS_IN_A_GROUP = 50_000

_LOOKED_FOR = ["id", "authority", "organisation", "decided_on", "public_from", "public_until"]
"""By which readers leave out parts of a file of Parquet: least and greatest are told of each part."""


@dataclass
class Written:
    """A file that passes by: its length and its digest."""

    stream: BinaryIO
    digest: Any = field(default_factory=hashlib.sha256)
    length: int = 0

    def write(self, data: bytes | memoryview) -> int:
        """Write on."""
        self.digest.update(data)
        self.length += len(data)
        return self.stream.write(data)


class Writer(Protocol):
    """Writes records to a file, put into its format by `encoded`, which does not know of which file."""

    @staticmethod
    def encoded(records: Records) -> Any:
        """Some records as any file of this format takes them: what two files hold is put there once."""

    def write(self, encoded: Any) -> None:
        """Write some more records."""

    def finish(self) -> None:
        """Write what is left; the file itself stays open."""

    def stop(self) -> None:
        """Write nothing more."""


class _LinesWriter:
    """Lines, each ended by what the file says of itself."""

    def __init__(self, target: Written, end: str) -> None:
        self._target, self._end = target, end

    def write(self, encoded: pa.Array) -> None:
        """Write some more records."""
        self._target.write(with_ends(encoded, self._end))

    def finish(self) -> None:
        """Nothing is left to write."""

    def stop(self) -> None:
        """Nothing is being written."""


class CsvWriter(_LinesWriter):
    """CSV as RFC 4180 has it, in UTF-8: a header, and a line for each record.

    A cell that a spreadsheet program would run as a formula gets an apostrophe before it.
    """

    def __init__(self, target: Written, valid_until: datetime) -> None:
        super().__init__(target, f",{iso(valid_until)}{END}")
        target.write((",".join([*FIELDS, VALID_UNTIL]) + END).encode())

    @staticmethod
    def encoded(records: Records) -> pa.Array:
        """A line for each record, without its end."""
        return csv_lines(records)


class JsonLinesWriter(_LinesWriter):
    """JSON Lines in UTF-8: an object for each record, with every member."""

    def __init__(self, target: Written, valid_until: datetime) -> None:
        last = JSON.encode({VALID_UNTIL: iso(valid_until)})
        super().__init__(target, f",{last[1:]}\n")

    @staticmethod
    def encoded(records: Records) -> pa.Array:
        """A line for each record, without the member that says how long it is valid."""
        return json_objects(records)


class ParquetWriter:
    """Parquet with Zstandard: dates as dates, instants in UTC.

    A group of records is encoded by a thread while the next are made.
    """

    def __init__(self, target: Written, valid_until: datetime) -> None:
        self._writer = pq.ParquetWriter(
            pa.PythonFile(_Sink(target), mode="w"),
            SHARED_SCHEMA,
            compression="zstd",
            use_dictionary=[name for name in FIELDS if name not in OWN],
            write_statistics=_LOOKED_FOR,
            # Else Arrow's readers would get dictionaries where others get texts.
            store_schema=False,
        )
        self._writer.add_key_value_metadata({"tabularium.valid_until": iso(valid_until)})
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet")
        self._writing: Future[None] | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    @staticmethod
    def encoded(records: Records) -> pa.Table:
        """The records, column by column, as they come."""
        return records.columns

    def write(self, encoded: pa.Table) -> None:
        """Write some more records."""
        self._waiting.append(encoded)
        self._rows += encoded.num_rows
        while self._rows >= ROWS_IN_A_GROUP:
            self._write_group()

    def finish(self) -> None:
        """Write what is left, and the foot."""
        if self._rows:
            self._write_group()
        self._await()
        self._thread.shutdown()
        self._writer.close()

    def stop(self) -> None:
        """Write nothing more than the group that is being written."""
        self._thread.shutdown()

    def _write_group(self) -> None:
        # As one piece: else where the records came in parts would show in the file.
        every = pa.concat_tables(self._waiting)
        group = only_used(every.slice(0, ROWS_IN_A_GROUP))
        self._await()
        self._writing = self._thread.submit(self._writer.write_table, group)
        rest = every.slice(ROWS_IN_A_GROUP)
        self._waiting, self._rows = [rest], len(rest)

    def _await(self) -> None:
        if self._writing is not None:
            self._writing.result()


class _Sink:
    """What Arrow writes to."""

    closed = False

    def __init__(self, target: Written) -> None:
        self._target = target

    def write(self, data: Any) -> int:
        # Arrow writes its foot even where the file was given up and is closed.
        return len(data) if self._target.stream.closed else self._target.write(bytes(data))

    def flush(self) -> None:
        """The file is flushed when it is whole."""

    def close(self) -> None:
        self.closed = True

    def tell(self) -> int:
        return self._target.length


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files: how they end, what they are, and what writes them."""

    ending: str
    media_type: str
    title: str
    writer: Any


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.ending: each
        for each in (
            Format("csv", "text/csv", "CSV", CsvWriter),
            Format("jsonl", "application/jsonl", "JSON Lines", JsonLinesWriter),
            Format("parquet", "application/vnd.apache.parquet", "Parquet", ParquetWriter),
        )
    }
)


@dataclass
class FileBeingWritten:
    """One file of records.

    Attributes:
        path: where it is written.
        rows: how many records are in it.
    """

    path: Path
    format: Format
    valid_until: datetime
    rows: int = 0

    def __post_init__(self) -> None:
        self._stream = self.path.open("wb")
        self.written = Written(self._stream)
        self._writer: Writer = self.format.writer(self.written, self.valid_until)

    def write_encoded(self, encoded: Any, number: int) -> None:
        """Write some more records, so many, which the format's writer has encoded."""
        self._writer.write(encoded)
        self.rows += number

    def finish(self, sync: Any) -> None:
        """Write the end, let it reach the disk, and close."""
        self._writer.finish()
        self._stream.flush()
        sync(self._stream.fileno())
        self._stream.close()

    def discard(self) -> None:
        """Let go of it when it is not to be finished."""
        self._writer.stop()
        self._stream.close()

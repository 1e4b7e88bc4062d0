"""What stands beside entries in the records of open data: read once for a kind, and kept in a file."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pyarrow as pa
from django.db.models import Exists, OuterRef
from pyarrow import compute

from tabularium.core.kinds import Kind
from tabularium.register.open_records import BESIDE, SPOKEN, said_beside
from tabularium.register.open_rows import AT_ONCE, SCHEMA
from tabularium.register.visibility import public_entries

_COLUMNS = pa.schema([SCHEMA.field(name) for name in ("id", *BESIDE)])


@dataclass(frozen=True)
class Beside:
    """What stands beside entries, by their identities: tables that lie in a file, and where each begins."""

    tables: Sequence[pa.RecordBatch]
    first: Sequence[str]

    @classmethod
    @contextmanager
    def of_all(cls, kind: str, now: datetime) -> Iterator[Self]:
        """Of all entries of a kind; before they are read, for then the database is busy."""
        entries = public_entries(now).filter(kind=kind).order_by("pk")
        if kind != Kind.PROMISE:
            entries = entries.filter(Exists(SPOKEN.filter(entry=OuterRef("pk"))))
        with TemporaryDirectory(prefix="tabularium-") as folder:
            file = Path(folder) / "beside.arrow"
            with pa.ipc.new_file(file, _COLUMNS) as writer:
                every = entries.values_list("pk", flat=True).iterator(AT_ONCE)
                while ids := list(islice(every, AT_ONCE)):
                    said = said_beside(ids, now)
                    rows = [(pk, *said[pk]) for pk in ids if pk in said]
                    columns = zip(_COLUMNS, *rows, strict=True)
                    arrays = [pa.array(each, field.type) for field, *each in columns]
                    writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=_COLUMNS))
            with pa.memory_map(str(file)) as source:
                reader = pa.ipc.open_file(source)
                tables = [reader.get_batch(each) for each in range(reader.num_record_batches)]
                tables = [each for each in tables if len(each)]
                yield cls(tables, [each["id"][0].as_py() for each in tables])

    def of(self, ids: pa.Array) -> dict[str, pa.Array]:
        """What stands beside these."""
        start = max(bisect_right(self.first, ids[0].as_py()) - 1, 0)
        end = bisect_right(self.first, ids[-1].as_py())
        if start == end:
            return {name: pa.nulls(len(ids), SCHEMA.field(name).type) for name in BESIDE}
        near = pa.Table.from_batches(self.tables[start:end], _COLUMNS).combine_chunks()
        places = compute.index_in(ids, near["id"].combine_chunks())
        return {name: near[name].combine_chunks().take(places) for name in BESIDE}

"""Records of all public entries from the records of before, and anew only what may have changed since.

Which entries are public is asked of the database for every one, through the one selector; a record of before
is taken over only for one of those. So what has ended is gone, whatever else is wrong. Beside that nothing
may have told of the entry since: not the feed of changes, no event of it, no erasure of a field. All other
public entries are read, and what stands beside entries is read for all.

What a record says of its organisation, authority and item is written once and never changed: no service does.
"""

from bisect import bisect_right
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

from tabularium.register.among import Among
from tabularium.register.models import ErasedField
from tabularium.register.open_beside import Beside
from tabularium.register.open_columns import PLAIN_SCHEMA, PlainRecords, Records, whole_records
from tabularium.register.open_rows import AT_ONCE, SCHEMA, Reading, ahead
from tabularium.register.public_changes import Cursor, changed_since

MARGIN = timedelta(hours=1)
"""So long before they were read an event counts as one since: clocks differ, and commits come later."""

STEP_BACK = 1000
"""So many places before where the feed was then count as changed since; none of them need be."""

MOST_CHANGED, ALWAYS = 0.25, 5000
"""A share of all records, or so many: where more may have changed, reading all is no slower."""

TAKEN_AT_ONCE, COMPARED_AT_ONCE = 10_000, 20_000
"""Records that are taken from the file together, and identities of today that are compared with them."""


@dataclass(frozen=True)
class Changed:
    """What may have changed since records were read.

    Attributes:
        entries: identities in their order.
        since: what something happened to from here on may have changed too.
    """

    entries: pa.Array
    since: datetime

    @classmethod
    def after(cls, cursor: Cursor, read_at: datetime, records: int) -> Self | None:
        """What the feed and erasures tell of.

        Args:
            cursor: where the feed was before the records were read.
            read_at: when they were.
            records: how many there are.

        Returns:
            None if the feed is another, or too much has changed.
        """
        since, most = read_at - MARGIN, max(int(records * MOST_CHANGED), ALWAYS)
        told = changed_since(replace(cursor, began=cursor.began - STEP_BACK), most)
        if told is None:
            return None
        erased = ErasedField.objects.filter(at__gte=since)
        every = chain(told, erased.values_list("version__entry_id", flat=True)[: most + 1])
        entries = pa.array(every, pa.string()).unique()
        if len(entries) > most:
            return None
        return cls(entries.take(compute.sort_indices(entries)), since)

    def between(self, after: str, last: str) -> pa.Array:
        """Those behind an identity, up to another."""
        start, end = _place_behind(self.entries, after), _place_behind(self.entries, last)
        return self.entries.slice(start, end - start)


def blocks_again(
    kind: str, now: datetime, file: Path, changed: Changed, *, at_once: int = AT_ONCE
) -> Generator[Records]:
    """What `open_columns.blocks_of_records` gives, most of it from a file.

    Args:
        kind: of the entries.
        now: they are public then.
        file: Parquet with records of this kind in the order of identities, right at some time before.
        changed: what may have changed since.
        at_once: so many together.

    Raises:
        ValueError: the file holds other records.
        LookupError: an entry is of an item that came after `now`.
    """
    with (
        Beside.of_all(kind, now) as beside,
        pq.ParquetFile(file, memory_map=True) as before,
    ):
        if not before.schema_arrow.equals(SCHEMA):
            raise ValueError("the file holds other records")
        plain = PlainRecords.of(kind)
        with (
            Reading.of(kind, now, a_few=True) as reading,
            closing(ahead(_parts(before))) as taken,
            closing(_Merging(reading, plain, changed, at_once).parts(taken)) as parts,
            closing(ahead(parts)) as every,
        ):
            for part in every:
                records = whole_records(part, beside).columns
                for start in range(0, len(records), at_once):
                    yield Records(records.slice(start, at_once))


def _parts(file: pq.ParquetFile) -> Iterator[tuple[pa.Table, str | None]]:
    """Records in the order of identities, and up to which identity each part goes; the last to the end."""
    part = PLAIN_SCHEMA.empty_table()
    for batch in file.iter_batches(TAKEN_AT_ONCE, columns=PLAIN_SCHEMA.names, use_threads=True):
        if len(part):
            yield part, part["id"][-1].as_py()
        part = pa.Table.from_batches([batch])
    yield part, None


@dataclass(frozen=True)
class _Merging:
    """Makes the records of today from those of before."""

    reading: Reading
    plain: PlainRecords
    changed: Changed
    at_once: int

    def parts(self, before: Iterator[tuple[pa.Table, str | None]]) -> Generator[pa.Table]:
        """Records by `PLAIN_SCHEMA`, in the order of identities."""
        after = ""
        for part, last in before:
            more = True
            while more:
                public = self.reading.identities(after, last, COMPARED_AT_ONCE, self.changed.since)
                more = len(public) == COMPARED_AT_ONCE
                if len(public):
                    merged = self._merged(part, public, after)
                    if len(merged):
                        yield merged
                    after = public["id"][-1].as_py()
            after = after if last is None else last

    def _merged(self, part: pa.Table, public: pa.Table, after: str) -> pa.Table:
        """The records of some public entries, taken over from `part` or read."""
        ids = public["id"].combine_chunks()
        places = compute.index_in(ids, value_set=part["id"])
        same = compute.and_not(places.is_valid(), public["happened"].combine_chunks())
        told = self.changed.between(after, ids[-1].as_py())
        if len(told):
            same = compute.and_not(same, compute.is_in(ids, value_set=told))
        fresh = ids.filter(compute.invert(same))
        if len(fresh):
            blocks = self.reading.entries(Among("pk", fresh.to_pylist()), at_once=self.at_once)
            read = pa.concat_tables(
                [PLAIN_SCHEMA.empty_table(), *(self.plain.made_of(each) for each in blocks)]
            )
            # One that is not public any more since a moment ago is not among what was read.
            behind = compute.add(compute.index_in(ids, value_set=read["id"]), len(part))
            places = compute.if_else(same, places, behind).drop_null()
            part = pa.concat_tables([part, read]).combine_chunks()
        elif len(part) == len(places):
            return part
        return part.take(places)


def _place_behind(texts: pa.Array, text: str) -> int:
    return bisect_right(range(len(texts)), text, key=lambda place: texts[place].as_py())

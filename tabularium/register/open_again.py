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
from tabularium.register.open_identities import Identities
from tabularium.register.open_rows import AT_ONCE, Reading, ahead
from tabularium.register.public_changes import Cursor, changed_since
from tabularium.register.shared_texts import SHARED, SHARED_SCHEMA, shared

MARGIN = timedelta(hours=1)
"""So long before they were read an event counts as one since: clocks differ, and commits come later."""

STEP_BACK = 1000
"""So many places before where the feed was then count as changed since; none of them need be."""

MOST_CHANGED, ALWAYS = 0.25, 5000
"""A share of all records, or so many: where more may have changed, reading all is no slower."""

TAKEN_AT_ONCE = 12_500
"""Records that are taken from the file together."""

AHEAD = 2
"""Parts that wait for the next step, which takes some faster than others."""


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
    kind: str,
    now: datetime,
    public: Identities,
    file: Path,
    changed: Changed,
    *,
    at_once: int = AT_ONCE,
) -> Generator[Records]:
    """What `open_columns.blocks_of_records` gives, most of it from a file.

    Args:
        kind: of the entries.
        now: they are public then.
        public: all that are, and whether something happened to them since `changed.since`.
        file: Parquet with records of this kind in the order of identities, right at some time before.
        changed: what may have changed since.
        at_once: so many together.

    Raises:
        ValueError: the file holds other records.
        LookupError: an entry is of an item that came after `now`.
    """
    with pq.ParquetFile(file, memory_map=True, read_dictionary=SHARED) as before:
        if not before.schema_arrow.equals(SHARED_SCHEMA):
            raise ValueError("the file holds other records")
        if not len(public):
            return
        plain = PlainRecords.of(kind)
        with (
            Beside.of_all(kind, now) as beside,
            Reading.of(kind, now, a_few=True) as reading,
            closing(ahead(_parts(before), AHEAD)) as taken,
            closing(_Asking(reading, public, plain, changed, at_once).parts(taken)) as parts,
            closing(ahead(parts, AHEAD)) as asked,
            closing(ahead(_whole(asked, beside), AHEAD)) as every,
        ):
            for part in every:
                for start in range(0, len(part), at_once):
                    yield Records(part.columns.slice(start, at_once))


def _parts(file: pq.ParquetFile) -> Iterator[tuple[pa.Table, str | None]]:
    """Records in the order of identities, and up to which identity each part goes; the last to the end."""
    part = shared(PLAIN_SCHEMA.empty_table())
    for batch in file.iter_batches(TAKEN_AT_ONCE, columns=PLAIN_SCHEMA.names, use_threads=False):
        if len(part):
            yield part, part["id"][-1].as_py()
        part = pa.Table.from_batches([batch])
    yield part, None


def _whole(parts: Iterator["_Part"], beside: Beside) -> Iterator[Records]:
    for part in parts:
        plain = part.put_together()
        if len(plain):
            yield whole_records(plain, beside)


@dataclass(frozen=True)
class _Asking:
    """Asks the database for what may have changed of what is public."""

    reading: Reading
    public: Identities
    plain: PlainRecords
    changed: Changed
    at_once: int

    def parts(self, before: Iterator[tuple[pa.Table, str | None]]) -> Generator["_Part"]:
        """Of what records are made, in the order of identities."""
        after = ""
        for part, last in before:
            public = self.public.between(after, last)
            if len(public):
                yield self._asked(part, public, after)
            after = after if last is None else last

    def _asked(self, part: pa.Table, public: pa.Table, after: str) -> "_Part":
        """Some public entries, to be taken over from `part` or read."""
        ids = public["id"].combine_chunks()
        places = compute.index_in(ids, value_set=part["id"])
        same = compute.and_not(places.is_valid(), public["happened"].combine_chunks())
        told = self.changed.between(after, ids[-1].as_py())
        if len(told):
            same = compute.and_not(same, compute.is_in(ids, value_set=told))
        fresh = ids.filter(compute.invert(same))
        read = PLAIN_SCHEMA.empty_table()
        if len(fresh):
            blocks = self.reading.entries(Among("pk", fresh.to_pylist()), at_once=self.at_once)
            read = pa.concat_tables([read, *(self.plain.made_of(each) for each in blocks)])
            # One that is not public any more since a moment ago is not among what was read.
            behind = compute.add(compute.index_in(ids, value_set=read["id"]), len(part))
            places = compute.if_else(same, places, behind).drop_null()
        return _Part(part, read, places)


@dataclass(frozen=True)
class _Part:
    """Records of before, records of today behind them, and the places of those that are given out."""

    before: pa.Table
    read: pa.Table
    places: pa.Array

    def put_together(self) -> pa.Table:
        """Records by `PLAIN_SCHEMA`."""
        if not len(self.read) and len(self.places) == len(self.before):
            return self.before
        every = pa.concat_tables([self.before, shared(self.read)]).combine_chunks()
        return every.take(self.places)


def _place_behind(texts: pa.Array, text: str) -> int:
    return bisect_right(range(len(texts)), text, key=lambda place: texts[place].as_py())

"""Entries as the database gives them out, as Arrow columns: what records of open data are made of.

The database joins what belongs to entries, and no Python object is made of a row.
"""

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

import pyarrow as pa
from django.db import connections, transaction
from django.db.models import (
    F,
    Func,
    IntegerField,
    Lookup,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast
from pyarrow import compute

from tabularium.register import binary_columns
from tabularium.register.among import READS_ALL
from tabularium.register.models import Entry
from tabularium.register.open_records import FIELDS, PLAIN, type_of
from tabularium.register.visibility import public_entries

Part = TypeVar("Part")

AT_ONCE = 5000
"""Entries that are read together."""

ROOM = "64MB"
"""In which PostgreSQL sorts and joins them; else it goes to its disk more often."""

_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}
SCHEMA = pa.schema([pa.field(name, _ARROW[type_of(name)]) for name in FIELDS])
"""Of the records as columns."""

OF_ITEM: Mapping[str, str] = {"field": "field", "item": "code", "item_version": "version"}
"""What an entry has of its catalogue item, and the item's column."""

JSON = ("details", "erased_fields")
"""Members that are JSON."""

_READ = {
    **{name: path for name, path in PLAIN.items() if name not in {*OF_ITEM, "kind"}},
    "identifiers": "organisation__identifiers",
    "item_id": "item_id",
}
"""What is read for each entry; `identifiers` one by one."""
_AS_READ = pa.schema(
    [SCHEMA.field(name) if name in FIELDS else (name, pa.int32()) for name in _READ]
)


@contextmanager
def with_room(alias: str) -> Iterator[Any]:
    """A cursor of a transaction in which PostgreSQL sorts and joins in memory."""
    with transaction.atomic(alias, savepoint=False), connections[alias].cursor() as cursor:
        if connections[alias].vendor == "postgresql":
            # To compile what it does takes longer here than it spares.
            cursor.execute(
                "SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [ROOM]
            )
        yield cursor


@dataclass(frozen=True, slots=True)
class Reading:
    """A transaction in which entries of a kind that are public at an instant are read.

    By one thread at a time, whichever it is.
    """

    kind: str
    now: datetime
    connection: Any
    cursor: Any

    @classmethod
    @contextmanager
    def of(cls, kind: str, now: datetime, *, a_few: bool = False) -> Iterator[Self]:
        """Begin to read; nothing else may be asked of the database until the end.

        Args:
            kind: of the entries.
            now: they are public then.
            a_few: they are looked up by an index, however many are asked for.
        """
        alias = public_entries(now).db
        connection = connections[alias]
        with _kept_memory(), with_room(alias) as cursor:
            if a_few and connection.vendor == "postgresql":
                for each in READS_ALL:
                    cursor.execute("SELECT set_config(%s, 'off', true)", [each])
            yield cls(kind, now, connection, cursor)

    def entries(self, *which: "Lookup[Any]", at_once: int = AT_ONCE) -> Generator[pa.Table]:
        """Entries in the order of their identities, each in one row.

        Args:
            which: conditions beside that they are public.
            at_once: so many together, or one more.
        """
        columns = (self._expression(name) for name in _READ)
        return _whole_entries(
            self._blocks(self._public(*which).values_list(*columns), _AS_READ, at_once)
        )

    def _public(self, *which: "Lookup[Any]") -> QuerySet[Entry]:
        return public_entries(self.now).filter(*which, kind=self.kind).order_by("pk")

    def _expression(self, name: str) -> Any:
        path = _READ[name]
        if name == "identifiers":
            scheme, value = F(f"{path}__scheme"), F(f"{path}__value")
            return Func(
                scheme,
                value,
                template="(%(expressions)s)",
                arg_joiner=" || ':' || ",
                output_field=TextField(),
            )
        if name == "item_id":
            return Cast(path, IntegerField())
        if name in JSON:
            return Cast(path, TextField())
        return self._texts_for_sqlite(path) if type_of(name) in {"date", "datetime"} else F(path)

    def _texts_for_sqlite(self, path: str) -> Any:
        # Its driver makes objects of days and instants; of texts Arrow does.
        return Cast(path, TextField()) if self.connection.vendor == "sqlite" else F(path)

    def _sql(self, rows: "QuerySet[Entry, Any]") -> tuple[str, Any]:
        compiler = rows.query.get_compiler(connection=self.connection)
        sql, parameters = compiler.as_sql()
        return sql, parameters

    def _blocks(
        self, rows: "QuerySet[Entry, Any]", schema: pa.Schema, at_once: int
    ) -> Iterator[pa.Table]:
        """What the database gives out, as columns."""
        sql, parameters = self._sql(rows)
        if self.connection.vendor == "postgresql":
            command = f"COPY ({sql}) TO STDOUT (FORMAT binary)"
            with self.cursor.copy(command, parameters) as messages:
                yield from binary_columns.blocks(messages, schema, at_once)
        else:
            self.cursor.execute(sql, parameters)
            while some := self.cursor.fetchmany(at_once):
                yield _from_rows(some, schema)


@contextmanager
def _kept_memory() -> Iterator[None]:
    """Let Arrow use the system's memory.

    Its own pools give large pieces back at once and get them anew: a quarter of the time of a build.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def _from_rows(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = []
    for values, type_ in zip(zip(*rows, strict=True), schema.types, strict=True):
        if pa.types.is_string(type_):
            texts = pa.array(values, type_)
            columns.append(compute.if_else(compute.equal(texts, ""), None, texts))
        elif pa.types.is_timestamp(type_):
            columns.append(pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(type_))
        elif pa.types.is_date(type_):
            columns.append(pa.array(values, pa.string()).cast(type_))
        else:
            columns.append(pa.array(values, type_))
    return pa.table(columns, schema=schema)


def ahead(parts: Iterator[Part], at_most: int = 1) -> Generator[Part]:
    """The same, some of the next of which are made by a thread while one is in use.

    Args:
        parts: any but None.
        at_most: so many wait to be used.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="records") as thread:
        try:
            coming = deque(thread.submit(next, parts, None) for _ in range(at_most))
            while (part := coming.popleft().result()) is not None:
                coming.append(thread.submit(next, parts, None))
                yield part
        finally:
            thread.shutdown(cancel_futures=True)


def _whole_entries(parts: Iterator[pa.Table]) -> Generator[pa.Table]:
    """The same, each entry in one row with all numbers of its organisation."""
    kept = _AS_READ.empty_table()
    for part in parts:
        block = pa.concat_tables([kept, part]) if len(kept) else part
        # More numbers of the last may come.
        start = compute.index(block["id"], block["id"][-1]).as_py()
        if start:
            yield _one_row_each(block.slice(0, start))
        kept = block.slice(start)
    if len(kept):
        yield _one_row_each(kept)


def _one_row_each(block: pa.Table) -> pa.Table:
    ids = block["id"].combine_chunks()
    again = compute.equal(ids.slice(1), ids.slice(0, len(ids) - 1))
    if not compute.any(again).as_py():
        return block
    several = compute.is_in(ids, ids.slice(1).filter(again))
    numbers: dict[str, list[list[str]]] = {}
    told = block["identifiers"].filter(several).to_pylist()
    for pk, number in zip(ids.filter(several).to_pylist(), told, strict=True):
        numbers.setdefault(pk, []).append(number.split(":", 1))
    joined = [" ".join(map(":".join, sorted(each))) for each in numbers.values()]
    first = compute.invert(pa.concat_arrays([pa.array([False]), again]))
    block, several = block.filter(first), several.filter(first)
    place = block.column_names.index("identifiers")
    whole = compute.replace_with_mask(
        block["identifiers"].combine_chunks(), several, pa.array(joined, pa.string())
    )
    return block.set_column(place, _AS_READ.field(place), whole)

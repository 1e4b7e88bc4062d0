"""The records of all public entries as Arrow columns: `open_records` for a whole register.

What a record is stands there, and a test holds that both say the same. Here the database joins what belongs
to entries and gives it out, one question for each kind, and a Python object is made only of what is unusual
or comes again and again: entries with a word beside them, organisations with several numbers, facts whose
JSON is not plain, and each address once.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from django.db import connections, transaction
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from pyarrow import compute

from tabularium.core.kinds import Kind
from tabularium.core.web_addresses import web_address
from tabularium.register import binary_columns
from tabularium.register.models import CatalogueItem, Entry
from tabularium.register.open_records import (
    BESIDE,
    FIELDS,
    PLAIN,
    SPOKEN,
    Row,
    canonical,
    said_beside,
    type_of,
)
from tabularium.register.visibility import public_entries

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

_OF_ITEM = {"field": "field", "item": "code", "item_version": "version"}
"""What an entry has of its catalogue item, and the item's column."""
_JSON = ("details", "erased_fields")
_READ = {
    **{name: path for name, path in PLAIN.items() if name not in {*_OF_ITEM, "kind"}},
    "identifiers": "organisation__identifiers",
    "item_id": "item_id",
}
"""What is read for each entry; `identifiers` one by one."""
_AS_READ = pa.schema(
    [SCHEMA.field(name) if name in FIELDS else (name, pa.int32()) for name in _READ]
)
_BESIDE = pa.schema([SCHEMA.field(name) for name in ("id", *BESIDE)])

_ONE_MEMBER = r'^\{"[0-9A-Za-z_.-]+": "[^"\\]*"\}$'
# Members in the order in which PostgreSQL writes them, without a sign that JSON writes otherwise.
_PLAIN_JSON = r'^\{("[0-9A-Za-z_.-]+": "[^"\\]*"(, |\}$))+$'
_MEMBER, _COMPACT = r'("[^"]*"): ("[^"]*")(,?) ?', r"\1:\2\3"
_VALUE, _NO_VALUE = r'": "[^"]*"', '"'


@dataclass(frozen=True)
class Records:
    """Some records, as columns by `SCHEMA`."""

    columns: pa.Table

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def rows(self) -> list[Row]:
        """The same as `open_records` has them."""
        return list(map(list, zip(*(each.to_pylist() for each in self.columns), strict=True)))


def blocks_of_records(kind: str, now: datetime, *, at_once: int = AT_ONCE) -> Generator[Records]:
    """Records of all public entries of a kind, by identity, some at a time; memory does not grow.

    The next are read while some are in use, so nothing else may be asked of the database until the end.

    Raises:
        LookupError: an entry is of an item that came after `now`.
    """
    items = CatalogueItem.objects.in_bulk()
    of_items = {
        name: pa.array([getattr(each, column) for each in items.values()], SCHEMA.field(name).type)
        for name, column in _OF_ITEM.items()
    }
    keys = pa.array(items, pa.int32())
    with (
        _beside(kind, now) as beside,
        _read(_entries(kind, now), at_once) as parts,
        closing(_ahead(parts)) as ahead,
    ):
        for block in _whole_entries(ahead):
            columns = {name: block[name].combine_chunks() for name in block.column_names}
            places = compute.index_in(columns["item_id"], keys)
            if places.null_count:
                raise LookupError("an entry is of an item that was not there yet")
            columns |= {name: values.take(places) for name, values in of_items.items()}
            columns["kind"] = pa.repeat(pa.scalar(str(kind)), len(block))
            for name in ("legal_basis_url", "objection_url"):
                columns[name] = _each_once(columns[name], lambda text: web_address(text) or None)
            for name in _JSON:
                columns[name] = _canonical(columns[name])
            columns |= beside.of(columns["id"])
            yield Records(pa.table([columns[name] for name in FIELDS], schema=SCHEMA))


def _entries(kind: str, now: datetime) -> "QuerySet[Entry, Any]":
    """What is read, in the order of `_READ`; an entry as often as its organisation has numbers."""
    entries = public_entries(now).filter(kind=kind).order_by("pk")
    as_text = connections[entries.db].vendor == "sqlite"
    return entries.values_list(*(_expression(name, as_text=as_text) for name in _READ))


def _expression(name: str, *, as_text: bool) -> Any:
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
    # The driver of SQLite makes objects of days and instants; of texts Arrow does.
    if name in _JSON or (as_text and type_of(name) in {"date", "datetime"}):
        return Cast(path, TextField())
    return F(path)


@contextmanager
def _read(entries: "QuerySet[Entry, Any]", at_once: int) -> Iterator[Iterator[pa.Table]]:
    """What the database gives out, as columns by `_AS_READ`."""
    connection = connections[entries.db]
    sql, parameters = entries.query.get_compiler(entries.db).as_sql()
    with transaction.atomic(entries.db, savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('work_mem', %s, true)", [ROOM])
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT binary)", parameters) as messages:
                yield binary_columns.blocks(messages, _AS_READ, at_once)
        else:
            cursor.execute(sql, parameters)
            yield map(_from_rows, iter(lambda: cursor.fetchmany(at_once), []))


def _from_rows(rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = []
    for values, type_ in zip(zip(*rows, strict=True), _AS_READ.types, strict=True):
        if pa.types.is_string(type_):
            texts = pa.array(values, type_)
            columns.append(compute.if_else(compute.equal(texts, ""), None, texts))
        elif pa.types.is_timestamp(type_):
            columns.append(pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(type_))
        elif pa.types.is_date(type_):
            columns.append(pa.array(values, pa.string()).cast(type_))
        else:
            columns.append(pa.array(values, type_))
    return pa.table(columns, schema=_AS_READ)


def _ahead(parts: Iterator[pa.Table]) -> Generator[pa.Table]:
    """The same, the next of which is fetched by a thread while one is in use."""
    with ThreadPoolExecutor(1, thread_name_prefix="records") as thread:
        coming = thread.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = thread.submit(next, parts, None)
            yield part


def _whole_entries(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
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


def _each_once(texts: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """The texts changed, each different one once."""
    found = texts.dictionary_encode()
    before = found.dictionary.to_pylist()
    after = list(map(change, before))
    return texts if after == before else pa.array(after, pa.string()).take(found.indices)


def _canonical(texts: pa.Array) -> pa.Array:
    """JSON as `open_records.canonical` writes it, of JSON as the database has it."""
    texts = compute.if_else(compute.equal(texts, "{}"), None, texts)
    if texts.null_count == len(texts):
        return texts
    if compute.all(compute.match_substring_regex(texts, _ONE_MEMBER)).as_py():
        return compute.replace_substring(texts, '": "', '":"', max_replacements=1)
    plain = compute.match_substring_regex(texts, _PLAIN_JSON).fill_null(True)
    names = compute.replace_substring_regex(texts.filter(plain), _VALUE, _NO_VALUE).unique()
    lists = [json.loads(f"[{each[1:-1]}]") for each in names.drop_null().to_pylist()]
    if any(each != sorted(each) for each in lists):
        return _each_once(texts, _read_and_written)
    compact = compute.replace_substring_regex(texts, _MEMBER, _COMPACT)
    if compute.all(plain).as_py():
        return compact
    other = compute.invert(plain)
    told = _each_once(texts.filter(other), _read_and_written)
    return compute.replace_with_mask(compact, other, told)


def _read_and_written(text: str) -> str | None:
    return canonical(json.loads(text))


@dataclass(frozen=True)
class _Beside:
    """What stands beside entries, by their identities: tables that lie in a file, and where each begins."""

    tables: Sequence[pa.RecordBatch]
    first: Sequence[str]

    def of(self, ids: pa.Array) -> dict[str, pa.Array]:
        """What stands beside these."""
        start = max(bisect_right(self.first, ids[0].as_py()) - 1, 0)
        end = bisect_right(self.first, ids[-1].as_py())
        near = pa.Table.from_batches(self.tables[start:end], _BESIDE).combine_chunks()
        places = compute.index_in(ids, near["id"].combine_chunks())
        return {name: near[name].combine_chunks().take(places) for name in BESIDE}


@contextmanager
def _beside(kind: str, now: datetime) -> Iterator[_Beside]:
    """What stands beside entries of a kind: read before they are, for then the database is busy."""
    entries = public_entries(now).filter(kind=kind).order_by("pk").values_list("pk", flat=True)
    if kind != Kind.PROMISE:
        entries = entries.filter(Exists(SPOKEN.filter(entry=OuterRef("pk"))))
    with TemporaryDirectory(prefix="tabularium-") as folder:
        file = Path(folder) / "beside.arrow"
        with pa.ipc.new_file(file, _BESIDE) as writer:
            every = entries.iterator(AT_ONCE)
            while ids := list(islice(every, AT_ONCE)):
                said = said_beside(ids, now)
                rows = [(pk, *said[pk]) for pk in ids if pk in said]
                columns = zip(_BESIDE, *rows, strict=True)
                arrays = [pa.array(each, field.type) for field, *each in columns]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=_BESIDE))
        with pa.memory_map(str(file)) as source:
            reader = pa.ipc.open_file(source)
            tables = [reader.get_batch(each) for each in range(reader.num_record_batches)]
            tables = [each for each in tables if len(each)]
            yield _Beside(tables, [each["id"][0].as_py() for each in tables])

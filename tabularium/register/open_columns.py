"""The records of all public entries as Arrow columns: `open_records` for a whole register.

What a record is stands there, and a test holds that both say the same. Here the database joins what belongs
to entries and gives it out, one question for each kind, and a Python object is made only of what is unusual
or comes again and again: entries with a word beside them, organisations with several numbers, facts whose
JSON is not plain, and each address once.
"""

import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pyarrow as pa
from pyarrow import compute

from tabularium.core.web_addresses import web_address
from tabularium.register.models import CatalogueItem
from tabularium.register.open_beside import Beside
from tabularium.register.open_records import BESIDE, FIELDS, Row, canonical
from tabularium.register.open_rows import AT_ONCE, JSON, OF_ITEM, SCHEMA, Reading, ahead

PLAIN_SCHEMA = pa.schema([each for each in SCHEMA if each.name not in BESIDE])
"""Of records without what stands beside their entries."""

_ONE_MEMBER = r'^\{"[0-9A-Za-z_.-]+": "[^"\\]*"\}$'
# Members in the order in which PostgreSQL writes them, without a sign that JSON writes otherwise.
_PLAIN_JSON = r'^\{("[0-9A-Za-z_.-]+": "[^"\\]*"(, |\}$))+$'
_MEMBER, _COMPACT = r'("[^"]*"): ("[^"]*")(,?) ?', r"\1:\2\3"
_VALUE, _NO_VALUE = r'": "[^"]*"', '"'


@dataclass(frozen=True)
class Records:
    """Some records, as columns by `SCHEMA`; shared texts may be kept once."""

    columns: pa.Table

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def rows(self) -> list[Row]:
        """The same as `open_records` has them."""
        columns = self.columns.cast(SCHEMA)
        return list(map(list, zip(*(each.to_pylist() for each in columns), strict=True)))


def blocks_of_records(kind: str, now: datetime, *, at_once: int = AT_ONCE) -> Generator[Records]:
    """Records of all public entries of a kind, by identity, some at a time; memory does not grow.

    The next are read while some are in use, so nothing else may be asked of the database until the end.

    Raises:
        LookupError: an entry is of an item that came after `now`.
    """
    plain = PlainRecords.of(kind)
    with (
        Beside.of_all(kind, now) as beside,
        Reading.of(kind, now) as reading,
        closing(reading.entries(at_once=at_once)) as parts,
        closing(ahead(parts)) as every,
    ):
        for block in every:
            yield whole_records(plain.made_of(block), beside)


def whole_records(plain: pa.Table, beside: Beside) -> Records:
    """Records by `PLAIN_SCHEMA`, shared texts kept once or not, with what stands beside their entries."""
    columns = {name: plain[name] for name in plain.column_names}
    columns |= beside.of(plain["id"].combine_chunks())
    return Records(pa.table({name: columns[name] for name in FIELDS}))


@dataclass(frozen=True)
class PlainRecords:
    """Makes records of a kind, without what stands beside entries.

    Attributes:
        kind: of the entries.
        items: what entries have of their catalogue items, a row for each.
        keys: the items' keys in the database.
    """

    kind: str
    items: dict[str, pa.Array]
    keys: pa.Array

    @classmethod
    def of(cls, kind: str) -> "PlainRecords":
        """By the items that are there now."""
        items = CatalogueItem.objects.in_bulk()
        of_items = {
            name: pa.array(
                [getattr(each, column) for each in items.values()], SCHEMA.field(name).type
            )
            for name, column in OF_ITEM.items()
        }
        return cls(kind, of_items, pa.array(items, pa.int32()))

    def made_of(self, block: pa.Table) -> pa.Table:
        """The records of entries as `open_rows` has them, by `PLAIN_SCHEMA`.

        Raises:
            LookupError: an entry is of an item that came later.
        """
        columns = {name: block[name].combine_chunks() for name in block.column_names}
        places = compute.index_in(columns["item_id"], self.keys)
        if places.null_count:
            raise LookupError("an entry is of an item that was not there yet")
        columns |= {name: values.take(places) for name, values in self.items.items()}
        columns["kind"] = pa.repeat(pa.scalar(str(self.kind)), len(block))
        for name in ("legal_basis_url", "objection_url"):
            columns[name] = _each_once(columns[name], lambda text: web_address(text) or None)
        for name in JSON:
            columns[name] = _canonical(columns[name])
        return pa.table([columns[name] for name in PLAIN_SCHEMA.names], schema=PLAIN_SCHEMA)


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

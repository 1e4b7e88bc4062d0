"""Texts that many records share are kept once, and no longer than a record says them."""

from typing import Any

import pyarrow as pa
import pytest

from tabularium.register.open_rows import SCHEMA
from tabularium.register.shared_texts import OWN, SHARED, SHARED_SCHEMA, only_used, shared

_MEASURE = "measure"


def _table(*measures: str | None) -> pa.Table:
    """Records that differ in their measures."""
    some: dict[str, Any] = {each.name: pa.nulls(len(measures), each.type) for each in SCHEMA}
    return pa.table(some | {_MEASURE: pa.array(measures, pa.string())}, schema=SCHEMA)


def _texts(table: pa.Table) -> list[str]:
    kept: list[str] = table[_MEASURE].combine_chunks().dictionary.to_pylist()
    return kept


def test_every_column_of_texts_is_an_entrys_own_or_shared() -> None:
    texts = {each.name for each in SCHEMA if pa.types.is_string(each.type)}
    assert set(SHARED) | OWN == texts
    assert not set(SHARED) & OWN
    assert {"summary", "organisation_name"} <= OWN
    assert {"legal_basis", "authority"} <= set(SHARED)


def test_records_say_the_same_with_texts_kept_once() -> None:
    records = _table("fine", None, "warning", "fine", "")
    once = only_used(records)
    assert once.schema.equals(SHARED_SCHEMA)
    assert once.cast(SCHEMA).equals(records)
    assert shared(records).cast(SCHEMA).equals(records)


@pytest.mark.parametrize("left", [("c",), ("c", "b"), ("b", None, "c", "b"), (None,), ()])
def test_a_text_that_no_record_says_any_more_is_not_kept(left: tuple[str | None, ...]) -> None:
    before = shared(_table("a", *left, "d"))
    after = only_used(before.slice(1, len(left)))
    assert _texts(after) == list(dict.fromkeys(each for each in left if each is not None))
    assert after[_MEASURE].to_pylist() == list(left)


def test_the_same_records_are_kept_alike_whatever_they_were_made_of() -> None:
    whole = _table("b", "a", None, "b", "c")
    parts = pa.concat_tables([shared(whole.slice(0, 2)), shared(whole.slice(2))])
    others = shared(pa.concat_tables([_table("c", "z", "a"), whole])).slice(3)
    for each in (parts, others):
        made, expected = only_used(each), only_used(whole)
        assert made.equals(expected)
        assert _texts(made) == _texts(expected) == ["b", "a", "c"]

"""The columns that open data is made of say what the records say that the feed of changes gives out."""

import threading

import pytest
from django.db import connection, transaction

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind
from tabularium.register import binary_columns, services
from tabularium.register.open_columns import blocks_of_records
from tabularium.register.open_records import FIELDS, Row, records_of
from tabularium.register.open_rows import AT_ONCE, SCHEMA
from tabularium.register.services import loading
from tabularium.register.visibility import public_entries
from tests import builders
from tests.builders import Town
from tests.register.conftest import Move

IDENTIFIERS = FIELDS.index("identifiers")

TEXTS = [
    '=HYPERLINK("https://x.example")',
    'He said "no", twice.\r\n\tAnd, then: \\N \\. \x1f;',
    "繁體字，𠮷\u2028",
    "'",
]
DETAILS = [
    {"site": "东仓路51号"},
    {"b": "乙", "a": "甲", "cc": ": ,"},
    {"bb": "1", "c": "2"},
    {"quoted": 'a "b": "c", \\', "x": "\n"},
    {"with blanks": ": ", "é": "}"},
    {"empty": ""},
    {},
]


def _varied(town: Town, move: Move) -> None:
    """Entries with all that may stand in a record and beside it, and some that are not public."""
    for text in TEXTS:
        builders.published(town, move, Kind.LICENCE, summary=text, measure=text, language="")
    for each in DETAILS:
        builders.published(town, move, Kind.LICENCE, details=each)
    of_several = builders.published(town, move, Kind.LICENCE)
    assert of_several.organisation
    for scheme in ("GB-COH", "CN"):
        of_several.organisation.identifiers.create(scheme=scheme, value="7")
    promise = builders.broken(town, builders.promised(town))
    services.keep_promise(promise.pk, by=town.approver, evidence="管道已铺设。")
    builders.promised(town)
    addressed = builders.published(town, move, legal_basis_url="", amount="", currency="")
    replier = builders.a_replier(addressed.organisation)
    services.answer(addressed.pk, by=replier, text=TEXTS[1], shown=True, language="en")
    builders.annotated(town, addressed, TEXTS[2])
    corrected = builders.published(town, move, Kind.LICENCE)
    services.correct(
        corrected.pk,
        by=town.approver,
        content=builders.content(Kind.LICENCE, measure="Corrected"),
        reasons="A slip.",
    )
    erased = builders.published(town, move, summary="Said of somebody.")
    services.erase_field(
        erased.pk,
        by=town.account("a-registrar", "registrar"),
        field=ErasableField.SUMMARY,
        rule=FieldErasureRule.PERSONAL_DATA,
    )
    builders.objected(town, move)
    builders.a_draft(town)


def _in_blocks(at_once: int) -> list[Row]:
    rows = []
    for kind in Kind:
        for block in blocks_of_records(kind, clock.now(), at_once=at_once):
            assert block.columns.schema.equals(SCHEMA, check_metadata=True)
            assert len(block) == len(block.rows) <= at_once + 1
            rows += block.rows
    return rows


def _one_by_one() -> list[Row]:
    now = clock.now()
    records = records_of(list(public_entries(now).values_list("pk", flat=True)), now)
    return sorted(records.values(), key=lambda row: (list(Kind).index(Kind(row[1])), row[0]))


def test_columns_say_of_every_entry_what_its_record_says(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if they had got past the services, which refuse them.
    monkeypatch.setattr(loading, "web_address", str)
    builders.published(town, move, legal_basis_url="javascript:x", objection_url=" ")
    _varied(town, move)
    expected = _one_by_one()
    filled = {name for row in expected for name, value in zip(FIELDS, row, strict=True) if value}
    assert filled == set(FIELDS) - {"legal_form"}
    [several] = [row[IDENTIFIERS] for row in expected if " " in row[IDENTIFIERS]]
    assert [each.split(":")[0] for each in several.split()] == ["CN", "CN-USCC", "GB-COH"]
    # One by one, further facts are plain, in another order or not plain; together, all of it in one block.
    for at_once in (1, 3, AT_ONCE):
        assert _in_blocks(at_once) == expected


def test_a_block_ends_where_its_rows_are_large(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite gives its rows to Python itself.")
    for _ in range(3):
        builders.published(town, move, Kind.LICENCE, summary="a" * 10_000)

    def lengths() -> list[int]:
        return [len(each) for each in blocks_of_records(Kind.LICENCE, clock.now())]

    assert lengths() == [2, 1], "the last waits for more numbers of its organisation"
    monkeypatch.setattr(binary_columns, "MOST_BYTES", 15_000)
    assert lengths() == [1, 1, 1]


def test_who_stops_reading_leaves_the_database_and_no_thread_behind(town: Town, move: Move) -> None:
    for _ in range(3):
        builders.published(town, move, Kind.LICENCE)
    threads = threading.active_count()
    blocks = blocks_of_records(Kind.LICENCE, clock.now(), at_once=1)
    with transaction.atomic():
        next(blocks)
        assert threading.active_count() > threads
        blocks.close()
    assert threading.active_count() == threads
    assert public_entries(clock.now()).count() == len(_in_blocks(1)) == 3

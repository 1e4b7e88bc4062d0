"""Rows written in columns stand in the database as they would if Django had written them one by one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium.register import bulk
from tabularium.register.models import Finding, Organisation, RegisteredIdentifier, Submission
from tabularium.register.services import receive
from tests.builders import Town

NAMES = pa.string()
TEXTS = [
    "plain",
    " blanks at both ends ",
    'with "quotes" and ""two""',
    '"',
    "'",
    "comma, semicolon; tab\tpipe|",
    "line\nfeed",
    "carriage\rreturn",
    "both\r\n",
    "\\",
    "\\N",
    "\\.",
    "one\n\\.\nthree",
    "\\n \\t \\x41",
    "NULL",
    "null",
    "%s %% {} $1 :name ?",
    "市场监管局 Ñandú ß",
    "👩‍👩‍👧 \U0001f600",
    "\u200b\u2028\ufeff",
    "\x01\x1f\x7f",
    "x" * 100_000,
]


@pytest.fixture
def submission(town: Town) -> Submission:
    return receive(
        [],
        item=town.item(),
        submitted_by=town.clerk,
        file_name="decisions.csv",
        file_sha256="0" * 64,
        rows_read=0,
        findings=[],
    ).submission


def enter(ids: Sequence[str], **columns: Any) -> None:
    """Organisations, of which each column that is not given says something plain."""
    given = {
        "id": pa.array(ids, NAMES),
        "name": "Made-up Ltd",
        "legal_form": "",
        "jurisdiction": "",
        "recorded_at": bulk.stored_instant(datetime(2026, 3, 4, tzinfo=UTC)),
    }
    bulk.insert(table_of(Organisation), {**given, **columns})


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


@pytest.mark.django_db
def test_texts_are_kept_as_they_are() -> None:
    ids = [f"{number:012d}" for number in range(len(TEXTS))]
    enter(ids, name=pa.array(TEXTS, NAMES))
    kept = Organisation.objects.order_by("pk").values_list("name", flat=True)
    assert list(kept) == TEXTS


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        min_size=1,
        max_size=20,
    )
)
def test_any_text_is_kept_as_it_is(texts: list[str]) -> None:
    with transaction.atomic():
        ids = [f"{number:012d}" for number in range(len(texts))]
        enter(ids, name=pa.array(texts, NAMES))
        kept = Organisation.objects.order_by("pk").values_list("name", flat=True)
        assert list(kept) == texts
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_more_than_is_handed_over_at_once_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WRITTEN_AT_ONCE", 7)
    ids = [f"{number:012d}" for number in range(50)]
    names = [f"名称 \U0001f600 {identity}" for identity in ids]
    enter(ids, name=pa.array(names, NAMES))
    assert dict(Organisation.objects.values_list("pk", "name")) == dict(
        zip(ids, names, strict=True)
    )


@pytest.mark.django_db
def test_of_no_rows_nothing_is_written(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        enter([])
        bulk.insert(table_of(Organisation), {"id": pa.chunked_array([], NAMES), "name": "None"})
    assert not Organisation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("microsecond", [0, 250])
def test_single_values_hold_for_all_rows_and_instants_are_djangos(microsecond: int) -> None:
    at = datetime(2026, 3, 4, 2, 30, 15, microsecond, tzinfo=UTC)
    enter(["0" * 12, "1" * 12], legal_form="gb-ltd", recorded_at=bulk.stored_instant(at))
    Organisation.objects.create(name="By Django", recorded_at=at)
    assert Organisation.objects.filter(legal_form="gb-ltd").count() == 2
    assert Organisation.objects.filter(recorded_at=at).count() == 3
    assert {each.recorded_at for each in Organisation.objects.all()} == {at}


@pytest.mark.django_db
def test_empty_texts_and_none_at_all_stay_apart() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE apart"
            " (number int, text text, day date, flag bool, unnamed text, none text)"
        )
    bulk.insert(
        "apart",
        {
            "number": pa.array([1, 2, None], pa.int64()),
            "text": pa.array(["", None, "NULL"], NAMES),
            "day": pa.array([date(1969, 12, 31), None, date(2999, 12, 31)], pa.date32()),
            "flag": pa.array([True, False, None], pa.bool_()),
            "none": None,
        },
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM apart")
        rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE apart")
    assert rows == [
        (1, "", "1969-12-31", True, None, None),
        (2, None, None, False, None, None),
        (None, "NULL", "2999-12-31", None, None, None),
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def test_numbers_flags_and_json_come_back_as_they_were(submission: Submission) -> None:
    bulk.insert(
        table_of(Finding),
        {
            "submission_id": submission.pk,
            "row": pa.array([2, 7], pa.int64()),
            "rows": 1,
            "column": pa.array(["naïve\ncolumn", ""], NAMES),
            "code": "missing-value",
            "severity": "error",
            "primary": pa.array([True, False]),
            "parameters": pa.array(['{"a": "\\"q\\" \\\\ 市\\n"}', "{}"], NAMES),
        },
    )
    kept = Finding.objects.order_by("row").values_list("row", "column", "primary", "parameters")
    assert list(kept) == [
        (2, "naïve\ncolumn", True, {"a": '"q" \\ 市\n'}),
        (7, "", False, {}),
    ]
    assert Finding.objects.get(parameters__a='"q" \\ 市\n').row == 2


@pytest.mark.django_db
def test_what_a_constraint_refuses_is_refused_as_django_says_it() -> None:
    """Whoever catches Django's error catches it on both databases, and nothing of the load stays."""
    with pytest.raises(IntegrityError), transaction.atomic():
        enter(["0" * 12, "1" * 12], name=pa.array(["Made-up Ltd", ""], NAMES))
    with pytest.raises(IntegrityError), transaction.atomic():
        enter(["0" * 12, "0" * 12])
    assert not Organisation.objects.exists()
    enter(["0" * 12])
    assert Organisation.objects.get().pk == "0" * 12


@pytest.mark.django_db
def test_no_sole_trader_comes_in_by_the_bulk() -> None:
    enter(["0" * 12])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(
            table_of(RegisteredIdentifier),
            {
                "organisation_id": pa.array(["0" * 12], NAMES),
                "scheme": "CN-USCC",
                "value": "92999900000000000X",
            },
        )
    assert not RegisteredIdentifier.objects.exists()


@pytest.mark.django_db
def test_a_null_character_never_comes_into_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps any character; the register's services refuse it before.")
    with pytest.raises(DataError), transaction.atomic():
        enter(["0" * 12], name=pa.array(["a\0b"], NAMES))


@pytest.mark.django_db
def test_what_was_inserted_is_referred_to() -> None:
    identifier = {"organisation_id": pa.array(["9" * 12], NAMES), "scheme": "LEI", "value": "1"}

    def insert() -> None:
        bulk.insert(table_of(RegisteredIdentifier), identifier)
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert()


@pytest.mark.django_db
@pytest.mark.parametrize("before", [[], ["a first chunk"]])
def test_texts_in_several_chunks_are_written_as_they_are(before: list[str]) -> None:
    texts = [f"text {number}, with a comma" for number in range(3_000)]
    chunks = [pa.array(each, pa.string()) for each in (before, texts, [], ["", None, 'a "quote"'])]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE written (said text, number integer)")
        bulk.insert("written", {"said": pa.chunked_array(chunks), "number": 7})
        cursor.execute("SELECT said, number FROM written")
        assert cursor.fetchall() == [(said, 7) for said in (*before, *texts, "", None, 'a "quote"')]
        cursor.execute("DROP TABLE written")

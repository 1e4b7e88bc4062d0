"""What PostgreSQL is asked past its driver says what it says by its driver."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Concat, NullIf

from tabularium.register import prepared_texts
from tabularium.register.prepared import Prepared
from tabularium.register.prepared_texts import PreparedTexts

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="It is about PostgreSQL."),
]
NAME = "100 %s of 名"
BEFORE, KEPT_UNTIL, AFTER = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2050, 2100))


def _ask(since: datetime, name: str) -> QuerySet[Any, Any]:
    told = Concat(F("session_key"), Value(" 50 %"), output_field=TextField())
    none = NullIf(F("session_key"), Value(NAME))
    return Session.objects.filter(session_key=name, expire_date__gt=since).values_list(told, none)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Of each question, whether it was answered past the driver."""
    answered: list[bool] = []
    ask = prepared_texts._asked

    def watched(*of: Any) -> Any:
        found = ask(*of)
        answered.append(found is not None)
        return found

    monkeypatch.setattr(prepared_texts, "_asked", watched)
    Session.objects.create(session_key=NAME, expire_date=KEPT_UNTIL)
    yield answered
    connection.close()


def test_both_ways_give_the_same_rows(asked: list[bool]) -> None:
    texts, ordinary = PreparedTexts(_ask, datetime, str), Prepared(_ask, datetime, str)
    for values in ((BEFORE, NAME), (AFTER, NAME), (BEFORE, "nobody"), (BEFORE, NAME)):
        assert texts.rows(*values) == ordinary.rows(*values)
    assert texts.rows(BEFORE, NAME) == [(f"{NAME} 50 %", None)]
    assert asked == [True] * 5


def test_a_statement_that_was_let_go_is_made_again(asked: list[bool]) -> None:
    texts = PreparedTexts(_ask, datetime, str)
    before = texts.rows(BEFORE, NAME)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [texts.rows(BEFORE, NAME) for _ in range(3)] == [before] * 3
    assert asked == [True, False, True, True]


def test_within_a_transaction_and_where_queries_are_watched_the_driver_is_asked(
    asked: list[bool], django_assert_num_queries: Any
) -> None:
    texts = PreparedTexts(_ask, datetime, str)
    with transaction.atomic():
        before = texts.rows(BEFORE, NAME)
    with django_assert_num_queries(1):
        assert texts.rows(BEFORE, NAME) == before
    assert asked == [False, False]


def test_a_connection_that_is_gone_fails_as_for_any_query(asked: list[bool]) -> None:
    texts = PreparedTexts(_ask, datetime, str)
    before = texts.rows(BEFORE, NAME)
    raw: Any = connection.connection
    with psycopg.connect(raw.info.dsn, password=raw.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
    with pytest.raises(OperationalError):
        texts.rows(BEFORE, NAME)
    connection.close_if_unusable_or_obsolete()
    assert texts.rows(BEFORE, NAME) == before
    assert asked == [True, False, True]


def test_a_statement_is_planned_once_whatever_it_is_first_asked_with(asked: list[bool]) -> None:
    texts, ordinary = PreparedTexts(_ask, datetime, str), Prepared(_ask, datetime, str)
    for _ in range(8):
        assert texts.rows(BEFORE, NAME) == ordinary.rows(BEFORE, NAME)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name LIKE %s",
            ["texts_%"],
        )
        assert cursor.fetchall() == [(8, 0)]
    assert asked == [True] * 8

"""A change of tables does not stop a register that is in use."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction

from tabularium.operation import migrating

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "LONGEST_WAIT", 0.1)
    monkeypatch.setattr(migrating, "TRIES", 3)


@contextmanager
def somebody(statement: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Another connection to the same database, in a transaction."""
    given = connection.get_connection_params()
    named = {
        each: given[each]
        for each in ("dbname", "user", "password", "host", "port")
        if each in given
    }
    with psycopg.connect(**named) as other:
        other.execute(statement)
        yield other


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock for all.")


def change() -> None:
    # A savepoint, as each migration is a transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE register_entry ADD COLUMN made_up integer")


@pytest.mark.usefixtures("on_postgresql")
def test_a_change_waits_briefly_and_comes_again_when_the_table_is_free() -> None:
    paused: list[float] = []
    with somebody("SELECT count(*) FROM register_entry") as reader:

        def pause(seconds: float) -> None:
            paused.append(seconds)
            reader.rollback()

        migrating.migrate(change, pause=pause)
    assert paused == [migrating.PAUSE]
    with connection.cursor() as cursor:
        cursor.execute("SELECT made_up FROM register_entry")
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"


@pytest.mark.usefixtures("on_postgresql")
def test_a_table_that_is_never_free_is_left_as_it_was() -> None:
    with (
        somebody("SELECT count(*) FROM register_entry"),
        pytest.raises(migrating.BusyError, match="were not changed"),
    ):
        migrating.migrate(change, pause=lambda _: None)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT made_up FROM register_entry")


@pytest.mark.usefixtures("on_postgresql")
def test_two_do_not_migrate_at_once() -> None:
    ran: list[str] = []
    with (
        somebody(f"SELECT pg_advisory_lock({migrating._ALONE})"),
        pytest.raises(migrating.BusyError),
    ):
        migrating.migrate(lambda: ran.append("ran"), pause=lambda _: None)
    assert ran == []


def test_what_goes_wrong_otherwise_is_not_tried_again() -> None:
    ran: list[str] = []

    def fails() -> None:
        ran.append("ran")
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="disk"):
        migrating.migrate(fails)
    assert ran == ["ran"]

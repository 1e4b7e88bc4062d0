"""What is added to a large table keeps nobody from it, and may be cut short."""

import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connection, migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.transaction import TransactionManagementError
from django.db.utils import IntegrityError
from psycopg.errors import LockNotAvailable

from tabularium.register.large_tables import AddCheckInUse, AddIndexInUse

pytestmark = pytest.mark.django_db

NAMED = ("dbname", "user", "password", "host", "port")
INDEX = AddIndexInUse("large", models.Index(fields=["size"], name="large_size"))
CHECK = AddCheckInUse(
    "large", models.CheckConstraint(condition=models.Q(size__gte=0), name="large_is_positive")
)


def _before() -> ProjectState:
    state = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("size", models.IntegerField()),
    ]
    state.add_model(ModelState("made_up", "Large", fields))
    return state


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """A connection in no transaction, with a table of its own."""
    copied = connection.copy()
    if copied.vendor == "sqlite":
        copied.settings_dict["NAME"] = ":memory:"
    model = _before().apps.get_model("made_up", "Large")
    try:
        with copied.schema_editor() as editor:
            editor.create_model(model)
        with copied.cursor() as cursor:
            cursor.execute("INSERT INTO made_up_large (size) VALUES (1), (2)")
        yield copied
    finally:
        with copied.schema_editor() as editor:
            editor.delete_model(model)
        copied.close()


def apply(operation: Operation, other: BaseDatabaseWrapper) -> None:
    before, after = _before(), _before()
    operation.state_forwards("made_up", after)
    with other.schema_editor(atomic=False) as editor:
        operation.database_forwards("made_up", editor, before, after)


def _constraints(other: BaseDatabaseWrapper) -> set[str]:
    with other.cursor() as cursor:
        return set(other.introspection.get_constraints(cursor, "made_up_large"))


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock for all.")


def test_an_index_and_a_check_are_added(other: BaseDatabaseWrapper) -> None:
    # SQLite makes the table anew for a check, as the state says that it was.
    for each in (CHECK, INDEX):
        apply(each, other)
    assert {"large_size", "large_is_positive"} <= _constraints(other)
    with pytest.raises(IntegrityError), other.cursor() as cursor:
        cursor.execute("INSERT INTO made_up_large (size) VALUES (-1)")


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("operation", [INDEX, CHECK], ids=["index", "check"])
def test_one_that_was_cut_short_is_made_anew(
    other: BaseDatabaseWrapper, operation: Operation
) -> None:
    for _ in range(2):
        apply(operation, other)
    with other.cursor() as cursor:
        for statement in (
            "SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = %s::regclass",
            "SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = %s::regclass",
        ):
            cursor.execute(statement, ["made_up_large"])
            assert cursor.fetchone() == (True,)


def _write(other: BaseDatabaseWrapper) -> psycopg.Connection[tuple[object, ...]]:
    """Somebody who writes into the table, waits for nobody for long, and has not ended yet."""
    given = other.get_connection_params()
    named = {each: given[each] for each in NAMED if each in given}
    writer = psycopg.connect(**named)
    try:
        writer.execute("SET lock_timeout = '300ms'")
        writer.execute("INSERT INTO made_up_large (size) VALUES (3)")
    except psycopg.Error:
        writer.close()
        raise
    return writer


def _adding(operation: Operation, other: BaseDatabaseWrapper) -> Thread:
    """Another thread that adds, once it waits for who writes."""
    other.inc_thread_sharing()
    other.ensure_connection()
    number = other.connection.info.backend_pid
    thread = Thread(target=apply, args=(operation, other))
    thread.start()
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [number])
            if cursor.fetchone()[0]:
                return thread
        time.sleep(0.05)
    pytest.fail("It waits for nobody.")


@pytest.mark.usefixtures("on_postgresql")
def test_others_write_while_it_is_added(other: BaseDatabaseWrapper) -> None:
    with _write(other):
        thread = _adding(INDEX, other)
        with _write(other):
            pass
    thread.join(30)
    assert not thread.is_alive()
    assert "large_size" in _constraints(other)


@pytest.mark.usefixtures("on_postgresql")
def test_django_s_own_keeps_others_waiting(other: BaseDatabaseWrapper) -> None:
    own = migrations.AddIndex("large", models.Index(fields=["size"], name="large_size"))
    with _write(other):
        thread = _adding(own, other)
        with pytest.raises(LockNotAvailable):
            _write(other)
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("operation", [INDEX, CHECK], ids=["index", "check"])
def test_within_a_transaction_nothing_is_added(operation: Operation) -> None:
    after = _before()
    operation.state_forwards("made_up", after)
    with pytest.raises(TransactionManagementError), connection.schema_editor() as editor:
        operation.database_forwards("made_up", editor, _before(), after)

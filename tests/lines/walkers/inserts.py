"""Rows put into the tables past all code, to see what the database itself refuses."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Mapping[str, Any]


def insert(connection: BaseDatabaseWrapper, table: str, row: Row) -> None:
    """Put a row into a table by plain SQL.

    Raises:
        DatabaseError: the database refuses it.
    """
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of the tests
            list(row.values()),
        )


def accepted(
    connection: BaseDatabaseWrapper, put: Callable[[], object], what: str
) -> Iterator[str]:
    """One line if the database takes what it should refuse; nothing stays of it either way."""
    try:
        with transaction.atomic(using=connection.alias):
            put()
            connection.check_constraints()
            transaction.set_rollback(True, using=connection.alias)
    except DatabaseError:
        return
    yield f"the database takes {what}"

"""Numbers of decisions by which entries are found: a table of its own, written when an entry becomes public.

It is no Django model, as the index of names is none: both are made anew of what the register holds, and no
backup has them. It holds numbers of entries that were public, until they are erased; whether one is public
now is asked of the entry.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tabularium.register.search_text import number_key

TABLE = "register_decision_search"

LEAST_SIGNS = 4
"""A number is found by so many of its first letters and digits at least."""

MOST_LOOKED_AT = 2000
"""So many numbers that begin alike are looked at, the shortest beginnings first."""

_AFTER_ALL = "\U0010ffff"


def create(target: BaseDatabaseWrapper) -> None:
    """Create the table."""
    text = "text" if target.vendor == "sqlite" else 'varchar COLLATE "C"'
    with target.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (entry_id {text} PRIMARY KEY, number_key {text} NOT NULL)"
        )
        cursor.execute(f"CREATE INDEX {TABLE}_key ON {TABLE} (number_key)")


def drop(target: BaseDatabaseWrapper) -> None:
    """Drop the table."""
    with target.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def put(rows: Iterable[tuple[str, str]]) -> None:
    """Let entries be found by a number, and no longer by the one before.

    Args:
        rows: identity of each entry, and the number of its decision.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} (entry_id, number_key) VALUES (%s, %s)"
            " ON CONFLICT (entry_id) DO UPDATE SET number_key = excluded.number_key",
            [(identity, number_key(number)) for identity, number in rows],
        )


def remove(identities: Iterable[str]) -> None:
    """Let entries be found by no number."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {TABLE} WHERE entry_id = %s", [(each,) for each in identities]
        )


def beginning_with(text: str) -> list[str]:
    """The entries, public or not, whose number begins with a text; a whole number is among the first."""
    key = number_key(text)
    if len(key) < LEAST_SIGNS or not any(each.isdigit() for each in key):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry_id FROM {TABLE} WHERE number_key >= %s AND number_key < %s"
            " ORDER BY number_key LIMIT %s",
            [key, key + _AFTER_ALL, MOST_LOOKED_AT],
        )
        return [identity for (identity,) in cursor.fetchall()]


def identities() -> set[str]:
    """The entries that are in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT entry_id FROM {TABLE}")
        return {identity for (identity,) in cursor.fetchall()}

"""What the migrated database holds: tables, columns, triggers."""

import re
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from tests.lines.walkers.words import PERSON, REACHING_BEYOND, SUMMING_UP, offences

# As in `models.KEPT_EMPTY`.
KEPT_EMPTY = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "socialaccount_socialapp",
        "socialaccount_socialtoken",
    }
)


def columns(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """Every column of every table, and every table: where it stands, and its name."""
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - KEPT_EMPTY):
            yield f"table {table}", table
            for column in connection.introspection.get_table_description(cursor, table):
                yield f"table {table}", column.name


def name_offences(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables and columns whose names cross a line."""
    named = list(columns(connection))
    return [
        each
        for vocabulary in (PERSON, SUMMING_UP, REACHING_BEYOND)
        for each in offences(named, vocabulary)
    ]


# Whoever removes what is referred to waits until nobody does. A lock writes nothing, and ends by itself.
_LOCKS = re.compile(r"PERFORM PG_ADVISORY_XACT_LOCK(_SHARED)?\(HASHTEXT\('[A-Z_]+'\)\);")


def trigger_offences(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers that do anything but refuse: a database must not act on one row because of another."""
    found = []
    for name, table, body in _triggers(connection):
        if table.startswith("register_organisation_search"):
            continue
        inner = _LOCKS.sub("", body.upper().partition("BEGIN")[2])
        if any(word in inner for word in ("INSERT ", "UPDATE ", "DELETE ", "PERFORM ", "NOTIFY ")):
            found.append(f"trigger {name} on {table} writes")
    return found


def _triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text, pg_get_functiondef(tgfoid)"
                " FROM pg_trigger WHERE NOT tgisinternal"
            )
        return list(cursor.fetchall())

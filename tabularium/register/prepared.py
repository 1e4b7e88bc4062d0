"""Questions that are put into SQL once for a process and asked very often, with other values each time.

The query is a queryset like any other and goes through the selectors that any other goes through. Only the
work that is the same each time is left out: Django's of writing the SQL, and on PostgreSQL the planner's.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import psycopg
from django.db import connection
from django.db.models import QuerySet

_Ask = Callable[..., QuerySet[Any, Any]]

# Values that no query has by itself, by their type; of a type there are so many.
_MARKS: Mapping[type, Sequence[Any]] = MappingProxyType(
    {
        datetime: [datetime(1, 2, 3, 4, 5, 6, 70_000 + each, tzinfo=UTC) for each in range(2)],
        date: [date(1, 2, 3 + each) for each in range(2)],
        str: [f"\ue000mark{each}" for each in range(3)],
        int: [987_654_321 + each for each in range(2)],
    }
)

PREPARED_AFTER = 2
"""After so many times PostgreSQL keeps the plan of a statement, for as long as the connection is open."""


class Prepared:
    """A question with places for values.

    Args:
        ask: gives the query, `values_list` of it, for values of the types that follow. It must not look at
            them, beyond giving them to conditions.
        kinds: types of the values: `str`, `int`, `date` and `datetime`.
    """

    def __init__(self, ask: _Ask, *kinds: type) -> None:
        self._ask = ask
        self._kinds = kinds
        self._written: dict[str, tuple[str, list[Any]]] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers, as its driver gives it: JSON as text, instants on SQLite without zone.

        Raises:
            django.db.DatabaseError: as for any query.
        """
        sql, places = self._written.get(connection.vendor) or self._write()
        given = [values[each] if type(each) is int else each[0] for each in places]
        if connection.vendor == "sqlite":
            given = [_for_sqlite(each) for each in given]
        return _fetched(sql, given)

    def _write(self) -> tuple[str, list[Any]]:
        """The SQL, and for each of its parameters the place of a value, or the parameter itself in a list."""
        left = {kind: list(marks) for kind, marks in _MARKS.items()}
        marks = [left[kind].pop(0) for kind in self._kinds]
        sql, parameters = self._ask(*marks).query.sql_with_params()
        known = {_adapted(mark): place for place, mark in enumerate(marks)}
        places = [
            known[each] if type(each) in _HASHED and each in known else [_plain(each)]
            for each in parameters
        ]
        missing = set(range(len(marks))) - {each for each in places if type(each) is int}
        assert not missing, f"The query has no place for the values {missing}."
        self._written[connection.vendor] = sql, places
        return sql, places


_HASHED = frozenset({str, int, date, datetime})


def _plain(parameter: Any) -> Any:
    """A parameter without the names that an enumeration gives its texts."""
    return str(parameter) if isinstance(parameter, str) else parameter


def _adapted(mark: Any) -> Any:
    """A value as it stands among the parameters of a query."""
    if connection.vendor != "sqlite" or not isinstance(mark, date):
        return mark
    return _for_sqlite(mark)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value


def _fetched(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    if connection.queries_logged or connection.execute_wrappers:
        # Somebody counts or watches the queries.
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    raw: Any = connection.connection
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            found: list[tuple[Any, ...]] = raw.execute(_with_marks(sql), parameters).fetchall()
            return found
        raw.prepare_threshold = PREPARED_AFTER
        with psycopg.Cursor(raw) as cursor:
            return list(cursor.execute(sql, parameters).fetchall())


_marked: dict[str, str] = {}


def _with_marks(sql: str) -> str:
    """A statement with its places as SQLite writes them."""
    known = _marked.get(sql)
    if known is None:
        known = _marked[sql] = sql.replace("%s", "?").replace("%%", "%")
    return known

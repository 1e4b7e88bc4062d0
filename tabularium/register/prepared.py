"""Questions that are put into SQL once for a process and asked very often, with other values each time.

The query is a queryset like any other and goes through the selectors that any other goes through. Only the
work that is the same each time is left out: Django's of writing the SQL, and on PostgreSQL the planner's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import psycopg
from django.db import connection, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import Query
from psycopg.pq import TransactionStatus
from psycopg.sql import Literal

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

_PLANS_ONCE = "_plans_once"
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
        self._model: type[Model] | None = None
        self._written: dict[str, tuple[str, list[Any]]] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers, as its driver gives it: JSON as text, instants on SQLite without zone.

        Raises:
            django.db.DatabaseError: as for any query.
        """
        sql, given = self.statement(*values)
        return _fetched(self.database(), sql, given)

    def database(self) -> BaseDatabaseWrapper:
        """The database that is asked: as for any query, public pages may be read from a copy."""
        if self._model is None:
            self._write()
        assert self._model is not None
        return connections[router.db_for_read(self._model)]

    def statement(self, *values: Any) -> tuple[str, list[Any]]:
        """The SQL, and its parameters."""
        sql, places = self._written.get(connection.vendor) or self._write()
        # An instant stands in many places of a query; it is put into the database's form once.
        known = [_adapted(each) for each in values]
        return sql, [known[each] if type(each) is int else each[0] for each in places]

    def _write(self) -> tuple[str, list[Any]]:
        """The SQL, and for each of its parameters the place of a value, or the parameter itself in a list."""
        left = {kind: list(marks) for kind, marks in _MARKS.items()}
        marks = [left[kind].pop(0) for kind in self._kinds]
        asked = self._ask(*marks)
        self._model, self._query = asked.model, asked.query
        sql, parameters = self._query.sql_with_params()
        known = {_adapted(mark): place for place, mark in enumerate(marks)}
        places = [
            known[each] if type(each) in _HASHED and each in known else [_adapted(_plain(each))]
            for each in parameters
        ]
        missing = set(range(len(marks))) - {each for each in places if type(each) is int}
        assert not missing, f"The query has no place for the values {missing}."
        sql, places = _with_constants(sql, places)
        self._written[connection.vendor] = sql, places
        return sql, places


class PreparedObjects(Prepared):
    """The same for a queryset of models, with what it joins by `select_related` and what it annotates."""

    def __init__(self, ask: _Ask, *kinds: type) -> None:
        super().__init__(ask, *kinds)
        self._made: dict[str, _Making] = {}

    def objects(self, *values: Any) -> list[Any]:
        """The models that the database answers, as the queryset would give them.

        Raises:
            django.db.DatabaseError: as for any query.
        """
        rows = self.rows(*values)
        making = self._made.get(connection.vendor)
        if making is None:
            making = self._made[connection.vendor] = _Making(self._query)
        return [making.of(each) for each in making.converted(rows)]


class _Making:
    """Makes models of rows, as Django's own iteration over a queryset does."""

    def __init__(self, query: Query) -> None:
        compiler: Any = query.get_compiler(connection=connection)
        populators: Any = get_related_populators
        compiler.setup_query()
        told = compiler.klass_info
        columns = told["select_fields"]
        self._first, self._end = columns[0], columns[-1] + 1
        self._model = told["model"]
        self._names = [compiler.select[each][0].target.attname for each in columns]
        self._others = populators(told, compiler.select, connection.alias)
        self._annotated = compiler.annotation_col_map
        converters = compiler.get_converters([each[0] for each in compiler.select])
        self._converted = partial(compiler.apply_converters, converters=converters)

    def converted(self, rows: list[tuple[Any, ...]]) -> Iterable[Sequence[Any]]:
        """Rows with the values that models have."""
        made: Iterable[Sequence[Any]] = self._converted(rows)
        return made

    def of(self, row: Sequence[Any]) -> Any:
        """The model in a row, with the models that are joined."""
        made = self._model.from_db(connection.alias, self._names, row[self._first : self._end])
        for each in self._others:
            each.populate(row, made)
        for name, place in self._annotated.items():
            setattr(made, name, row[place])
        return made


def _with_constants(sql: str, places: list[Any]) -> tuple[str, list[Any]]:
    """The statement with what is the same each time in it, and the places of what is left.

    Each parameter costs PostgreSQL's driver about as much as a value that it reads. SQLite prepares a
    statement anew each time where one is compared with a column that decides whether a partial index is used.
    """
    begin, *rest = sql.split("%s")
    assert len(rest) == len(places)
    told, left = [begin], list[Any]()
    for place, part in zip(places, rest, strict=True):
        written = None if type(place) is int else _constant(place[0])
        if written is None:
            left.append(place)
        told += ["%s" if written is None else written.replace("%", "%%"), part]
    return "".join(told), left


def _constant(value: Any) -> str | None:
    """A value as it stands in a statement; None if it has to stand beside it."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        raw: Any = connection.connection
        return Literal(value).as_string(raw)
    if isinstance(value, str) and "\0" not in value:
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if isinstance(value, int) else None


_HASHED = frozenset({str, int, date, datetime})


def _plain(parameter: Any) -> Any:
    """A parameter without the names that an enumeration gives its texts."""
    return str(parameter) if isinstance(parameter, str) else parameter


def _adapted(mark: Any) -> Any:
    """A value as it stands among the parameters of a query."""
    if not isinstance(mark, date) or connection.vendor != "sqlite":
        return mark
    if isinstance(mark, datetime):
        return connection.ops.adapt_datetimefield_value(mark)
    return mark.isoformat()


def _fetched(
    connection: BaseDatabaseWrapper, sql: str, parameters: list[Any]
) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    if connection.queries_logged or connection.execute_wrappers:
        # Somebody counts or watches the queries.
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    raw: Any = connection.connection
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            found: list[tuple[Any, ...]] = raw.execute(with_marks(sql), parameters).fetchall()
            return found
        plan_once(raw)
        raw.prepare_threshold = PREPARED_AFTER
        with psycopg.Cursor(raw) as cursor:
            return list(cursor.execute(sql, parameters).fetchall())


def plan_once(raw: Any) -> None:
    """Let a connection to PostgreSQL plan its prepared statements once, whatever they are first asked with.

    It plans the first five executions by themselves and goes on so if these looked cheap, which an
    organisation with few entries does; planning takes five times as long as the question. Nothing else is
    prepared on it.
    """
    if not getattr(raw, _PLANS_ONCE, False):
        raw.execute("SET plan_cache_mode TO force_generic_plan")
        # What is set within a transaction goes with it, if that is rolled back.
        setattr(raw, _PLANS_ONCE, raw.pgconn.transaction_status == TransactionStatus.IDLE)


_marked: dict[str, str] = {}


def with_marks(sql: str) -> str:
    """A statement with its places as SQLite writes them."""
    known = _marked.get(sql)
    if known is None:
        known = _marked[sql] = sql.replace("%s", "?").replace("%%", "%")
    return known

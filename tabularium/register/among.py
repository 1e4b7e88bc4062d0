"""A condition that holds for thousands of values at once, given to the database as one."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler

Condition = tuple[str, list[Any]]


READS_ALL = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
"""Settings of PostgreSQL that let it read whole tables rather than look up by an index."""


@contextmanager
def by_index() -> Iterator[None]:
    """Within it PostgreSQL looks each of many values up by an index, however many they are.

    Left to itself it rather reads a whole table than looks up 20,000 values, and does so for each block of a
    load, which then takes longer the more has been loaded.
    """
    if default_connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(savepoint=False), default_connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {each} = off" for each in READS_ALL))
        yield
        cursor.execute("; ".join(f"SET LOCAL {each} TO DEFAULT" for each in READS_ALL))


class Among(Lookup):
    """That a column has one of many texts.

    Django's `in` writes each value into the query by itself, which for thousands takes longer than the
    query, and SQLite takes no more than some 30,000.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, column: str, values: Iterable[str]) -> None:
        """Name the column as a query does, and the texts."""
        super().__init__(F(column), json.dumps(list(values), ensure_ascii=False))

    @classmethod
    def written(cls, column: str, values: str) -> "Among":
        """The same with the texts as an array of JSON, for a question that is put into SQL once."""
        made = cls(column, ())
        made.rhs = values
        return made

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Condition:  # type: ignore[override] # a list, as every lookup of Django's gives
        """The condition on SQLite."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, self.rhs]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Condition:
        """The condition on PostgreSQL; of an array the driver would write text after text in Python."""
        column, parameters = self.process_lhs(compiler, connection)
        texts = "ARRAY(SELECT json_array_elements_text(%s::json))"
        return f"{column} = ANY({texts})", [*parameters, self.rhs]

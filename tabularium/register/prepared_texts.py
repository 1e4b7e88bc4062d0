"""Questions that are answered in texts alone, asked of PostgreSQL past what its driver does for any question.

What the driver does for any took more of the processor than the question: it looks at the type of each value,
on the way there and back. Here libpq gets a statement once for a connection, and its values as texts
(PostgreSQL's manual, "Command Execution Functions": `PQprepare`, `PQexecPrepared`). Where anything is out of
the ordinary, the question is asked again as any is, and raises what that raises.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ExecStatus, TransactionStatus

from tabularium.register.prepared import Prepared, plan_once

_NAMES = "_names_of_statements"
_PLACE = re.compile("%[s%]")
_numbers = count(1)


class PreparedTexts(Prepared):
    """The same for a question whose answer is texts, or nothing in a place; it says so by its columns."""

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers: for each row a text, or None, for each column.

        Raises:
            django.db.DatabaseError: as for any query.
        """
        database = self.database()
        if database.vendor == "postgresql":
            found = _asked(database, *self.statement(*values))
            if found is not None:
                return found
        return super().rows(*values)


def _asked(
    database: BaseDatabaseWrapper, sql: str, given: Sequence[Any]
) -> list[tuple[str | None, ...]] | None:
    """What PostgreSQL answers; None if it does not, or if somebody counts or watches the queries.

    None within a transaction, too: a statement that failed would end it, and these may: the driver lets all
    statements of a connection go after a rollback.
    """
    database.ensure_connection()
    raw: Any = database.connection
    watched = database.queries_logged or database.execute_wrappers
    status = raw.pgconn.transaction_status
    if watched or database.in_atomic_block or status != TransactionStatus.IDLE:
        return None
    plan_once(raw)
    # They go with the connection.
    names: dict[str, bytes] = raw.__dict__.setdefault(_NAMES, {})
    name = names.get(sql)
    if name is None:
        name = names[sql] = b"texts_%d" % next(_numbers)
        raw.pgconn.prepare(name, _numbered(sql).encode())
    result = raw.pgconn.exec_prepared(name, [_written(each) for each in given])
    if result.status != ExecStatus.TUPLES_OK:
        del names[sql]
        return None
    places, value = range(result.nfields), result.get_value
    return [
        tuple([None if (told := value(row, place)) is None else told.decode() for place in places])
        for row in range(result.ntuples)
    ]


def _numbered(sql: str) -> str:
    """A statement with its places as PostgreSQL writes them."""
    numbers = count(1)
    return _PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql)


def _written(value: Any) -> bytes:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text.encode()

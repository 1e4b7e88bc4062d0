"""Writing many rows of a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

Columns come as Arrow arrays of texts, numbers, days, instants and flags, so that no row becomes a Python
object on its way to PostgreSQL. Constraints and triggers hold as for any other row.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
from django.db import connection

from tabularium.register import binary_rows
from tabularium.register.acting import is_acting

WRITTEN_AT_ONCE = 1 << 18
"""Bytes handed to PostgreSQL at once."""


WORTH_A_THREAD = 1_000
"""Rows from which on they are put together while others are written."""

ROOM = "128MB"
"""In which PostgreSQL keeps the rows of a statement for the triggers behind it; else they go to its disk."""


def insert(table: str, columns: Mapping[str, Any]) -> None:
    """Write rows into a table.

    Args:
        table: its name in the database.
        columns: for each of its columns an Arrow array, all of one length, or a single value that holds
            for all rows. Columns that are not named take their default or null.

    Raises:
        IntegrityError: a constraint or a trigger refuses a row; none is written.
    """
    with Ahead() as ahead:
        ahead.insert(table, columns)()


class Ahead:
    """Puts rows together in a thread while others are written, so that the database waits for none."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def insert(self, table: str, columns: Mapping[str, Any]) -> Callable[[], None]:
        """What writes rows when it is called; see `insert`. They are put together from now on."""
        given = {name: _whole(each) for name, each in columns.items()}
        length = next(len(each) for each in given.values() if isinstance(each, pa.Array))
        if not length:
            return lambda: None
        # PostgreSQL does not copy into tables whose rows it guards.
        if connection.vendor != "postgresql" or is_acting():
            return lambda: _execute_many(table, given, length)
        types = _types(table)
        if length < WORTH_A_THREAD:
            return lambda: _copy(table, given, binary_rows.pieces(given, types, length))
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rows")
        coming: Future[list[Any]] = self._thread.submit(
            lambda: list(binary_rows.pieces(given, types, length))
        )
        return lambda: _copy(table, given, coming.result(), ROOM)


def stored_instant(instant: datetime) -> Any:
    """An instant as a column for this module: what the database in use takes for it."""
    if connection.vendor == "postgresql":
        return instant
    return str(connection.ops.adapt_datetimefield_value(instant))


def _whole(values: Any) -> Any:
    """An array in one piece; anything else as it is."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _copy(table: str, columns: Iterable[str], pieces: Iterable[Any], room: str = "") -> None:
    with (
        # Django itself gives psycopg's errors their names for its own ways to run a statement alone.
        connection.wrap_database_errors,
        connection.cursor() as cursor,
    ):
        if room:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [room])
        statement = f'COPY "{table}" ({_names(columns)}) FROM STDIN (FORMAT binary)'
        with cursor.copy(statement) as copy:
            copy.write(binary_rows.HEAD)
            for piece in pieces:
                for start in range(0, len(piece), WRITTEN_AT_ONCE):
                    copy.write(piece[start : start + WRITTEN_AT_ONCE])
            copy.write(binary_rows.TAIL)


def _types(table: str) -> dict[str, str]:
    """The type of each column, without its length."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f'"{table}"'],
        )
        return dict(cursor.fetchall())


def _execute_many(table: str, columns: Mapping[str, Any], length: int) -> None:
    places = ", ".join(["%s"] * len(columns))
    values = [_values(each, length) for each in columns.values()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ({_names(columns)}) VALUES ({places})',
            list(zip(*values, strict=True)),
        )


def _values(column: Any, length: int) -> Any:
    if not isinstance(column, pa.Array):
        return [column] * length
    plain = column.cast(pa.string()) if pa.types.is_date(column.type) else column
    return plain.to_pylist()

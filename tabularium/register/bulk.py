"""Writing many rows of a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

Columns come as Arrow arrays of texts, numbers, days and flags, so that no row becomes a Python object on
its way to PostgreSQL. Constraints and triggers hold as for any other row.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection
from pyarrow import csv

WRITTEN_AT_ONCE = 1 << 18
"""Bytes handed to PostgreSQL at once."""


def insert(table: str, columns: Mapping[str, Any]) -> None:
    """Write rows into a table.

    Args:
        table: its name in the database.
        columns: for each of its columns an Arrow array, all of one length, or a single value that holds
            for all rows. Columns that are not named take their default or null.

    Raises:
        IntegrityError: a constraint or a trigger refuses a row; none is written.
    """
    length = next(len(each) for each in columns.values() if _is_array(each))
    if not length:
        return
    arrays = [each if _is_array(each) else _all(each, length) for each in columns.values()]
    rows = pa.table(arrays, names=list(columns))
    if connection.vendor == "postgresql":
        _copy(table, rows)
    else:
        _execute_many(table, rows)


def stored_instant(instant: datetime) -> str:
    """An instant as the database in use keeps it in a column of Django's."""
    return str(connection.ops.adapt_datetimefield_value(instant))


def _is_array(value: Any) -> bool:
    return isinstance(value, pa.Array | pa.ChunkedArray)


def _all(value: Any, length: int) -> Any:
    scalar = pa.scalar(None, pa.string()) if value is None else pa.scalar(value)
    return pa.repeat(scalar, length)


def _names(rows: pa.Table) -> str:
    return ", ".join(f'"{name}"' for name in rows.column_names)


def _copy(table: str, rows: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    # Texts are quoted and nothing is not: so an empty text and none at all stay apart.
    # Of a table whose first chunk is empty, pyarrow 26 writes memory that is not the table's.
    whole = rows.combine_chunks()
    csv.write_csv(whole, sink, csv.WriteOptions(include_header=False, quoting_style="needed"))
    data = memoryview(sink.getvalue())
    with (
        # Django itself gives psycopg's errors their names for its own ways to run a statement alone.
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({_names(rows)}) FROM STDIN (FORMAT csv)') as copy,
    ):
        for start in range(0, len(data), WRITTEN_AT_ONCE):
            copy.write(data[start : start + WRITTEN_AT_ONCE])


def _execute_many(table: str, rows: pa.Table) -> None:
    places = ", ".join(["%s"] * rows.num_columns)
    columns = [_plain(column).to_pylist() for column in rows.columns]
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ({_names(rows)}) VALUES ({places})',
            list(zip(*columns, strict=True)),
        )


def _plain(column: Any) -> Any:
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column

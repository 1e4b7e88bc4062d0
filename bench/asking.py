"""Questions to a register's database by its driver alone."""

from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

from tabularium.register.prepared import with_marks


def by_the_driver() -> Callable[[str, list[Any]], Any]:
    """What asks the open database, and fetches every row."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.vendor == "sqlite":
        return lambda sql, given: raw.execute(with_marks(sql), given).fetchall()
    # Django lets nothing be prepared.
    raw.prepare_threshold = 0
    cursor = psycopg.Cursor(raw)
    return lambda sql, given: cursor.execute(sql, given, prepare=True).fetchall()

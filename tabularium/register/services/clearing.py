"""What the databases themselves keep of rows that were erased, cleared as well.

SQLite overwrites what it frees (`secure_delete`), but the words of a removed row stay in the search index
until its segments are merged, and former pages in the log of writes (-wal) until it is cut off. PostgreSQL
keeps former rows until a vacuum, which by itself comes late to a large table; and it does not overwrite
what it frees: docs/running.md says what follows from that.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tabularium import clock
from tabularium.register import search_index
from tabularium.register.models import ErasedField, Erasure

PATIENCE = 2000
"""For so many milliseconds readers are waited for, to cut SQLite's log of writes off behind them."""

AT_ONCE = 500


def clear_erased() -> bool:
    """Clear what the database keeps of entries and fields that were erased since the last time.

    Returns:
        False if a reader was in the way; the next time does it.
    """
    noted = (Erasure.objects.all(), ErasedField.objects.all())
    waiting = [(rows, _not_cleared(rows)) for rows in noted]
    if not any(keys for _, keys in waiting):
        return True
    # First, whether it can be done at all: merging an index for nothing takes long.
    if not _cut_log_off():
        return False
    search_index.purge()
    _vacuum()
    if not _cut_log_off():
        return False
    for rows, keys in waiting:
        for start in range(0, len(keys), AT_ONCE):
            rows.filter(pk__in=keys[start : start + AT_ONCE]).update(cleared_at=clock.now())
    return True


def _not_cleared(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.filter(cleared_at=None).order_by("pk").values_list("pk", flat=True))


def _cut_log_off() -> bool:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            # It takes the lock of writers first, which operation/sqlite3 explains the need of.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, _, _) = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
    return not busy


def _vacuum() -> None:
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # One that is locked is being rewritten or migrated; the next erasure comes past it again.
            cursor.execute(f"VACUUM (SKIP_LOCKED) {connection.ops.quote_name(table)}")

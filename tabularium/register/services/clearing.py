"""What the databases themselves keep of rows that were erased, cleared as well.

SQLite overwrites what it frees (`secure_delete`), but the words of a removed row stay in the search index
until its segments are merged, and former pages in the log of writes (-wal) until it is cut off. PostgreSQL
keeps former rows until a vacuum, which by itself comes late to a large table; and it does not overwrite
what it frees: docs/running.md says what follows from that.
"""

from django.db import connection

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
    waiting = {
        model: list(model._default_manager.filter(cleared_at=None).values_list("pk", flat=True))
        for model in (Erasure, ErasedField)
    }
    if not any(waiting.values()):
        return True
    # First, whether it can be done at all: merging an index for nothing takes long.
    if not _cut_log_off():
        return False
    search_index.purge()
    _vacuum()
    if not _cut_log_off():
        return False
    for model, ids in waiting.items():
        for start in range(0, len(ids), AT_ONCE):
            some = model._default_manager.filter(pk__in=ids[start : start + AT_ONCE])
            some.update(cleared_at=clock.now())
    return True


def _cut_log_off() -> bool:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
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

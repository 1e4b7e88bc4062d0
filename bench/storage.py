"""What a filled register takes of its disk, table by table."""

from typing import Any

from django.db import connection

from tabularium.register.models import Entry

_LARGEST = """
    SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public'
    ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 12"""


def sizes() -> dict[str, Any]:
    """Entries of the open register; on PostgreSQL bytes of its largest tables and of their indexes."""
    told: dict[str, Any] = {"entries": Entry.objects.count(), "bytes": {}}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            (told["database"],) = cursor.fetchone()
            cursor.execute(_LARGEST)
            told["bytes"] = {
                name: {"table": table, "indexes": indexes}
                for name, table, indexes in cursor.fetchall()
            }
    return told

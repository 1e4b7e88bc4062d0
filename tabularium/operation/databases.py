"""Which database a register is kept in, as Django's settings have it."""

from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

_NAMED = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}

LONGEST_LOG = 4 * 1024 * 1024
"""Bytes of SQLite's log of writes from which it is copied into the database; SQLite's own measure."""


def postgresql(address: str) -> dict[str, Any]:
    """A database of PostgreSQL, for Django.

    Args:
        address: `postgresql://user:password@host/name?sslmode=verify-full`, or what else libpq understands.

    Raises:
        psycopg.ProgrammingError: it is no such address.
    """
    given = conninfo_to_dict(address)
    settings: dict[str, Any] = dict.fromkeys(_NAMED.values(), "")
    settings |= {_NAMED[each]: str(given.pop(each)) for each in _NAMED if given.get(each)}
    return {
        **settings,
        "ENGINE": "django.db.backends.postgresql",
        "NAME": settings["NAME"] or "tabularium",
        "CONN_MAX_AGE": 60,
        # After a database was gone, a connection that died with it is not given to a request.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given,
    }


def sqlite(file: Path) -> dict[str, Any]:
    """A database of SQLite in a file, for Django."""
    return {
        "ENGINE": "tabularium.operation.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        # Said, because pytest-django knows of Django's own engine alone that it is tried in memory.
        "TEST": {"NAME": ":memory:"},
        "OPTIONS": {
            # A writer that starts as a reader fails at once when another writes; immediate waits.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: what was acknowledged outlives a power cut.
            # secure_delete: what was erased is overwritten in the file, and not merely unlinked.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                " PRAGMA cache_size=-65536;"  # KiB; indexes of a large load are in it and not read again
                " PRAGMA wal_autocheckpoint=0;"  # it is done by operation/sqlite3, which says why
                # Begun anew the log is cut to the limit, so that its size tells how much is in it.
                f" PRAGMA journal_size_limit={LONGEST_LOG};"
            ),
        },
    }

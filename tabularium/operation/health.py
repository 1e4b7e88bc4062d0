"""Whether this process can answer, and if not, of what that comes. Nothing of an entry is in it."""

from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tabularium.log.extending import compare
from tabularium.log.folder import LogError
from tabularium.log.told import log_folder
from tabularium.operation.state import disk

WELL = "ok"


def readiness() -> dict[str, str]:
    """What has to be well for requests to be sent here: each `ok`, or in a few words why not."""
    database = _database()
    rest = {"migrations": _migrations, "log": _log}
    return {
        "database": database,
        **{name: look() if database == WELL else "not asked" for name, look in rest.items()},
        "disk": _disk(),
    }


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "it does not answer"
    return WELL


def _migrations() -> str:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return "it cannot be read"
    return WELL if _ours() <= applied.keys() else "tabularium init has to be run"


@cache
def _ours() -> frozenset[tuple[str, str]]:
    """All migrations of this version."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _log() -> str:
    try:
        compare(log_folder())
    except LogError:
        return "its folder and the database differ: tabularium log check"
    except DatabaseError:
        return "it cannot be read"
    except OSError:
        return "its folder cannot be read"
    return WELL


def _disk() -> str:
    free, _ = disk()
    if free is None:
        return "the data folder cannot be found"
    return WELL if free >= settings.DISK_LEAST else "it is nearly full"

"""Bringing the tables up to date while others use them.

A change of a table waits until nobody uses it, and whoever comes after waits behind it: one long query
would stop the whole register. So on PostgreSQL no change waits longer than `LONGEST_WAIT` for a lock; it is
taken back and tried again, and in between everybody goes on.
"""

import logging
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

LONGEST_WAIT = 2.0
"""Seconds that a change waits for a lock, and others behind it."""
PAUSE = 3.0
"""Seconds until it is tried again."""
TRIES = 40
"""About three minutes in all."""

_ALONE = 7_216_340_511_903
"""Number of the lock that only one process that migrates holds; means nothing else."""

_log = logging.getLogger("tabularium.migrating")


class BusyError(Exception):
    """The tables could not be changed, for others were using them; nothing is half done."""


def migrate(
    run: Callable[[], None] | None = None, *, pause: Callable[[float], None] = time.sleep
) -> None:
    """Bring the tables up to date. Cut short, it goes on where it was the next time.

    Args:
        run: does so; Django's `migrate` if not given.
        pause: waits so many seconds.

    Raises:
        BusyError: the tables were in use, or another process migrates, for as long as it was tried.
        DatabaseError: it went wrong otherwise.
    """
    run = run or _migrate
    if connection.vendor != "postgresql":
        run()
        return
    for number in range(TRIES):
        if number:
            pause(PAUSE)
        if not _asked("SELECT pg_try_advisory_lock(%s)", _ALONE):
            _log.warning("Another process migrates; waiting for it.")
            continue
        try:
            _asked("SELECT set_config('lock_timeout', %s, false)", f"{LONGEST_WAIT}s")
            run()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            _log.warning("A table is in use; its change is tried again.")
            continue
        finally:
            _asked("SELECT set_config('lock_timeout', '0', false)")
            _asked("SELECT pg_advisory_unlock(%s)", _ALONE)
        return
    raise BusyError(
        "The tables are in use, and were not changed. Look for what holds them for so long"
        " (pg_stat_activity), or for another `tabularium init`, and try again."
    )


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _asked(statement: str, *parameters: str | int) -> bool:
    """The first value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return bool(cursor.fetchone()[0])

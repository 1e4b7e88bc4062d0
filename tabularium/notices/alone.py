"""One process at a time sends, whatever happens to the one before: what it held is let go when it dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tabularium.register.lasting_files import held_alone

_KEY = 0x7AB_0717
"""Of the lock in PostgreSQL: a number of our own, the same for everybody who sends from one register."""


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this process is the only one that sends, until the block ends.

    On PostgreSQL a lock of the connection, which the server lets go with it; beside SQLite a lock on a
    file, which the kernel lets go with the process. So whatever is still marked as being sent, once the
    lock is held, was left by a process that is no more.
    """
    if connection.vendor == "postgresql":
        with _of_the_connection() as held:
            yield held
        return
    name = str(connection.settings_dict["NAME"])
    if connection.is_in_memory_db():  # type: ignore[attr-defined] # of SQLite's connection
        yield True  # no other process reaches it
        return
    with held_alone(Path(f"{name}.sending")) as held:
        yield held


@contextmanager
def _of_the_connection() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
        (held,) = cursor.fetchone()
    try:
        yield bool(held)
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])

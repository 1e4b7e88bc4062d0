"""SQLite, whose log of writes (-wal) is copied into the database while nobody writes.

SQLite's own checkpoints run after a commit, beside other writers. Up to 3.51.2 they have a race that loses
commits (https://www.sqlite.org/wal.html#walresetbug): the log is copied whole, another checkpoint begins, a
writer begins the log anew at that moment, and the checkpoint notes pages as copied that come only then.
Debian 12 has 3.40. So SQLite does none by itself here (`wal_autocheckpoint=0`), and the lock of writers is
held during each: nobody can begin the log anew meanwhile. The one at the close of the last connection is
SQLite's own; no other has the database open then.
"""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from tabularium.operation.databases import LONGEST_LOG

_log = logging.getLogger("tabularium.database")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that copies a long log of writes into the database after it committed."""

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc] # unknown to the stubs
        if not self.is_in_memory_db():
            file = Path(self.settings_dict["NAME"])
            if length_of_log(file) > LONGEST_LOG:
                checkpoint(file)
        return done


def length_of_log(file: Path) -> int:
    """Bytes of the log of writes of a database."""
    try:
        # Merely looked at. Who opens and closes a file of the database drops the locks of this process on it.
        return Path(f"{file}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def checkpoint(file: Path) -> bool:
    """Copy a database's log of writes into it, as far as no reader needs the former pages.

    Returns:
        False if another writes or the disk does not take it: what was committed is in the log as before, and
        the next commit tries again.
    """
    try:
        with (
            closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as writer,
            closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as copier,
        ):
            # It writes nothing, and has the lock of writers until it is closed.
            writer.execute("BEGIN IMMEDIATE")
            copier.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            _log.warning("The log of writes cannot be copied into the database: %s.", error)
        return False
    return True

"""Tables that migrations made once for the programs as they are, and that others begin with.

To migrate takes five seconds, and each process of the tests and many a register of theirs would do so anew.
What is kept in `build/` and, on PostgreSQL, in a database of this working copy's own is taken for the same
programs and libraries alone, to the byte; anything else is made anew.
"""

import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest import mock

import psycopg
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "made-tables"
DATABASE = "register.sqlite3"


@cache
def mark() -> str:
    """Of the programs and libraries that make the tables."""
    digest = hashlib.sha256(sys.version.encode())
    for file in [ROOT / "requirements" / "dev.lock", *sorted((ROOT / "tabularium").rglob("*.py"))]:
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:32]


def begin_with(folder: Path) -> None:
    """Put tables into a data folder where some were made; else whoever migrates makes them."""
    if _file().is_file():
        shutil.copy(_file(), folder / DATABASE)


def template(server: str) -> str:
    """The database to copy for a new one on a PostgreSQL: one with tables, if some were made there."""
    with psycopg.connect(server) as asked:
        return _name() if _made_by(asked) == mark() else "template1"


@contextmanager
def for_tests() -> Iterator[str]:
    """The database of the tests, whose name is given, begins with the tables while it is set up in here."""
    tests = str(connection.creation._get_test_db_name())
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = template(os.environ["TABULARIUM_DATABASE"])
        yield tests
        return
    create = connection.creation._create_test_db

    def created(verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = str(create(verbosity, autoclobber, keepdb))
        if _file().is_file() and connection.creation.is_in_memory_db(name):
            connection.settings_dict["NAME"] = name
            connection.ensure_connection()
            with closing(sqlite3.connect(_file())) as made:
                made.backup(connection.connection)
        return name

    with mock.patch.object(connection.creation, "_create_test_db", created):
        yield tests


def keep(tests: str) -> None:
    """Keep the tables of the tests, before any test came, for whoever begins after."""
    if connection.settings_dict["NAME"] != tests:
        # No test of this session asks for a database, and none was made.
        return
    if connection.vendor == "postgresql":
        _keep_on(os.environ["TABULARIUM_DATABASE"])
    elif not _file().is_file() and connection.is_in_memory_db():
        FOLDER.mkdir(parents=True, exist_ok=True)
        new = FOLDER / f"new-{os.getpid()}"
        with closing(sqlite3.connect(new)) as made:
            connection.connection.backup(made)
        for former in FOLDER.glob("*.sqlite3"):
            former.unlink(missing_ok=True)
        new.rename(_file())


def _file() -> Path:
    return FOLDER / f"{mark()}.sqlite3"


def _name() -> str:
    return f"tabularium_tables_{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"


def _made_by(asked: psycopg.Connection) -> str | None:
    """The mark of what made the tables that are kept on a server."""
    found = asked.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [_name()],
    ).fetchone()
    return found and found[0]


def _keep_on(server: str) -> None:
    tests = sql.Identifier(str(connection.settings_dict["NAME"]))
    connection.close()
    name = sql.Identifier(_name())
    with psycopg.connect(server, autocommit=True) as asked:
        # One process at a time; the others find that it is done.
        asked.execute("SELECT pg_advisory_lock(hashtext(%s))", [_name()])
        if _made_by(asked) == mark():
            return
        # Somebody who copies the former one just now begins with those of other programs, and migrates.
        with suppress(psycopg.errors.ObjectInUse):
            asked.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            asked.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, tests))
            asked.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, mark()))

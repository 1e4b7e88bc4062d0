"""The log of writes of SQLite is kept short, and copied only while nobody else writes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from tabularium.operation import databases
from tabularium.operation.sqlite3.base import DatabaseWrapper, checkpoint, length_of_log

LIMIT = 64 * 1024


@pytest.fixture
def database(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DatabaseWrapper]:
    """A database with one table, and a short limit to its log."""
    del db  # Databases are not opened by tests that do not say so.
    monkeypatch.setattr(databases, "LONGEST_LOG", LIMIT)
    monkeypatch.setattr("tabularium.operation.sqlite3.base.LONGEST_LOG", LIMIT)
    handler = ConnectionHandler({"default": databases.sqlite(tmp_path / "d.sqlite3")})
    made = handler["default"]
    assert isinstance(made, DatabaseWrapper)
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n, filling)")
    yield made
    made.close()


def file_of(database: DatabaseWrapper) -> Path:
    return Path(database.settings_dict["NAME"])


def write(database: DatabaseWrapper, number: int, rows: int = 1) -> None:
    database.set_autocommit(False)
    with database.cursor() as cursor:
        for _ in range(rows):
            cursor.execute("INSERT INTO t VALUES (%s, %s)", [number, "x" * 3000])
    database.commit()
    database.set_autocommit(True)


def test_the_log_of_writes_is_kept_short_by_those_who_commit(database: DatabaseWrapper) -> None:
    longest = 0
    for number in range(60):
        write(database, number)
        longest = max(longest, length_of_log(file_of(database)))
    assert LIMIT < longest < 2 * LIMIT
    assert file_of(database).stat().st_size > 150_000


def test_sqlite_copies_nothing_by_itself(
    database: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabularium.operation.sqlite3.base.LONGEST_LOG", 1 << 40)
    before = file_of(database).read_bytes()
    # More than the 1000 pages after which it does so for usual.
    write(database, 1, rows=1500)
    write(database, 2)
    assert length_of_log(file_of(database)) > 4 * 1024 * 1024
    assert file_of(database).read_bytes() == before


def test_nothing_is_copied_while_another_writes(database: DatabaseWrapper) -> None:
    file = file_of(database)
    write(database, 1)
    before = file.read_bytes()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not checkpoint(file)
        assert file.read_bytes() == before
    assert checkpoint(file)
    assert file.read_bytes() != before
    assert b"x" * 3000 in file.read_bytes()


def test_a_log_that_cannot_be_copied_is_told_and_fails_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not checkpoint(tmp_path)
    assert "cannot be copied into the database" in caplog.text
    assert length_of_log(tmp_path / "none") == 0

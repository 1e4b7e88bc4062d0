"""Tables that are made once are those of the programs as they are."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests import made_tables

MADE = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


@pytest.mark.django_db
def test_what_others_begin_with_is_what_the_migrations_made(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL copies a database by itself.")
    made_tables.begin_with(tmp_path)
    with closing(sqlite3.connect(tmp_path / made_tables.DATABASE)) as begun:
        there = begun.execute(MADE).fetchall()
        applied = set(begun.execute("SELECT app, name FROM django_migrations"))
    with connection.cursor() as cursor:
        assert there == cursor.execute(MADE).fetchall()
        assert applied == set(cursor.execute("SELECT app, name FROM django_migrations"))
    assert len(applied) > 50


def test_those_of_other_programs_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tabularium" / "program.py"
    program.parent.mkdir()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.lock").write_text("django==5")
    monkeypatch.setattr(made_tables, "ROOT", tmp_path)
    marks = []
    for text in ("one = 1", "one = 2", "one = 1"):
        program.write_text(text)
        marks.append(made_tables.mark.__wrapped__())
    assert marks[0] == marks[2] != marks[1]

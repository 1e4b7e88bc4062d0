"""A submission that is killed is absent or whole, leaves nothing behind, and can be run again."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests import made_tables, prepared
from tests.cli.conftest import Ran, Shell

ROWS = 3_000
KILLS = 8
SEED = 20261122
SQLITE = "register.sqlite3"
BESIDE_SQLITE = {f"{SQLITE}-wal", f"{SQLITE}-shm", f"{SQLITE}-journal"}
"""What SQLite keeps beside a database in use, and puts right when it is next opened."""
CONTENT = """
    SELECT entry.decision_key, entry.stage, version.decision_number, version.subject_name,
           version.summary, entry.public_until
    FROM register_entry entry JOIN register_version version ON version.id = entry.current_version_id
    ORDER BY entry.decision_key
"""


class Register:
    """A register of its own in the database that the tests are run on."""

    def __init__(self, shell: Shell, name: str, server: str) -> None:
        self.shell = shell
        self.folder = shell.folder / name
        self.temporary = shell.folder / f"{name}-temporary"
        self.temporary.mkdir(exist_ok=True)
        self.server = server
        self.name = f"tabularium_killed_{os.getpid()}_{name}"

    @property
    def address(self) -> str:
        """Of the database in PostgreSQL; "" for SQLite."""
        if not self.server:
            return ""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    def copied_from(self, other: "Register | None") -> None:
        """Begin anew, empty or as another register is."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.server:
            self.drop()
            with psycopg.connect(self.server, autocommit=True) as connection:
                template = sql.Identifier(
                    other.name if other else made_tables.template(self.server)
                )
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                        sql.Identifier(self.name), template
                    )
                )
        if other is not None:
            shutil.copytree(other.folder, self.folder)

    def drop(self) -> None:
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                        sql.Identifier(self.name)
                    )
                )

    def start(self, *arguments: str) -> prepared.Started:
        environment = {
            **os.environ,
            "TABULARIUM_DATABASE": self.address,
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(self.temporary),
        }
        command = ["-m", "tabularium", *arguments, "--data", str(self.folder)]
        return prepared.start(command, cwd=self.shell.folder, env=environment)

    def run(self, *arguments: str) -> Ran:
        ended = self.start(*arguments).wait()
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def killed_after(self, seconds: float, *arguments: str) -> bool:
        """Run a command, and kill it when that time has passed; whether it was still running."""
        started = self.start(*arguments)
        try:
            ended = started.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            started.kill()
            ended = started.wait()
        self._wait_for_server()
        return ended.returncode == -signal.SIGKILL

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        if self.server:
            with psycopg.connect(self.address) as connection:
                return connection.execute(statement.encode()).fetchall()
        with closing(sqlite3.connect(self.folder / SQLITE)) as database:
            return database.execute(statement).fetchall()

    def content(self) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """What the entries say, and how many rows every table has."""
        listed = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.server
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        # Tables behind the search index have as many rows as it happened to be written in pieces.
        names = sorted(
            name
            for (name,) in self.query(listed)
            if name.startswith("register_") and "_search_" not in name
        )
        counts = {name: self.query(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}  # noqa: S608 - names of our own tables
        return self.query(CONTENT), counts

    def files(self) -> set[str]:
        return {each.name for each in self.folder.iterdir()} - BESIDE_SQLITE

    def left_behind(self) -> list[str]:
        """What a killed process left among the temporary files.

        SQLite takes the name from its own as soon as they are open; killed in between, one stays, empty.
        """
        return [
            each.name
            for each in self.temporary.iterdir()
            if not (each.name.startswith("etilqs_") and each.stat().st_size == 0)
        ]

    def _wait_for_server(self) -> None:
        """The server notices some time later that its client is no more."""
        if not self.server:
            return
        with psycopg.connect(self.server, autocommit=True) as connection:
            for _ in range(2_000):
                others = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [self.name]
                ).fetchone()
                if others == (0,):
                    return
                time.sleep(0.05)
        pytest.fail("The server goes on with the work of a client that was killed.")


@contextmanager
def registers(shell: Shell, *names: str) -> Iterator[list[Register]]:
    server = os.environ.get("TABULARIUM_DATABASE", "")
    server = server if server.startswith("postgres") else ""
    made = [Register(shell, name, server) for name in names]
    try:
        yield made
    finally:
        for each in made:
            each.drop()


@pytest.mark.whole
@pytest.mark.usefixtures("django_db_setup")
def test_a_killed_submission_is_absent_or_whole_and_can_be_run_again(shell: Shell) -> None:
    texts = ["write to a.b@mail.example" if n % 50 == 0 else f"text {n}" for n in range(ROWS)]
    command = ("submit", shell.decisions(*texts), "--item", shell.item("penalty"), "--json")
    with registers(shell, "empty", "whole", "killed") as (empty, whole, killed):
        empty.copied_from(None)
        if not empty.server:
            empty.folder.mkdir(mode=0o700)
            made_tables.begin_with(empty.folder)
        assert empty.run("init").code == 0
        whole.copied_from(empty)
        began = time.monotonic()
        assert whole.run(*command).code == 1
        takes = time.monotonic() - began
        expected = whole.content()
        assert len(expected[0]) == ROWS - ROWS // 50

        moments = random.Random(SEED)  # noqa: S311 - moments, and no secret
        killed.copied_from(empty)
        halfway = 0
        for number in range(KILLS):
            # Drawn from equal parts of the time, so that all of it is tried.
            moment = (number + moments.random()) / KILLS * takes
            if killed.killed_after(moment, *command):
                halfway += 1
            else:
                # The machine was busier while the time was taken.
                takes = min(takes, moment)
            checked = killed.run("check", "--json")
            assert (checked.code, checked.json["problems"]) == (0, []), f"after {moment:.2f} s"
            submissions = killed.query("SELECT entries_made FROM register_submission")
            entries = killed.query("SELECT count(*) FROM register_entry")
            assert sum(made for (made,) in submissions) == entries[0][0]
            assert entries[0][0] in {0, len(expected[0])}
            assert killed.files() == empty.files()
            assert killed.left_behind() == []
            if submissions:
                assert killed.content() == expected
                killed.copied_from(empty)
        assert halfway >= KILLS // 2, "most are to be killed before they end"

        assert killed.run(*command).code == 1
        assert killed.content() == expected
        assert killed.files() == whole.files()

"""Killed at any moment and run again, and two at once: each thing is done once, on both databases."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests import made_tables
from tests.conftest import ROOT

ERASED, PUBLISHED, LAPSED = 6, 6, 3
MARK = b"Perishable Goods"
SOAK = bool(os.environ.get("TABULARIUM_SOAK"))
KILLS = 12 if SOAK else 2
"""Few, and more where time is: TABULARIUM_SOAK=1."""
SEED = 20261125


class Register:
    """A register of its own, in the database that the tests are run on, worked on by processes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        server = os.environ.get("TABULARIUM_DATABASE", "")
        self.server = server if server.startswith("postgres") else ""
        self.name = f"tabularium_upkeep_{os.getpid()}_{name}"

    @property
    def address(self) -> str:
        if not self.server:
            return ""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    def make(self, like: "Register | None" = None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if like is None:
            self.folder.mkdir()
            made_tables.begin_with(self.folder)
        else:
            shutil.copytree(like.folder, self.folder)
        if self.server:
            self.drop()
            template = sql.Identifier(like.name if like else made_tables.template(self.server))
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            self._on_server(made.format(sql.Identifier(self.name), template))

    def drop(self) -> None:
        if self.server:
            dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            self._on_server(dropped.format(sql.Identifier(self.name)))

    def _on_server(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.upkeep.at_work", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "TABULARIUM_DATA": str(self.folder),
                "TABULARIUM_DATABASE": self.address,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Any:
        with self.start(*arguments) as running:
            said, _ = running.communicate("\n", timeout=300)
        assert running.returncode == 0
        return json.loads(said.splitlines()[-1])

    def ready(self, at: str) -> "subprocess.Popen[str]":
        """A process that is about to do what is due, and waits for a line."""
        running = self.start("work", at)
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        return running

    def bytes_with(self, mark: bytes) -> list[str]:
        """Files of the data folder in which a mark stands."""
        return [
            file.name
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and mark in file.read_bytes()
        ]


def go(running: "subprocess.Popen[str]") -> None:
    assert running.stdin is not None
    running.stdin.write("\n")
    running.stdin.flush()


def _children() -> float:
    """Seconds of the processor that all processes took which we started and which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processor(number: int) -> float:
    """Seconds of the processor that a process has taken until now (proc_pid_stat(5), utime and stime)."""
    fields = Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, str]]:
    """A register in which much is due, and the instant at which it is."""
    register = Register(tmp_path_factory.mktemp("due"), "due")
    register.make()
    try:
        yield register, register.run("prepare")["at"]
    finally:
        register.drop()


@pytest.fixture
def worked_on(due: tuple[Register, str], tmp_path: Path) -> Iterator[tuple[Register, str]]:
    """A copy of it."""
    register = Register(tmp_path, "copy")
    register.make(like=due[0])
    try:
        yield register, due[1]
    finally:
        register.drop()


def check_done(register: Register, report: Any) -> None:
    state = report["state"]
    assert report["failures"] == {}
    events = state["events"]
    # What lapses was public before.
    assert events["erased"] == state["erasures"] == ERASED
    assert events["lapsed"] == LAPSED
    assert events["published"] == PUBLISHED + LAPSED + ERASED
    assert (state["problems"], state["to_clear"], state["half"]) == ([], 0, 0)
    assert not list((register.folder / "keys").glob("forget-*"))
    if not register.server:
        assert register.bytes_with(MARK) == []


@pytest.mark.whole
def test_killed_at_any_moment_and_run_again_it_does_each_thing_once(
    due: tuple[Register, str], worked_on: tuple[Register, str], tmp_path: Path
) -> None:
    original, at = due
    register, _ = worked_on
    if not register.server:
        assert register.bytes_with(MARK), "what is not there before is not erased after"
    whole = Register(tmp_path, "whole")
    whole.make(like=original)
    try:
        before = _children()
        running = whole.ready(at)
        before += _processor(running.pid)
        said, _ = running.communicate("\n", timeout=300)
        # The processor's time: had the machine been busy, later ones would end before they are killed.
        takes = _children() - before
        report = json.loads(said)
        assert (report["published"], report["lapsed"], report["erased"]) == (
            PUBLISHED,
            LAPSED,
            ERASED,
        )
        check_done(whole, report)
    finally:
        whole.drop()

    moments = random.Random(SEED)  # noqa: S311 - moments, and no secret
    halfway = 0
    for number in range(KILLS):
        # The first part of the time is tried again on what is left, and so the whole of it in the end.
        moment = takes / KILLS * (0.3 + 1.4 * moments.random())
        with register.ready(at) as running:
            go(running)
            time.sleep(moment)
            halfway += running.poll() is None
            running.send_signal(signal.SIGKILL)
        if not SOAK:
            continue
        state = register.run("state")
        assert (state["problems"], state["half"]) == ([], 0), f"after kill {number}"
        assert state["events"].get("erased", 0) == state["erasures"]
    assert halfway >= KILLS // 2, "most are to be killed before they end"
    check_done(register, register.run("work", at))


@pytest.mark.whole
def test_two_at_once_do_each_thing_once(worked_on: tuple[Register, str]) -> None:
    register, at = worked_on
    both = [register.ready(at) for _ in range(2)]
    for each in both:
        go(each)
    reports = []
    for each in both:
        said, _ = each.communicate(timeout=300)
        assert each.returncode == 0
        reports.append(json.loads(said))
    assert [each["failures"] for each in reports] == [{}, {}]
    for what, many in (("published", PUBLISHED), ("lapsed", LAPSED), ("erased", ERASED)):
        assert sum(each[what] for each in reports) == many
    # A row that one held when the other came past is left, if at all, to the next run.
    check_done(register, register.run("work", at))

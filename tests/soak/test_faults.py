"""What goes wrong around a register under load: afterwards it is whole, and nothing acknowledged is lost."""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tabularium.register.consistency import check
from tabularium.register.models import Entry
from tabularium.upkeep.running import run_once
from tests import builders
from tests.own_database import own_database
from tests.soak.load import Load, Register, Server, served

SOAK = os.environ.get("TABULARIUM_SOAK") == "1"
SEED = 20261126
KILLS = ("web", "upkeep", "server") * (10 if SOAK else 1)
SIZE = 64
"""MiB of the disk that becomes full."""

Move = Callable[[datetime], None]


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A folder with a disk of its own, in memory, where that is allowed; None where not."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(folder)]
    if (
        os.geteuid()
        or shutil.which("mount") is None
        or subprocess.run(command, check=False).returncode
    ):
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def goes_on(load: Load) -> None:
    """Wait until something more is acknowledged."""
    before = len(load.acknowledged)
    for _ in range(900):
        if len(load.acknowledged) > before:
            return
        time.sleep(0.1)
    raise AssertionError(f"Nothing is acknowledged any more: {load.statuses} {load.errors[-3:]}")


def kill_under_load(server: Server, load: Load) -> None:
    moments = random.Random(SEED)  # noqa: S311 - moments, and no secret
    for part in KILLS:
        time.sleep(moments.random())
        assert server.kill_a(part, moments), f"there is a process for {part}"
        goes_on(load)


def fill_disk(disk: Path, load: Load) -> None:
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    refused = load.statuses["write", 500] + load.statuses["write", 503]
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - 256 * 1024, 4096))
    for _ in range(600):
        if load.statuses["write", 500] + load.statuses["write", 503] > refused:
            break
        time.sleep(0.1)
    else:
        pytest.fail(f"The disk is full and nobody notices: {load.statuses}")
    filler.unlink()
    goes_on(load)


def take_database_away(address: str, load: Load) -> None:
    """No connection is let in and those that stand are cut; then the database is back."""
    server, name = os.environ["TABULARIUM_DATABASE"], urlsplit(address).path.lstrip("/")
    with psycopg.connect(server, autocommit=True) as asked:
        change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        asked.execute(change.format(sql.Identifier(name), sql.SQL("false")))
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        asked.execute(ending, [name])
        time.sleep(1)
        asked.execute(change.format(sql.Identifier(name), sql.SQL("true")))
    goes_on(load)


@pytest.mark.whole
@pytest.mark.usefixtures("django_db_setup")
def test_killed_without_disk_or_database_it_is_whole_and_nothing_acknowledged_is_lost(
    tmp_path: Path,
) -> None:
    with (
        own_database("faults") as address,
        small_disk(tmp_path / "disk") as disk,
    ):
        register = Register(disk or tmp_path / "disk", address)
        register.make()
        with served(register) as server:
            load = Load(server, SEED)
            with load.running(readers=1, writers=2, pause=0.02):
                goes_on(load)
                kill_under_load(server, load)
                if address:
                    take_database_away(address, load)
                elif disk:
                    fill_disk(disk, load)
        register.is_whole()
        assert load.acknowledged
        assert sorted(register.lost(load.acknowledged)) == []
        if not disk and not address:
            pytest.skip(
                "No disk can be made here that becomes full; the rest was tried and is right."
            )


def test_something_that_is_lost_is_met(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    with closing(sqlite3.connect(tmp_path / "register" / "register.sqlite3")) as made:
        made.execute("CREATE TABLE register_version (decision_number text)")
        made.execute("INSERT INTO register_version VALUES ('W-1')")
        made.commit()
    assert Register(tmp_path).lost({"W-1", "W-2"}) == {"W-2"}


def test_sqlite_is_told_to_keep_what_it_acknowledged(db: None) -> None:
    del db
    if connection.vendor != "sqlite":
        pytest.skip("It is about SQLite.")
    said = connection.settings_dict["OPTIONS"]["init_command"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,), (
            "FULL: each commit is on the disk before it is acknowledged"
        )
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
    assert "journal_mode=WAL" in said
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_after_a_power_loss_what_was_synced_is_there_whatever_became_of_the_rest(
    tmp_path: Path,
) -> None:
    """What was written after the last acknowledged commit is cut off anywhere, or is anything."""
    cuts = random.Random(SEED)  # noqa: S311 - places, and no secret
    whole = tmp_path / "whole"
    with closing(sqlite3.connect(whole, isolation_level=None)) as writing:
        writing.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (n)"
        )
        synced = []
        for number in range(40):
            writing.execute("INSERT INTO t VALUES (?)", [f"{number}" + "x" * cuts.randrange(9_000)])
            synced.append(Path(f"{whole}-wal").stat().st_size)
        log = Path(f"{whole}-wal").read_bytes()
        shutil.copy(whole, tmp_path / "main")
    for _ in range(60):
        acknowledged = cuts.randrange(len(synced))
        kept = cuts.randrange(synced[acknowledged], len(log) + 1)
        after = tmp_path / "after"
        shutil.copy(tmp_path / "main", after)
        torn = cuts.randbytes(cuts.randrange(5_000))
        Path(f"{after}-wal").write_bytes(log[:kept] + torn)
        with closing(sqlite3.connect(after)) as reading:
            assert reading.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (count,) = reading.execute("SELECT count(*) FROM t").fetchone()
        assert count > acknowledged
        for each in tmp_path.glob("after*"):
            each.unlink()


@pytest.mark.django_db
def test_a_clock_that_jumps_publishes_nothing_early_and_loses_nothing(move: Move) -> None:
    """Machines come back with a wrong clock, and it is put right while they are at work."""
    town = builders.Town()
    entry = builders.in_notice(town)
    closes = entry.window_closes_at
    assert closes is not None
    day = timedelta(days=1)
    for jump in (closes - day, closes - 2 * day, closes - timedelta(seconds=1)):
        move(jump)
        assert run_once().failures == {}
        entry.refresh_from_db()
        assert entry.stage != "published"
        assert check().problems == []
    # A day ahead it is published; put back, it stays so, for an event says when, and nothing is done twice.
    for jump in (closes + day, closes - day, closes + timedelta(seconds=1), closes + 2 * day):
        move(jump)
        assert run_once().failures == {}
        assert Entry.objects.get(pk=entry.pk).stage == "published"
        assert check().problems == []
    assert entry.events.filter(type="published").count() == 1

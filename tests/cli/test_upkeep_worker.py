"""What is due is done beside the server, by a process that is watched."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_serving import answers, started
from tests.ports import free_port


def children(of: int) -> dict[int, str]:
    """Processes that a process started, and what they were started with."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            line = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(stat.rpartition(")")[2].split()[1]) == of:
            found[int(folder.name)] = line
    return found


def server() -> int:
    (number,) = [each for each, line in children(os.getpid()).items() if " serve " in line]
    return number


def upkeep(of: int) -> list[int]:
    return [each for each, line in children(of).items() if "spawn_main" in line]


def runs(number: int) -> bool:
    """Whether a process is at work; one that ended may wait for somebody to take note."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def holders(database: Path) -> set[int]:
    """Processes that say by a lock that they have a database of SQLite open."""
    node = database.stat().st_ino
    locks = [
        line.split() for line in Path("/proc/locks").read_text().splitlines() if "->" not in line
    ]
    return {int(each[4]) for each in locks if each[5].rpartition(":")[2] == str(node)}


def until(what: Callable[[], object]) -> None:
    for _ in range(2_000):
        if what():
            return
        time.sleep(0.1)
    pytest.fail("It did not come.")


def expired_key(register: Shell) -> Callable[[], int]:
    """Put something into the register that upkeep clears away; how many there are."""
    import sqlite3  # noqa: PLC0415 - this test alone

    file = register.data / "register.sqlite3"

    def count() -> int:
        with sqlite3.connect(file, timeout=300) as database:
            return int(database.execute("SELECT count(*) FROM django_session").fetchone()[0])

    with sqlite3.connect(file, timeout=300) as database:
        database.execute("INSERT INTO django_session VALUES ('over', '', '2020-01-01 00:00:00')")
    return count


@pytest.mark.whole
def test_upkeep_runs_beside_the_server_is_started_anew_and_stops_with_it(register: Shell) -> None:
    there = expired_key(register)
    data = str(register.data)
    arguments = ("serve", "--port", str(free_port()), "--upkeep-every", "1", "--data", data)
    with started(register, *arguments):
        serving = server()
        until(lambda: there() == 0)
        (first,) = upkeep(serving)
        os.kill(first, signal.SIGKILL)
        until(lambda: upkeep(serving) not in ([], [first]))
        expired_key(register)
        until(lambda: there() == 0)
        (second,) = upkeep(serving)
    assert second != first
    until(lambda: not runs(second))


@pytest.mark.whole
def test_a_server_that_is_killed_leaves_nothing_behind(register: Shell) -> None:
    data, port = str(register.data), free_port()
    arguments = ("serve", "--port", str(port), "--upkeep-every", "1", "--data", data)
    with started(register, *arguments) as (address, _):
        answers(f"{address}en/")
        serving = server()
        until(lambda: upkeep(serving))
        left = list(children(serving))
        # Those that answer, and the process for what is due.
        assert len(left) >= 2
        # One that answered has a lock of its own, and not merely one of the server that it was forked from.
        holding = holders(register.data / "register.sqlite3")
        assert serving not in holding
        assert holding & (set(left) - set(upkeep(serving)))
        os.kill(serving, signal.SIGKILL)
        try:
            until(lambda: not any(map(runs, left)))
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        finally:
            for each in filter(runs, left):
                os.kill(each, signal.SIGKILL)


@pytest.mark.whole
def test_without_upkeep_there_is_none(register: Shell) -> None:
    there = expired_key(register)
    data = str(register.data)
    with started(register, "serve", "--port", str(free_port()), "--no-upkeep", "--data", data) as (
        address,
        _,
    ):
        assert address
        serving = server()
        time.sleep(3)
        assert upkeep(serving) == []
        assert there() == 1

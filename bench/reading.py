"""One organisation's entries as JSON, and an entry's page, asked for by many at once; beside Datasette.

Servers and wrk share the machine's cores, ours and Datasette's alike; each has as many processes. Asked for
are organisations and entries at random. The bare look-up is one process that asks the database, by its
driver alone, for what the answer says, and does nothing with it.
"""

import json
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench import processes
from bench.processes import ROOT, Outcome, TaskFailedError
from bench.results import Measured, Result, point

WORKERS = 2
CONNECTIONS = (16, 64)
SECONDS = 5
"""Of one run under load."""
MOST_BESIDE = 2_000_000
"""Of more entries Datasette gets no table, which would take longer than all else: ours goes alone."""
_REQUESTS = 1000
"""A run is told as the time of so many."""
_OF_DATASETTE = {"table": (4, "table API"), "canned": (2, "canned query")}
"""What it is asked in two ways, and how many times its rate is wanted."""
_WRK = "wrk"
_STARTS_WITHIN = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


class NoLoadToolError(RuntimeError):
    """wrk is not installed."""


@dataclass(frozen=True, slots=True)
class _Server:
    """A server that answers.

    Attributes:
        process: the first of its processes.
        port: where it listens.
    """

    process: int
    port: int


def reading(
    folder: Path,
    environment: Mapping[str, str],
    work: Path,
    *,
    runs: int,
    say: Callable[[str], None],
) -> Iterator[Result]:
    """Measure a filled register.

    Args:
        folder: of the register.
        environment: in which it is found.
        work: for files.
        runs: of each thing.
        say: tells how far it has come.

    Raises:
        NoLoadToolError: wrk is not installed.
    """
    if shutil.which(_WRK) is None:
        raise NoLoadToolError("wrk is not installed (Debian: apt install wrk).")
    told = processes.run("sample", environment, work, folder=str(folder)).said
    name = "PostgreSQL" if environment.get("TABULARIUM_DATABASE") else "SQLite"
    where = f"{told['entries']:,} entries, {name}"
    paths = {
        "json": _list(work, "json", [f"/api/v1/organisations/{each}" for each in told["asked"]]),
        "page": _list(work, "page", [f"/en/entries/{each}" for each in told["read"]]),
    }
    flat = work / "entries.db"
    if told["entries"] <= MOST_BESIDE:
        paths |= {
            name: _list(
                work, name, [f"/entries/{table}.json?organisation={e}" for e in told["asked"]]
            )
            for name, table in (("table", "entries"), ("canned", "of_organisation"))
        }
        processes.run("flatten", environment, work, folder=str(folder), database=str(flat))
    bare = {
        way: lambda way=way: processes.run(
            "bare_look_up", environment, work, folder=str(folder), way=way, seconds=SECONDS
        )
        for way in ("json", "page")
    }
    with ExitStack() as stack:
        ours = stack.enter_context(_ours(folder, environment))
        peer = stack.enter_context(_datasette(flat)) if flat.exists() else None
        for connections in CONNECTIONS:
            say(f"Reading, {where}, {connections} connections")
            ways: dict[str, Callable[[], Outcome]] = {
                way: partial(
                    _loaded, peer if peer and way in _OF_DATASETTE else ours, file, connections
                )
                for way, file in paths.items()
            }
            ways |= {f"bare {way}": run for way, run in bare.items()}
            found = _in_turn(ways, runs, say)
            under = f"{connections} connections"
            yield from _compared(found, f"{where}, {under}", f"{name}, {under}", told["entries"])
    flat.unlink(missing_ok=True)


def _compared(
    found: Mapping[str, Measured], where: str, how: str, entries: int
) -> Iterator[Result]:
    json_ = found["json"]
    for peer, (target, title) in _OF_DATASETTE.items():
        if peer not in found:
            continue
        other = found[peer]
        name = f"entries as JSON, requests/s of Datasette's {title}, {where}"
        yield Result(name, json_.rate / other.rate, target, json_, other, _more(json_, other))
        name = f"entries as JSON, p99 of Datasette's {title} of ours, {where}"
        yield Result(name, _p99(other) / _p99(json_), 1, json_, other, _more(json_, other))
    for way, title in (("json", "entries as JSON"), ("page", "page of an entry")):
        ours, bare = found[way], found[f"bare {way}"]
        name = f"{title}, requests/s of a bare look-up, {where}"
        figures = _more(ours, bare)
        points = [
            point(f"{title}, {how}", unit, entries, figures["milliseconds"]["ours"][key])
            for key, unit in (("p99", "ms p99"), ("cpu", "ms CPU/answer"))
        ]
        more = {**figures, "points": points}
        yield Result(name, ours.rate / bare.rate, 0.333, ours, bare, more)


def _more(ours: Measured, peer: Measured) -> dict[str, Any]:
    """The latency, and the processor time of the servers alone for a request, in milliseconds."""
    return {
        "milliseconds": {
            who: {
                name: round(statistics.median(each.said[name] for each in measured.outcomes), 3)
                for name in ("p99", "cpu")
            }
            for who, measured in (("ours", ours), ("peer", peer))
        }
    }


def _p99(measured: Measured) -> float:
    return float(statistics.median(each.said["p99"] for each in measured.outcomes))


def _in_turn(
    ways: Mapping[str, Callable[[], Outcome]], runs: int, say: Callable[[str], None]
) -> dict[str, Measured]:
    outcomes: dict[str, list[Outcome]] = {name: [] for name in ways}
    for number in range(1, runs + 1):
        for name, run in ways.items():
            outcomes[name].append(run())
            last = outcomes[name][-1]
            say(f"  run {number}, {name}: {last.rate:,.0f}/s, p99 {last.said['p99']:.2f} ms")
    return {name: Measured(_REQUESTS, each) for name, each in outcomes.items()}


def _list(work: Path, name: str, paths: Sequence[str]) -> Path:
    file = work / f"paths-{name}"
    file.write_text("".join(f"{each}\n" for each in paths), "utf-8")
    return file


def _loaded(server: _Server, paths: Path, connections: int) -> Outcome:
    """One run of wrk."""
    before = _processor_time(server.process)
    done = subprocess.run(  # noqa: S603 - a tool that is asked for by name
        [
            *(
                _WRK,
                f"-t{min(2, connections)}",
                f"-c{connections}",
                f"-d{SECONDS}s",
                "--timeout=30s",
            ),
            *("-s", str(Path(__file__).with_name("load.lua")), f"http://127.0.0.1:{server.port}"),
            *("--", str(paths)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    cpu = _processor_time(server.process) - before
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"] or not said["requests"]:
        raise TaskFailedError(
            f"{said['failed']} of {said['requests']} requests failed: {paths.name}"
        )
    return told(said["requests"], said["microseconds"] / 1e6, said["p99"] / 1000, cpu)


def told(requests: int, seconds: float, p99: float, cpu: float) -> Outcome:
    """What a run is: requests in a time, the latency in milliseconds, and processor time in seconds."""
    said = {"p99": p99, "cpu": cpu / requests * 1000}
    return Outcome(seconds / requests * _REQUESTS, _REQUESTS, 0, 0, 0, said)


def _processor_time(process: int) -> float:
    """Seconds of processor time that a process and all below it have had."""
    total = 0
    for each in processes.family(process):
        try:
            fields = Path(f"/proc/{each}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


@contextmanager
def _ours(folder: Path, environment: Mapping[str, str]) -> Iterator[_Server]:
    port = _free_port()
    command = ["-m", "tabularium", "serve", "--no-upkeep", f"--workers={WORKERS}"]
    with _serving(
        [*command, f"--port={port}", f"--data={folder}"], environment, port, "/en/"
    ) as it:
        yield it


@contextmanager
def _datasette(database: Path) -> Iterator[_Server]:
    port = _free_port()
    command = ["-m", "uvicorn", "--factory", "bench.datasette_app:application", "--log-level=error"]
    environment = {"BENCH_DATASETTE": str(database)}
    more = [f"--workers={WORKERS}", f"--port={port}"]
    with _serving([*command, *more], environment, port, "/entries.json") as it:
        yield it


@contextmanager
def _serving(
    command: Sequence[str], environment: Mapping[str, str], port: int, path: str
) -> Iterator[_Server]:
    process = subprocess.Popen(  # noqa: S603 - our own server, or the peer
        [sys.executable, *command],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield _Server(process.pid, port)
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            with urlopen(address) as answer:  # noqa: S310 - of our own machine
                answer.read()
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise TaskFailedError(f"No server at {address}: {error}") from None
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def flat_table(database: Path, columns: Sequence[str], blocks: Iterator[Sequence[Any]]) -> int:
    """Write records into one table of SQLite, with an index by organisation; how many."""
    with sqlite3.connect(database) as connection:
        connection.execute(f"CREATE TABLE entries ({', '.join(columns)}, PRIMARY KEY (id))")
        places = ", ".join("?" * len(columns))
        rows = 0
        for block in blocks:
            connection.executemany(f"INSERT INTO entries VALUES ({places})", block)  # noqa: S608
            rows += len(block)
        connection.execute("CREATE INDEX of_organisation ON entries (organisation, decided_on)")
        connection.execute("ANALYZE")
    return rows

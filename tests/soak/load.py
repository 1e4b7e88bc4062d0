"""A register of its own, served, and reads and writes against it; what was acknowledged is remembered."""

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tabularium import clock
from tabularium.core.identifiers import uscc_check_character
from tests import made_tables, prepared
from tests.cli.conftest import ITEM
from tests.cli.test_upkeep_worker import children
from tests.ports import free_port

AUTHORITY = "made-up-office"
FEW_ROWS = 5
"""Decisions of one submission."""
_GONE = (OSError, http.client.HTTPException)
_BUSY = frozenset({429, 502, 503})


@dataclass
class Register:
    """A register in a folder, and perhaps in PostgreSQL.

    Attributes:
        folder: everything of it.
        database: the address of PostgreSQL; "" for SQLite in the folder.
        token: with which an authority's program sends.
    """

    folder: Path
    database: str = ""
    token: str = ""

    @property
    def data(self) -> Path:
        return self.folder / "register"

    @property
    def environment(self) -> Mapping[str, str]:
        # The load comes from one machine, which is not to be told to wait.
        more = {"TABULARIUM_DATABASE": self.database, "TABULARIUM_READING_LIMIT": "1000000"}
        return {**os.environ, **more}

    def run(self, *arguments: str) -> prepared.Ended:
        command = ["-m", "tabularium", *arguments, "--data", str(self.data)]
        return prepared.run(command, typed="", cwd=self.folder, env=self.environment)

    def make(self) -> None:
        """Make it, with two items and some public licences."""
        self.data.mkdir(mode=0o700)
        if not self.database:
            made_tables.begin_with(self.data)
        assert self.run("init").returncode == 0
        for kind, term in (("licence", "open"), ("penalty", "pack-default")):
            (self.folder / f"{kind}.toml").write_text(ITEM.format(kind=kind, term=term), "utf-8")
        (self.folder / "first.csv").write_bytes(a_file("L", range(40)))
        sent = self.run("submit", "first.csv", "--item", "licence.toml", "--json")
        assert sent.returncode == 0, sent.stdout + sent.stderr
        (self.folder / "second.csv").write_bytes(a_file("P", range(2)))
        assert self.run("submit", "second.csv", "--item", "penalty.toml").returncode == 0
        account = self.run("account", "wang", "--authority", AUTHORITY, "--role", "approver")
        assert account.returncode == 0, account.stderr
        submission = str(json.loads(sent.stdout)["submission"])
        approved = self.run("approve", "--submission", submission, "--as", "wang", "--yes")
        assert approved.returncode == 0, approved.stdout + approved.stderr
        made = self.run("token", "new", AUTHORITY, "--label", "load", "--json")
        assert made.returncode == 0, made.stderr
        self.token = json.loads(made.stdout)["token"]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        if self.database:
            with psycopg.connect(self.database) as connection:
                return connection.execute(statement.encode()).fetchall()
        with closing(sqlite3.connect(self.data / "register.sqlite3", timeout=30)) as database:
            return database.execute(statement).fetchall()

    def is_whole(self) -> None:
        """Check the register and its log as an operator does."""
        for arguments in (("check",), ("log", "check")):
            done = self.run(*arguments)
            assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"

    def lost(self, acknowledged: set[str]) -> set[str]:
        """What was acknowledged and is not there."""
        found = self.query("SELECT decision_number FROM register_version")
        return acknowledged - {number for (number,) in found}


def a_file(mark: str, numbers: range) -> bytes:
    """A file of decisions of yesterday, whose numbers begin with a mark."""
    day = clock.now().date() - timedelta(days=1)
    rows = ["number,code,name,day,text"]
    for number in numbers:
        body = f"91999900{number % 100_000_000:09d}"
        code = body + uscc_check_character(body)
        rows.append(f"{mark}-{number},{code},虚构公司{number},{day},text {number}")
    return ("\n".join(rows) + "\n").encode()


@contextmanager
def served(register: Register, *arguments: str) -> Iterator["Server"]:
    """The register served, and its server killed afterwards with all its processes."""
    port = free_port()
    server = Server(register, port, arguments)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Server:
    """A server, which can be killed and started again at the same port."""

    register: Register
    port: int
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.register.folder / "server.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tabularium", "serve", "--port", str(self.port)),
                    *("--data", str(self.register.data), "--upkeep-every", "1", *self.arguments),
                ],
                cwd=self.register.folder,
                env=self.register.environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(1800):
            if self._answers():
                return
            assert self.process.poll() is None, (self.register.folder / "server.log").read_text()
            time.sleep(0.1)
        raise AssertionError("The server does not answer.")

    def _answers(self) -> bool:
        try:
            return call(self.port, "GET", "/en/")[0] == http.HTTPStatus.OK
        except _GONE:
            return False

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def parts(self) -> dict[str, list[int]]:
        """The processes of the server: those that answer, and the one for what is due."""
        found: dict[str, list[int]] = {"web": [], "upkeep": []}
        for number, line in children(self.pid).items():
            if "spawn_main" in line:
                found["upkeep"].append(number)
            elif "serve" in line or "granian" in line:
                found["web"].append(number)
        return found

    def kill_a(self, part: str, moments: random.Random) -> bool:
        """Kill one process as the kernel does when memory is short; whether there was one."""
        if part == "server":
            assert self.process is not None
            self.process.kill()
            self.process.wait()
            # Its workers see within seconds that it is gone, and let go of the port.
            while self._answers():
                time.sleep(0.1)
            self.start()
            return True
        there = self.parts()[part]
        if there:
            with suppress(ProcessLookupError):
                os.kill(moments.choice(there), signal.SIGKILL)
        return bool(there)

    def kill(self) -> None:
        assert self.process is not None
        everything = [self.pid, *children(self.pid)]
        for each in everything:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.process.wait()

    def memory(self) -> int:
        """KiB that the server and its processes have for themselves (proportional set size)."""
        total = 0
        for each in [self.pid, *children(self.pid)]:
            with suppress(OSError):
                rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
                total += int(rollup.partition("\nPss:")[2].split()[0])
        return total


def call(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """Call the server once.

    Raises:
        OSError, http.client.HTTPException: it did not answer, or not to the end.
    """
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()


@dataclass
class Load:
    """Mixed reads and writes until told to stop.

    Attributes:
        acknowledged: numbers of decisions of which it was said that they are recorded.
        statuses: how often which status was answered, by what was asked.
        gone: calls that were not answered to their end.
        cut: what kind of error that was, and how often.
        errors: answers that no fault explains, and the first bytes of each.
        late: seconds that the slowest answers took, by what was asked.
    """

    server: Server
    seed: int
    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    gone: int = 0
    cut: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    late: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self, readers: int = 2, writers: int = 1, pause: float = 0.0) -> Iterator[None]:
        pages = self._pages()
        threads = [
            *(
                threading.Thread(target=self._read, args=(pages, self.seed + number, pause))
                for number in range(readers)
            ),
            *(
                threading.Thread(target=self._write, args=(number, pause))
                for number in range(writers)
            ),
        ]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._stop.set()
            for each in threads:
                each.join()

    def _pages(self) -> list[str]:
        entries = self.server.register.query(
            "SELECT id, organisation_id FROM register_entry WHERE stage = 'published' LIMIT 20"
        )
        assert entries, "there is something to read"
        pages = [
            "/en/",
            "/zh-hans/",
            "/api/v1/changes",
            "/en/?q=虚构",
            "/en/catalogue",
        ]
        for entry, organisation in entries:
            pages += [f"/en/entries/{entry}", f"/api/v1/entries/{entry}"]
            pages += [f"/en/organisations/{organisation}", f"/api/v1/organisations/{organisation}"]
        return pages

    def _read(self, pages: list[str], seed: int, pause: float) -> None:
        chosen = random.Random(seed)  # noqa: S311 - pages, and no secret
        while not self._stop.wait(pause):
            path = chosen.choice(pages)
            answer = self._ask("read", "GET", path.replace("虚构", "%E8%99%9A%E6%9E%84"))
            if answer is not None and answer[0] != http.HTTPStatus.OK:
                self._note(f"{path}: {answer[0]} {answer[1][:200]!r}", answer[0])

    def _write(self, writer: int, pause: float) -> None:
        number = 1000 + writer * 10_000_000
        headers = {
            "Authorization": f"Bearer {self.server.register.token}",
            "Content-Type": "text/csv",
        }
        while not self._stop.wait(pause):
            mark = f"W{self.seed}"
            rows = range(number, number + FEW_ROWS)
            key = {"Idempotency-Key": f'"{mark}-{number}"'}
            path = f"/api/v1/submissions?item=made-up-penalty&file_name=w{number}.csv"
            answer = self._ask("write", "POST", path, a_file(mark, rows), headers | key)
            if answer is None or answer[0] in _BUSY:
                # Sent again under its key until it is acknowledged, as a program does.
                self._stop.wait(0.2)
                continue
            status, said = answer
            if status == http.HTTPStatus.CONFLICT:
                # A call that was killed keeps its key for some minutes. It is not acknowledged.
                number += FEW_ROWS
                continue
            if status != http.HTTPStatus.CREATED or json.loads(said)["entries_made"] != FEW_ROWS:
                self._note(f"write {number}: {status} {said[:300]!r}", status)
                self._stop.wait(0.2)
                continue
            with self._lock:
                self.acknowledged.update(f"{mark}-{each}" for each in rows)
            number += FEW_ROWS

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes] | None:
        began = time.monotonic()
        try:
            answer = call(self.server.port, method, path, body, headers)
        except _GONE as error:
            with self._lock:
                self.gone += 1
                self.cut[f"{what} {type(error).__name__}"] += 1
            time.sleep(0.05)
            return None
        took = time.monotonic() - began
        with self._lock:
            self.statuses[what, answer[0]] += 1
            self.late[what] = max(took, self.late.get(what, 0.0))
        return answer

    def _note(self, said: str, status: int) -> None:
        if status not in _BUSY:
            with self._lock:
                self.errors.append(said)

"""What is measured against what, and how often."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import filled, processes, reading
from bench.databases import PostgresqlRegisters, Register, Registers, SqliteRegisters
from bench.facts import EXTRACTS, TIMES, planted
from bench.processes import Outcome
from bench.results import Measured, Result, point

Run = Callable[[], Outcome]

ROWS_OF_FRICTIONLESS = 100_000
"""It is slow: its rate is taken from the file of this size."""
ROWS_OF_ONE_RUN = 1_000_000
"""What is larger is measured once."""
LEAVES_ARE_ONE_OF = 10
"""A log is measured with one leaf for so many rows."""
MOST_MEMORY = 1 << 30
EXPECTED_WARNINGS = {"late"}


class WrongCountError(RuntimeError):
    """A run was quick and wrong: it did not find what is planted, or did not keep what is right."""


def interleaved(peer: Run | None, ours: Run, runs: int, say: Callable[[str], None]) -> Any:
    """Run the two in turn; each gets the machine in every state that the other gets it in."""
    of_peer: list[Outcome] = []
    of_ours: list[Outcome] = []
    for number in range(1, runs + 1):
        for who, run, outcomes in (("peer", peer, of_peer), ("ours", ours, of_ours)):
            if run is not None:
                outcomes.append(run())
                last = outcomes[-1]
                say(f"  run {number}, {who}: {last.seconds:.2f} s, {last.rate:,.0f} rows/s")
    return of_peer, of_ours


class Bench:
    """The files, the registers and the runs of one benchmark.

    Args:
        work: a folder on a disk with room for the files and the databases.
        rows: of the largest file.
        runs: how often each thing is measured.
        today: day as of which the files are made.
        say: tells how far it has come.
    """

    def __init__(
        self, work: Path, *, rows: int, runs: int, today: date, say: Callable[[str], None]
    ) -> None:
        self._work = work
        self._rows = rows
        self._runs = runs
        self._today = today
        self._say = say
        self._kept: dict[tuple[str, int], Measured] = {}
        self._sqlite: SqliteRegisters | None = None

    @property
    def rows_side_by_side(self) -> int:
        """Rows of the file on which Tabularium and its peers are compared."""
        return min(self._rows, ROWS_OF_ONE_RUN)

    @property
    def sizes(self) -> list[int]:
        """Rows of the files at which time and memory are compared, smallest first."""
        return [
            size
            for size in (self._rows // 100, self._rows // 10, self._rows)
            if size >= min(ROWS_OF_FRICTIONLESS, self._rows // 10)
        ]

    @property
    def sqlite(self) -> SqliteRegisters:
        """Registers in files, made when they are first asked for."""
        if self._sqlite is None:
            self._sqlite = SqliteRegisters(self._work)
        return self._sqlite

    def checks(self) -> Iterator[Result]:
        """The checks alone against frictionless with the same schema."""
        rows = self.rows_side_by_side
        fewer = min(rows, ROWS_OF_FRICTIONLESS)
        self._say(f"Checks of {rows:,} rows; frictionless on {fewer:,}")
        peer, ours = self._side_by_side(
            ("frictionless", fewer, lambda: self._run("frictionless", fewer)),
            ("checks", rows, lambda: self._checks(rows)),
        )
        name = f"checks alone, rows/s of frictionless validate with the same schema, {rows:,} rows"
        yield Result(name, ours.rate / peer.rate, 20, ours, peer)

    def postgresql(self, registers: PostgresqlRegisters) -> Iterator[Result]:
        """A submission against a bare COPY of the same file."""
        rows = self.rows_side_by_side
        self._say(f"Submission of {rows:,} rows to PostgreSQL; a bare COPY")

        def bare() -> Outcome:
            with registers.empty() as address:
                return self._run("copy", rows, address=address)

        peer, ours = self._side_by_side(
            ("copy", rows, bare),
            (registers.name, rows, lambda: self._submission(rows, registers)),
        )
        name = f"submission on PostgreSQL, rows/s of a bare COPY of the file, {rows:,} rows"
        more = {"server": {"version": registers.version(), **registers.settings()}}
        yield Result(name, ours.rate / peer.rate, 0.333, ours, peer, more)

    def on_sqlite(self) -> Iterator[Result]:
        """A submission against a bare executemany of the same rows."""
        rows = self.rows_side_by_side
        self._say(f"Submission of {rows:,} rows to SQLite; a bare executemany")

        def bare() -> Outcome:
            database = self._work / "bare.sqlite3"
            try:
                return self._run("executemany", rows, database=str(database))
            finally:
                for each in self._work.glob("bare.sqlite3*"):
                    each.unlink()

        peer, ours = self._side_by_side(
            ("executemany", rows, bare),
            (self.sqlite.name, rows, lambda: self._submission(rows, self.sqlite)),
        )
        name = f"submission on SQLite, rows/s of a bare executemany of the rows, {rows:,} rows"
        yield Result(name, ours.rate / peer.rate, 0.333, ours, peer)

    def growth(self, registers: Registers) -> Iterator[Result]:
        """Time and memory at sizes ten times apart, of the checks alone and of a submission."""
        smallest, *larger = self.sizes
        series: Mapping[str, tuple[str, Callable[[int], Outcome]]] = {
            "checks alone": ("checks", self._checks),
            f"submission on {registers.name}": (
                registers.name,
                lambda rows: self._submission(rows, registers),
            ),
        }
        for title, (key, run) in series.items():
            first = self._alone(key, smallest, run)
            for rows in larger:
                measured = self._alone(key, rows, run)
                name = f"{title}, rows/s at {rows:,} rows of those at {smallest:,}"
                points = [
                    point(title, "us/row", each.rows, 1e6 / each.rate) for each in (first, measured)
                ]
                more = {"points": points}
                yield Result(name, measured.rate / first.rate, 0.8, measured, first, more)
                name = f"{title}, 1 GiB as a multiple of the peak memory, {rows:,} rows"
                yield Result(name, MOST_MEMORY / measured.peak_memory, 1, measured, None)

    def log(self) -> Iterator[Result]:
        """Leaves of the log against as many bare hashes, in memory and to files."""
        leaves = self.rows_side_by_side // LEAVES_ARE_ONE_OF
        self._say(f"Log of {leaves:,} leaves; hashlib alone")
        bare = ("hash_alone", leaves, lambda: self._task("hash_alone", leaves))
        peer, ours = self._side_by_side(bare, ("grow_log", leaves, lambda: self._grown(leaves)))
        name = f"log, leaves/s into tiles in memory of hashlib's own two hashes a leaf, {leaves:,}"
        yield Result(name, ours.rate / peer.rate, 0.333, ours, peer)
        peer, ours = self._side_by_side(
            bare, ("publish_log", leaves, lambda: self._published(leaves))
        )
        name = f"log, leaves/s signed and published in files of hashlib's own, {leaves:,}"
        yield Result(name, ours.rate / peer.rate, 0.01, ours, peer)

    def extracts(self) -> Iterator[Result]:
        """Extracts of one entry against the least that has to be done for each."""
        for title, ours, peer, target in EXTRACTS:
            self._say(f"Extracts: {title}")
            of_peer, of_ours = self._side_by_side(
                (peer, TIMES, partial(self._extracts, peer)),
                (ours, TIMES, partial(self._extracts, ours)),
            )
            yield Result(title, of_ours.rate / of_peer.rate, target, of_ours, of_peer)

    def filled(
        self, server: PostgresqlRegisters | None, wanted: Collection[str]
    ) -> Iterator[Result]:
        """What is `wanted` of reading, search and snapshot, from registers of growing size."""
        for rows in self.sizes:
            every: list[Registers] = [self.sqlite, *([server] if server else [])]
            for registers in every:
                with registers.fresh() as register:
                    self._say(f"A register on {registers.name}, filled from {rows:,} rows")
                    self._fill(register, rows)
                    yield from self.of_a_filled(register, wanted)

    def of_a_filled(self, register: Register, wanted: Collection[str]) -> Iterator[Result]:
        """The same of one register that is full of public entries."""
        found = register.folder, register.environment, self._work
        if "reading" in wanted:
            yield from reading.reading(*found, runs=self._runs, say=self._say)
        if "search" in wanted:
            yield from filled.searching(*found, say=self._say)
        if "snapshot" in wanted:
            yield from filled.snapshots(*found, runs=self._runs, say=self._say)

    # ---- one run

    def _fill(self, register: Register, rows: int) -> None:
        told = {"folder": str(register.folder), "rows": rows, "to_an_organisation": 5}
        made = processes.run("fill", register.environment, self._work, **told).rows
        if made != rows - sum(planted(rows).values()):
            raise WrongCountError(f"{made} entries are public of {rows} rows.")

    def _grown(self, leaves: int) -> Outcome:
        outcome = self._task("grow_log", leaves)
        if not outcome.said["root"]:
            raise WrongCountError("The tiles lead to another root than their leaves.")
        return outcome

    def _published(self, leaves: int) -> Outcome:
        with TemporaryDirectory(dir=self._work) as folder:
            return self._task("publish_log", leaves, folder=str(Path(folder) / "log"))

    def _task(self, task: str, rows: int, **more: Any) -> Outcome:
        outcome = processes.run(task, {}, self._work, leaves=rows, **more)
        if outcome.rows != rows:
            raise WrongCountError(f"{task} went through {outcome.rows} leaves of {rows}.")
        return outcome

    def _extracts(self, way: str) -> Outcome:
        environment = {"TABULARIUM_DATABASE": "", "TABULARIUM_LOG_EVERY": "1"}
        with TemporaryDirectory(dir=self._work) as folder:
            told = {"folder": folder, "way": way, "times": TIMES}
            return processes.run("make_extracts", environment, self._work, **told)

    def _checks(self, rows: int) -> Outcome:
        outcome = self._run("check", rows)
        check(outcome, rows, kept=0)
        return outcome

    def _submission(self, rows: int, registers: Registers) -> Outcome:
        with registers.fresh() as register:
            outcome = self._run("submit", rows, register.environment, folder=str(register.folder))
        check(outcome, rows, kept=rows - sum(planted(rows).values()))
        return outcome

    def _run(
        self, task: str, rows: int, environment: Mapping[str, str] | None = None, **more: Any
    ) -> Outcome:
        file = self._file(rows)
        outcome = processes.run(task, environment or {}, self._work, file=str(file), **more)
        if outcome.rows != rows:
            raise WrongCountError(f"{task} went through {outcome.rows} rows of {rows}.")
        return outcome

    def _file(self, rows: int) -> Path:
        file = self._work / f"town-{rows}.csv"
        if not file.exists():
            made = processes.run(
                "write_town", {}, self._work, file=str(file), rows=rows, today=str(self._today)
            )
            size = file.stat().st_size
            self._say(f"  made {file.name}: {size / 2**20:,.0f} MiB in {made.seconds:.1f} s")
        return file

    # ---- repeated runs

    def _side_by_side(
        self, peer: tuple[str, int, Run], ours: tuple[str, int, Run]
    ) -> tuple[Measured, Measured]:
        of_peer, of_ours = interleaved(peer[2], ours[2], self._runs, self._say)
        measured = Measured(peer[1], of_peer), Measured(ours[1], of_ours)
        self._kept[ours[0], ours[1]] = measured[1]
        return measured

    def _alone(self, key: str, rows: int, run: Callable[[int], Outcome]) -> Measured:
        """What was measured side by side, or runs without a peer."""
        if (key, rows) not in self._kept:
            self._say(f"{key}, {rows:,} rows")
            runs = 1 if rows > ROWS_OF_ONE_RUN else self._runs
            _, outcomes = interleaved(None, lambda: run(rows), runs, self._say)
            self._kept[key, rows] = Measured(rows, outcomes)
        return self._kept[key, rows]


def check(outcome: Outcome, rows: int, kept: int) -> None:
    """Make sure that a submission found all that is planted, nothing else, and kept the rest.

    Raises:
        WrongCountError: it did not.
    """
    said, expected = outcome.said["said"], {str(code): n for code, n in planted(rows).items() if n}
    if said["stopped_by"] != expected:
        raise WrongCountError(f"Stopped were {said['stopped_by']}, planted {expected}.")
    if said["entries_made"] != rows - sum(expected.values()):
        raise WrongCountError(f"{said['entries_made']} entries of {rows} rows with {expected}.")
    if not said["warned_of"].keys() <= EXPECTED_WARNINGS:
        raise WrongCountError(f"Warnings of rows without a fault: {said['warned_of']}.")
    if set(outcome.said["kept"].values()) - {kept}:
        raise WrongCountError(
            f"The register holds {outcome.said['kept']}, expected {kept} of each."
        )


@contextmanager
def postgresql_registers(address: str, work: Path) -> Iterator[PostgresqlRegisters]:
    """Registers on a server, and nothing of them left there after the block."""
    registers = PostgresqlRegisters(address, work)
    try:
        yield registers
    finally:
        registers.close()

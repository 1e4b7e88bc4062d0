"""What is measured on a register full of public entries beside answers to many readers."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import processes
from bench.processes import Outcome
from bench.results import Measured, Result, point

Environment = Mapping[str, str]
Say = Callable[[str], None]


def database_of(environment: Environment) -> str:
    """What the register is kept in."""
    return "PostgreSQL" if environment.get("TABULARIUM_DATABASE") else "SQLite"


def searching(folder: Path, environment: Environment, work: Path, *, say: Say) -> Iterator[Result]:
    """Search by part of a name beside the bare question to the index."""
    done = processes.run("search_side_by_side", environment, work, folder=str(folder))
    entries = _entries(folder, environment, work)
    database, said = database_of(environment), done.said
    ours, bare = said["milliseconds"]["ours"], said["milliseconds"]["bare"]
    say(f"  search: p99 {ours['p99']} ms, of the bare question {bare['p99']} ms")
    where = f"{said['organisations']:,} organisations, {database}"
    measured = Measured(done.rows, [done])
    # At least a half: under twice the bare question's.
    yield Result(
        f"search by part of a name, p99 of the bare index query of ours, {where}",
        bare["p99"] / ours["p99"],
        0.5,
        measured,
        None,
        {
            "milliseconds": said["milliseconds"],
            "points": [
                point(f"search, {database}", "ms p99", entries, ours["p99"]),
                point(f"bare index query, {database}", "ms p99", entries, bare["p99"]),
            ],
        },
    )


def snapshots(
    folder: Path, environment: Environment, work: Path, *, runs: int, say: Say
) -> Iterator[Result]:
    """Open data as Parquet beside DuckDB copying the same records; by processor time of the client too.

    From nothing, and as every night, from the files of the day before; it leaves the register a day older.
    """
    file, target, last = work / "ours.parquet", work / "peer.parquet", work / "last"
    register, entries = str(folder), _entries(folder, environment, work)
    ways: Mapping[str, Callable[[], Outcome]] = {
        "open data as Parquet": lambda: processes.run(
            "snapshot", environment, work, folder=register, file=str(file)
        ),
        "open data as Parquet, nightly": lambda: processes.run(
            "snapshot_again", environment, work, folder=register, last=str(last), file=str(file)
        ),
    }
    for name, write in ways.items():
        if "nightly" in name:
            processes.run("live_a_day", environment, work, folder=register, last=str(last))
        ours: list[Outcome] = []
        peer: list[Outcome] = []
        for _ in range(runs):
            ours.append(write())
            peer.append(
                processes.run("copy_parquet", environment, work, file=str(file), target=str(target))
            )
            say(f"  {name}: {ours[-1].rate:,.0f} records/s, DuckDB {peer[-1].rate:,.0f}")
        yield _beside_the_peer(name, database_of(environment), entries, ours, peer)
    for each in (file, target):
        each.unlink()
    shutil.rmtree(last)


def _beside_the_peer(
    name: str, database: str, entries: int, ours: list[Outcome], peer: list[Outcome]
) -> Result:
    mine, other = Measured(ours[0].rows, ours), Measured(peer[0].rows, peer)
    cpu = {who: _cpu(outcomes) for who, outcomes in (("ours", ours), ("peer", peer))}
    return Result(
        f"{name}, records/s of DuckDB's copy of the table, {entries:,} entries, {database}",
        mine.rate / other.rate,
        0.5,
        mine,
        other,
        {
            "microseconds_of_processor_time": cpu,
            "points": [point(f"{name}, {database}", "us CPU/entry", entries, cpu["ours"])],
        },
    )


def _cpu(outcomes: list[Outcome]) -> float:
    """Microseconds of processor time for a record, the least of all runs."""
    least: float = min(round(each.said["cpu_seconds"] / each.rows * 1e6, 2) for each in outcomes)
    return least


def _entries(folder: Path, environment: Environment, work: Path) -> int:
    return processes.run("sizes", environment, work, folder=str(folder)).rows

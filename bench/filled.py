"""What is measured on a register full of public entries beside answers to many readers."""

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
    """Open data as Parquet beside DuckDB copying the same records; by processor time of the client too."""
    file, target = work / "ours.parquet", work / "peer.parquet"
    ours: list[Outcome] = []
    peer: list[Outcome] = []
    for _ in range(runs):
        ours.append(
            processes.run("snapshot", environment, work, folder=str(folder), file=str(file))
        )
        peer.append(
            processes.run("copy_parquet", environment, work, file=str(file), target=str(target))
        )
        say(f"  snapshot: {ours[-1].rate:,.0f} records/s, DuckDB {peer[-1].rate:,.0f}")
    for each in (file, target):
        each.unlink()
    entries, database = ours[0].rows, database_of(environment)
    mine, other = Measured(entries, ours), Measured(peer[0].rows, peer)
    cpu = {who: _cpu(outcomes) for who, outcomes in (("ours", ours), ("peer", peer))}
    yield Result(
        f"open data as Parquet, records/s of DuckDB's copy of the table, {entries:,} entries, {database}",
        mine.rate / other.rate,
        0.5,
        mine,
        other,
        {
            "microseconds_of_processor_time": cpu,
            "points": [
                point(f"open data as Parquet, {database}", "us CPU/entry", entries, cpu["ours"])
            ],
        },
    )


def _cpu(outcomes: list[Outcome]) -> float:
    """Microseconds of processor time for a record, the least of all runs."""
    least: float = min(round(each.said["cpu_seconds"] / each.rows * 1e6, 2) for each in outcomes)
    return least


def _entries(folder: Path, environment: Environment, work: Path) -> int:
    return processes.run("sizes", environment, work, folder=str(folder)).rows

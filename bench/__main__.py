"""`python -m bench`: measures, says what came out, and writes it down."""

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import psycopg

from bench import conditions
from bench.facts import FEWEST_ROWS
from bench.measurements import Bench, WrongCountError, postgresql_registers
from bench.processes import TaskFailedError
from bench.reading import NoLoadToolError
from bench.results import Result
from tabularium import clock

DATABASE = "TABULARIUM_BENCH_DATABASE"
PARTS = ("checks", "postgresql", "sqlite", "growth", "log", "extracts", "reading")
_ZONE = ZoneInfo("Asia/Shanghai")
_LOOPS = 10


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Of the largest file.")
@click.option("--runs", default=3, show_default=True, help="Of each thing measured.")
@click.option("--only", "parts", multiple=True, type=click.Choice(PARTS), help="Measure a part.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(__file__).with_name("results.json"),
    help="Where the results are written.  [default: bench/results.json]",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/bench"),
    show_default=True,
    help="Where files and databases are made and removed; on a disk.",
)
def main(rows: int, runs: int, parts: Sequence[str], results: Path, work: Path) -> None:
    """Measure how fast a file of decisions is taken in, side by side with programs that do less."""
    if rows < FEWEST_ROWS:
        raise click.UsageError(f"At least {FEWEST_ROWS:,} rows, or not every fault is planted.")
    wanted = list(parts or PARTS)
    address = os.environ.get(DATABASE, "")
    if "postgresql" in wanted and not address:
        if parts:
            raise click.UsageError(f"{DATABASE} names no PostgreSQL database.")
        wanted.remove("postgresql")
        click.echo(f"Not measured on PostgreSQL: {DATABASE} names no database.")
    for part, peer in (("checks", "frictionless"), ("reading", "datasette")):
        if part in wanted and find_spec(peer) is None:
            raise click.UsageError(f"{peer} is not installed here. Run `make bench`.")
    times = conditions.loop_times(_LOOPS)
    work.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work))).resolve()
        bench = Bench(folder, rows=rows, runs=runs, today=clock.today(_ZONE), say=click.echo)
        try:
            found = list(_measure(bench, wanted, address, folder, stack))
        except (
            TaskFailedError,
            WrongCountError,
            NoLoadToolError,
            psycopg.OperationalError,
        ) as error:
            raise click.ClickException(str(error)) from None
    times += conditions.loop_times(_LOOPS)
    _write(results, found, conditions.noise(times))
    _show(found, conditions.noise(times))


def _measure(
    bench: Bench, parts: Sequence[str], address: str, folder: Path, stack: ExitStack
) -> Iterable[Result]:
    server = stack.enter_context(postgresql_registers(address, folder)) if address else None
    if "checks" in parts:
        yield from bench.checks()
    if "postgresql" in parts and server is not None:
        yield from bench.postgresql(server)
    if "sqlite" in parts:
        yield from bench.on_sqlite()
    if "extracts" in parts:
        yield from bench.extracts()
    if "growth" in parts:
        yield from bench.growth(server or bench.sqlite)
    if "log" in parts:
        yield from bench.log()
    if "reading" in parts:
        yield from bench.reading(server)


def _write(path: Path, found: Sequence[Result], noise: conditions.Noise) -> None:
    machine = {
        "cores": conditions.cores(),
        "memory_mib": conditions.memory() // 2**20,
        "python": conditions.python(),
        "fixed_loop_seconds": {name: round(each, 3) for name, each in asdict(noise).items()},
    }
    lines = [{**each.as_json(), "machine": machine} for each in found]
    path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _show(found: Sequence[Result], noise: conditions.Noise) -> None:
    width = max((len(each.name) for each in found), default=0)
    click.echo("")
    click.echo(
        f"{'':{width}}  {'ratio':>8} {'target':>7}        {'rows/s':>10} {'of peer':>10} {'MiB':>7}"
    )
    for each in found:
        met = "met" if each.ratio >= each.target else "BELOW"
        peer = f"{each.peer.rate:,.0f}" if each.peer else ""
        memory = each.ours.peak_memory / 2**20
        click.echo(
            f"{each.name:{width}}  {each.ratio:8.3f} {each.target:7g} {met:>6}"
            f" {each.ours.rate:10,.0f} {peer:>10} {memory:7,.0f}"
        )
    click.echo(
        f"\n{conditions.cores()} cores, {conditions.python()}. A fixed loop took"
        f" {noise.lowest:.2f} to {noise.highest:.2f} s (median {noise.median:.2f}):"
        f" ratios within {noise.highest / noise.lowest - 1:.0%} of a target are ties."
    )


if __name__ == "__main__":
    main()

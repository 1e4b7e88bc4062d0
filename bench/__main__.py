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

from bench import conditions, report
from bench.databases import Register
from bench.facts import FEWEST_ROWS
from bench.measurements import Bench, WrongCountError, postgresql_registers
from bench.processes import TaskFailedError
from bench.reading import NoLoadToolError
from bench.results import Result
from tabularium import clock

DATABASE = "TABULARIUM_BENCH_DATABASE"
FILLED = ("reading", "search", "snapshot")
"""Parts that are measured on a register full of public entries."""
PARTS = ("checks", "postgresql", "sqlite", "growth", "log", "extracts", *FILLED)
_NAMED = "TABULARIUM_DATABASE"
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
    "--page",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Where the table of growth is written between its marks, from all results; the plot beside it.",
)
@click.option(
    "--filled",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A filled register to measure, whose database TABULARIUM_DATABASE names.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/bench"),
    show_default=True,
    help="Where files and databases are made and removed; on a disk.",
)
def main(
    rows: int,
    runs: int,
    parts: Sequence[str],
    results: Path,
    page: Path | None,
    folder: Path | None,
    work: Path,
) -> None:
    """Measure how fast a register is, side by side with programs that do less."""
    wanted = _wanted(rows, parts, folder)
    times = conditions.loop_times(_LOOPS)
    load = os.getloadavg()[0]
    work.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work))).resolve()
        bench = Bench(scratch, rows=rows, runs=runs, today=clock.today(_ZONE), say=click.echo)
        try:
            found = list(_measure(bench, wanted, folder, scratch, stack))
        except (
            TaskFailedError,
            WrongCountError,
            NoLoadToolError,
            psycopg.OperationalError,
        ) as error:
            raise click.ClickException(str(error)) from None
    times += conditions.loop_times(_LOOPS)
    noise = conditions.noise(times)
    _write(results, found, noise, load)
    if page is not None:
        report.write_growth(page, report.read(results))
    _show(found, noise)


def _wanted(rows: int, parts: Sequence[str], folder: Path | None) -> list[str]:
    """The parts to be measured, those left out that nothing was named for."""
    if rows < FEWEST_ROWS:
        raise click.UsageError(f"At least {FEWEST_ROWS:,} rows, or not every fault is planted.")
    wanted = list(parts or (FILLED if folder else PARTS))
    if folder and not set(wanted) <= set(FILLED):
        raise click.UsageError(f"Of a filled register are measured: {', '.join(FILLED)}.")
    if "postgresql" in wanted and not os.environ.get(DATABASE):
        if parts:
            raise click.UsageError(f"{DATABASE} names no PostgreSQL database.")
        wanted.remove("postgresql")
        click.echo(f"Not measured on PostgreSQL: {DATABASE} names no database.")
    for part, peer in (("checks", "frictionless"), ("reading", "datasette")):
        if part in wanted and find_spec(peer) is None:
            raise click.UsageError(f"{peer} is not installed here. Run `make bench`.")
    return wanted


def _measure(
    bench: Bench, parts: Sequence[str], folder: Path | None, scratch: Path, stack: ExitStack
) -> Iterable[Result]:
    if folder is not None:
        environment = {_NAMED: os.environ.get(_NAMED, "")}
        yield from bench.of_a_filled(Register(folder.resolve(), environment), parts)
        return
    address = os.environ.get(DATABASE, "")
    server = stack.enter_context(postgresql_registers(address, scratch)) if address else None
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
    if set(parts) & set(FILLED):
        yield from bench.filled(server, parts)


def _write(path: Path, found: Sequence[Result], noise: conditions.Noise, load: float) -> None:
    """Merge what was found into the file; what was not measured this time stays."""
    machine = {
        "cores": conditions.cores(),
        "memory_mib": conditions.memory() // 2**20,
        "python": conditions.python(),
        "load_before": round(load, 1),
        "fixed_loop_seconds": {name: round(each, 3) for name, each in asdict(noise).items()},
    }
    fresh = [{**each.as_json(), "machine": machine} for each in found]
    lines = report.merged(report.read(path), fresh)
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

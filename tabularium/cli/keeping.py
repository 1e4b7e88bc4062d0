"""Keeping the register: the clock's work, and its consistency."""

from pathlib import Path

import click

from tabularium.cli.folder import data_option, json_option, open_register
from tabularium.cli.output import say_json


@click.command()
@click.option(
    "--at-most",
    type=click.IntRange(1),
    default=5_000,
    show_default=True,
    help="Entries of which a step is taken; what is left is due the next time.",
)
@json_option
@data_option()
def tick(at_most: int, as_json: bool, data: Path) -> None:
    """Do all that is due: what the clock does to entries, and whatever else waits.

    Closes windows and publishes, lets undecided objections lapse, erases after retention, and clears away
    what is kept for a time alone. `tabularium serve` does it by itself; without it, run this every few
    minutes (cron, a systemd timer). Run twice or by two at once, it does each thing once. If it does not
    run, nothing unlawful becomes public, and what has ended is gone all the same.

    Ends with 1 if something failed; the rest was done.
    """
    open_register(data)
    from tabularium.upkeep.running import run_once

    report = run_once(at_most=at_most)
    if as_json:
        say_json(report.as_json())
    else:
        done = report.tick
        click.echo(f"Published {done.published:,}, lapsed {done.lapsed:,}, erased {done.erased:,}.")
        if done.left:
            click.echo("More is due; run it again.")
        for what, reason in report.failures.items():
            click.echo(f"Failed: {what}: {reason}", err=True)
    raise SystemExit(1 if report.failures else 0)


@click.command()
@json_option
@data_option()
def check(as_json: bool, data: Path) -> None:
    """Check the consistency of the whole register.

    Replays the events of every entry and compares them with its row; looks for versions, notices,
    triggers and search texts that are missing, and for content that should have been erased. Says too
    where the certificate of extracts cannot be used, or not for 30 days more.

    Ends with 1 if something is wrong.
    """
    open_register(data)
    from tabularium import clock
    from tabularium.extract.own_certificate import trouble
    from tabularium.register import consistency

    report = consistency.check()
    problems = [{"where": each.where, "what": each.what} for each in report.problems]
    if said := trouble(clock.now()):
        problems.append({"where": "the certificate of extracts", "what": said})
    if as_json:
        say_json({"entries": report.entries, "events": report.events, "problems": problems})
    else:
        for each in problems:
            click.echo(f"{each['where']}: {each['what']}")
        click.echo(
            f"{report.entries:,} entries and {report.events:,} events checked,"
            f" {len(problems):,} problems."
        )
    raise SystemExit(1 if problems else 0)

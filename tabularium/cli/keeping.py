"""Keeping the register: the clock's work, and its consistency."""

from pathlib import Path

import click

from tabularium.cli.folder import data_option, json_option, open_register
from tabularium.cli.output import say_json


@click.command()
@json_option
@data_option()
def tick(as_json: bool, data: Path) -> None:
    """Do what the clock does: publish, let lapse, erase.

    Run it every few minutes (cron, a systemd timer). Run twice or by two at once, it does each thing once.
    If it does not run, nothing unlawful becomes public, and what has ended is gone all the same.

    Ends with 1 if a step failed; the others were done.
    """
    open_register(data)
    from tabularium.register import services

    report = services.tick()
    if as_json:
        say_json(
            {
                "published": report.published,
                "lapsed": report.lapsed,
                "erased": report.erased,
                "failures": report.failures,
            }
        )
    else:
        click.echo(
            f"Published {report.published:,}, lapsed {report.lapsed:,}, erased {report.erased:,}."
        )
        for entry, reason in report.failures.items():
            click.echo(f"Entry {entry}: {reason}", err=True)
    raise SystemExit(1 if report.failures else 0)


@click.command()
@json_option
@data_option()
def check(as_json: bool, data: Path) -> None:
    """Check the consistency of the whole register.

    Replays the events of every entry and compares them with its row; looks for versions, notices,
    triggers and search texts that are missing, and for content that should have been erased.

    Ends with 1 if something is wrong.
    """
    open_register(data)
    from tabularium.register import consistency

    report = consistency.check()
    if as_json:
        say_json(
            {
                "entries": report.entries,
                "events": report.events,
                "problems": [{"where": each.where, "what": each.what} for each in report.problems],
            }
        )
    else:
        for each in report.problems:
            click.echo(f"{each.where}: {each.what}")
        click.echo(
            f"{report.entries:,} entries and {report.events:,} events checked,"
            f" {len(report.problems):,} problems."
        )
    raise SystemExit(1 if report.problems else 0)

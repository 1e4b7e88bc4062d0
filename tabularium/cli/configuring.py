"""What of the configuration is unsafe."""

from dataclasses import asdict
from pathlib import Path

import click

from tabularium.cli.folder import data_option, json_option, set_up
from tabularium.cli.output import say_json


@click.command()
@click.option("--host", default="", help="The address that `serve` is to listen at.")
@json_option
@data_option()
def check_configuration(host: str, as_json: bool, data: Path) -> None:
    """Say what of the configuration is unsafe, and what to do. Nothing is changed, no database is asked.

    `tabularium serve`, and every other server that loads tabularium.wsgi, refuses what is marked REFUSED.

    Ends with 1 if something is unsafe.
    """
    set_up(data)
    from tabularium.operation.safety import findings

    found = findings(host)
    if as_json:
        say_json([asdict(each) for each in found])
    for each in found if not as_json else ():
        click.echo(f"{'REFUSED' if each.refused else 'Doubtful'} ({each.code}): {each.what}")
        click.echo(f"    {each.do}")
    if not found and not as_json:
        click.echo("Nothing unsafe was found.")
    raise SystemExit(1 if found else 0)

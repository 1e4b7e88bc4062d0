"""Making a register."""

from pathlib import Path

import click

from tabularium.cli.folder import data_option, json_option, make
from tabularium.cli.output import say_json


@click.command()
@data_option()
@json_option
def init(data: Path, as_json: bool) -> None:
    """Make a register, or bring one up to date.

    The data folder holds the embedded SQLite database and the register's secret. To keep the register in
    PostgreSQL, set TABULARIUM_DATABASE to postgresql://user:password@host/name first. Extracts are
    signed with a test certificate that is made here, unless TABULARIUM_EXTRACT_CERTIFICATE names another.
    """
    new = make(data)
    if as_json:
        say_json({"folder": str(data), "made": new})
    elif new:
        click.echo(f"Made a register in {data}.")
        click.echo(f"Next: tabularium submit FILE --item ITEM.toml --data {data}")
    else:
        click.echo(f"The register in {data} is up to date.")

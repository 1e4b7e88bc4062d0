"""Making a register and its accounts."""

from pathlib import Path

import click

from tabularium.cli.folder import Stop, data_option, json_option, make, open_register
from tabularium.cli.output import say_json


@click.command()
@data_option()
@json_option
def init(data: Path, as_json: bool) -> None:
    """Make a register, or bring one up to date.

    The data folder holds the embedded SQLite database and the register's secret. To keep the register in
    PostgreSQL, set TABULARIUM_DATABASE to postgresql://user:password@host/name first.
    """
    new = make(data)
    if as_json:
        say_json({"folder": str(data), "made": new})
    elif new:
        click.echo(f"Made a register in {data}.")
        click.echo(f"Next: tabularium submit FILE --item ITEM.toml --data {data}")
    else:
        click.echo(f"The register in {data} is up to date.")


@click.command()
@click.argument("login")
@click.option("--authority", required=True, metavar="CODE", help="For which authority it acts.")
@click.option(
    "--role",
    type=click.Choice(["clerk", "approver"]),
    required=True,
    help="A clerk records; an approver approves and decides what others recorded.",
)
@data_option()
def account(login: str, authority: str, role: str, data: Path) -> None:
    """Open an account of an authority, or add a role to one.

    An authority enters the register with its first catalogue item (tabularium submit).
    """
    open_register(data)
    from tabularium.register.models import Authority
    from tabularium.register.services import open_account

    known = Authority.objects.filter(pk=authority).first()
    if known is None:
        codes = ", ".join(Authority.objects.values_list("pk", flat=True)) or "none yet"
        raise Stop(f"The register knows no authority {authority!r}; it knows: {codes}.")
    open_account(login, role=role, authority=known)
    click.echo(f"{login} is {role} of {authority}.")

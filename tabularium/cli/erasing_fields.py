"""Erasing one field of an entry, on the command line."""

from pathlib import Path

import click

from tabularium.cli.approving import user_of
from tabularium.cli.folder import Stop, data_option, open_register
from tabularium.core.field_erasure import ErasableField, FieldErasureRule


@click.command()
@click.argument("entry")
@click.argument("field", type=click.Choice([each.value for each in ErasableField]))
@click.option("--as", "login", required=True, metavar="LOGIN", help="The registrar's account.")
@click.option(
    "--rule",
    required=True,
    type=click.Choice([each.value for each in FieldErasureRule]),
    help="Why: the public is told.",
)
@click.option(
    "--version",
    type=click.IntRange(1),
    help="Number of the one version in which it is erased; all if not given.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option()
def erase_field(
    entry: str, field: str, login: str, rule: str, version: int | None, yes: bool, data: Path
) -> None:
    """Erase one free text of an entry for good, such as one that says something about a person.

    All else of the entry stays, and stays provable: the log keeps a digest of the text that nobody can look
    into. Backups keep the text until their months' keys are destroyed; the file that brought it is yours.
    """
    open_register(data)
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError, RefusedError
    from tabularium.register.models import Entry

    registrar = user_of(login)
    if not yes:
        click.confirm(f"Erase {field} of {entry}? It does not come back.", abort=True)
    try:
        done = services.erase_field(
            entry,
            by=registrar,
            field=ErasableField(field),
            rule=FieldErasureRule(rule),
            version=version,
        )
    except Entry.DoesNotExist:
        raise Stop(f"There is no entry {entry}.") from None
    except NotPermittedError:
        raise Stop(f"{login} is no registrar of the authority of that entry.") from None
    except RefusedError as error:
        raise Stop(str(error)) from None
    for each in done:
        click.echo(f"Erased {field} of version {each.number} of {entry}.")

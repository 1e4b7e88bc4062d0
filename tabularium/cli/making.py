"""Making a register."""

from pathlib import Path
from urllib.parse import urlsplit

import click

from tabularium import clock
from tabularium.cli.folder import Stop, data_option, json_option, make
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
    _make_certificate(data)
    if as_json:
        say_json({"folder": str(data), "made": new})
    elif new:
        click.echo(f"Made a register in {data}.")
        click.echo(f"Next: tabularium submit FILE --item ITEM.toml --data {data}")
    else:
        click.echo(f"The register in {data} is up to date.")


def _make_certificate(data: Path) -> None:
    """Make the certificate that extracts are signed with, where there is none and none is named."""
    from django.conf import settings

    from tabularium.extract.certificates import FILE, make_test_certificate

    file = data / FILE
    if settings.EXTRACT_CERTIFICATE.resolve() != file.resolve() or file.exists():
        return
    try:
        make_test_certificate(file, urlsplit(settings.ADDRESS).hostname or "", clock.now())
    except OSError as error:
        raise Stop(f"Cannot write {file}: {error.strerror}.") from None

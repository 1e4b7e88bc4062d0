"""Making an extract."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabularium import clock
from tabularium.cli.folder import Stop, data_option, open_register

if TYPE_CHECKING:
    from tabularium.extract.gathering import Extract

LANGUAGES = ("en", "zh-hans")


@click.command()
@click.argument("subject", metavar="ENTRY|SCHEME:VALUE")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.",
)
@click.option("--pdf", "as_pdf", is_flag=True, help="A signed PDF with the data inside, not JSON.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of the PDF.",
)
@data_option()
def extract(subject: str, out: Path, as_pdf: bool, language: str, data: Path) -> None:
    """Write an extract of an entry, or of all entries of an organisation, that anyone can check.

    Named is the identity of an entry, or an organisation's number after the code of its list:
    CN-USCC:91310000MA1K00000X. What the public does not see has no extract. Of an organisation with any
    number of entries one is made, which the site does up to a bound.

    Ends with 1 if the log has not taken up the latest change yet, 2 if there is nothing that the public sees.
    """
    open_register(data)
    from tabularium.extract import making
    from tabularium.extract.certificates import CertificateError
    from tabularium.extract.gathering import NotYetError
    from tabularium.log.extracts import ExtractError

    try:
        found = _gathered(subject)
        written = making.signed_pdf(found, language) if as_pdf else found.as_json()
        out.write_bytes(written)
    except NotYetError:
        click.echo(
            "The log has not taken up the latest change yet. Try again when it has.", err=True
        )
        raise SystemExit(1) from None
    except (CertificateError, ExtractError) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"Cannot write {out}: {error.strerror}.") from None
    click.echo(f"Wrote {out}. It is valid until {found.header.valid_until:%Y-%m-%d %H:%M} UTC.")


def _gathered(subject: str) -> "Extract":
    """Gather what is asked for.

    Raises:
        Stop: there is nothing of it that the public sees.
        NotYetError: the log has not taken up the latest change yet.
    """
    from tabularium.extract import gathering
    from tabularium.register import selectors, visibility

    now = clock.now()
    scheme, colon, value = subject.partition(":")
    if colon:
        organisation = selectors.organisation_by_identifier(scheme, value, now)
        if organisation is None:
            raise Stop("No organisation with a public entry has this number.")
        return gathering.of_organisation(organisation, now, None)
    entry = visibility.appearance(subject, now)[1]
    if entry is None or entry.organisation is None:
        raise Stop("There is no entry of this identity that the public sees.")
    return gathering.of_entry(entry, now)

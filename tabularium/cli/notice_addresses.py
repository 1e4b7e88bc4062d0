"""Where an authority reaches an organisation, on the command line: both are named by an entry."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import facts, say_json

if TYPE_CHECKING:
    from tabularium.register.models import Authority, Organisation

CHANNELS = ("letter", "e-mail", "mailbox")
channel_option = click.option("--channel", type=click.Choice(CHANNELS), required=True)
login_option = click.option(
    "--as", "login", required=True, metavar="LOGIN", help="The account of a clerk or approver."
)


@click.group()
def address() -> None:
    """Keep where an authority reaches an organisation: its address for service, of one authority alone.

    Both are named by an entry: the authority is the one that decided, the organisation its subject. The
    address holds for all the authority's entries of that organisation.
    """


@address.command("set")
@click.argument("entry")
@click.argument("text", metavar="ADDRESS")
@channel_option
@login_option
@data_option()
def set_address(entry: str, text: str, channel: str, login: str, data: Path) -> None:
    """Keep an address; "-" reads it from standard input. Nothing is left of the one before.

    A letter's has up to six lines, the organisation's name not among them; a mailbox is an https address.
    """
    open_register(data)
    from tabularium.cli.approving import user_of
    from tabularium.core.kinds import NoticeChannel
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError, RefusedError

    if text == "-":
        text = sys.stdin.read()
    authority, organisation = _of(entry)
    try:
        services.set_service_address(
            authority, organisation, NoticeChannel(channel), text, by=user_of(login)
        )
    except (NotPermittedError, RefusedError) as error:
        raise Stop(f"Not kept: {error}") from None
    click.echo(f"Kept: {organisation.name} is reached by {authority.pk} by {channel}.")


@address.command("show")
@click.argument("entry")
@json_option
@data_option()
def show_addresses(entry: str, as_json: bool, data: Path) -> None:
    """Show the addresses that the entry's authority keeps of its organisation.

    Ends with 1 if there is none.
    """
    open_register(data)
    from tabularium.register.models import ServiceAddress

    authority, organisation = _of(entry)
    kept = ServiceAddress.objects.filter(authority=authority, organisation=organisation)
    found = {each.channel: each.text for each in kept.order_by("channel")}
    if as_json:
        say_json(found)
    elif found:
        facts(list(found.items()))
    else:
        click.echo("No address is kept.")
    raise SystemExit(0 if found else 1)


@address.command("remove")
@click.argument("entry")
@channel_option
@login_option
@data_option()
def remove_address(entry: str, channel: str, login: str, data: Path) -> None:
    """Keep an address no longer."""
    open_register(data)
    from tabularium.cli.approving import user_of
    from tabularium.core.kinds import NoticeChannel
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError

    authority, organisation = _of(entry)
    try:
        removed = services.remove_service_address(
            authority, organisation, NoticeChannel(channel), by=user_of(login)
        )
    except NotPermittedError as error:
        raise Stop(f"Not removed: {error}") from None
    click.echo("Removed." if removed else "There was none.")


@address.command("key")
@click.argument("entry")
@click.option("--new", is_flag=True, help="Make another; for a week calls are signed with both.")
@login_option
@data_option()
def mailbox_key(entry: str, new: bool, login: str, data: Path) -> None:
    """Show the key with which calls to a mailbox are signed; its name and the key."""
    open_register(data)
    from tabularium.cli.approving import user_of
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError, RefusedError

    authority, organisation = _of(entry)
    show = services.new_mailbox_key if new else services.show_mailbox_key
    try:
        key = show(authority, organisation, by=user_of(login))
    except (NotPermittedError, RefusedError) as error:
        raise Stop(f"No key: {error}") from None
    click.echo(f"{key.name} {key.secret}")


def _of(entry: str) -> "tuple[Authority, Organisation]":
    from tabularium.register.models import Entry

    found = Entry.objects.select_related("authority", "organisation").filter(pk=entry).first()
    if found is None or found.organisation is None:
        raise Stop(f"The register has no entry {entry}, or it has been erased.")
    return found.authority, found.organisation

"""Notices on the command line: list them, send, print, say what was posted, and try again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.notice_addresses import address
from tabularium.cli.output import say_json, table

if TYPE_CHECKING:
    from tabularium.register.models import Authority, Notice, User

CHANNELS = ("letter", "e-mail", "mailbox")
authority_option = click.option("--authority", metavar="CODE", help="Only those of this authority.")
login_option = click.option(
    "--as", "login", required=True, metavar="LOGIN", help="The account of a clerk or approver."
)


@click.group(invoke_without_command=True)
@click.option(
    "--given",
    metavar="ENTRY",
    help="Record that the notice of this entry was given otherwise, now: its window opens.",
)
@click.option(
    "--fact",
    type=click.Choice(["posted", "accepted", "read"]),
    default="posted",
    show_default=True,
    help="By which fact it was given.",
)
@authority_option
@json_option
@data_option()
@click.pass_context
def notices(
    context: click.Context,
    given: str | None,
    fact: str,
    authority: str | None,
    as_json: bool,
    data: Path,
) -> None:
    """List the notices that are still to be given; send them, print them, say what was posted.

    Nothing adverse is public before its organisation was told: by a server that accepted the mail or the
    call, by a letter that was posted, or at sign-in.
    """
    if context.invoked_subcommand is not None:
        return
    open_register(data)
    if given is not None:
        _give(given, fact)
        return
    from tabularium.notices import selectors

    owed = [_described(each) for each in selectors.owed(_authority(authority))]
    if as_json:
        say_json(owed)
    elif owed:
        table(list(owed[0]), [list(each.values()) for each in owed])
    else:
        click.echo("No notice waits.")


@notices.command()
@json_option
@data_option()
def send(as_json: bool, data: Path) -> None:
    """Send what waits by mail and to mailboxes. Run twice or by two at once, each notice goes once.

    Ends with 1 if a notice failed for good, has nowhere to go, or the mail relay does not work; what may
    pass is tried again by itself.
    """
    open_register(data)
    from dataclasses import asdict

    from tabularium.notices.delivering import deliver_waiting

    report = deliver_waiting()
    if as_json:
        say_json(asdict(report))
    elif report.busy:
        click.echo("Another process is sending.")
    else:
        click.echo(
            f"Given {report.given:,}, to try again {report.postponed:,}, failed"
            f" {len(report.failed):,}, without an address {report.no_address:,}."
        )
        for key in report.failed:
            click.echo(f"Failed: {key}. Another address, or: tabularium notices again", err=True)
        if report.relay:
            click.echo(report.relay, err=True)
    raise SystemExit(0 if report.is_well else 1)


@notices.command()
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where each posting list gets a folder with its letters.",
)
@authority_option
@json_option
@data_option()
def letters(folder: Path, authority: str | None, as_json: bool, data: Path) -> None:
    """Print the letters that wait, as PDF, with a posting list for each authority.

    Fill in the days of posting in the list, and: tabularium notices posted LIST.

    Ends with 1 if a letter has no address.
    """
    open_register(data)
    from tabularium.notices.posting import make_lists

    try:
        report = make_lists(folder, _authority(authority))
    except OSError as error:
        raise Stop(f"Cannot write to the folder {folder}: {error.strerror}.") from None
    if as_json:
        lists = [
            {
                "list": each.code,
                "authority": each.authority,
                "letters": each.letters,
                "folder": str(each.folder),
            }
            for each in report.lists
        ]
        say_json({"busy": report.busy, "lists": lists, "no_address": report.no_address})
    elif report.busy:
        click.echo("Another process is sending or printing.")
    else:
        for each in report.lists:
            click.echo(f"{each.letters:,} letters of {each.authority}: {each.folder}")
        if not report.lists:
            click.echo("No letter waits to be printed.")
        if report.no_address:
            click.echo(
                f"{report.no_address:,} letters have no address: tabularium notices address",
                err=True,
            )
    raise SystemExit(1 if report.no_address else 0)


@notices.command()
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path))
@login_option
@json_option
@data_option()
def posted(file: Path, login: str, as_json: bool, data: Path) -> None:
    """Record from a posting list on which days its letters were posted; the windows count from there.

    A row without a day stays open. The same list read again changes nothing.

    Ends with 1 if a row was not taken over.
    """
    open_register(data)
    from tabularium.intake.readers import UnreadableFile
    from tabularium.notices.posted import confirm

    try:
        report = confirm(file, by=_user(login))
    except UnreadableFile as error:
        raise Stop(str(error)) from None
    if as_json:
        problems = [
            {"row": each.row, "reason": each.reason, "message": each.message}
            for each in report.problems
        ]
        say_json(
            {
                "posted": report.posted,
                "known": report.known,
                "open": report.open,
                "problems": problems,
            }
        )
    else:
        click.echo(
            f"Posted {report.posted:,}, known before {report.known:,}, without a day {report.open:,}."
        )
        for each in report.problems:
            click.echo(f"Row {each.row}: {each.message}", err=True)
    raise SystemExit(1 if report.problems else 0)


@notices.command()
@click.argument("notice", metavar="NOTICE")
@click.option("--channel", type=click.Choice(CHANNELS), help="By another channel than before.")
@login_option
@data_option()
def again(notice: str, channel: str | None, login: str, data: Path) -> None:
    """Let a notice go again that failed, was printed and not posted, or waits; by its name in the list."""
    open_register(data)
    from tabularium.core.kinds import NoticeChannel
    from tabularium.notices.posted import by_key
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError, RefusedError

    found = by_key(notice)
    if found is None:
        raise Stop("There is no notice of that name. See: tabularium notices")
    other = NoticeChannel(channel) if channel else None
    try:
        sent = services.send_notice_again(found.pk, by=_user(login), channel=other)
    except (NotPermittedError, RefusedError) as error:
        raise Stop(f"Not sent again: {error}") from None
    click.echo(f"It waits to go by {sent.channel}.")


notices.add_command(address)


def _described(notice: "Notice") -> dict[str, Any]:
    from tabularium.notices.contents import key_of

    return {
        "notice": key_of(notice),
        "entry": notice.version.entry_id,
        "authority": notice.version.entry.authority_id,
        "organisation": notice.version.subject_name,
        "purpose": notice.purpose,
        "channel": notice.channel,
        "state": notice.state,
        "waiting_since": notice.created_at.isoformat(timespec="seconds"),
    }


def _give(entry: str, fact: str) -> None:
    from tabularium.core.life import NotAllowedError
    from tabularium.register import services
    from tabularium.register.errors import RefusedError
    from tabularium.register.models import Entry, Notice

    try:
        noticed = services.give_notice(entry, fact=Notice.Fact(fact))
    except Entry.DoesNotExist:
        raise Stop(f"The register has no entry {entry}.") from None
    except (NotAllowedError, RefusedError) as error:
        raise Stop(f"Not recorded: {error}") from None
    assert noticed.window_closes_at is not None
    click.echo(
        "The organisation may object first; the entry is public from"
        f" {noticed.window_closes_at:%Y-%m-%d %H:%M} UTC if it does not."
    )


def _user(login: str) -> "User":
    from tabularium.cli.approving import user_of

    return user_of(login)


def _authority(code: str | None) -> "Authority | None":
    from tabularium.register.models import Authority

    if code is None:
        return None
    found = Authority.objects.filter(pk=code).first()
    if found is None:
        raise Stop(f"The register knows no authority {code!r}.")
    return found

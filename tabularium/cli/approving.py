"""Approval on the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabularium.cli.folder import Stop, data_option, open_register
from tabularium.cli.reading import say_entry

if TYPE_CHECKING:
    from tabularium.register.models import User


def user_of(login: str) -> "User":
    """The account of that login.

    Raises:
        Stop: there is none.
    """
    from tabularium.register.models import User

    user = User.objects.filter(login=login).first()
    if user is None:
        raise Stop(
            f"There is no account {login!r}. Open one: tabularium account {login}"
            " --authority CODE --role approver"
        )
    return user


@click.command()
@click.argument("entry", required=False)
@click.option(
    "--submission",
    type=int,
    help="Go through the drafts of a submission: licences all at once, others one by one.",
)
@click.option("--as", "login", required=True, metavar="LOGIN", help="The approver's account.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option()
def approve(entry: str | None, submission: int | None, login: str, yes: bool, data: Path) -> None:
    """Approve a draft that somebody else recorded.

    A licence is public at once. An adverse entry is shown and approved one by one; then the organisation
    is told (tabularium notices), and it is public when the window for objections has closed.
    """
    if (entry is None) == (submission is None):
        raise click.UsageError("Name an entry, or --submission.")
    open_register(data)
    from tabularium.core.life import NotAllowedError
    from tabularium.register.errors import NotPermittedError, RefusedError
    from tabularium.register.models import Entry

    approver = user_of(login)
    try:
        if entry is not None:
            _approve_one(entry, approver, yes=yes)
        else:
            _approve_all(submission, approver, yes=yes)
    except Entry.DoesNotExist:
        raise Stop(f"The register has no entry {entry}.") from None
    except (NotAllowedError, NotPermittedError, RefusedError) as error:
        raise Stop(f"Not approved: {error}") from None


def _approve_one(entry: str, approver: "User", *, yes: bool) -> None:
    from tabularium.register import services

    say_entry(entry)
    if not yes:
        click.confirm("\nApprove this entry?", abort=True)
    approved = services.approve(entry, approver=approver)
    if approved.stage == "published":
        click.echo("It is public.")
    else:
        click.echo("Approved. The organisation is to be told next: tabularium notices")


def _approve_all(submission: int | None, approver: "User", *, yes: bool) -> None:
    from tabularium.register import services
    from tabularium.register.models import Entry

    waiting = Entry.objects.filter(submission=submission, stage="draft").order_by("decision_key")
    drafts = list(waiting.values_list("pk", flat=True))
    if not drafts:
        raise Stop(f"The submission {submission} has no drafts.")
    if not yes and waiting.exclude(kind="licence").exists():
        _approve_each(drafts, approver)
        return
    if not yes:
        click.confirm(f"Approve {len(drafts):,} drafts?", abort=True)
    approved = services.approve_licences(drafts, approver=approver)
    click.echo(f"{len(approved):,} licences are public.")


def _approve_each(drafts: Sequence[str], approver: "User") -> None:
    """Show every draft and ask; what is not approved waits."""
    from tabularium.register import services

    approved = 0
    for number, entry in enumerate(drafts, start=1):
        click.echo(f"\nDraft {number:,} of {len(drafts):,}")
        say_entry(entry)
        answer = click.prompt("\nApprove this entry?", type=click.Choice(["yes", "no", "stop"]))
        if answer == "stop":
            break
        if answer == "yes":
            services.approve(entry, approver=approver)
            approved += 1
    click.echo(f"\n{approved:,} of {len(drafts):,} drafts are approved.")
    if approved:
        click.echo("The organisations are to be told next: tabularium notices")

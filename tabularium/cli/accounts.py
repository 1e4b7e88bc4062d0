"""Accounts: opening them, and helping those who cannot sign in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json, table

if TYPE_CHECKING:
    from tabularium.register.models import Authority, User

ROLES = ("clerk", "approver", "registrar", "auditor")


class _Account(click.Group):
    """`tabularium account LOGIN` is short for `tabularium account open LOGIN`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Account)
def account() -> None:
    """Open accounts of an authority, and help those who cannot sign in.

    \b
    tabularium account LOGIN --authority CODE --role ROLE
    is short for `tabularium account open ...`.
    """  # noqa: D301 - click takes the control character for "keep these lines"


_authority = click.option(
    "--authority", metavar="CODE", help="The authority for which it is done, as its events say."
)


@account.command("open")
@click.argument("login")
@click.option("--authority", required=True, metavar="CODE", help="For which authority it acts.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="A clerk records; an approver approves and decides what others recorded; a registrar says who is"
    " a member; an auditor reads all events.",
)
@data_option()
def open_(login: str, authority: str, role: str, data: Path) -> None:
    """Open an account of an authority, or add a role to one.

    An account that has no way to sign in yet gets a link to set a password, which alone goes to standard
    output. An authority enters the register with its first catalogue item (tabularium submit).
    """
    open_register(data)
    from tabularium.intake.personal import find_personal
    from tabularium.register.services import open_account

    known = _known_authority(authority)
    if find_personal(login, known.jurisdiction) or find_personal(login, "cn"):
        raise Stop(
            "This login looks like a number or an address of a person. Choose one that tells of nobody."
        )
    user = open_account(login, role=role, authority=known)
    click.echo(f"{login} is {role} of {authority}.", err=not user.has_usable_password())
    if not user.has_usable_password():
        _say_link(user, known)


@account.command("link-password")
@click.argument("login")
@_authority
@data_option()
def link_password(login: str, authority: str | None, data: Path) -> None:
    """Make a link by which the account's holder sets a password, once.

    The link alone goes to standard output. It holds three days, or until it is used or the account signs in.
    """
    open_register(data)
    _say_link(_user(login), _known_authority(authority) if authority else None)


@account.command("reset-factor")
@click.argument("login")
@_authority
@data_option()
def reset_factor(login: str, authority: str | None, data: Path) -> None:
    """Take one-time codes, passkeys and the password from an account whose holder has lost the device.

    Make sure first that it is the holder who asks. A link to set a new password goes to standard output.
    """
    open_register(data)
    from tabularium.register.services import reset_second_factor

    user, known = _user(login), _known_authority(authority) if authority else None
    reset_second_factor(user, authority=known, by=None)
    user.refresh_from_db()
    click.echo(f"{login} signs in no more with what it had.", err=True)
    _say_link(user, known)


@account.command()
@click.argument("login")
@click.option("--reopen", is_flag=True, help="Let it sign in again.")
@_authority
@data_option()
def close(login: str, reopen: bool, authority: str | None, data: Path) -> None:
    """Let nobody sign in with an account any more, at once. What it did stands."""
    open_register(data)
    from tabularium.register.services import close_account, reopen_account

    do = reopen_account if reopen else close_account
    do(_user(login), authority=_known_authority(authority) if authority else None, by=None)
    click.echo(f"{login} is {'open' if reopen else 'closed'}.")


@account.command()
@click.argument("login")
@click.option("--provider", required=True, metavar="NAME", help="As the configuration calls it.")
@click.option(
    "--subject", metavar="TEXT", help="The provider's lasting name for the holder (`sub`)."
)
@click.option("--remove", is_flag=True, help="Remove the link to that provider.")
@_authority
@data_option()
def link(
    login: str,
    provider: str,
    subject: str | None,
    remove: bool,
    authority: str | None,
    data: Path,
) -> None:
    """Let an account sign in by a sign-in provider (OpenID Connect), or no longer.

    No account is ever linked otherwise, and the provider's name for the holder is all that is kept.
    """
    if (subject is None) != remove:
        raise click.UsageError("Name --subject, or --remove.")
    open_register(data)
    from tabularium.accounts.providers import named
    from tabularium.register.errors import RefusedError
    from tabularium.register.services import link_sign_on, unlink_sign_on

    user, known = _user(login), _known_authority(authority) if authority else None
    try:
        if subject is None:
            unlink_sign_on(user, provider=provider, authority=known, by=None)
            click.echo(f"{login} is not linked to {provider} any more.")
            return
        if provider not in named():
            names = ", ".join(named()) or "none yet"
            raise Stop(
                f"The configuration has no sign-in provider {provider!r}; it has: {names}."
                " See docs/signing-in.md."
            )
        link_sign_on(user, provider=provider, subject=subject, authority=known, by=None)
    except RefusedError as error:
        raise Stop(str(error)) from None
    click.echo(f"{login} signs in by {provider}.")


@account.command()
@click.option("--authority", required=True, metavar="CODE", help="Whose accounts.")
@json_option
@data_option()
def events(authority: str, as_json: bool, data: Path) -> None:
    """List what was done with the accounts of an authority, newest first."""
    open_register(data)
    from tabularium.register.models import AccountEvent

    found = (
        AccountEvent.objects.filter(authority=_known_authority(authority))
        .select_related("account", "actor")
        .order_by("-at", "-pk")
    )
    rows = [
        {
            "at": each.at.isoformat(timespec="seconds"),
            "account": each.account.login,
            "what": each.what,
            "role": each.role,
            "by": each.actor.login if each.actor else "",
        }
        for each in found
    ]
    if as_json:
        say_json({"events": rows})
    elif rows:
        table(list(rows[0]), [list(each.values()) for each in rows])
    else:
        click.echo("Nothing was done yet.")


def _say_link(user: "User", authority: "Authority | None") -> None:
    from django.conf import settings

    from tabularium.register.services import new_password_link

    text = new_password_link(user, authority=authority, by=None)
    click.echo(
        "Give this link to nobody but the account's holder. It holds three days, and once:",
        err=True,
    )
    click.echo(f"{settings.ADDRESS}/account/first-password/{text}")


def _known_authority(code: str) -> "Authority":
    from tabularium.register.models import Authority

    known = Authority.objects.filter(pk=code).first()
    if known is None:
        codes = ", ".join(Authority.objects.values_list("pk", flat=True)) or "none yet"
        raise Stop(f"The register knows no authority {code!r}; it knows: {codes}.")
    return known


def _user(login: str) -> "User":
    from tabularium.register.models import User

    found = User.objects.filter(login=login).first()
    if found is None:
        raise Stop(
            f"There is no account {login!r}. Open one: tabularium account {login}"
            " --authority CODE --role approver"
        )
    return found

"""Tokens by which an authority's programs submit through the API."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json, table

if TYPE_CHECKING:
    from tabularium.register.models import Authority, Token

USUAL_LIFE = 365


@click.group()
def token() -> None:
    """Make, list and revoke tokens by which an authority's programs submit through the API.

    A token stands for one authority. With it a program records drafts, as a file does (tabularium submit),
    and decides nothing. The register keeps only its hash.
    """


@token.command()
@click.argument("authority", metavar="AUTHORITY")
@click.option("--label", required=True, help="What the token is for, such as a program's name.")
@click.option(
    "--days",
    type=click.IntRange(1),
    default=USUAL_LIFE,
    show_default=True,
    help="For how many days from now it holds; two years at most.",
)
@json_option
@data_option()
def new(authority: str, label: str, days: int, as_json: bool, data: Path) -> None:
    """Make a token of an authority, given by its code, and show it this once.

    The token alone goes to standard output, so that it can be led into a file or another program.
    """
    open_register(data)
    from tabularium.register.errors import RefusedError
    from tabularium.register.services import new_token

    try:
        made = new_token(_authority(authority), label=label, days=days)
    except RefusedError as error:
        raise Stop(str(error)) from None
    if as_json:
        say_json({**_described(made.token), "token": made.text})
        return
    click.echo(
        f"Token {made.token.pk} of {authority} holds until {_until(made.token)}."
        " Keep it: it is shown this once, and the register cannot show it again.",
        err=True,
    )
    click.echo(made.text)


@token.command("list")
@click.option("--authority", metavar="CODE", help="Only those of this authority.")
@json_option
@data_option()
def list_tokens(authority: str | None, as_json: bool, data: Path) -> None:
    """List the tokens, newest first, with the day on which each was last used."""
    open_register(data)
    from tabularium.register.models import Token

    found = Token.objects.order_by("-created_at", "pk")
    if authority is not None:
        found = found.filter(authority=_authority(authority))
    if as_json:
        say_json({"tokens": [_described(each) for each in found]})
    elif found:
        table(
            ("id", "authority", "label", "state", "until", "last used"),
            [
                (each.pk, each.authority_id, each.label, _state(each), _until(each), _used(each))
                for each in found
            ],
        )
    else:
        click.echo("There is no token. Make one: tabularium token new AUTHORITY --label LABEL")


@token.command()
@click.argument("identity", metavar="ID")
@data_option()
def revoke(identity: str, data: Path) -> None:
    """Take a token back for good, by its id from the list or by the token itself.

    From then on nothing can be sent with it. What was sent stays as it is.
    """
    open_register(data)
    from tabularium.register.errors import RefusedError
    from tabularium.register.services import revoke_token
    from tabularium.register.token_text import identity_in

    try:
        # A leaked token is what somebody has at hand; only its id is said again.
        revoked = revoke_token(identity_in(identity) or identity)
    except RefusedError:
        raise Stop("There is no such token. See: tabularium token list") from None
    click.echo(f"Token {revoked.pk} of {revoked.authority_id} is revoked.")


def _authority(code: str) -> "Authority":
    from tabularium.register.models import Authority

    known = Authority.objects.filter(pk=code).first()
    if known is None:
        codes = ", ".join(Authority.objects.values_list("pk", flat=True)) or "none yet"
        raise Stop(f"The register knows no authority {code!r}; it knows: {codes}.")
    return known


def _described(each: "Token") -> dict[str, Any]:
    return {
        "id": each.pk,
        "authority": each.authority_id,
        "label": each.label,
        "state": _state(each),
        "created_at": each.created_at.isoformat(),
        "expires_at": each.expires_at.isoformat(),
        "revoked_at": each.revoked_at.isoformat() if each.revoked_at else None,
        "last_used_on": each.last_used_on.isoformat() if each.last_used_on else None,
    }


def _state(each: "Token") -> str:
    from tabularium import clock

    if each.revoked_at is not None:
        return "revoked"
    return "over" if each.expires_at <= clock.now() else "valid"


def _used(each: "Token") -> str:
    return each.last_used_on.isoformat() if each.last_used_on else "never"


def _until(each: "Token") -> str:
    return f"{each.expires_at:%Y-%m-%d %H:%M} UTC"

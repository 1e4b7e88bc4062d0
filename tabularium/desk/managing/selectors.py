"""What a registrar reads of the authority's tokens."""

from dataclasses import dataclass
from datetime import datetime

from tabularium import clock
from tabularium.register.models import Authority, Token


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token as its authority sees it: what it is called, and whether it holds."""

    token: Token
    holds: bool


def tokens(authority: Authority) -> list[ShownToken]:
    """The tokens of an authority, the newest first."""
    now = clock.now()
    every = Token.objects.filter(authority=authority).order_by("-created_at", "pk")
    return [ShownToken(each, _holds(each, now)) for each in every]


def _holds(token: Token, now: datetime) -> bool:
    return token.revoked_at is None and now < token.expires_at

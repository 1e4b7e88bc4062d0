"""Tokens: made and shown once, known again by their hash, taken back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tabularium import clock
from tabularium.register import token_text
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.ids import new_id
from tabularium.register.models import Authority, Membership, Token
from tabularium.register.services import program_secrets
from tabularium.register.services.memberships import submission_account

LONGEST_LIFE = 731
"""In days: two years, of which one has a leap day."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made.

    Attributes:
        token: as the register keeps it.
        text: the token itself, which is nowhere else and is never shown again.
    """

    token: Token
    text: str = field(repr=False)


@transaction.atomic
def new_token(authority: Authority, *, label: str, days: int) -> NewToken:
    """Make a token by which a program submits for an authority.

    Args:
        authority: whose account for submissions it stands for.
        label: what the authority calls it, such as the name of the program.
        days: for how many days from now it holds.

    Raises:
        RefusedError: no label, one too long, or a time that is none or too long.
    """
    program_secrets.check_asked("token", label, days, LONGEST_LIFE)
    submission_account(authority)
    now = clock.now()
    identity = new_id()
    text = token_text.new_text(identity)
    token = Token.objects.create(
        id=identity,
        authority=authority,
        label=label.strip(),
        sha256=program_secrets.hashed(text),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return NewToken(token, text)


@transaction.atomic
def revoke_token(identity: str) -> Token:
    """Take a token back, from now on and for good; once more changes nothing.

    Raises:
        RefusedError: there is none of that identity.
    """
    token = Token.objects.select_for_update().filter(pk=identity).first()
    if token is None:
        raise RefusedError("no-such-token", f"There is no token {identity!r}.")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
    return token


def use_token(text: str) -> Authority:
    """The authority that a token stands for; the day on which it was used is kept.

    Raises:
        NotPermittedError: it is no token, of nobody, over, taken back, or its authority's account is
            closed. The message is the same for all.
    """
    token = program_secrets.find(Token.objects.select_related("authority"), text)
    now = clock.now()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        raise NotPermittedError("No valid token.")
    if not _may_submit(token.authority):
        raise NotPermittedError("No valid token.")
    _keep_day(token, now)
    return token.authority


def _may_submit(authority: Authority) -> bool:
    return Membership.objects.filter(
        authority=authority, role=Membership.Role.SUBMISSION, user__is_active=True
    ).exists()


def _keep_day(token: Token, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(token.authority.time_zone)).date()
    if token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)

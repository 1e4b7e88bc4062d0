"""Tokens: made and shown once, known again by their hash, taken back.

A token is `tabularium_`, the token's identity, a random part and a check part, so that a scanner for
leaked secrets finds it by the expression `TOKEN_PATTERN` and knows without asking anybody whether it can be
one. The check part is the CRC-32 of all before it, as GitHub has had it in its tokens since 2021
(https://github.blog/engineering/behind-githubs-new-authentication-token-formats/).
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tabularium import clock
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.ids import LENGTH, new_id
from tabularium.register.models import Authority, Token
from tabularium.register.services.memberships import submission_account

PREFIX = "tabularium_"
LONGEST_LABEL = 80
LONGEST_LIFE = 731
"""In days: two years, of which one has a leap day."""

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 43  # characters of 62 sorts: 256 bits
_CHECK = 6  # as many hold any CRC-32

TOKEN_PATTERN = re.compile(rf"{PREFIX}([0-9a-z]{{{LENGTH}}})[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")
"""A token, whole; the group is its identity."""

_NOBODYS = hashlib.sha256(b"").hexdigest()


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
    if not label.strip() or len(label) > LONGEST_LABEL:
        raise RefusedError("label", f"A token needs a label of at most {LONGEST_LABEL} characters.")
    if not 1 <= days <= LONGEST_LIFE:
        raise RefusedError("days", f"A token holds for 1 to {LONGEST_LIFE} days.")
    submission_account(authority)
    now = clock.now()
    identity = new_id()
    text = _with_check(
        PREFIX + identity + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    )
    token = Token.objects.create(
        id=identity,
        authority=authority,
        label=label.strip(),
        sha256=_sha256(text),
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
    token = _find(text)
    now = clock.now()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        raise NotPermittedError("No valid token.")
    if not submission_account(token.authority).is_active:
        raise NotPermittedError("No valid token.")
    _keep_day(token, now)
    return token.authority


def _find(text: str) -> Token | None:
    match = TOKEN_PATTERN.fullmatch(text)
    if match is None or text != _with_check(text[:-_CHECK]):
        return None
    token = Token.objects.select_related("authority__organisation").filter(pk=match[1]).first()
    # What is compared takes the same time, whichever part differs, and whether there is such a token or not.
    same = hmac.compare_digest(token.sha256 if token else _NOBODYS, _sha256(text))
    return token if same else None


def _keep_day(token: Token, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(token.authority.time_zone)).date()
    if token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)


def _with_check(text: str) -> str:
    remaining = zlib.crc32(text.encode("ascii"))
    check = ""
    for _ in range(_CHECK):
        remaining, digit = divmod(remaining, len(_ALPHABET))
        check = _ALPHABET[digit] + check
    return text + check


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()

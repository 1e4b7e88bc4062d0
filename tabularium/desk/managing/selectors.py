"""What a registrar reads: members, how they sign in, what was done with an account; tokens."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from tabularium import clock
from tabularium.accounts.words import role_name
from tabularium.register.models import AccountEvent, Authority, Token, User
from tabularium.register.services.members import staff_of

MOST_EVENTS = 50
"""So many events of an account stand on its page, the latest."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who works for an authority: the account, and what its roles there are called."""

    user: User
    roles: tuple[str, ...]


def members(authority: Authority) -> list[Member]:
    """Everybody who works for an authority, by login."""
    users: dict[int, User] = {}
    roles: dict[int, list[str]] = {}
    for each in staff_of(authority):
        users[each.user_id] = each.user
        roles.setdefault(each.user_id, []).append(role_name(each.role))
    return [Member(users[number], tuple(held)) for number, held in roles.items()]


def member(authority: Authority, number: int) -> User | None:
    """The member with that number of its account; None if the authority has none."""
    row = staff_of(authority).filter(user=number).first()
    return row.user if row is not None else None


def roles_of(authority: Authority, user: User) -> list[str]:
    """The roles of a member."""
    return list(staff_of(authority).filter(user=user).values_list("role", flat=True))


@dataclass(frozen=True, slots=True)
class Ways:
    """How an account can sign in; nothing of what is needed for it.

    Attributes:
        password: whether it has one.
        second_factor: whether it has set up one-time codes or a passkey.
        sign_on: whether it is linked to an account at a sign-in provider.
    """

    password: bool
    second_factor: bool
    sign_on: bool


def ways_to_sign_in(user: User) -> Ways:
    """How an account can sign in."""
    sorts = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Ways(
        user.has_usable_password(),
        Authenticator.objects.filter(user=user, type__in=sorts).exists(),
        SocialAccount.objects.filter(user=user).exists(),
    )


def events_of_account(authority: Authority, user: User) -> QuerySet[AccountEvent]:
    """What was done with an account for this authority, the latest first."""
    return (
        AccountEvent.objects.filter(account=user, authority=authority)
        .select_related("actor")
        .order_by("-at", "-pk")[:MOST_EVENTS]
    )


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

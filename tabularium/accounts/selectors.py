"""What an account may enter."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import is_valid_path, reverse
from django.utils.translation import get_language

from tabularium.accounts.roles import MEMBERS, WITH_A_SECOND_FACTOR
from tabularium.accounts.words import role_name
from tabularium.register.models import Authority, Membership, Organisation, User


@dataclass(frozen=True, slots=True)
class AtAuthority:
    """A desk that an account may enter.

    Attributes:
        authority: whose it is.
        roles: those of the account there, as readers are told.
        address: of its first page.
    """

    authority: Authority
    roles: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class ForAnOrganisation:
    """An organisation for which an account answers, and the address of its first page."""

    organisation: Organisation
    address: str


@dataclass(frozen=True, slots=True)
class Workspaces:
    """All that an account may enter."""

    desks: tuple[AtAuthority, ...]
    replies: tuple[ForAnOrganisation, ...]


def workspaces_of(user: User) -> Workspaces:
    """The workspaces of an account, in the reader's language."""
    held = (
        Membership.objects.filter(user=user, user__is_active=True)
        .select_related("authority__organisation", "organisation")
        .order_by("authority_id", "organisation__name", "role")
    )
    at: dict[Authority, list[str]] = {}
    replies = []
    for each in held:
        if each.organisation is not None:
            address = f"/{get_language()}/reply/{each.organisation.pk}/"
            replies.append(ForAnOrganisation(each.organisation, address))
        elif each.authority is not None and each.role in MEMBERS:
            at.setdefault(each.authority, []).append(role_name(each.role))
    desks = (
        AtAuthority(authority, tuple(roles), f"/{get_language()}/desk/{authority.pk}/")
        for authority, roles in at.items()
    )
    return Workspaces(tuple(desks), tuple(replies))


def way_in(user: User) -> str:
    """Where an account goes that has signed in: to the only workspace, or to the list of them."""
    found = workspaces_of(user)
    addresses = [each.address for each in found.desks] + [each.address for each in found.replies]
    if len(addresses) == 1 and is_valid_path(addresses[0]):
        return addresses[0]
    return reverse("accounts:home")


def needs_a_second_factor(user: User) -> bool:
    """Whether the account has a role anywhere in which it acts with a second factor only."""
    return Membership.objects.filter(user=user, role__in=WITH_A_SECOND_FACTOR).exists()


def is_sure_of(user: User) -> bool:
    """Whether the account signs in with more than a password, or the register does without."""
    return not settings.SECOND_FACTOR_REQUIRED or has_a_second_factor(user)


def has_a_second_factor(user: User) -> bool:
    """Whether the account has one-time codes or a passkey, without which it then does not sign in."""
    sorts = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=user, type__in=sorts).exists())

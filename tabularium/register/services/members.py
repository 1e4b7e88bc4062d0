"""Who works for an authority, in which role. Its registrar says so, or a command on the machine itself."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from tabularium.register.acting import beyond
from tabularium.register.errors import RefusedError
from tabularium.register.models import AccountEvent, Authority, Membership, User
from tabularium.register.services.account_events import note
from tabularium.register.services.memberships import require_role

LOGIN_TAKEN = "login-taken"
NOT_A_MEMBER = "not-a-member"
NOT_YOURSELF = "not-yourself"
NO_ROLE = "no-role"
ACTS_ELSEWHERE = "acts-elsewhere"

_Role = Membership.Role
_What = AccountEvent.What

GIVEN_BY_REGISTRARS: tuple[str, ...] = (
    _Role.CLERK,
    _Role.APPROVER,
    _Role.REGISTRAR,
    _Role.AUDITOR,
)
"""The roles of people at an authority. A machine's role is given by the register itself."""


def staff_of(authority: Authority) -> QuerySet[Membership]:
    """Who works for an authority, in all roles, by login; also those whose account is closed."""
    return (
        Membership.objects.filter(authority=authority, role__in=GIVEN_BY_REGISTRARS)
        .select_related("user")
        .order_by("user__login", "role")
    )


def require_registrar(by: User | None, authority: Authority) -> None:
    """Make sure that the account is registrar there; None stands for the machine itself, which is let pass.

    Raises:
        NotPermittedError: it is not.
    """
    if by is not None:
        require_role(by, authority, _Role.REGISTRAR)


@transaction.atomic
def add_to_authority(
    authority: Authority, login: str, *, roles: Iterable[str], by: User | None
) -> User:
    """Make somebody a member of an authority, by a login that is new or that the authority had before.

    Raises:
        NotPermittedError: `by` is not its registrar.
        RefusedError: LOGIN_TAKEN, an account of that login acts for somebody else, and whoever has it
            is not to be mistaken for a colleague; NO_ROLE.
    """
    require_registrar(by, authority)
    wanted = _known(roles)
    with beyond():
        user, is_new = _of_that_login(login)
    if is_new:
        note(user, _What.OPENED, authority=authority, by=by)
    elif _is_another(user, authority):
        raise RefusedError(LOGIN_TAKEN, "There is an account of that login. Choose another.")
    _set_roles(user, authority, wanted | _held(user, authority), by)
    return user


@transaction.atomic
def change_roles(
    authority: Authority, user: User, *, roles: Iterable[str], by: User | None
) -> None:
    """Let a member have these roles and no others.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: NO_ROLE; NOT_A_MEMBER; NOT_YOURSELF, a registrar would cease to be one by their
            own hand, and the authority perhaps be without.
    """
    require_registrar(by, authority)
    wanted = _known(roles)
    require_member(user, authority)
    if user == by and _Role.REGISTRAR not in wanted:
        raise RefusedError(NOT_YOURSELF, "Another registrar has to take this role from you.")
    _set_roles(user, authority, wanted, by)


@transaction.atomic
def take_from_authority(authority: Authority, user: User, *, by: User | None) -> None:
    """End all memberships of somebody there. What they recorded and decided stands.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: NOT_A_MEMBER; NOT_YOURSELF.
    """
    require_registrar(by, authority)
    require_member(user, authority)
    require_another(user, by)
    _set_roles(user, authority, frozenset(), by)


def require_member(user: User, authority: Authority) -> None:
    """Make sure that somebody is a member there.

    Raises:
        RefusedError: NOT_A_MEMBER.
    """
    if not _held(user, authority):
        raise RefusedError(NOT_A_MEMBER, "There is no such member.")


def require_another(user: User, by: User | None) -> None:
    """Make sure that it is not their own account.

    Raises:
        RefusedError: NOT_YOURSELF.
    """
    if user == by:
        raise RefusedError(NOT_YOURSELF, "This is for another registrar to do.")


def require_only_here(user: User, authority: Authority) -> None:
    """Make sure that the account acts for nobody else: how it signs in is then this authority's matter.

    Raises:
        RefusedError: NOT_A_MEMBER; ACTS_ELSEWHERE.
    """
    require_member(user, authority)
    if _acts_elsewhere(user, authority):
        raise RefusedError(
            ACTS_ELSEWHERE, "The account acts for others too. Who runs the register has to do this."
        )


def _known(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles) & frozenset(GIVEN_BY_REGISTRARS)
    if not wanted:
        raise RefusedError(NO_ROLE, "Name at least one role.")
    return wanted


def _held(user: User, authority: Authority) -> frozenset[str]:
    return frozenset(staff_of(authority).filter(user=user).values_list("role", flat=True))


def _of_that_login(login: str) -> tuple[User, bool]:
    """The account, and whether it is new: then it is nobody's yet."""
    # Logins that differ in capitals alone are one login, as for whoever signs in.
    known = User.objects.filter(login__iexact=login).first()
    if known is not None:
        return known, False
    user = User(login=login)
    user.set_unusable_password()
    user.save()
    return user, True


def _acts_elsewhere(user: User, authority: Authority) -> bool:
    with beyond():
        return user.memberships.exclude(authority=authority).exists()


def _is_another(user: User, authority: Authority) -> bool:
    """Whether somebody else has the account: it acts for others, or never did for this authority."""
    if _acts_elsewhere(user, authority):
        return True
    with beyond():
        told = AccountEvent.objects.filter(account=user)
        if told.exclude(authority=authority).exists():
            return True
    return not _held(user, authority) and not told.filter(authority=authority).exists()


def _set_roles(user: User, authority: Authority, wanted: frozenset[str], by: User | None) -> None:
    held = _held(user, authority)
    for role in sorted(wanted - held):
        Membership.objects.create(user=user, authority=authority, role=role)
        note(user, _What.ROLE_GIVEN, authority=authority, by=by, role=role)
    for role in sorted(held - wanted):
        Membership.objects.filter(user=user, authority=authority, role=role).delete()
        note(user, _What.ROLE_TAKEN, authority=authority, by=by, role=role)

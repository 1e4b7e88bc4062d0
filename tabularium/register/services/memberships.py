"""Accounts, and whom they act for."""

from django.db import transaction
from django.db.models import QuerySet

from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import AccountEvent, Authority, Membership, Organisation, User
from tabularium.register.services.account_events import note


@transaction.atomic
def open_account(
    login: str,
    *,
    role: str,
    authority: Authority | None = None,
    organisation: Organisation | None = None,
) -> User:
    """The account of that login, with the membership added if it lacks it.

    It has no password: until one is set it cannot sign in, and acts only on the command line.
    """
    # Logins that differ in capitals alone are one login, as for whoever signs in.
    user = User.objects.filter(login__iexact=login).first()
    if user is None:
        user = User(login=login)
        user.set_unusable_password()
        user.save()
        note(user, AccountEvent.What.OPENED, authority=authority, by=None)
    _, made = Membership.objects.get_or_create(
        user=user, authority=authority, organisation=organisation, role=role
    )
    if made:
        note(user, AccountEvent.What.ROLE_GIVEN, authority=authority, by=None, role=role)
    return user


def submission_account(authority: Authority) -> User:
    """The account under which files of an authority are recorded when no clerk is named."""
    return open_account(
        f"submissions of {authority.pk}", role=Membership.Role.SUBMISSION, authority=authority
    )


def require_role(user: User, authority: Authority, *roles: str) -> str:
    """The first of `roles` that the account has at the authority.

    Raises:
        NotPermittedError: it has none of them.
    """
    held = set(
        Membership.objects.filter(
            user=user, user__is_active=True, authority=authority, role__in=roles
        ).values_list("role", flat=True)
    )
    for role in roles:
        if role in held:
            return role
    raise NotPermittedError(
        f"This account is not {' or '.join(roles)} of the authority {authority.pk}."
    )


def require_replier(user: User, organisation: Organisation) -> None:
    """Make sure that the account answers for the organisation.

    Raises:
        NotPermittedError: it does not.
    """
    if not Membership.objects.filter(
        user=user,
        user__is_active=True,
        organisation=organisation,
        role=Membership.Role.REPLIER,
    ).exists():
        raise NotPermittedError("This account does not answer for the organisation.")


def memberships_at(user: User, code: str) -> frozenset[str]:
    """The roles that the account has at the authority of that code; none for whoever is no member."""
    held = Membership.objects.filter(user=user, user__is_active=True, authority=code)
    return frozenset(held.values_list("role", flat=True))


def replies_for(user: User, identity: str) -> Organisation | None:
    """The organisation of that identity, if the account answers for it."""
    return Organisation.objects.filter(
        pk=identity,
        memberships__user=user,
        memberships__user__is_active=True,
        memberships__role=Membership.Role.REPLIER,
    ).first()


def answers_for(user: User) -> QuerySet[Organisation]:
    """The organisations that an account answers for, by name."""
    return Organisation.objects.filter(
        memberships__user=user, memberships__role=Membership.Role.REPLIER
    ).order_by("name", "pk")


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who answers for an organisation, by login. For its own members alone; never published."""
    return (
        Membership.objects.filter(organisation=organisation, role=Membership.Role.REPLIER)
        .select_related("user")
        .order_by("user__login")
    )


@transaction.atomic
def remove_member(number: int, organisation: Organisation, *, by: User) -> None:
    """End the membership of one who answers for an organisation; of none, nothing is said.

    Raises:
        NotPermittedError: the account does not answer for the organisation itself.
        RefusedError: the member is the last, and nobody could answer any more.
    """
    # All are locked, so that two who remove each other at once do not both succeed.
    everybody = {each.pk: each for each in members_of(organisation).select_for_update(of=("self",))}
    require_replier(by, organisation)
    if number not in everybody:
        return
    if len(everybody) == 1:
        raise RefusedError("last-member", "The last who answers for an organisation stays.")
    everybody[number].delete()

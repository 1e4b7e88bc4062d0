"""Accounts, and whom they act for."""

from django.db import transaction
from django.db.models import Q, QuerySet

from tabularium.register.acting import beyond
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import (
    AccountEvent,
    Authority,
    Entry,
    Membership,
    Organisation,
    User,
)
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
    # It is the register's own: a registrar's act may need it, and is not let make accounts of machines.
    with beyond():
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
    """Make sure that the account answers for the organisation: `answers_for` says who does.

    Raises:
        NotPermittedError: it does not.
    """
    if not answers_for(user).filter(pk=organisation.pk).exists():
        raise NotPermittedError("This account does not answer for the organisation.")


def require_reply(user: User, entry: Entry) -> None:
    """Make sure that the account may reply to an entry, for the organisation that it is about.

    Raises:
        NotPermittedError: it does not answer for the organisation; the entry is erased, or the authority's
            word of itself, as a promise is; or the account is of the authority that decided, which does
            not answer to itself.
    """
    if entry.organisation is None:
        raise NotPermittedError("The entry has been erased.")
    require_replier(user, entry.organisation)
    if entry.authority.organisation_id == entry.organisation_id:
        raise NotPermittedError("An authority does not reply to its own word.")
    with beyond():
        decides = Membership.objects.filter(user=user, authority=entry.authority_id).exists()
    if decides:
        raise NotPermittedError("An account of the authority that decided does not answer to it.")


def memberships_at(user: User, code: str) -> frozenset[str]:
    """The roles that the account has at the authority of that code; none for whoever is no member."""
    held = Membership.objects.filter(user=user, user__is_active=True, authority=code)
    return frozenset(held.values_list("role", flat=True))


def replies_for(user: User, identity: str) -> Organisation | None:
    """The organisation of that identity, if the account answers for it."""
    return answers_for(user).filter(pk=identity).first()


def answers_for(user: User) -> QuerySet[Organisation]:
    """The organisations that an account answers for, by name.

    Those that it was let in to by a code; and the authorities whose registrar it is, for an authority that
    others decide about, as by a judgment that it has not paid, is an organisation as any other.
    """
    held = Membership.objects.filter(user=user, user__is_active=True)
    let_in = held.filter(role=Membership.Role.REPLIER).values("organisation")
    own = held.filter(role=Membership.Role.REGISTRAR).values("authority__organisation")
    return Organisation.objects.filter(Q(pk__in=let_in) | Q(pk__in=own)).order_by("name", "pk")


def was_let_in(user: User, organisation: Organisation) -> bool:
    """Whether an account answers for an organisation by a code, and not as an authority's registrar alone."""
    return members_of(organisation).filter(user=user).exists()


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

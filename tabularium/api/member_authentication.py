"""Who asks by a key of a member, and for whom the call acts. The same walls stand as in the workspaces."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja.security import HttpBearer

from tabularium.accounts.access import ForAuthority, ForOrganisation
from tabularium.accounts.roles import (
    MEMBERS,
    ONLY_READING,
    WITH_A_SECOND_FACTOR,
    Act,
    roles_for,
)
from tabularium.accounts.selectors import is_sure_of
from tabularium.api.gate import READING
from tabularium.api.parameters import CODE, IDENTITY
from tabularium.api.problem_types import (
    NO_VALID_KEY,
    NOT_FOR_THE_ROLE,
    NOT_NOW,
    TOO_MANY_CALLS,
    UNKNOWN_TO_THE_KEY,
)
from tabularium.api.problems import ParameterFault, ProblemError, may_answer
from tabularium.core.life import NotAllowedError
from tabularium.register.acting import acting_for
from tabularium.register.desk_selectors import authority_of_code
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, User
from tabularium.register.services.advance import locked
from tabularium.register.services.member_keys import use_member_key
from tabularium.register.services.memberships import memberships_at, replies_for, was_let_in

_APP = "allauth.account"

MAY_READ = may_answer(NO_VALID_KEY, NOT_FOR_THE_ROLE, UNKNOWN_TO_THE_KEY, TOO_MANY_CALLS)
"""What every operation that reads by a key may answer besides."""
MAY_ACT = may_answer(NO_VALID_KEY, NOT_FOR_THE_ROLE, UNKNOWN_TO_THE_KEY, NOT_NOW, TOO_MANY_CALLS)
"""What every operation that acts by a key may answer besides."""


class MemberKey(HttpBearer):
    """Takes a key of a member in `Authorization: Bearer`; `request.auth` is then the account.

    Whatever is wrong with a key, the answer is the same. No cookie is looked at.
    """

    def __call__(self, request: HttpRequest) -> User:
        """The account whose key the request carries.

        Raises:
            ProblemError: it carries none that is valid, or there were too many calls.
        """
        if not _consume(request, "member_key_failed", dry_run=True):
            raise ProblemError(TOO_MANY_CALLS)
        user: User | None = super().__call__(request)
        if user is None:
            _consume(request, "member_key_failed")
            raise ProblemError(NO_VALID_KEY)
        if not _consume(request, "member_key", user=user):
            raise ProblemError(TOO_MANY_CALLS)
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002 - the library gives it
        """The account that the key stands for; None if it is not valid."""
        try:
            return use_member_key(token.strip(" "))
        except NotPermittedError:
            return None


def _consume(
    request: HttpRequest, action: str, *, user: User | None = None, dry_run: bool = False
) -> bool:
    used = ratelimit.consume(
        request,
        app=_APP,
        action=action,
        config=settings.ACCOUNT_RATE_LIMITS,
        user=user,
        dry_run=dry_run,
        limit_get=True,
    )
    return bool(used)


def member(request: HttpRequest, code: str, *acts: Act) -> ForAuthority:
    """The member who asks, at the authority of that code, with the roles of this moment.

    Args:
        request: behind `MemberKey`.
        code: of the authority.
        acts: what is done; whoever may do one of them is let pass.

    Raises:
        ProblemError: the account is no member there; or no role of it does this, or the second step that
            the role asks for is not set up.
    """
    user = _account(request)
    held = memberships_at(user, code) & MEMBERS if CODE.fullmatch(code) else frozenset()
    authority = authority_of_code(code) if held else None
    if authority is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    unsure = not held.isdisjoint(WITH_A_SECOND_FACTOR) and not is_sure_of(user)
    only_reads = request.method not in READING and held <= ONLY_READING
    if unsure or only_reads or held.isdisjoint(roles_for(acts)):
        raise ProblemError(NOT_FOR_THE_ROLE)
    return ForAuthority(user, authority, held)


@contextmanager
def at_desk(request: HttpRequest, code: str, *acts: Act) -> Iterator[ForAuthority]:
    """Act at an authority's desk, behind its wall in the database; see `member`."""
    acting = member(request, code, *acts)
    with acting_for(authority=code):
        yield acting


@contextmanager
def for_organisation(request: HttpRequest, identity: str) -> Iterator[ForOrganisation]:
    """Act for an organisation, behind its wall in the database.

    Raises:
        ProblemError: the account does not answer for it; or it does as a registrar of the authority that the
            organisation is, and the second step is not set up.
    """
    user = _account(request)
    organisation = replies_for(user, identity) if IDENTITY.fullmatch(identity) else None
    if organisation is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    if not is_sure_of(user) and not was_let_in(user, organisation):
        raise ProblemError(NOT_FOR_THE_ROLE)
    with acting_for(organisation=identity):
        yield ForOrganisation(user, organisation)


def done(act: Callable[[], object], entry: Entry | None = None, seen: int | None = None) -> None:
    """Do something to an entry.

    Args:
        act: does it.
        entry: which; needed for what follows.
        seen: the last event that the caller has read, if it says so: if there was another, nothing is done.

    Raises:
        ProblemError: the register refuses it: by a rule, or because the account may not.
    """
    try:
        with transaction.atomic():
            _carry_out(act, entry, seen)
    except (NotAllowedError, RefusedError) as error:
        raise ProblemError(NOT_NOW, [ParameterFault("body", error.reason, str(error))]) from None
    except NotPermittedError:
        raise ProblemError(NOT_FOR_THE_ROLE) from None


def _carry_out(act: Callable[[], object], entry: Entry | None, seen: int | None) -> None:
    """What the register itself refuses is said first, because it says more."""
    last = locked(entry.pk).last_event_number if entry is not None else None
    act()
    if seen is not None and seen != last:
        raise RefusedError("changed-since", "The entry changed since it was read.")


def _account(request: HttpRequest) -> User:
    user = getattr(request, "auth", None)
    assert isinstance(user, User)
    return user

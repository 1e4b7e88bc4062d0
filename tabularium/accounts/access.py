"""For whom a signed-in account acts at an address: one authority, or one organisation.

The address of a workspace names the authority or the organisation, so that a page never acts for another
than it shows. Whoever is no member gets the same answer as for an address that is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tabularium.register.acting import acting_for
from tabularium.register.models import Authority, Membership, Organisation, User
from tabularium.register.services.memberships import memberships_at, replies_for

NOT_TO_BE_KEPT = "private, no-store"

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class ForAuthority:
    """A request in the name of an authority.

    Attributes:
        user: the account.
        authority: for whom it acts.
        roles: the roles that the account has there.
    """

    user: User
    authority: Authority
    roles: frozenset[str]

    def may(self, *roles: str) -> bool:
        """Whether the account has one of the roles there."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class ForOrganisation:
    """A request in the name of an organisation: the account, and for whom it answers."""

    user: User
    organisation: Organisation


def signed_in(request: HttpRequest) -> User | None:
    """The account that asks; None if nobody is signed in."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


def for_authority(*roles: str) -> Callable[[View], View]:
    """A view at an address with `code`, an authority's, for members of that authority.

    The view gets the request, a `ForAuthority` and what else the address names. On PostgreSQL everything
    it reads and writes passes row-level security for that authority, see `register.acting`.

    Args:
        roles: those of which the account must have one; none for any member.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, code: str, **named: Any) -> HttpResponseBase:
            user = signed_in(request)
            if user is None:
                return _to_sign_in(request)
            held = memberships_at(user, code)
            if not held:
                raise Http404
            acting = ForAuthority(user, Authority.objects.get(pk=code), held)
            if roles and not acting.may(*roles):
                return _kept_by_nobody(_refused(request, acting))
            with acting_for(authority=code):
                return _kept_by_nobody(view(request, acting, **named))

        return guarded

    return decorate


def for_organisation(view: View) -> View:
    """A view at an address with `identity`, an organisation's, for accounts that answer for it.

    The view gets the request, a `ForOrganisation` and what else the address names.
    """

    @wraps(view)
    def guarded(request: HttpRequest, identity: str, **named: Any) -> HttpResponseBase:
        user = signed_in(request)
        if user is None:
            return _to_sign_in(request)
        organisation = replies_for(user, identity)
        if organisation is None:
            raise Http404
        with acting_for(organisation=identity):
            return _kept_by_nobody(view(request, ForOrganisation(user, organisation), **named))

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    return _kept_by_nobody(redirect_to_login(request.get_full_path()))


def _refused(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    context = {"acting": acting, "roles": sorted(map(_name, acting.roles))}
    return render(request, "accounts/refused.html", context, status=HTTPStatus.FORBIDDEN)


def _name(role: str) -> str:
    return str(Membership.Role(role).label)


def _kept_by_nobody(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = NOT_TO_BE_KEPT
    return response

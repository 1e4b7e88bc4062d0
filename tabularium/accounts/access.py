"""For whom a signed-in account acts at an address: one authority, or one organisation.

The address of a workspace names the authority or the organisation, so that a page never acts for another
than it shows. Whoever is no member gets the same answer as for an address that is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tabularium.accounts.audiences import Audience, Sort, View, declare
from tabularium.accounts.pages import kept_by_nobody, signed_in, to_sign_in
from tabularium.accounts.roles import MEMBERS, ONLY_READING, WITH_A_SECOND_FACTOR, roles_for
from tabularium.accounts.selectors import is_sure_of
from tabularium.accounts.words import role_name
from tabularium.register.acting import acting_for
from tabularium.register.models import Authority, Organisation, User
from tabularium.register.services.memberships import memberships_at, replies_for, was_let_in

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


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
        """Whether the account has one of the roles there; an act of `roles.Act` stands for its roles."""
        return not self.roles.isdisjoint(roles_for(roles))


@dataclass(frozen=True, slots=True)
class ForOrganisation:
    """A request in the name of an organisation: the account, and for whom it answers."""

    user: User
    organisation: Organisation


def for_authority(*acts: str) -> Callable[[View], View]:
    """A view at an address with `code`, an authority's, for members of that authority.

    The view gets the request, a `ForAuthority` and what else the address names. On PostgreSQL everything
    it reads and writes passes row-level security for that authority, see `register.acting`.

    Args:
        acts: what is done there, of `roles.Act`, by which `roles.MAY` says who may; or roles themselves.
            None for any member.

    Raises:
        ValueError: one is neither an act nor a role.
    """
    allowed = roles_for(acts)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, code: str, **named: Any) -> HttpResponseBase:
            user = signed_in(request)
            if user is None:
                return to_sign_in(request)
            held = memberships_at(user, code) & MEMBERS
            if not held:
                raise Http404
            acting = ForAuthority(user, Authority.objects.get(pk=code), held)
            if not held.isdisjoint(WITH_A_SECOND_FACTOR) and not is_sure_of(user):
                return kept_by_nobody(_second_factor_first(request))
            writes = request.method not in _READING
            if held.isdisjoint(allowed) or (writes and held <= ONLY_READING):
                return kept_by_nobody(_refused(request, acting))
            with acting_for(authority=code):
                return kept_by_nobody(view(request, acting, **named))

        return declare(guarded, Audience(Sort.AUTHORITY, allowed))

    return decorate


def for_organisation(view: View) -> View:
    """A view at an address with `identity`, an organisation's, for accounts that answer for it.

    The view gets the request, a `ForOrganisation` and what else the address names.
    """

    @wraps(view)
    def guarded(request: HttpRequest, identity: str, **named: Any) -> HttpResponseBase:
        user = signed_in(request)
        if user is None:
            return to_sign_in(request)
        organisation = replies_for(user, identity)
        if organisation is None:
            raise Http404
        # A registrar answers by that role, in which a password alone does not do.
        if not is_sure_of(user) and not was_let_in(user, organisation):
            return kept_by_nobody(_second_factor_first(request))
        with acting_for(organisation=identity):
            return kept_by_nobody(view(request, ForOrganisation(user, organisation), **named))

    return declare(guarded, Audience(Sort.ORGANISATION))


def _second_factor_first(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/second_factor_first.html", status=HTTPStatus.FORBIDDEN)


def _refused(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    context = {"acting": acting, "roles": sorted(map(role_name, acting.roles))}
    return render(request, "accounts/refused.html", context, status=HTTPStatus.FORBIDDEN)

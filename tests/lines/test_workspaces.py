"""What lies in a workspace is for its members: every address there, asked by everybody who might.

A new address comes in by itself. Its view says for whom it is (`accounts.audiences`); one that does not
say fails here, and so does one that lets somebody else in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import get_resolver, path
from django.urls.resolvers import RegexPattern, URLResolver

from tabularium.accounts.access import for_authority
from tabularium.accounts.audiences import Audience, Sort, audience_of
from tabularium.accounts.pages import page
from tabularium.register.models import Membership, User
from tabularium.register.services.memberships import submission_account
from tests import builders
from tests.lines.addresses import WORKSPACES
from tests.lines.walkers import routes
from tests.lines.walkers.routes import Route
from tests.signing_in import PASSWORD, signed_in

pytestmark = pytest.mark.django_db

_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
ROLES = ("clerk", "approver", "registrar", "auditor")
METHODS = ("get", "post")

# Addresses below a workspace where somebody may come who is not signed in yet: to sign in, or with the code
# from a letter.
OPEN = frozenset(
    {
        "<language>/account/sign-in",
        "<language>/account/sign-in/code",
        "<language>/account/sign-in/passkey",
        "<language>/account/closed",
        "<language>/reply/",
        "<language>/reply/how",
        "<language>/reply/enter",
        "<language>/reply/account",
        "<language>/reply/join",
        "<language>/account/sign-in/with/<slug:provider>",
        "<language>/account/sign-in/cancelled",
        "account/sign-in/with/<slug:provider>/back",
        # Whoever has the link for it, and no account without one.
        "<language>/account/first-password/<str:text>",
    }
)


def workspace_routes(resolver: URLResolver | None = None) -> list[Route]:
    """The routes of workspaces."""
    every = routes.walk(resolver or get_resolver())
    return [each for each in every if each.address.startswith(WORKSPACES)]


def undeclared(found: Iterable[Route]) -> list[str]:
    """Routes that do not say for whom they are, or say it otherwise than their place asks for."""
    offences = []
    for route in found:
        audience = audience_of(route.view)
        if audience is None:
            offences.append(f"{route.address}: does not say for whom it is")
        elif audience.sort is Sort.EVERYBODY and route.address not in OPEN:
            offences.append(f"{route.address}: lets everybody in")
        elif route.address.startswith("<language>/desk") and audience.sort is not Sort.AUTHORITY:
            offences.append(f"{route.address}: is not for an authority's members alone")
    return offences


def filled(address: str, places: Mapping[str, str]) -> str:
    """An address with its places filled: by their names, or by the sort of what stands there."""

    def fill(found: re.Match[str]) -> str:
        return places.get(found[2]) or places[found[1] or "str"]

    return "/" + _PLACE.sub(fill, address.replace("<language>", "en"))


@dataclass(frozen=True)
class Somebody:
    """Who asks.

    Attributes:
        called: in what is reported.
        user: the account; None for somebody who is not signed in.
        roles: what the account is at the authority that the addresses name.
        answers: whether it answers for the organisation that they name.
    """

    called: str
    user: User | None
    roles: frozenset[str] = frozenset()
    answers: bool = False


@dataclass(frozen=True)
class Place:
    """What the addresses name, and everybody who might ask."""

    places: Mapping[str, str]
    people: tuple[Somebody, ...]


@pytest.fixture
def place(move: object) -> Place:
    """An authority with an entry in notice, another one beside it, and their people."""
    del move
    here, elsewhere = builders.Town(), builders.Town("another-office")
    entry, other = builders.in_notice(here), builders.in_notice(elsewhere)
    people = [Somebody("nobody", None)]
    for role in ROLES:
        people.append(Somebody(f"{role} here", here.account(f"a-{role}", role), frozenset({role})))
        people.append(Somebody(f"{role} elsewhere", elsewhere.account(f"a-{role}", role)))
    people += [
        Somebody("a machine here", submission_account(here.authority)),
        Somebody("who answers here", builders.a_replier(entry.organisation), answers=True),
        Somebody("who answers elsewhere", builders.a_replier(other.organisation)),
    ]
    closed = here.account("closed", Membership.Role.CLERK)
    closed.is_active = False
    closed.save()
    people.append(Somebody("a closed account", closed))
    # An account that nobody could sign in with has no way to confirm that it is its holder.
    User.objects.update(password=make_password(PASSWORD))
    for somebody in people:
        if somebody.user is not None:
            somebody.user.refresh_from_db()
    places = {
        "code": entry.authority_id,
        "organisation": str(entry.organisation_id),
        "identity": entry.pk,
        "slug": "something",
        "str": "something",
        "int": "1",
    }
    return Place(places, tuple(people))


def _address(route: Route, place: Place) -> str:
    places = dict(place.places)
    if route.address.startswith("<language>/reply"):
        # There the first identity is the organisation's.
        places["identity"] = places["organisation"]
    return filled(route.address, places)


def expected(audience: Audience, somebody: Somebody, method: str) -> frozenset[int] | None:
    """The statuses that somebody may get there; None for any but a refusal."""
    if audience.sort is Sort.EVERYBODY:
        return None
    if somebody.user is None or not somebody.user.is_active:
        return frozenset({302})
    if audience.sort is Sort.SIGNED_IN:
        return None
    if audience.sort is Sort.ORGANISATION:
        return None if somebody.answers else frozenset({404})
    if not somebody.roles:
        return frozenset({404})
    writes = method != "get"
    allowed = somebody.roles & audience.roles and not (writes and somebody.roles == {"auditor"})
    return None if allowed else frozenset({403})


def crossings(found: Iterable[Route], place: Place) -> Iterator[str]:
    """Where somebody gets in who should not, or does not who should, or everything breaks."""
    sign_in = resolve_url(settings.LOGIN_URL)
    for somebody in place.people:
        # Signed in once: whoever is signed out by an address is met at the next one.
        client = (
            signed_in(somebody.user, raise_request_exception=False)
            if somebody.user
            else Client(raise_request_exception=False)
        )
        for route in found:
            audience = audience_of(route.view)
            assert audience is not None
            if audience.sort is Sort.SIGNED_IN and route.address.endswith("sign-out"):
                continue
            for method in METHODS:
                answer = getattr(client, method)(_address(route, place))
                status = answer.status_code
                away = status == 302 and answer["Location"].startswith(sign_in)
                wanted = expected(audience, somebody, method)
                # Whatever else a view refuses, a method that it does not have is no way in.
                right = status == 405 or (
                    status not in {403, 500}
                    and not (away and somebody.user and audience.sort is not Sort.EVERYBODY)
                    if wanted is None
                    else status in wanted and (status != 302 or away)
                )
                if not right:
                    yield f"{method} {route.address} by {somebody.called}: {status}"
                if "no-store" not in answer.get("Cache-Control", "") and status != 404:
                    yield f"{method} {route.address} by {somebody.called}: may be kept"


def test_every_address_says_for_whom_it_is() -> None:
    assert undeclared(workspace_routes()) == []


@for_authority("approver")
def _for_approvers(request: HttpRequest, acting: object) -> HttpResponse:
    return HttpResponse(f"{request.path} {acting}")


def _silent(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(f"{request.path} {code}")


def test_an_address_that_does_not_say_is_met() -> None:
    patterns = [
        path("<language>/desk/<slug:code>/silent", _silent),
        path("<language>/desk/<slug:code>/open", page(_silent, Sort.EVERYBODY)),
        path("<language>/desk/<slug:code>/anybody", page(_silent, Sort.SIGNED_IN)),
        path("<language>/desk/<slug:code>/right", _for_approvers),
    ]
    assert undeclared(workspace_routes(URLResolver(RegexPattern(r"^/"), patterns))) == [
        "<language>/desk/<slug:code>/silent: does not say for whom it is",
        "<language>/desk/<slug:code>/open: lets everybody in",
        "<language>/desk/<slug:code>/anybody: is not for an authority's members alone",
    ]


def test_nobody_crosses_from_one_workspace_into_another(place: Place) -> None:
    assert list(crossings(workspace_routes(), place)) == []


@pytest.fixture
def _made_up_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two addresses at a desk: one whose guard was forgotten, and one with a guard that holds."""
    resolver = get_resolver()
    patterns = [
        path("en/desk/<slug:code>/made-up/right", _for_approvers),
        path("en/desk/<slug:code>/made-up/wrong", page(_silent, Sort.SIGNED_IN)),
    ]
    monkeypatch.setattr(resolver, "url_patterns", [*patterns, *resolver.url_patterns])
    resolver._populated = False
    resolver.__dict__.pop("reverse_dict", None)


@pytest.mark.usefixtures("_made_up_desk")
def test_an_address_that_lets_others_in_is_met(place: Place) -> None:
    right = Route("<language>/desk/<slug:code>/made-up/right", "", _for_approvers)
    assert list(crossings([right], place)) == []
    # It says that it is for approvers, and asks nobody.
    wrong = Route("<language>/desk/<slug:code>/made-up/wrong", "", _for_approvers)
    met = list(crossings([wrong], place))
    assert "get <language>/desk/<slug:code>/made-up/wrong by clerk here: 200" in met
    assert "get <language>/desk/<slug:code>/made-up/wrong by approver elsewhere: 200" in met
    assert "post <language>/desk/<slug:code>/made-up/wrong by who answers here: 200" in met
    assert not [each for each in met if "approver here" in each]

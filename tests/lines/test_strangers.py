"""What comes from elsewhere changes nothing; whoever guesses learns nothing, by words or by the work done."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, path
from django.views.decorators.csrf import csrf_exempt

from tabularium.register import invitation_text, services
from tabularium.register.ids import new_id
from tabularium.register.models import Notice
from tests import builders
from tests.lines.test_workspaces import filled
from tests.lines.walkers import routes
from tests.lines.walkers.routes import Route
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

_CHANGING = ("post", "put", "patch", "delete")

# Programs come with a token in a header, which no other site can make a browser send.
_BY_TOKEN = re.compile(r"^api/")

# A batch of queries comes as a form, from any site, and is answered with what anybody may read. It knows
# nobody and changes nothing; `test_reconciling` sees to it.
_ONLY_READS = re.compile(r"^reconcile(?:/|\Z)")

# Answered before anything is looked at, and read only.
_PROBES = {"healthz", "readyz", "metrics"}


@pytest.fixture
def town(move: object) -> builders.Town:
    del move
    return builders.Town()


def from_elsewhere(found: Iterable[Route], client: Client, places: dict[str, str]) -> Iterator[str]:
    """Where something is looked at that a browser was made to send by another site."""
    for route in found:
        if any(each.match(route.address) for each in (_BY_TOKEN, _ONLY_READS)):
            continue
        if "^" in route.address:
            continue
        address = filled(route.address, places)
        refused = 405 if route.address in _PROBES else 403
        for method in _CHANGING:
            if getattr(client, method)(address).status_code != refused:
                yield f"{method} {route.address}"


@pytest.fixture
def strict(town: builders.Town) -> tuple[Client, dict[str, str]]:
    """Somebody who may do everything everywhere, in a browser as it is outside of tests."""
    entry = builders.in_notice(town)
    everybody = town.account("everybody", "clerk")
    for role in ("approver", "registrar"):
        services.open_account(everybody.login, role=role, authority=town.authority)
    client = Client(enforce_csrf_checks=True)
    client.force_login(everybody)
    places = {
        "code": town.code,
        "identity": entry.pk,
        "log_file": "entries/000",
        "slug": "x",
        "str": "x",
        "int": "1",
        "path": "x",
    }
    return client, places


def test_nothing_that_another_site_sends_is_looked_at(
    strict: tuple[Client, dict[str, str]],
) -> None:
    found = list(routes.walk(get_resolver()))
    assert len(found) > 60
    assert list(from_elsewhere(found, *strict)) == []


@csrf_exempt
def _open(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


def test_a_page_that_takes_what_another_site_sends_is_met(
    strict: tuple[Client, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = get_resolver()
    monkeypatch.setattr(resolver, "url_patterns", [path("made-up", _open), *resolver.url_patterns])
    resolver._populated = False
    route = Route("made-up", "", _open)
    assert "post made-up" in list(from_elsewhere([route], *strict))


# ---- whoever guesses


def seen(client: Client, address: str) -> tuple[int, str, int]:
    """Status, text without what was asked for, and how many queries it took."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    text = answer.content.decode()
    for each in re.findall(r"[^/?=]+", address):
        if len(each) > 6:
            text = text.replace(each, "IT")
    # Each problem of the API has a number of its own, by which its log is found.
    text = re.sub(r"urn:uuid:[0-9a-f-]+", "urn:uuid:", text)
    return answer.status_code, text, len(asked)


def test_an_entry_that_is_not_public_is_as_one_that_never_was(
    town: builders.Town, move: object
) -> None:
    hidden = [builders.objected(town, move), builders.a_draft(town), builders.in_notice(town)]  # type: ignore[arg-type] # the clock
    for place in ("/en/entries/{}", "/api/v1/entries/{}"):
        answers = {seen(Client(), place.format(each.pk)) for each in hidden}
        answers.add(seen(Client(), place.format(new_id())))
        assert len(answers) == 1
        assert answers.pop()[0] == 404


def test_an_organisation_without_a_public_entry_is_as_one_that_is_not_there(
    town: builders.Town,
) -> None:
    entry = builders.in_notice(town)
    assert entry.organisation is not None
    there = entry.organisation.identifiers.get().value
    absent = builders.an_identifier().value
    for place, one, other in (
        ("/en/organisations/{}", entry.organisation.pk, new_id()),
        ("/api/v1/organisations/{}", entry.organisation.pk, new_id()),
        ("/en/?q={}", there, absent),
    ):
        assert seen(Client(), place.format(one)) == seen(Client(), place.format(other)), place


def test_who_is_a_stranger_to_a_workspace_does_not_learn_whether_there_is_one(
    town: builders.Town,
) -> None:
    entry = builders.in_notice(town)
    stranger = signed_in(builders.Town("another-office").clerk)
    for there, absent in (
        (f"/en/desk/{town.code}/", "/en/desk/no-such-office/"),
        (f"/en/reply/{entry.organisation_id}/", f"/en/reply/{new_id()}/"),
        (
            f"/en/reply/{entry.organisation_id}/entries/{entry.pk}",
            f"/en/reply/{new_id()}/entries/{new_id()}",
        ),
    ):
        one, other = seen(stranger, there), seen(stranger, absent)
        assert one[:2] == other[:2], there
        assert abs(one[2] - other[2]) <= 1, there


def test_a_member_does_not_learn_what_another_authority_has(town: builders.Town) -> None:
    other = builders.Town("another-office")
    theirs, member = builders.in_notice(other), signed_in(town.approver)
    for tail in ("", "/told", "/approve", "/correct"):
        place = f"/en/desk/{town.code}/entries/{{}}{tail}"
        assert seen(member, place.format(theirs.pk)) == seen(member, place.format(new_id())), tail


def test_a_code_that_was_used_takes_as_much_work_as_one_that_never_was(
    town: builders.Town,
) -> None:
    notice = Notice.objects.get(version=builders.in_notice(town).current_version_id)
    used = services.code_for(notice)
    services.redeem(used, builders.Town("another-office").clerk)
    never = invitation_text.written(invitation_text.read(used) ^ 1 << 90)
    took = []
    for code in (used, never):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post("/en/reply/", {"code": code})
        took.append((answer.status_code, len(asked)))
    assert [status for status, _ in took] == [422, 422]
    # Three questions more, for when it was used: of 80 bits, nobody guesses one that was.
    assert abs(took[0][1] - took[1][1]) <= 3, took


def test_whoever_has_signed_out_is_out_wherever_the_cookie_was_copied_to(
    town: builders.Town,
) -> None:
    client = signed_in(town.clerk)
    copied = Client()
    copied.cookies.load(client.cookies.output(header=""))
    home = f"/en/desk/{town.code}/"
    assert copied.get(home).status_code == 200
    client.post("/en/account/sign-out")
    assert copied.get(home).status_code == 302

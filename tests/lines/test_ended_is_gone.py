"""Line 6: what has ended is gone, from every address of the register, at the instant it ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.opendata import building
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.visibility import appearance
from tests import builders
from tests.lines.addresses import API, COVERED, KEYED, WORKSPACES, all_addresses, by_identifier
from tests.lines.hidden import HIDDEN, Marked, Move, withdrawn
from tests.lines.walkers import routes
from tests.lines.walkers.bypassing import program_offences, template_offences
from tests.lines.walkers.modules import PACKAGE, Source, sources, templates
from tests.lines.walkers.visible import LANGUAGES, Addresses, Case, seen, uncovered

pytestmark = pytest.mark.django_db

_hidden = pytest.mark.parametrize(
    ("story", "appears"),
    HIDDEN.items(),
    ids=[story.__name__ for story in HIDDEN],
)


def test_every_public_route_is_fetched_here() -> None:
    every = (route.address for route in routes.walk(get_resolver()))
    answered = {address for address in every if not address.startswith((*WORKSPACES, *KEYED))}
    assert uncovered(answered, COVERED) == []


def test_a_new_route_that_nothing_fetches_is_met() -> None:
    assert uncovered(["<language>/feed", *COVERED], COVERED) == [
        "<language>/feed: a public route that no test fetches"
    ]
    assert uncovered(list(COVERED)[1:], COVERED) == ["<language>/: there is no such route"]


@_hidden
def test_nothing_of_a_hidden_entry_is_seen_anywhere(
    move: Move, story: Callable[[Marked], Entry], appears: Appearance
) -> None:
    marked = Marked(move)
    entry = story(marked)
    organisation = str(entry.organisation_id)
    case = marked.case(entry, organisation)
    assert seen(Client(), case, all_addresses(case)) == []
    status = {Appearance.GONE: 410, Appearance.UNKNOWN: 404}[appears]
    for language in LANGUAGES:
        assert Client().get(f"/{language}/entries/{entry.pk}").status_code == status
        assert Client().get(f"/{language}/organisations/{organisation}").status_code == 404
    assert Client().get(f"{API}/entries/{entry.pk}").status_code == status
    assert Client().get(f"{API}/organisations/{organisation}").status_code == 404
    for asked in (case.name[0], case.identifier):
        answer = Client().get(f"{API}/search?q={asked}").json()
        assert (answer["organisations"], answer["found"]) == ([], 0)


@_hidden
def test_nothing_of_a_hidden_entry_is_in_a_file(
    move: Move,
    story: Callable[[Marked], Entry],
    appears: Appearance,
    settings: Any,
    tmp_path: Path,
) -> None:
    """A file that was built while it was public is not given out, and one that is built then has it not."""
    settings.DATA_FOLDER = tmp_path
    marked = Marked(move)
    licence = builders.a_draft(marked.town, Kind.LICENCE)
    services.approve(licence.pk, approver=marked.town.approver)
    entry = story(marked)
    case = marked.case(entry, str(entry.organisation_id))
    made = building.build(sync=lambda _: None)
    addresses = [f"/open-data/{name}" for name in (*made.files, "datapackage.json")]
    assert seen(Client(), case, addresses) == []
    assert licence.pk in (made.folder / "entries-all.csv").read_text("utf-8")
    assert appears is not Appearance.PUBLIC


@_hidden
def test_nothing_of_it_is_seen_on_the_page_of_an_organisation_that_has_another_entry(
    move: Move, story: Callable[[Marked], Entry], appears: Appearance
) -> None:
    """The organisation stays; the content goes, and a name with the decision that wrote it."""
    marked = Marked(move)
    licence = _license(marked)
    entry = story(marked)
    case = marked.case(entry, str(licence.organisation_id))
    assert entry.organisation_id in {licence.organisation_id, None}
    marks = {
        what: mark
        for what, mark in case.marks.items()
        if what not in {"identifier", "address of the organisation"}
    }
    case = replace(case, marks={**marks, "address of the entry": entry.pk})
    assert marks["name"] == marked.name[1]
    _is_not_seen_beside_another(case, marked)
    assert appears in {Appearance.GONE, Appearance.UNKNOWN}


@_hidden
def test_a_name_that_only_a_hidden_decision_wrote_is_not_seen_when_another_entry_comes_later(
    move: Move, story: Callable[[Marked], Entry], appears: Appearance
) -> None:
    marked = Marked(move)
    entry, licence = story(marked), _license(marked)
    case = marked.case(entry, str(licence.organisation_id))
    assert entry.organisation_id in {licence.organisation_id, None}
    _is_not_seen_beside_another(replace(case, marks={"name": marked.name[1]}), marked)
    assert appears is not Appearance.PUBLIC


def _license(marked: Marked) -> Entry:
    """A public licence of the same organisation, under another name."""
    licensed = replace(marked.subject, name="Plainly Licensed")
    licence = builders.a_draft(marked.town, Kind.LICENCE, subject=licensed)
    return services.approve(licence.pk, approver=marked.town.approver)


def _is_not_seen_beside_another(case: Case, marked: Marked) -> None:
    assert Client().get(f"/en/organisations/{case.organisation}").status_code == 200
    assert seen(Client(), case, all_addresses(case)) == []
    assert Client().get(f"{API}/search?q={marked.name[0]}").json()["found"] == 0


def test_a_public_entry_is_seen(move: Move) -> None:
    """Without this, seeing nothing above would prove nothing."""
    marked = Marked(move)
    entry = marked.public()
    case = marked.case(entry, str(entry.organisation_id))
    found = seen(Client(), case, all_addresses(case))
    shown = {each.rpartition(": shows the ")[2] for each in found}
    assert shown >= {
        "name",
        "identifier",
        "answer",
        "decision_number",
        "measure",
        "summary",
        "legal_basis",
        "objection_route",
        "amount",
        "detail",
    }
    where = {each.partition(": ")[0] for each in found}
    for address in (
        f"/en/entries/{entry.pk}",
        f"/zh-hans/entries/{entry.pk}",
        f"/en/organisations/{case.organisation}",
        f"/en/?q={case.name[0]}",
        f"{API}/entries/{entry.pk}",
        f"{API}/organisations/{case.organisation}",
        f"{API}/search?q={case.name[0]}",
        f"{API}/organisations?{by_identifier(case)}",
    ):
        assert address in where, address


def test_no_account_is_ever_seen(move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    case = marked.case(entry, str(entry.organisation_id))
    found = seen(Client(), case, all_addresses(case))
    assert [each for each in found if each.endswith("account")] == []
    assert Client().get(f"{API}/search?q={marked.town.clerk.login}").json()["found"] == 0


def test_the_instant_before_its_end_it_is_there_and_at_its_end_it_is_gone(move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    assert entry.public_until is not None
    for language in LANGUAGES:
        address = f"/{language}/entries/{entry.pk}"
        move(entry.public_until - timedelta(microseconds=1))
        assert Client().get(address).status_code == 200
        assert Client().get(f"{API}/entries/{entry.pk}").status_code == 200
        move(entry.public_until)
        assert Client().get(address).status_code == 410
        assert Client().get(f"{API}/entries/{entry.pk}").status_code == 410
    assert appearance(entry.pk, clock.now()) == (Appearance.GONE, None)


def _left_in_the_database(marks: Mapping[str, str]) -> list[str]:
    """The marks that still stand in some table."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            text = str(cursor.fetchall()).casefold()
            found += [f"{table}: {what}" for what, mark in marks.items() if mark.casefold() in text]
    return found


_OF_THE_ORGANISATION = {"name", "identifier", "address of the organisation"}
_OF_PEOPLE_WHO_ACTED = {"recorder's account", "approver's account"}


@pytest.mark.parametrize("answered", [False, True])
def test_after_retention_it_is_gone_from_the_database(move: Move, answered: bool) -> None:
    """An organisation that has an account here is kept for the account: its name and number, no more."""
    marked = Marked(move)
    entry = marked.public(answered=answered)
    case = marked.case(entry, str(entry.organisation_id))
    kept = _OF_THE_ORGANISATION if answered else set[str]()
    marks = {
        what: mark
        for what, mark in case.marks.items()
        if what not in _OF_PEOPLE_WHO_ACTED and what not in kept
    }
    before = {each.rpartition(": ")[2] for each in _left_in_the_database(marks)}
    assert before == marks.keys() - {"reasons"} - (set() if answered else {"answer"})
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert _left_in_the_database(marks) == []


def test_after_retention_its_name_is_gone_though_the_organisation_stays(move: Move) -> None:
    marked = Marked(move)
    _license(marked)
    entry = marked.public()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert _left_in_the_database({"name": marked.name[1]}) == []


# ---- what bypasses the one selector is met


def _every_entry(request: HttpRequest, identity: str) -> HttpResponse:
    version = Entry.objects.get(pk=identity).current_version
    return HttpResponse(f"{request.path} {version.subject_name} {version.summary}")


class OffendingAddresses:
    urlpatterns = (path("entries/<identity>", _every_entry),)


@override_settings(ROOT_URLCONF=OffendingAddresses)
def test_a_view_that_bypasses_visibility_is_seen(move: Move) -> None:
    marked = Marked(move)
    entry = withdrawn(marked)
    case = marked.case(entry, str(entry.organisation_id))
    addresses: Addresses = lambda each: [f"/entries/{each.entry}"]  # noqa: E731
    assert seen(Client(), case, addresses(case)) == [
        f"/entries/{entry.pk}: shows the name",
        f"/entries/{entry.pk}: shows the summary",
    ]
    assert (
        uncovered(
            [route.address for route in routes.walk(get_resolver(OffendingAddresses))], COVERED
        )[0]
        == "entries/<identity>: a public route that no test fetches"
    )


def test_no_public_program_reads_past_the_selector() -> None:
    publishing = [
        each
        for each in sources(PACKAGE)
        if each.name.startswith(
            ("tabularium.public", "tabularium.api", "tabularium.extract", "tabularium.opendata")
        )
    ]
    assert len(publishing) > 10
    assert [found for each in publishing for found in program_offences(each)] == []
    assert [found for name, text in templates() for found in template_offences(name, text)] == []


@pytest.mark.parametrize(
    "written",
    [
        "Entry.objects.get(pk=identity)",
        "Entry._base_manager.all()",
        "organisation.entries.all()",
        "entry.versions.order_by('number')",
        "connection.cursor()",
        "Entry.objects.raw('SELECT 1')",
    ],
)
def test_a_program_that_reads_past_the_selector_is_met(written: str) -> None:
    source = Source("tabularium.public.views.subjects", f"def page(identity):\n    {written}\n")
    assert program_offences(source) != []


def test_a_template_that_reads_past_the_selector_is_met() -> None:
    text = "{% for entry in organisation.entries.all %}{{ entry }}{% endfor %}"
    assert template_offences("public/organisation.html", text) != []

"""Line 6: what has ended is gone, from every address of the register, at the instant it ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path

from tabularium import clock
from tabularium.core.content import Subject
from tabularium.core.identifiers import Identifier
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tabularium.register.visibility import appearance
from tests import builders
from tests.builders import Town
from tests.lines.walkers import routes
from tests.lines.walkers.modules import PACKAGE, Source, sources, templates
from tests.lines.walkers.programs import bypassing_offences, template_offences
from tests.lines.walkers.visible import LANGUAGES, Addresses, Case, seen, uncovered

Move = Callable[[datetime], None]
Story = Callable[[Town, Move, Subject], Entry]

pytestmark = pytest.mark.django_db

_API = "/api/v1"


def _fixed(address: str) -> Addresses:
    return lambda _case: [address]


def _pages(*tails: Callable[[Case], str]) -> Addresses:
    return lambda case: [
        f"/{language}/{tail(case)}" for language in LANGUAGES for tail in tails
    ]


def _by_identifier(case: Case) -> str:
    return f"scheme={case.scheme}&value={case.identifier}"


# Every public route, and what is fetched at it. A route that is not here fails a test below.
COVERED: dict[str, Addresses] = {
    "<language>/": _pages(
        lambda case: "",
        lambda case: f"?q={case.name[0]}",
        lambda case: f"?q={case.identifier}",
        lambda case: f"?q={case.name[0]}&page=2",
    ),
    "<language>/organisations/<identity:identity>": _pages(
        lambda case: f"organisations/{case.organisation}",
        lambda case: f"organisations/{case.organisation}?decisions=1",
    ),
    "<language>/entries/<identity:identity>": _pages(lambda case: f"entries/{case.entry}"),
    "<language>/authorities/<slug:code>": _pages(lambda case: f"authorities/{case.authority}"),
    "<language>/catalogue": _pages(lambda case: "catalogue"),
    "<language>/catalogue/<slug:code>": _pages(lambda case: f"catalogue/{case.item}"),
    "<language>/about": _pages(lambda case: "about"),
    "robots.txt": _fixed("/robots.txt"),
    "favicon.ico": _fixed("/favicon.ico"),
    "api/v1/": _fixed(f"{_API}/"),
    "api/v1/^": _fixed(f"{_API}/no-such-thing"),
    "api/v1/openapi.json": _fixed(f"{_API}/openapi.json"),
    "api/v1/problems": _fixed(f"{_API}/problems"),
    "api/v1/search": lambda case: [
        f"{_API}/search?q={case.name[0]}",
        f"{_API}/search?q={case.identifier}&limit=100",
    ],
    "api/v1/organisations": lambda case: [f"{_API}/organisations?{_by_identifier(case)}"],
    "api/v1/organisations/<id>": lambda case: [
        f"{_API}/organisations/{case.organisation}",
        f"{_API}/organisations/{case.organisation}?limit=100",
    ],
    "api/v1/entries/<id>": lambda case: [f"{_API}/entries/{case.entry}"],
    "api/v1/catalogue": _fixed(f"{_API}/catalogue"),
    "api/v1/catalogue/<code>": lambda case: [f"{_API}/catalogue/{case.item}"],
    "api/v1/authorities/<code>": lambda case: [f"{_API}/authorities/{case.authority}"],
}

# Addresses that no route has, but that lead somewhere.
BARE: Addresses = lambda case: [f"/entries/{case.entry}", f"/organisations/{case.organisation}"]  # noqa: E731

_numbers = count(1)


def _marked(number: int) -> dict[str, str]:
    """Content that stands in one entry alone."""
    return {
        "decision_number": f"Dec{number}number",
        "measure": f"Measure{number}taken",
        "summary": f"Summary{number}told",
        "legal_basis": f"Law{number}cited",
        "legal_basis_url": f"https://law{number}cited.example/",
        "objection_route": f"Route{number}open",
        "objection_url": f"https://route{number}open.example/",
        "amount": f"7{number:06d}.31",
    }


class Marked:
    """A town, and entries in it whose every text is recognisable."""

    def __init__(self, move: Move, identifier: Identifier | None = None) -> None:
        number = next(_numbers)
        self.move = move
        self.town = Town(f"marked-office-{number}")
        self.content = _marked(number)
        self.answer = f"Answer{number}given"
        self.reasons = f"Reasons{number}given"
        self.name = (f"Firstword{number}", f"Secondword{number}")
        self.subject = Subject(identifier or builders.an_identifier(), " ".join(self.name), "", "cn")

    def draft(self, **changes: object) -> Entry:
        return builders.a_draft(
            self.town, subject=self.subject, **{**self.content, **changes}
        )

    def approved(self) -> Entry:
        return services.approve(self.draft().pk, approver=self.town.approver)

    def noticed(self) -> Entry:
        return services.give_notice(self.approved().pk, fact=Notice.Fact.POSTED)

    def public(self, *, answered: bool = True) -> Entry:
        entry = self.noticed()
        if answered:
            by = builders.a_replier(entry.organisation)
            services.answer(entry.pk, by=by, text=self.answer, shown=True)
        assert entry.window_closes_at is not None
        self.move(entry.window_closes_at)
        assert not services.tick().failures
        return Entry.objects.get(pk=entry.pk)

    def case(self, entry: Entry, organisation: str) -> Case:
        marks = {
            "name": self.name[1],
            "identifier": self.subject.identifier.value,
            "address of the organisation": organisation,
            "answer": self.answer,
            "reasons": self.reasons,
            "recorder's account": self.town.clerk.login,
            "approver's account": self.town.approver.login,
            **self.content,
        }
        return Case(
            entry=entry.pk,
            organisation=organisation,
            scheme=self.subject.identifier.scheme,
            identifier=self.subject.identifier.value,
            authority=self.town.authority.pk,
            item=entry.item.code,
            name=self.name,
            marks=MappingProxyType(marks),
        )


# ---- the ways in which an entry is not public


def _drafted(marked: Marked) -> Entry:
    return marked.draft()


def _waiting_for_notice(marked: Marked) -> Entry:
    return marked.approved()


def _window_open(marked: Marked) -> Entry:
    return marked.noticed()


def _window_closed_but_no_tick(marked: Marked) -> Entry:
    entry = marked.noticed()
    assert entry.window_closes_at is not None
    marked.move(entry.window_closes_at)
    return entry


def _objected_before_publication(marked: Marked) -> Entry:
    entry = marked.noticed()
    by = builders.a_replier(entry.organisation)
    services.object_to(entry.pk, by=by, text=marked.reasons)
    assert entry.window_closes_at is not None
    marked.move(entry.window_closes_at)
    services.tick()
    return entry


def _suspended(marked: Marked) -> Entry:
    entry = marked.public()
    by = builders.a_replier(entry.organisation)
    return services.object_to(entry.pk, by=by, text=marked.reasons)


def _stayed(marked: Marked) -> Entry:
    return services.stay(marked.public().pk, by=marked.town.approver, order=marked.reasons)


def _corrected_and_not_yet_noticed(marked: Marked) -> Entry:
    entry = marked.public()
    content = replace(builders.content(), **marked.content)
    return services.correct(
        entry.pk, by=marked.town.approver, content=content, reasons=marked.reasons
    )


def _withdrawn_before_publication(marked: Marked) -> Entry:
    entry = marked.noticed()
    return services.withdraw(entry.pk, by=marked.town.approver, reasons=marked.reasons)


def _withdrawn(marked: Marked) -> Entry:
    return services.withdraw(marked.public().pk, by=marked.town.approver, reasons=marked.reasons)


def _lapsed(marked: Marked) -> Entry:
    entry = _suspended(marked)
    assert entry.lapses_at is not None
    marked.move(entry.lapses_at)
    assert services.tick().lapsed == 1
    return entry


def _ended_and_nothing_ran(marked: Marked) -> Entry:
    entry = marked.public()
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def _ended_and_ticked(marked: Marked) -> Entry:
    entry = _ended_and_nothing_ran(marked)
    services.tick()
    return entry


def _ended_while_suspended(marked: Marked) -> Entry:
    entry = _suspended(marked)
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def _ended_by_repair(marked: Marked) -> Entry:
    entry = marked.public()
    by = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=by, text=marked.reasons)
    entry = services.grant_repair(entry.pk, by=marked.town.approver, reasons=marked.reasons)
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def _erased(marked: Marked) -> Entry:
    entry = marked.public()
    assert entry.erasable_from is not None
    marked.move(entry.erasable_from)
    assert services.tick().erased == 1
    return entry


HIDDEN: dict[Callable[[Marked], Entry], Appearance] = {
    _drafted: Appearance.UNKNOWN,
    _waiting_for_notice: Appearance.UNKNOWN,
    _window_open: Appearance.UNKNOWN,
    _window_closed_but_no_tick: Appearance.UNKNOWN,
    _objected_before_publication: Appearance.UNKNOWN,
    _suspended: Appearance.UNKNOWN,
    _stayed: Appearance.UNKNOWN,
    _corrected_and_not_yet_noticed: Appearance.UNKNOWN,
    _withdrawn_before_publication: Appearance.UNKNOWN,
    _withdrawn: Appearance.GONE,
    _lapsed: Appearance.GONE,
    _ended_and_nothing_ran: Appearance.GONE,
    _ended_and_ticked: Appearance.GONE,
    _ended_while_suspended: Appearance.GONE,
    _ended_by_repair: Appearance.GONE,
    _erased: Appearance.GONE,
}

_hidden = pytest.mark.parametrize(
    ("story", "appears"),
    HIDDEN.items(),
    ids=[story.__name__.strip("_") for story in HIDDEN],
)


def _all_addresses(case: Case, covered: Mapping[str, Addresses] = COVERED) -> list[str]:
    return [
        *(address for addresses in covered.values() for address in addresses(case)),
        *BARE(case),
    ]


def test_every_public_route_is_fetched_here() -> None:
    answered = {route.address for route in routes.walk(get_resolver())}
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
    organisation = _subject_of(entry)
    case = marked.case(entry, organisation)
    assert seen(Client(), case, _all_addresses(case)) == []
    status = {Appearance.GONE: 410, Appearance.UNKNOWN: 404}[appears]
    for language in LANGUAGES:
        assert Client().get(f"/{language}/entries/{entry.pk}").status_code == status
        assert Client().get(f"/{language}/organisations/{organisation}").status_code == 404
    assert Client().get(f"{_API}/entries/{entry.pk}").status_code == status
    assert Client().get(f"{_API}/organisations/{organisation}").status_code == 404
    for asked in (case.name[0], case.identifier):
        answer = Client().get(f"{_API}/search?q={asked}").json()
        assert (answer["organisations"], answer["found"]) == ([], 0)


def _subject_of(entry: Entry) -> str:
    """The subject, also of an entry that has been erased since."""
    return str(entry.organisation_id)


@_hidden
def test_nothing_of_it_is_seen_on_the_page_of_an_organisation_that_has_another_entry(
    move: Move, story: Callable[[Marked], Entry], appears: Appearance
) -> None:
    marked = Marked(move)
    subject = replace(marked.subject, name=f"Plain{marked.name[0]}")
    licence = builders.a_draft(marked.town, Kind.LICENCE, subject=subject)
    services.approve(licence.pk, approver=marked.town.approver)
    # The same organisation and the same name: what is told apart is the content.
    marked.subject = subject
    entry = story(marked)
    case = marked.case(entry, str(licence.organisation_id))
    marks = {
        what: mark
        for what, mark in case.marks.items()
        if what not in {"name", "identifier", "address of the organisation"}
    }
    case = replace(case, marks={**marks, "address of the entry": entry.pk})
    assert Client().get(f"/en/organisations/{case.organisation}").status_code == 200
    assert seen(Client(), case, _all_addresses(case)) == []
    assert appears in {Appearance.GONE, Appearance.UNKNOWN}


def test_a_public_entry_is_seen(move: Move) -> None:
    """Without this, seeing nothing above would prove nothing."""
    marked = Marked(move)
    entry = marked.public()
    case = marked.case(entry, _subject_of(entry))
    found = seen(Client(), case, _all_addresses(case))
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
    }
    where = {each.partition(": ")[0] for each in found}
    for address in (
        f"/en/entries/{entry.pk}",
        f"/zh-hans/entries/{entry.pk}",
        f"/en/organisations/{case.organisation}",
        f"/en/?q={case.name[0]}",
        f"{_API}/entries/{entry.pk}",
        f"{_API}/organisations/{case.organisation}",
        f"{_API}/search?q={case.name[0]}",
        f"{_API}/organisations?{_by_identifier(case)}",
    ):
        assert address in where, address


def test_no_account_is_ever_seen(move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    case = marked.case(entry, _subject_of(entry))
    found = seen(Client(), case, _all_addresses(case))
    assert [each for each in found if each.endswith("account")] == []
    assert Client().get(f"{_API}/search?q={marked.town.clerk.login}").json()["found"] == 0


def test_the_instant_before_its_end_it_is_there_and_at_its_end_it_is_gone(move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    assert entry.public_until is not None
    for language in LANGUAGES:
        address = f"/{language}/entries/{entry.pk}"
        move(entry.public_until - timedelta(microseconds=1))
        assert Client().get(address).status_code == 200
        assert Client().get(f"{_API}/entries/{entry.pk}").status_code == 200
        move(entry.public_until)
        assert Client().get(address).status_code == 410
        assert Client().get(f"{_API}/entries/{entry.pk}").status_code == 410
    assert appearance(entry.pk, clock.now()) == (Appearance.GONE, None)


@_hidden
@pytest.mark.parametrize("other_comes", ["before", "after"])
def test_a_name_that_only_a_hidden_decision_wrote_is_not_seen(
    move: Move, story: Callable[[Marked], Entry], appears: Appearance, other_comes: str
) -> None:
    """The organisation stays, for another entry; a name goes with the decision that wrote it."""
    marked = Marked(move)
    licensed = replace(marked.subject, name="Plainly Licensed")

    def license_it() -> Entry:
        licence = builders.a_draft(marked.town, Kind.LICENCE, subject=licensed)
        return services.approve(licence.pk, approver=marked.town.approver)

    if other_comes == "before":
        licence, entry = license_it(), story(marked)
    else:
        entry, licence = story(marked), license_it()
    case = marked.case(entry, str(licence.organisation_id))
    assert entry.organisation_id in {licence.organisation_id, None}
    case = replace(case, marks={"name": marked.name[1]})
    assert Client().get(f"/en/organisations/{case.organisation}").status_code == 200
    assert seen(Client(), case, _all_addresses(case)) == []
    assert Client().get(f"{_API}/search?q={marked.name[0]}").json()["found"] == 0
    assert appears is not Appearance.PUBLIC


def _left_in_the_database(marks: Mapping[str, str]) -> list[str]:
    """The marks that still stand in some table."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            text = str(cursor.fetchall()).casefold()
            found += [
                f"{table}: {what}" for what, mark in marks.items() if mark.casefold() in text
            ]
    return found


_OF_THE_ORGANISATION = {"name", "identifier", "address of the organisation"}
_OF_PEOPLE_WHO_ACTED = {"recorder's account", "approver's account"}


@pytest.mark.parametrize("answered", [False, True])
def test_after_retention_it_is_gone_from_the_database(move: Move, answered: bool) -> None:
    """An organisation that has an account here is kept for the account: its name and number, no more."""
    marked = Marked(move)
    entry = marked.public(answered=answered)
    case = marked.case(entry, _subject_of(entry))
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
    licensed = replace(marked.subject, name="Plainly Licensed")
    licence = builders.a_draft(marked.town, Kind.LICENCE, subject=licensed)
    services.approve(licence.pk, approver=marked.town.approver)
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
    entry = _withdrawn(marked)
    case = marked.case(entry, _subject_of(entry))
    addresses: Addresses = lambda each: [f"/entries/{each.entry}"]  # noqa: E731
    assert seen(Client(), case, addresses(case)) == [
        f"/entries/{entry.pk}: shows the name",
        f"/entries/{entry.pk}: shows the summary",
    ]
    assert uncovered(
        [route.address for route in routes.walk(get_resolver(OffendingAddresses))], COVERED
    )[0] == "entries/<identity>: a public route that no test fetches"


def test_no_public_program_reads_past_the_selector() -> None:
    publishing = [
        each for each in sources(PACKAGE) if each.name.startswith(("tabularium.public", "tabularium.api"))
    ]
    assert len(publishing) > 10
    assert [found for each in publishing for found in bypassing_offences(each)] == []
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
    assert bypassing_offences(source) != []


def test_a_template_that_reads_past_the_selector_is_met() -> None:
    text = "{% for entry in organisation.entries.all %}{{ entry }}{% endfor %}"
    assert template_offences("public/organisation.html", text) != []

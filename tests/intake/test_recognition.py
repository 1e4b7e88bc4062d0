"""What a submission learns of the register: its own authority's and what is public, and no more."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.core.content import Subject
from tabularium.core.identifiers import Identifier, cnpj_check_digits, parse
from tabularium.core.kinds import Kind
from tabularium.intake import outcomes
from tabularium.intake.findings import FindingCode, Severity
from tabularium.intake.services import SubmissionReport, enter_item, submit
from tabularium.intake.sets import cutting
from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.screen import Screen
from tabularium.register import services
from tabularium.register.consistency import check
from tabularium.register.errors import RefusedError
from tabularium.register.models import (
    CatalogueItem,
    Entry,
    Event,
    Finding,
    OfferedCorrection,
    Organisation,
    RegisteredIdentifier,
    Sighting,
    Submission,
    Version,
)
from tests.builders import Town, published
from tests.conftest import START
from tests.intake.conftest import ITEM
from tests.intake.test_ahead import threads_ahead
from tests.intake.test_outcomes import a_file
from tests.register.conftest import Move

pytestmark = pytest.mark.django_db

IN_TIME = {"decided": "20/02/2026", "begins": "2026-02-25", "ends": "2027-02-24"}
KNOWN_ONLY = [("key = [", "known_organisations_only = true\nkey = [")]


def a_number(number: int) -> Identifier:
    """A valid number of a company that does not exist."""
    body = f"{number:08d}0001"
    return parse("BR-CNPJ", body + cnpj_check_digits(body))


def rows(*numbers: int, first_case: int = 1, **changes: str) -> list[dict[str, str]]:
    """A decision about the company of each number."""
    return [
        {**IN_TIME, "case": f"C-{case}", "number": a_number(number).value, **changes}
        for case, number in enumerate(numbers, start=first_case)
    ]


def late(given: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same decisions, taken long before."""
    days = {"decided": "03/01/2026", "begins": "2026-01-10", "ends": "2027-01-09"}
    return [{**row, **days} for row in given]


def an_item(*changes: tuple[str, str]) -> CatalogueItem:
    text = ITEM
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return enter_item(text, "made-up.toml")


def of_another_authority() -> CatalogueItem:
    return an_item(("gb-made-up", "gb-other-list"), ("gb-authority", "gb-other"))


@pytest.fixture
def sent(tmp_path: Path, move: Move) -> Any:
    """Send rows as a file, one minute after whatever was sent before."""
    times = 0

    def send(
        item: CatalogueItem, given: Iterable[Mapping[str, str]], **how: Any
    ) -> SubmissionReport:
        nonlocal times
        times += 1
        move(START + timedelta(minutes=times))
        return submit(a_file(tmp_path, given, f"{times}.csv"), item=item, **how)

    return send


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few rows, each screened as a set."""
    monkeypatch.setattr(outcomes, "WORTH_A_SCREEN", 1)
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 700)
    monkeypatch.setattr(cutting, "SMALL_BLOCK_BYTES", 300)
    monkeypatch.setattr(outcomes, "Screen", _screen)


def _screen(plan: Plan) -> Screen:
    """One screen for each item and day, whichever test asks: making one ready takes a second."""
    key = repr((plan.item, plan.columns, plan._today))
    if key not in _SCREENS:
        _SCREENS[key] = Screen(plan)
    return _SCREENS[key]


_SCREENS: dict[str, Screen] = {}


def said(report: SubmissionReport) -> list[tuple[int, FindingCode, str, dict[str, str]]]:
    return [(each.row, each.code, each.column, dict(each.parameters)) for each in report.findings]


def figures(report: SubmissionReport) -> tuple[int, int, int, int, int]:
    """Rows, entries, rows stopped, new organisations, corrections offered."""
    return (
        report.rows_read,
        report.entries_made,
        report.rows_stopped,
        report.organisations_new,
        report.corrections_offered,
    )


# ---- decisions


def test_what_stands_in_the_register_is_set_aside_and_what_changed_is_offered(sent: Any) -> None:
    item = an_item()
    assert figures(sent(item, rows(1, 2, 3))) == (3, 3, 0, 3, 0)
    again = rows(1, 2, 3, 4)
    again[1]["summary"] = "Smoke and soot."
    report = sent(item, again)
    assert figures(report) == (4, 1, 3, 1, 1)
    assert dict(report.stopped_by) == {
        (Severity.SET_ASIDE, FindingCode.ALREADY_IN_REGISTER): 2,
        (Severity.SET_ASIDE, FindingCode.CHANGED_DECISION): 1,
    }
    entries = dict(Entry.objects.values_list("current_version__decision_number", "pk"))
    assert said(report) == [
        (2, FindingCode.ALREADY_IN_REGISTER, "", {"entry": entries["C-1"]}),
        (3, FindingCode.CHANGED_DECISION, "", {"entry": entries["C-2"], "changed": "summary"}),
        (4, FindingCode.ALREADY_IN_REGISTER, "", {"entry": entries["C-3"]}),
    ]
    assert OfferedCorrection.objects.get().entry_id == entries["C-2"]
    assert Entry.objects.count() == 4
    assert check().problems == []


def test_in_a_trial_nothing_is_offered_and_all_is_said(sent: Any) -> None:
    item = an_item()
    sent(item, rows(1, 2))
    before = everything()
    again = rows(1, 2, 3)
    again[0]["summary"] = "Smoke and soot."
    report = sent(item, again, dry_run=True)
    assert figures(report) == (3, 1, 2, 1, 0)
    assert [each[1] for each in said(report)] == [
        FindingCode.CHANGED_DECISION,
        FindingCode.ALREADY_IN_REGISTER,
    ]
    assert everything() == before


def test_a_decision_about_another_company_is_no_correction(sent: Any) -> None:
    item = an_item(('key = ["case", "number"]', 'key = ["case"]'))
    sent(item, rows(1))
    report = sent(item, rows(2))
    assert [(*each[1:2], each[3]["changed"]) for each in said(report)] == [
        (FindingCode.CHANGED_DECISION, "identifier")
    ]
    assert figures(report) == (1, 0, 1, 0, 0)


def test_a_decision_set_aside_is_not_called_late(sent: Any) -> None:
    item = an_item()
    assert dict(sent(item, late(rows(1, 2))).warned_of) == {FindingCode.LATE: 2}
    report = sent(item, late(rows(1, 2, 3)))
    assert dict(report.warned_of) == {FindingCode.LATE: 1}
    assert [each[:2] for each in said(report)] == [
        (2, FindingCode.ALREADY_IN_REGISTER),
        (3, FindingCode.ALREADY_IN_REGISTER),
        (4, FindingCode.LATE),
    ]


# ---- organisations and their names


def test_another_name_than_in_ones_own_decisions_is_warned_of(sent: Any) -> None:
    item = an_item()
    sent(item, rows(1, 2))
    given = [
        *rows(1, first_case=11, name="Other Brass Ltd"),
        *rows(2, first_case=12, name="BRASS & SONS LTD."),
        *rows(3, first_case=13, name="Third Ltd"),
    ]
    report = sent(item, given)
    assert said(report) == [(2, FindingCode.NAME_DIFFERS, "name", {})]
    assert figures(report) == (3, 3, 0, 1, 0)
    assert not Finding.objects.filter(primary=True).exists()


def test_names_within_one_file_are_not_compared(sent: Any) -> None:
    given = [*rows(1), *rows(1, first_case=2, name="Other Brass Ltd")]
    report = sent(an_item(), given)
    assert (said(report), report.organisations_new) == ([], 1)


@pytest.mark.usefixtures("small_blocks")
def test_names_of_blocks_before_are_not_compared(sent: Any) -> None:
    given = [*rows(*[1] * 12), *rows(*[1] * 12, first_case=31, name="Other Brass Ltd")]
    report = sent(an_item(), given)
    assert (said(report), report.organisations_new, report.entries_made) == ([], 1, 24)


def seen_from_outside(report: SubmissionReport) -> Any:
    """All that a report says, but for identities that are drawn anew."""
    return figures(report), said(report), dict(report.stopped_by), dict(report.warned_of)


@pytest.mark.parametrize("changes", [[], KNOWN_ONLY], ids=["all", "known-only"])
def test_a_hidden_decision_of_another_authority_shows_in_nothing(
    sent: Any, changes: list[tuple[str, str]]
) -> None:
    item, other = an_item(*changes), of_another_authority()
    given = [*rows(1), *rows(2, first_case=2, name="Other Brass Ltd"), *rows(1, first_case=3)]
    before = seen_from_outside(sent(item, given, dry_run=True))
    hidden = sent(other, rows(1, 2, 3))
    assert hidden.entries_made == 3, "drafts, which are not public"
    assert seen_from_outside(sent(item, given, dry_run=True)) == before
    assert seen_from_outside(sent(item, given)) == before
    expected = (3, 0, 3, 0, 0) if changes else (3, 3, 0, 2, 0)
    assert before[0] == expected


def public_licence(move: Move, number: Identifier, name: str, **changes: Any) -> Entry:
    """A decision of a third authority about a company, which anyone can see."""
    town = Town("licence-office")
    subject = Subject(number, name, "gb-ltd", "gb")
    return published(town, move, Kind.LICENCE, subject=subject, **changes)


def test_a_public_decision_of_another_authority_is_known(sent: Any, move: Move) -> None:
    move(START)
    public_licence(move, a_number(1), "Quite Another Ltd")
    report = sent(an_item(), [*rows(1), *rows(2, first_case=2)])
    assert said(report) == [(2, FindingCode.NAME_DIFFERS, "name", {})]
    assert report.organisations_new == 1


def test_what_has_ended_is_not_known_any_more(sent: Any, move: Move) -> None:
    move(START - timedelta(days=2))
    day = clock.now().date()
    entry = public_licence(move, a_number(1), "Quite Another Ltd", term_begins=day, term_ends=day)
    assert entry.public_until is not None
    assert entry.public_until < START
    report = sent(an_item(), rows(1))
    assert (said(report), report.organisations_new) == ([], 1)


def test_a_withdrawn_decision_of_another_authority_is_not_known(sent: Any, move: Move) -> None:
    move(START)
    entry = public_licence(move, a_number(1), "Quite Another Ltd")
    approver = Town("licence-office").second_approver
    services.withdraw(entry.pk, by=approver, reasons="Wrong company.")
    report = sent(an_item(), rows(1))
    assert (said(report), report.organisations_new) == ([], 1)


def test_an_item_for_known_organisations_stops_rows_about_others(sent: Any) -> None:
    sent(an_item(), rows(1, 2))
    item = an_item(*KNOWN_ONLY, ("version = 1", "version = 2"))
    report = sent(item, rows(1, 7, 2, 7, first_case=21))
    assert figures(report) == (4, 2, 2, 0, 0)
    unknown = FindingCode.ORGANISATION_NOT_KNOWN
    assert said(report) == [(row, unknown, "number", {}) for row in (3, 5)]
    assert dict(report.stopped_by) == {(Severity.ERROR, unknown): 2}
    assert not RegisteredIdentifier.objects.filter(value=a_number(7).value).exists()


def test_a_row_about_an_unknown_organisation_is_not_called_late(sent: Any) -> None:
    report = sent(an_item(*KNOWN_ONLY), late(rows(1)))
    assert [each[1] for each in said(report)] == [FindingCode.ORGANISATION_NOT_KNOWN]


def test_an_authority_is_known_without_a_decision_about_it(sent: Any, move: Move) -> None:
    move(START - timedelta(days=1))
    item = an_item(*KNOWN_ONLY)
    organisation = item.authority.organisation
    number = a_number(1)
    organisation.identifiers.create(scheme=number.scheme, value=number.value)
    given = [*rows(1), *rows(1, first_case=2, name="A Made-up Authority")]
    report = sent(item, given)
    assert said(report) == [(2, FindingCode.NAME_DIFFERS, "name", {})]
    assert figures(report) == (2, 2, 0, 0, 0)


def test_an_organisation_with_two_numbers_is_known_by_either(sent: Any) -> None:
    item = an_item()
    sent(item, rows(1))
    organisation = Organisation.objects.get(identifiers__value=a_number(1).value)
    organisation.identifiers.create(scheme="BR-CNPJ", value=a_number(2).value)
    report = sent(item, rows(1, 2, first_case=11))
    assert (said(report), report.organisations_new) == ([], 0)


@pytest.mark.usefixtures("small_blocks")
def test_new_organisations_are_counted_once_across_blocks(sent: Any) -> None:
    item = an_item()
    sent(item, rows(1, 2))
    numbers = [1, 2, 3, 4, 3, 4, 5, 5, 1, 3, 6, 7, 8, 9, 3, 4, 5, 6, 7, 8, 9, 2]
    for how in ({"dry_run": True}, {}):
        report = sent(item, rows(*numbers, first_case=11), **how)
        assert figures(report) == (22, 22, 0, 7, 0)
    assert Organisation.objects.filter(authority=None).count() == 9


# ---- what it costs


def queries_for(sent: Any, item: CatalogueItem, given: list[dict[str, str]]) -> int:
    with CaptureQueriesContext(connection) as queries:
        sent(item, given, dry_run=True)
    return len(queries)


def test_the_register_is_asked_no_more_often_for_more_rows(sent: Any) -> None:
    item = an_item()
    few, many = rows(*range(1, 40)), rows(*range(1, 760))
    assert queries_for(sent, item, many) <= queries_for(sent, item, few) + 2
    sent(item, many)
    # Two for each thousand that stand in the register: what they say, and whom they are about.
    assert queries_for(sent, item, many) <= queries_for(sent, item, few) + 2
    more = [*many, *rows(*range(1, 760), first_case=1000)]
    # On PostgreSQL two more for each look-up say that it goes by an index, and that this is over.
    assert queries_for(sent, item, more) <= queries_for(sent, item, few) + 10


# ---- all or nothing, and trials

TABLES = (
    *(Entry, Version, Event, Organisation, RegisteredIdentifier),
    *(Submission, Finding, OfferedCorrection, Sighting),
)


def everything() -> list[list[Any]]:
    """Every row of every table that a submission writes into."""
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(("wrong", "dry_run"), [(0, False), (11, True), (23, False)])
def test_one_error_in_any_block_keeps_all_back(sent: Any, wrong: int, dry_run: bool) -> None:
    item = an_item()
    sent(item, rows(1))
    before = everything()
    given = rows(*range(1, 25))
    given[wrong]["measure"] = "Ban"
    report = sent(item, given, all_or_nothing=True, dry_run=dry_run)
    assert everything() == before
    assert (report.submission, report.rows_read, report.entries_made) == (None, 24, 0)
    assert report.corrections_offered == 0
    assert (wrong + 2, FindingCode.NOT_ALLOWED_VALUE) in [each[:2] for each in said(report)]
    assert sent(item, given, dry_run=dry_run).entries_made == (23 if wrong == 0 else 22)


@pytest.mark.usefixtures("small_blocks")
def test_an_error_that_the_register_alone_tells_keeps_all_back_too(sent: Any) -> None:
    sent(an_item(), rows(*range(1, 21)))
    before = everything()
    item = an_item(*KNOWN_ONLY, ("version = 1", "version = 2"))
    given = rows(*range(1, 22), first_case=101)
    report = sent(item, given, all_or_nothing=True)
    assert dict(report.stopped_by) == {(Severity.ERROR, FindingCode.ORGANISATION_NOT_KNOWN): 1}
    assert (report.submission, report.entries_made) == (None, 0)
    assert everything() == before


@pytest.mark.usefixtures("small_blocks")
def test_a_decision_that_stands_twice_keeps_all_back(sent: Any) -> None:
    given = rows(*range(1, 20), 1)
    given[-1]["case"] = "C-1"
    item = an_item()
    before = everything()
    assert sent(item, given, all_or_nothing=True).submission is None
    assert everything() == before


@pytest.mark.usefixtures("small_blocks")
def test_rows_that_are_set_aside_keep_nothing_back(sent: Any) -> None:
    item = an_item()
    sent(item, rows(1, 2))
    given = rows(*range(1, 25))
    given[20]["status"] = "Presumed"
    given[1]["summary"] = "Smoke and soot."
    trial = sent(item, given, all_or_nothing=True, dry_run=True)
    assert figures(trial) == (24, 21, 3, 21, 0)
    report = sent(item, given, all_or_nothing=True)
    assert figures(report) == (24, 21, 3, 21, 1)
    assert report.submission is not None
    assert (report.submission.entries_made, report.submission.rows_stopped) == (21, 3)
    assert Entry.objects.count() == 23
    assert check().problems == []


@pytest.mark.usefixtures("small_blocks")
def test_a_trial_says_what_the_submission_then_does(sent: Any) -> None:
    item = an_item()
    given = [*rows(*range(1, 16)), *rows(3, 3, first_case=3), *rows(99, first_case=40)]
    given[4]["measure"] = "Ban"
    given[7]["decided"] = "03/01/2026"
    before = everything()
    trial = sent(item, given, dry_run=True)
    assert (trial.submission, everything()) == (None, before)
    report = sent(item, given)
    assert seen_from_outside(trial) == seen_from_outside(report)
    assert report.submission is not None
    kept = Finding.objects.filter(submission=report.submission).order_by("pk")
    assert [(each.row, each.code, each.column, each.parameters) for each in kept] == said(report)
    assert report.rows_read == report.entries_made + report.rows_stopped


@pytest.mark.usefixtures("small_blocks")
def test_what_the_register_refuses_leaves_nothing(
    sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the blocks before, and nobody goes on reading."""
    item = an_item()
    before = everything()
    monkeypatch.setattr("tabularium.register.services.loading.LONGEST_NAME", 20)
    given = rows(*range(1, 24))
    given[22]["name"] = "Brass & Sons & Daughters Ltd"
    with pytest.raises(RefusedError):
        sent(item, given)
    assert threads_ahead() == []
    assert everything() == before

"""A decision sent again: recognised, offered as a correction, or never coming back."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.core.content import Draft
from tabularium.core.life_state import Stage
from tabularium.intake.comparing import (
    changed_fields,
    compare_with_register,
    compared_in,
    finding_of,
)
from tabularium.intake.findings import FindingCode, Severity
from tabularium.intake.items import parse_item
from tabularium.intake.messages import describe
from tabularium.intake.services import enter_item
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import CatalogueItem, Entry, Membership, User
from tabularium.register.services.offers import Standing
from tests.intake.conftest import Examine

Move = Callable[[datetime], None]

pytestmark = pytest.mark.django_db

# The day on which the made-up rows are examined.
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def item(item_text: str) -> CatalogueItem:
    with clock.simulated(NOW):
        return enter_item(item_text, "made-up.toml")


@pytest.fixture
def approver(item: CatalogueItem) -> User:
    return services.open_account(
        "approver", role=Membership.Role.APPROVER, authority=item.authority
    )


def recorded(item: CatalogueItem, draft: Draft) -> Entry:
    clerk = services.open_account("clerk", role=Membership.Role.CLERK, authority=item.authority)
    return services.record([draft], item=item, recorder=clerk)[0]


def drafted(examine_rows: Examine, **changes: str) -> Draft:
    (result,) = examine_rows(changes)
    assert result.draft is not None, result.findings
    return result.draft


def standing(item: CatalogueItem, draft: Draft) -> tuple[Standing, tuple[str, ...]]:
    change = compare_with_register(item, {draft.key: draft})[draft.key]
    return change.standing, change.changed


def test_a_decision_sent_again_unchanged_is_recognised(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    entry = recorded(item, drafted(examine_rows))
    again = drafted(examine_rows)
    (change,) = compare_with_register(item, {again.key: again}).values()
    assert (change.entry_id, change.version_id) == (entry.pk, f"{entry.pk}.1")
    assert (change.standing, change.changed) == (Standing.SAME, ())
    finding = finding_of(change)
    assert (finding.code, finding.severity, finding.row) == (
        FindingCode.ALREADY_IN_REGISTER,
        Severity.SET_ASIDE,
        2,
    )


@pytest.mark.parametrize(
    ("cells", "changed"),
    [
        ({"amount": "£1,200.51"}, ("amount",)),
        ({"amount": "none"}, ("currency", "amount")),
        ({"currency": "EUR"}, ("currency",)),
        ({"measure": "Warning"}, ("measure",)),
        ({"summary": "Smoke and noise."}, ("summary",)),
        ({"summary": ""}, ("summary",)),
        ({"decided": "04/02/2026"}, ("decided_on",)),
        ({"begins": "2026-02-11"}, ("term_begins",)),
        ({"ends": "2027-02-10"}, ("term_ends",)),
        ({"name": "Brass & Daughters Ltd"}, ("subject_name",)),
        ({"status": "Confirmed"}, ("details.town",)),
        ({"status": "NA"}, ("details.town",)),
        (
            {"measure": "Warning", "summary": "No smoke.", "amount": "£1"},
            ("measure", "summary", "amount"),
        ),
    ],
)
def test_each_fact_that_a_row_says_otherwise_is_named(
    item: CatalogueItem, examine_rows: Examine, cells: dict[str, str], changed: tuple[str, ...]
) -> None:
    recorded(item, drafted(examine_rows))
    again = drafted(examine_rows, **cells)
    assert standing(item, again) == (Standing.CHANGED, changed)


@pytest.mark.parametrize(
    "cells",
    [
        {"amount": "1200.5"},
        {"amount": "£1,200.500"},
        {"name": "Brass  & Sons Ltd "},
        {"summary": " Smoke. "},
        {"decided": "2026-02-03"},
        {"number": "11222333000181"},
        {"count": "4"},
    ],
)
def test_the_same_fact_written_otherwise_is_no_change(
    item: CatalogueItem, examine_rows: Examine, cells: dict[str, str]
) -> None:
    recorded(item, drafted(examine_rows))
    draft = drafted(examine_rows, **cells)
    # A key that is written otherwise is another key; here the row is held against its own entry.
    draft = replace(draft, key=drafted(examine_rows).key)
    assert standing(item, draft) == (Standing.SAME, ())


def test_letters_in_another_composition_are_the_same_text(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    recorded(item, drafted(examine_rows, summary="Fumée."))
    again = drafted(examine_rows)
    again = replace(again, content=replace(again.content, summary="Fume\u0301e."))
    assert standing(item, again)[0] is Standing.SAME


def test_a_finding_names_the_entry_and_what_changed_and_no_value(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    entry = recorded(item, drafted(examine_rows))
    again = drafted(examine_rows, measure="Warning", status="Confirmed")
    finding = finding_of(compare_with_register(item, {again.key: again})[again.key])
    assert finding.code is FindingCode.CHANGED_DECISION
    assert finding.severity is Severity.SET_ASIDE
    assert finding.parameters == {"entry": entry.pk, "changed": "measure, town"}
    said = describe(finding)
    assert entry.pk in said.en
    assert "measure" in said.en
    assert "Warning" not in said.en
    assert "Confirmed" not in said.en


def test_another_organisation_under_the_same_key_is_no_correction(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    recorded(item, drafted(examine_rows))
    again = drafted(examine_rows, number="33.000.167/0001-01")
    again = replace(again, key=drafted(examine_rows).key)
    change = compare_with_register(item, {again.key: again})[again.key]
    assert (change.standing, change.changed) == (Standing.OTHER_SUBJECT, ())
    finding = finding_of(change)
    assert finding.code is FindingCode.CHANGED_DECISION
    assert finding.parameters["changed"] == "identifier"
    assert "withdraw" in describe(finding).action_en


def test_a_withdrawn_decision_does_not_come_back_however_it_is_sent(
    item: CatalogueItem, examine_rows: Examine, approver: User
) -> None:
    entry = recorded(item, drafted(examine_rows))
    services.withdraw(entry.pk, by=approver, reasons="Made in error.")
    for cells in ({}, {"measure": "Warning"}):
        again = drafted(examine_rows, **cells)
        change = compare_with_register(item, {again.key: again})[again.key]
        assert (change.standing, change.changed) == (Standing.OVER, ())
        assert finding_of(change).code is FindingCode.ALREADY_IN_REGISTER
        with pytest.raises(RefusedError):
            recorded(item, again)
    assert Entry.objects.get().stage == Stage.WITHDRAWN


def test_an_ended_decision_is_not_brought_back_by_a_longer_term(
    item: CatalogueItem, examine_rows: Examine, move: Move
) -> None:
    move(NOW)
    entry = recorded(item, drafted(examine_rows))
    longer = drafted(examine_rows, ends="2028-02-09")
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    assert standing(item, longer) == (Standing.CHANGED, ("term_ends",))
    move(entry.public_until)
    assert standing(item, longer) == (Standing.OVER, ())


def test_an_erased_decision_is_forgotten_with_its_key(
    item: CatalogueItem, examine_rows: Examine, move: Move, approver: User
) -> None:
    move(NOW)
    entry = recorded(item, drafted(examine_rows))
    services.withdraw(entry.pk, by=approver, reasons="Made in error.")
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    again = drafted(examine_rows)
    assert compare_with_register(item, {again.key: again}) == {}
    # It comes in as any other would: a draft, which says nothing until somebody approves it.
    assert recorded(item, again).stage == Stage.DRAFT


def test_what_is_not_in_the_register_is_not_answered(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    recorded(item, drafted(examine_rows))
    other = drafted(examine_rows, case="C-18")
    assert compare_with_register(item, {other.key: other}) == {}


def test_the_current_version_is_compared_and_not_the_first(
    item: CatalogueItem, examine_rows: Examine, move: Move, approver: User
) -> None:
    move(NOW)
    first = drafted(examine_rows)
    second = drafted(examine_rows, measure="Warning")
    entry = recorded(item, first)
    services.approve(entry.pk, approver=approver)
    services.correct(entry.pk, by=approver, content=second.content, reasons="Reduced.")
    assert standing(item, second) == (Standing.SAME, ())
    assert standing(item, first) == (Standing.CHANGED, ("measure",))


def test_the_queries_do_not_grow_with_the_decisions(
    item: CatalogueItem, examine_rows: Examine
) -> None:
    drafts = [drafted(examine_rows, case=f"C-{number}") for number in range(1, 41)]
    for draft in drafts:
        recorded(item, draft)

    def queries(some: Mapping[str, Draft]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(compare_with_register(item, some)) == len(some)
        return len(asked)

    few = {draft.key: draft for draft in drafts[:2]}
    assert queries(few) == queries({draft.key: draft for draft in drafts}) == 3


# ---- another version of the item


def _next_version(text: str, *changes: tuple[str, str]) -> CatalogueItem:
    for old, new in (("version = 1\n", "version = 2\n"), *changes):
        assert old in text
        text = text.replace(old, new)
    with clock.simulated(NOW):
        return enter_item(text, "made-up-2.toml")


def _read_by(item: CatalogueItem, examine_rows: Examine, text: str, **cells: str) -> Draft:
    """The made-up row as another version of the item reads it."""
    (result,) = examine_rows(cells, replace=[(text, item.definition)])
    assert result.draft is not None, result.findings
    return result.draft


@pytest.mark.parametrize(
    "change",
    [
        ('en = "Write within a month."', 'en = "Write within two months."'),
        ('url = "https://example.org/object"', 'url = "https://example.org/other"'),
        ('channel = "letter"', 'channel = "mailbox"'),
        ('citation = "A made-up Act 2001, section 3"', 'citation = "A made-up Act, section 4"'),
        ('summary = { column = "summary" }\n', ""),
        ("[mapping.details.town]", "[mapping.details.place]"),
    ],
)
def test_what_the_item_says_otherwise_is_no_change_of_a_decision(
    item: CatalogueItem, item_text: str, examine_rows: Examine, change: tuple[str, str]
) -> None:
    recorded(item, drafted(examine_rows))
    later = _next_version(item_text, change)
    again = _read_by(later, examine_rows, item_text)
    assert again.content != drafted(examine_rows).content
    assert standing(later, again) == (Standing.SAME, ())
    changed = _read_by(later, examine_rows, item_text, measure="Warning")
    assert standing(later, changed) == (Standing.CHANGED, ("measure",))


def test_a_measure_that_the_item_words_otherwise_is_the_same(
    item_text: str, examine_rows: Examine
) -> None:
    coded = 'measure = { column = "measure", values = { Fine = "Fine", Warning = "Warning" } }'
    worded = coded.replace('Fine = "Fine"', 'Fine = "Administrative fine"')
    plain = 'measure = { column = "measure" }'
    first = item_text.replace(plain, coded)
    with clock.simulated(NOW):
        item = enter_item(first, "made-up.toml")
    recorded(item, _read_by(item, examine_rows, item_text))
    later = _next_version(first, (coded, worded))
    again = _read_by(later, examine_rows, item_text)
    assert again.content.measure == "Administrative fine"
    assert standing(later, again) == (Standing.SAME, ())
    changed = _read_by(later, examine_rows, item_text, measure="Warning")
    assert standing(later, changed) == (Standing.CHANGED, ("measure",))


def test_an_end_that_the_rules_set_is_not_compared(item_text: str, examine_rows: Examine) -> None:
    columns = 'rule = "columns"\nbegins = { column = "begins" }\nends = { column = "ends" }\n'
    text = item_text.replace(columns + 'open_ended = ["2999-12-31"]', 'rule = "pack-default"')
    spec = parse_item(text, "made-up.toml")
    assert not {"term_begins", "term_ends"} & compared_in(spec)
    (result,) = examine_rows({}, replace=[(item_text, text)])
    assert result.draft is not None
    content = result.draft.content
    other = {
        "subject_name": result.draft.subject.name,
        **{each.name: getattr(content, each.name) for each in fields(content)},
    }
    other["term_ends"] = content.decided_on
    assert changed_fields(other, result.draft, compared_in(spec)) == ()
    other["decided_on"] = content.term_ends
    assert changed_fields(other, result.draft, compared_in(spec)) == ("decided_on",)

"""Rows that promise something: to whom, by when, and no person among them."""

from datetime import date, timedelta

import pytest

from tabularium.demo.words import words
from tabularium.intake.checks import Examination
from tabularium.intake.findings import Examined
from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.readers import Row
from tabularium.rules.loader import rule_book

TODAY = date(2026, 3, 4)
STOCK = next(each for each in words().stocks if each.code == "suilan-construction-promises")
CELLS = {
    "Reference": "SHC-V/2026/001",
    "Organisation": "Housing and Construction Office of Suilan (fictitious)",
    "Credit code": STOCK.spec.authority.identifier,
    "Decided": "2026-03-02",
    "Decision": "Connection to water mains",
    "Reason": "All plots are to be connected.",
    "Promised to": "Builders of the new estate",
    "Due": "2026-06-30",
    "From": "2026-03-02",
    "Until": "2027-03-01",
    "Status": "",
}


def examined(**changes: str) -> Examined:
    cells = CELLS | {name.replace("_", " "): value for name, value in changes.items()}
    return Examination(STOCK.spec, rule_book(), TODAY).examined(Row(2, cells))


def test_a_promise_says_to_whom_and_by_when() -> None:
    draft = examined().draft
    assert draft is not None
    content = draft.content
    assert content.promised_to == "Builders of the new estate"
    assert content.due_on == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Promised_to": ""}, "missing-value"),
        ({"Due": ""}, "missing-value"),
        ({"Due": "soon"}, "wrong-date"),
        ({"Due": "2101-01-01"}, "wrong-date"),
        ({"Due": "2026-03-01"}, "dates-out-of-order"),
        ({"Due": "2027-02-28"}, "dates-out-of-order"),
        ({"Promised_to": "call +44 20 7946 0958"}, "phone-in-text"),
        ({"Promised_to": "somebody@office.example"}, "e-mail-in-text"),
        ({"Promised_to": "11010519491231002X"}, "personal-number-in-text"),
    ],
)
def test_a_row_that_promises_wrongly_is_stopped(changes: dict[str, str], code: str) -> None:
    found = examined(**changes)
    assert found.draft is None
    assert code in {str(each.code) for each in found.findings}


def test_a_term_leaves_time_to_say_what_became_of_it() -> None:
    """30 June 2026 and five working days: 7 July. The day after is early enough to end, that one is not."""
    last = date(2026, 7, 7)
    assert examined(Until=str(last)).draft is None
    assert examined(Until=str(last + timedelta(days=1))).draft is not None


@pytest.mark.parametrize("missing", ["promised_to", "due_on"])
def test_an_item_of_promises_needs_both(missing: str) -> None:
    start = STOCK.text.index(f"[mapping.{missing}]")
    text = STOCK.text[:start] + STOCK.text[STOCK.text.index("\n[", start) + 1 :]
    with pytest.raises(ItemError, match=f"{missing} is missing"):
        parse_item(text, "item.toml")


def test_an_item_of_another_kind_has_neither(item_text: str) -> None:
    text = item_text + '\n[mapping.promised_to]\nconstant = "Suppliers"\n'
    with pytest.raises(ItemError, match="There is no setting 'promised_to' here"):
        parse_item(text, "item.toml")


def test_the_rules_set_no_term_for_a_promise() -> None:
    text = STOCK.text.replace('rule = "columns"', 'rule = "columns"\ndefault_when_empty = true')
    with pytest.raises(ItemError, match="The rules set no term for a promise"):
        parse_item(text, "item.toml")

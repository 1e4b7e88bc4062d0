"""The API says what an authority promised and owes, what became of it, and its notes."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.core.kinds import Kind
from tabularium.register import services
from tests import builders
from tests.builders import Town

Ask = Callable[..., Any]
Move = Callable[[datetime], None]

pytestmark = pytest.mark.django_db


def test_a_promise_is_told_with_what_became_of_it(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.promised(town, due_on=date(2026, 4, 3))
    assert entry.unanswered_from

    def promise() -> Any:
        [own] = ask("authorities/market-office")["own_entries"]
        assert own == ask(f"entries/{entry.pk}")
        return own["promise"]

    told = {
        "to": "Businesses of Made-up Street",
        "first_due_on": "2026-04-03",
        "due_on": "2026-04-03",
        "answer_by": "2026-04-13",
        "outcome": "open",
        "answers": [],
    }
    assert promise() == told
    move(entry.unanswered_from)
    assert promise() == {**told, "outcome": "unanswered"}
    services.break_promise(
        entry.pk, by=town.approver, reasons="Frost.", due_on=date(2026, 7, 1), language="en"
    )
    broken = {
        "dated_on": "2026-04-14",
        "text": "Frost.",
        "language": "en",
        "kept": False,
        "due_on": "2026-07-01",
    }
    told |= {
        "due_on": "2026-07-01",
        "answer_by": "2026-07-08",
        "outcome": "not-kept",
        "answers": [broken],
    }
    assert promise() == told
    services.keep_promise(entry.pk, by=town.approver, evidence="Protocol 7.")
    kept = {**broken, "text": "Protocol 7.", "language": None, "kept": True, "due_on": None}
    assert promise() == {**told, "outcome": "kept", "answers": [broken, kept]}


def test_a_note_is_told_with_its_day(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.published(town, move, Kind.LICENCE)
    services.annotate(entry.pk, by=town.approver, text="Appealed.", dated=date(2026, 3, 3))
    assert ask(f"entries/{entry.pk}")["notes"] == [
        {"dated_on": "2026-03-03", "text": "Appealed.", "language": None}
    ]
    assert ask(f"entries/{entry.pk}")["promise"] is None


def test_what_an_authority_owes_is_read_page_by_page(
    town: Town, move: Move, ask: Ask, client: Client
) -> None:
    court = Town("court")
    subject = builders.as_subject(town.authority)
    judgment = builders.published(court, move, Kind.JUDGMENT, subject=subject)
    builders.published(court, move, Kind.PENALTY, subject=subject)
    assert [each["id"] for each in ask("authorities/market-office")["own_entries"]] == [judgment.pk]
    assert ask("authorities/court")["own_entries"] == []
    promises = [builders.annotated(town, builders.promised(town)) for _ in range(3)]
    whole = ask("authorities/market-office")
    assert whole["next"] is None
    assert {each["id"] for each in whole["own_entries"]} == {
        judgment.pk,
        *(each.pk for each in promises),
    }
    seen, address = [], "authorities/market-office?limit=3"
    costs = []
    while address:
        with CaptureQueriesContext(connection) as queries:
            part = ask(address)
        costs.append(len(queries))
        seen += [each["id"] for each in part["own_entries"]]
        address = (part["next"] or "").removeprefix("http://testserver/api/v1/")
    assert seen == [each["id"] for each in whole["own_entries"]]
    assert costs[0] == costs[1], "three cost what one costs"
    assert client.get("/api/v1/authorities/market-office?after=x").status_code == 400

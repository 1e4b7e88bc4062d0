"""Lines 2 and 6: who matches is told by names and identifiers alone, and by nothing that was decided."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tabularium.api.reconciling import answers
from tabularium.core.kinds import Field, Kind
from tests import builders
from tests.lines.hidden import Marked
from tests.lines.walkers.words import SUMMING_UP

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]

# The one word that the standard itself asks for, with what it is here in docs/reconciliation.md.
OF_THE_STANDARD = {"score"}


def _answers(*asked: str) -> dict[str, Any]:
    """All that the service says of who matches."""
    client = Client()
    queries = {str(place): {"query": each} for place, each in enumerate(asked)}
    found = client.get("/reconcile", {"queries": json.dumps(queries)}).json()
    suggested = {
        each: client.get("/reconcile/suggest/entity", {"prefix": each}).json() for each in asked
    }
    previews = {
        each["id"]: client.get(f"/reconcile/preview/{each['id']}").content.decode()
        for answered in found.values()
        for each in answered["result"]
    }
    return {"found": found, "suggested": suggested, "previews": previews}


def _keys(given: Any) -> set[str]:
    if isinstance(given, list):
        return set().union(*map(_keys, given))
    if isinstance(given, dict):
        return {*given, *(str(given.get("id", "")),)}.union(*map(_keys, given.values()))
    return set()


def test_no_answer_says_what_was_decided(move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    case = marked.case(entry, str(entry.organisation_id))
    text = json.dumps(_answers(case.name[0], case.identifier), ensure_ascii=False)
    assert marked.name[1] in text
    of_identity = {"name", "identifier", "address of the organisation"}
    for what, mark in case.marks.items():
        assert (mark in text) == (what in of_identity), what
    for said in (*Kind, *Field, case.authority, case.item, entry.pk):
        assert str(said) not in text


def test_the_number_of_a_decision_finds_nobody(move: Move) -> None:
    """The search of the site does find by it; who matches a table is told by who they are alone."""
    marked = Marked(move)
    marked.public()
    number = marked.content["decision_number"]
    assert Client().get(f"/api/v1/search?q={number}").json()["found"] == 1
    answered = _answers(number)
    assert answered["found"]["0"]["result"] == []
    assert answered["suggested"][number] == {"result": []}


def test_what_an_organisation_is_said_to_be_is_the_same_whatever_was_decided(move: Move) -> None:
    """One licence; then fines, a licence and an exclusion: not a byte of any answer changes."""
    town = builders.Town("reconciled-office")
    subject = builders.a_subject("Zephyrine Alder")
    builders.published(town, move, Kind.LICENCE, subject=subject)
    asked = ("zephyrine alder", "zephyrine", "Zephyrine Alder Holding", subject.identifier.value)
    before = _answers(*asked)
    assert all(each["result"] for each in before["found"].values())
    for kind in (Kind.PENALTY, Kind.LICENCE, Kind.EXCLUSION, Kind.PENALTY):
        builders.published(town, move, kind, subject=subject)
    assert _answers(*asked) == before


def test_no_member_of_an_answer_sums_up_beside_the_one_that_the_standard_asks_for(
    move: Move,
) -> None:
    town = builders.Town("reconciled-office")
    builders.published(town, move, Kind.LICENCE, subject=builders.a_subject("Zephyrine Alder"))
    names = _keys(_answers("zephyrine")["found"]) | _keys(Client().get("/reconcile").json())
    assert "match" in names
    assert {each for each in names if SUMMING_UP.found_in(each)} == OF_THE_STANDARD


def test_an_answer_with_a_count_would_be_met(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = answers.candidate
    monkeypatch.setattr(
        answers, "candidate", lambda found: {**plain(found), "number of entries": 1}
    )
    town = builders.Town("reconciled-office")
    builders.published(town, move, Kind.LICENCE, subject=builders.a_subject("Zephyrine Alder"))
    names = _keys(_answers("zephyrine")["found"])
    assert {each for each in names if SUMMING_UP.found_in(each)} > OF_THE_STANDARD

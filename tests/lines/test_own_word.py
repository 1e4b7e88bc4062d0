"""Lines 1 and 2 in an authority's own word: it is about no person, and nothing adds it up."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client

from tabularium.core.content import Draft
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.contents import content_of
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Statement, Version
from tests import builders

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]

PERSONAL = (
    "Owner 11010519491231002X of the corner shop",
    "Whoever rings 010-62284116",
    "somebody@office.example and others",
)


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


@pytest.mark.parametrize("whom", PERSONAL)
def test_a_promise_is_made_to_nobody_by_number(town: builders.Town, whom: str) -> None:
    entry = builders.promised(town)
    said = replace(content_of(entry.current_version), promised_to=whom)
    with pytest.raises(RefusedError) as refusal:
        services.correct(entry.pk, by=town.approver, content=said, reasons="A slip.")
    assert refusal.value.reason == "personal-in-text"
    assert whom not in str(refusal.value)
    for speak in (services.annotate, services.keep_promise):
        words = {"text": whom} if speak is services.annotate else {"evidence": whom}
        with pytest.raises(RefusedError):
            speak(entry.pk, by=town.approver, **words)  # type: ignore[operator] # each takes its own
    assert not Statement.objects.exists()
    assert not Version.objects.filter(promised_to=whom).exists()


@pytest.mark.parametrize("kind", [Kind.PROMISE, Kind.JUDGMENT])
def test_what_promises_or_owes_is_an_authority_and_nothing_else(
    town: builders.Town, kind: Kind
) -> None:
    with pytest.raises(RefusedError) as refusal:
        services.record(
            [Draft(1, "", builders.a_subject("A shop"), builders.content(kind))],
            item=town.item(kind),
            recorder=town.clerk,
        )
    assert refusal.value.reason == "not-an-authority"
    assert not Entry.objects.exists()


def _own_word(town: builders.Town, move: Move) -> list[str]:
    """An authority that kept one promise, broke one, answered none of a third, and owes twice."""
    court = builders.Town("made-up-court")
    subject = builders.as_subject(town.authority)
    days = dict.fromkeys(("Unanswered", "Kept", "Broken"))
    for place, measure in enumerate(days):
        entry = builders.promised(
            town, measure=measure, decided_on=date(2026, 2, 20 - place), due_on=date(2026, 3, 5)
        )
        if measure == "Kept":
            services.keep_promise(entry.pk, by=town.approver, evidence="Done.")
        if measure == "Broken":
            services.break_promise(
                entry.pk, by=town.approver, reasons="Frost.", due_on=date(2026, 12, 1)
            )
    owed = [
        builders.in_notice(court, Kind.JUDGMENT, subject=subject, amount=amount, measure=measure)
        for amount, measure in (("1000.25", "Owed first"), ("2000.50", "Owed second"))
    ]
    assert entry.unanswered_from
    assert all(each.window_closes_at for each in owed)
    move(
        max(
            datetime.fromisoformat("2026-04-01T00:00+08:00"),
            *(each.window_closes_at for each in owed),
        )
    )
    services.tick()
    return [*days]


def own_figures(page: str) -> list[str]:
    """Figures on a page beside the facts of its entries: ours, and so a sum of something."""
    ours = re.sub(r"<(head|h1|h3|dl|nav)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.findall(r"\d+", re.sub(r"<[^>]+>|&#x27;", "", ours))


def test_a_page_that_adds_up_what_was_kept_would_be_met() -> None:
    assert own_figures("<h3>No. 7</h3><p>Kept: 2 of <strong>5</strong></p>") == ["2", "5"]


def test_an_authoritys_own_word_is_listed_by_day_and_not_added_up(
    town: builders.Town, move: Move
) -> None:
    by_day = _own_word(town, move)
    page = Client().get(f"/en/authorities/{town.code}").content.decode()
    answer = Client().get(f"/api/v1/authorities/{town.code}")
    for told in (page, answer.content.decode()):
        places = [told.index(each) for each in by_day]
        assert places == sorted(places), "the newest decision first, whatever became of it"
        assert "Owed first" in told
        assert "3000.75" not in told.replace(",", "")
    assert own_figures(page) == []
    assert not [key for key, value in answer.json().items() if isinstance(value, int | float)]
    # And who owes nothing is told of in the same words.
    assert set(Client().get("/api/v1/authorities/made-up-court").json()) == set(answer.json())

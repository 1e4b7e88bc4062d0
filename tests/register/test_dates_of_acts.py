"""Each act of an authority carries its own day, and a stay the court that ordered it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tabularium import clock
from tabularium.core.life_events import EventType
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Event, Statement, User
from tabularium.register.services.decisions import Order
from tests.builders import Town, a_replier, content, published
from tests.register.conftest import Move

Act = Callable[..., Entry]


def acts(text: str) -> dict[str, Act]:
    """Every act of an authority about an entry, with `text` for its reasons."""

    def correct(entry: str, *, by: User, **said: Any) -> Entry:
        return services.correct(entry, by=by, content=content(), reasons=text, **said)

    return {
        "uphold": partial(services.uphold, reasons=text),
        "correct": correct,
        "withdraw": partial(services.withdraw, reasons=text),
        "stay": partial(services.stay, order=text),
        "lift": partial(services.lift_stay, order=text),
        "grant": partial(services.grant_repair, reasons=text),
        "refuse": partial(services.refuse_repair, reasons=text),
    }


ACTS = acts("So.")
WITHOUT_REASONS = acts(" ")
each_act = pytest.mark.parametrize("name", ACTS)


def ready(town: Town, move: Move, name: str) -> Entry:
    """A published entry on which the act can be done."""
    entry = published(town, move)
    if name == "uphold":
        services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
    elif name == "lift":
        services.stay(entry.pk, by=town.second_approver, order="So ordered.")
    elif name in {"grant", "refuse"}:
        services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Mended.")
    return entry


def last(entry: Entry) -> Statement:
    return Statement.objects.filter(entry=entry).latest("event__number")


def today() -> date:
    """In the zone of the town, which is eight hours ahead of UTC."""
    return (clock.now() + timedelta(hours=8)).date()


@each_act
def test_the_day_of_an_act_is_kept_beside_its_reasons(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    yesterday = today() - timedelta(days=1)
    ACTS[name](entry.pk, by=town.approver, dated=yesterday)
    assert last(entry).dated_on == yesterday


@each_act
def test_an_act_of_which_no_day_is_said_is_of_today(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    ACTS[name](entry.pk, by=town.approver)
    assert last(entry).dated_on == today()


@each_act
def test_no_act_is_dated_ahead_or_before_the_decision(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    decided_on = entry.current_version.decided_on
    assert decided_on is not None
    events = Event.objects.filter(entry=entry).count()
    refused = {
        "date-ahead": today() + timedelta(days=1),
        "date-before-decision": decided_on - timedelta(days=1),
    }
    for reason, day in refused.items():
        with pytest.raises(RefusedError) as error:
            ACTS[name](entry.pk, by=town.approver, dated=day)
        assert error.value.reason == reason
    assert Event.objects.filter(entry=entry).count() == events
    ACTS[name](entry.pk, by=town.approver, dated=decided_on)
    assert last(entry).dated_on == decided_on


def test_a_stay_and_its_end_name_the_court_and_its_file(town: Town, move: Move) -> None:
    entry = published(town, move)
    for act, file_number in ((services.stay, "(2026) 1"), (services.lift_stay, "(2026) 2")):
        ordered = Order("Made-up Court", file_number)
        act(entry.pk, by=town.approver, order="So ordered.", ordered=ordered)
        assert last(entry).ordered_by == "Made-up Court"
        assert last(entry).file_number == file_number


@pytest.mark.parametrize("ordered", [Order("c" * 201, ""), Order("", "1" * 101)])
def test_a_court_or_file_that_is_too_long_is_refused(
    town: Town, move: Move, ordered: Order
) -> None:
    entry = published(town, move)
    with pytest.raises(RefusedError, match="too long"):
        services.stay(entry.pk, by=town.approver, order="So ordered.", ordered=ordered)


@each_act
def test_no_act_is_without_reasons(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    with pytest.raises(RefusedError) as error:
        WITHOUT_REASONS[name](entry.pk, by=town.approver)
    assert error.value.reason == "missing-value"


def test_what_the_organisation_says_has_no_day_of_an_act(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
    assert last(entry).event.type == EventType.OBJECTED
    assert last(entry).dated_on is None


def test_the_court_goes_with_the_entry_when_it_is_erased(town: Town, move: Move) -> None:
    entry = published(town, move)
    ordered = Order("Made-up Court", "(2026) 1")
    services.stay(entry.pk, by=town.approver, order="So ordered.", ordered=ordered)
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    kept = last(entry)
    assert (kept.text, kept.dated_on, kept.ordered_by, kept.file_number) == ("", None, "", "")


def test_the_database_refuses_an_erased_statement_that_names_a_court(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    services.withdraw(entry.pk, by=town.approver, reasons="So.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(entry=entry).update(
            text="", dated_on=None, ordered_by="Made-up Court", erased_at=clock.now()
        )

"""The check of the whole register finds what was changed past the services."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import search_index, services, triggers
from tabularium.register.consistency import check
from tabularium.register.models import Delivery, Entry, Event, Notice, Statement, Version
from tabularium.register.search_compared import Searched
from tests.builders import Town, a_draft, a_replier, ended, in_notice, objected, published
from tests.register.conftest import Move


def problems() -> list[str]:
    return [each.what for each in check().problems]


def test_a_register_that_only_the_services_wrote_is_consistent(town: Town, move: Move) -> None:
    a_draft(town)
    objected(town, move)
    services.withdraw(published(town, move).pk, by=town.approver, reasons="Wrong.")
    published(town, move, Kind.LICENCE)
    over = ended(town, move)
    assert over.erasable_from is not None
    move(over.erasable_from)
    services.tick()
    in_notice(town)
    report = check()
    assert report.problems == []
    assert (report.entries, report.events) == (Entry.objects.count(), Event.objects.count())


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("stage", "withdrawn"),
        ("public_from", "later"),
        ("public_until", "later"),
        ("noticed_at", "earlier"),
        ("answer_shown", True),
        ("repair_open", True),
        ("objection_open", True),
        ("stayed", True),
        ("last_event_number", 9),
        ("last_event_at", "later"),
        ("withdrawn_at", "later"),
        ("erasable_from", "later"),
        ("decide_by", "later"),
        ("lapses_at", "later"),
    ],
)
def test_a_column_that_is_not_what_the_events_add_up_to(
    town: Town, move: Move, name: str, wrong: Any
) -> None:
    entry = published(town, move)
    day = timedelta(days=1)
    value = {"later": clock.now() + day, "earlier": clock.now() - 9 * day}.get(wrong, wrong)
    Entry.objects.filter(pk=entry.pk).update(**{name: value})
    assert problems() == [f"the column {name} is not what its events add up to"]
    assert check().problems[0].where == f"entry {entry.pk}"


def test_events_that_cannot_have_happened(town: Town) -> None:
    entry = a_draft(town)
    Event.objects.create(
        entry=entry,
        version=entry.current_version,
        number=2,
        type="published",
        at=clock.now(),
        role="system",
    )
    assert problems() == ["its events cannot be replayed: published: not-noticed"]


def test_an_entry_without_events(town: Town) -> None:
    entry = a_draft(town)
    triggers.remove(connection)
    Event.objects.filter(entry=entry).delete()
    triggers.install(connection)
    assert problems() == ["its events cannot be replayed: recorded: no-event"]


def test_a_trigger_that_is_missing(town: Town) -> None:
    assert town.code
    triggers.remove(connection)
    found = problems()
    triggers.install(connection)
    assert "the trigger register_event_no_update is missing; run tabularium init" in found
    assert problems() == []


def test_a_notice_that_nobody_was_asked_to_give(town: Town) -> None:
    services.approve(a_draft(town).pk, approver=town.approver)
    Notice.objects.all().delete()
    assert problems() == ["it waits for a notice that nobody was asked to give"]


def test_a_window_that_opened_though_its_notice_was_not_given(town: Town) -> None:
    entry = in_notice(town)
    Notice.objects.filter(version=entry.current_version_id).update(
        state="moot", given_at=None, fact=""
    )
    assert problems() == ["its window opened, but no notice of it was given"]


def test_what_erasure_left_behind(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.answer(entry.pk, by=a_replier(entry.organisation), text="Said.", shown=True)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    Statement.objects.update(text="Said.", erased_at=None)
    notice = Notice.objects.get(version=entry.current_version_id)
    Delivery.objects.create(notice=notice, number=1, channel="letter", begun_at=clock.now())
    assert problems() == [
        "it is erased, but attempts to tell of it are not",
        "it is erased, but a statement of it is not",
    ]


def test_a_version_erased_before_its_entry(town: Town) -> None:
    entry = a_draft(town)
    blank: dict[str, Any] = {
        field.attname: ""
        for field in Version._meta.concrete_fields
        if field.get_internal_type() in {"TextField", "CharField"}
        and field.attname not in {"id", "entry_id", "kind"}
    }
    days = dict.fromkeys(("decided_on", "term_begins", "term_ends"))
    Version.objects.update(**blank, **days, details={}, erased_at=clock.now())
    assert problems() == ["it is erased, but its entry is not"]
    assert check().problems[0].where == f"version {entry.pk}.1"


def test_a_search_index_that_is_out_of_step(town: Town) -> None:
    entry = a_draft(town)
    assert entry.organisation_id is not None
    assert town.authority.organisation_id is not None
    search_index.remove([town.authority.organisation_id])
    search_index.put([Searched(entry.organisation_id, "Nobody")])
    assert problems() == [
        "it cannot be found by search",
        "search finds it, but nothing of it was public",
    ]

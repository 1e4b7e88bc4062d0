"""The feed of changes: nothing is skipped, and a copy that follows it is what the public sees."""

import contextlib
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import ChangeFeed, Entry, PublicChange
from tabularium.register.public_changes import (
    Change,
    Cursor,
    StartOverError,
    begin,
    changes_after,
)
from tabularium.register.visibility import public_entries
from tests import builders
from tests.builders import Town

Move = Callable[[datetime], None]


class Copy:
    """What somebody has who does as the feed says."""

    def __init__(self, limit: int = 3) -> None:
        self.limit = limit
        # As the first run of upkeep does, which makes the feed.
        services.place_changes()
        self.cursor = begin(clock.now())
        self.kept: set[str] = set()
        self.told: list[tuple[str, Change]] = []

    def follow(self) -> "Copy":
        while True:
            part = changes_after(self.cursor, clock.now(), self.limit)
            # It goes by text, as readers have it.
            self.cursor = Cursor.read(str(part.reached))
            for identity, change in part.items:
                self.told.append((identity, change))
                (self.kept.discard if change is Change.REMOVED else self.kept.add)(identity)
            if not part.more:
                return self


def public() -> set[str]:
    return set(public_entries(clock.now()).values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_is_published_changed_and_removed_is_told_so(move: Move) -> None:
    town = Town()
    entry = builders.published(town, move)
    copy = Copy().follow()
    assert copy.told == [(entry.pk, Change.PUBLISHED)]
    copy.told.clear()
    builders.annotated(town, entry)
    assert copy.follow().told == [(entry.pk, Change.CHANGED)], "before it has its place"
    services.place_changes()
    copy.told.clear()
    copy.follow()
    assert copy.told == [(entry.pk, Change.CHANGED)], "once more, now that it has its place"
    copy.told.clear()
    builders.annotated(town, entry)
    services.place_changes()
    assert copy.follow().told == [(entry.pk, Change.CHANGED)]
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")
    services.place_changes()
    assert copy.follow().told[1:] == [(entry.pk, Change.REMOVED)]
    services.uphold(entry.pk, by=town.second_approver, reasons="It is right.")
    services.place_changes()
    assert copy.follow().told[2:] == [(entry.pk, Change.PUBLISHED)]
    copy.told.clear()
    assert copy.follow().told == []


@pytest.mark.django_db
def test_what_ends_by_its_date_is_removed_at_that_instant_though_nothing_ran(move: Move) -> None:
    entry = builders.published(Town(), move)
    copy = Copy().follow()
    assert entry.public_until is not None
    move(entry.public_until - timedelta(microseconds=1))
    services.place_changes()
    assert entry.pk in copy.follow().kept
    copy.told.clear()
    move(entry.public_until)
    assert copy.follow().told == [(entry.pk, Change.REMOVED)]
    copy.told.clear()
    assert copy.follow().told == []


@pytest.mark.django_db
def test_an_old_cursor_hears_of_an_end_even_after_the_erasure(move: Move) -> None:
    entry = builders.published(Town(), move)
    copy = Copy().follow()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert Entry.objects.get(pk=entry.pk).public_until is None
    assert copy.follow().kept == set()


@pytest.mark.django_db
def test_who_begins_anew_reads_of_nothing_that_is_not_public(move: Move) -> None:
    town = Town()
    hidden = [builders.objected(town, move), builders.ended(town, move)]
    services.withdraw(builders.published(town, move).pk, by=town.approver, reasons="Made in error.")
    services.place_changes()
    shown = builders.a_draft(town, Kind.LICENCE)
    services.approve(shown.pk, approver=town.approver)
    services.place_changes()
    assert Copy().follow().told == [(shown.pk, Change.PUBLISHED)]
    assert hidden


@pytest.mark.django_db
def test_what_nobody_sees_is_not_told(move: Move) -> None:
    town = Town()
    entry = builders.objected(town, move)
    services.place_changes()
    copy = Copy().follow()
    builders.annotated(town, entry)
    other = builders.published(town, move)
    services.place_changes()
    copy.follow().told.clear()
    services.ask_repair(other.pk, by=builders.a_replier(other.organisation), text="Put right.")
    services.place_changes()
    assert copy.follow().told == []


@pytest.mark.django_db
def test_after_a_restore_the_cursor_is_of_another_feed_and_places_go_on(move: Move) -> None:
    builders.published(Town(), move)
    services.place_changes()
    copy = Copy().follow()
    before = ChangeFeed.objects.get().last
    ChangeFeed.objects.all().delete()
    with pytest.raises(StartOverError):
        copy.follow()
    builders.published(Town("another"), move)
    services.place_changes()
    with pytest.raises(StartOverError):
        copy.follow()
    assert ChangeFeed.objects.get().last == before + 1
    assert Copy().follow().kept == public()


@pytest.mark.parametrize("text", ["", "x", "-.1.1.~", "-.1.999999999999999999.~.1", "-.-1.1.~.1"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Cursor.read(text)


def _any_step(town: Town, move: Move, choose: random.Random) -> None:
    """One step of any entry, as chance has it; the clock only goes forward."""
    rows = list(Entry.objects.filter(organisation__isnull=False).order_by("pk"))
    entry = choose.choice(rows) if rows else None
    what = choose.randrange(9)
    if entry is None or what == 0:
        draft = builders.a_draft(town, Kind.LICENCE)
        services.approve(draft.pk, approver=town.approver)
    elif what == 1:
        builders.published(town, move)
    elif what == 2:
        move(clock.now() + timedelta(days=choose.randrange(1, 200)))
    elif what == 3:
        services.tick()
    elif what == 4:
        services.place_changes()
    else:
        with contextlib.suppress(NotAllowedError, RefusedError):
            _step_of(entry, town, what)


def _step_of(entry: Entry, town: Town, what: int) -> None:
    if what == 5:
        services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")
    elif what == 6:
        services.withdraw(entry.pk, by=town.second_approver, reasons="In error.")
    elif what == 7:
        services.uphold(entry.pk, by=town.second_approver, reasons="It is right.")
    else:
        services.stay(entry.pk, by=town.second_approver, order="Order 1")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_that_follows_random_stories_is_what_the_public_sees(move: Move, seed: int) -> None:
    choose, town = random.Random(seed), Town()  # noqa: S311 - no secret
    copies = [Copy(limit=1), Copy(limit=50)]
    for _ in range(12):
        for _ in range(choose.randrange(1, 4)):
            _any_step(town, move, choose)
        copies.append(Copy(limit=2))
        for copy in choose.sample(copies, 2):
            assert copy.follow().kept == public()
    for copy in copies:
        assert copy.follow().kept == public()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.usefixtures("move")
def test_a_change_that_is_committed_late_is_not_skipped() -> None:
    town = Town()
    first = builders.a_draft(town, Kind.LICENCE)
    second = builders.a_draft(town, Kind.LICENCE)
    copy = Copy()
    written, commit = threading.Event(), threading.Event()

    def approve_late() -> None:
        try:
            with transaction.atomic():
                services.approve(first.pk, approver=town.approver)
                written.set()
                assert commit.wait(300)
        finally:
            connections.close_all()

    late = threading.Thread(target=approve_late)
    late.start()
    try:
        assert written.wait(300)
        services.approve(second.pk, approver=town.approver)
        assert services.place_changes() == 1
        assert copy.follow().kept == {second.pk}
        before = str(copy.cursor)
        copy.follow()
        assert copy.cursor.position == Cursor.read(before).position
    finally:
        commit.set()
        late.join()
    assert services.place_changes() == 1
    places = dict(PublicChange.objects.values_list("entry_id", "position"))
    assert copy.follow().kept == {first.pk, second.pk}
    events = [each.events.get(type="approved").pk for each in (first, second)]
    assert events[0] < events[1], "the earlier event is the one that was committed later"
    assert (places[second.pk], places[first.pk]) == (1, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_change_while_places_are_given_gets_a_new_one(move: Move) -> None:
    """What somebody is about to change again is passed over, and nobody waits for anybody."""
    town = Town()
    entry = builders.published(town, move)
    written, commit = threading.Event(), threading.Event()

    def annotate_late() -> None:
        try:
            with transaction.atomic():
                builders.annotated(town, entry)
                written.set()
                assert commit.wait(300)
        finally:
            connections.close_all()

    late = threading.Thread(target=annotate_late)
    late.start()
    try:
        assert written.wait(300)
        assert services.place_changes() == 0
    finally:
        commit.set()
        late.join()
    assert services.place_changes() == 1

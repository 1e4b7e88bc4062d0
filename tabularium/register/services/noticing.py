"""The fact by which a notice counts as given, and the window that it opens."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tabularium import clock
from tabularium.core.clocks import end_of_day, local_day, start_of_day
from tabularium.core.life_events import EventType, Facts, Role
from tabularium.core.notice_purposes import Purpose
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Notice, Version
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.outbox import UNFINISHED
from tabularium.rules.loader import working_calendar

_State = Notice.State


@transaction.atomic
def give_notice(entry_id: str, *, fact: Notice.Fact, posted_on: date | None = None) -> Entry:
    """Record the fact by which the notice before publication counts as given; the window opens.

    Args:
        entry_id: the entry.
        fact: by which fact.
        posted_on: the day of posting, in the authority's zone; today if not said.

    Raises:
        RefusedError: "no-notice", none of the entry waits; "posted-in-the-future" or
            "posted-before-it-was-made".
        NotAllowedError: the entry does not wait for one.
    """
    entry = locked(entry_id)
    waiting = Notice.objects.filter(
        version=entry.current_version_id,
        purpose=Purpose.BEFORE_PUBLICATION,
        state__in=UNFINISHED,
    ).first()
    if waiting is None:
        raise RefusedError("no-notice", "No notice of this entry waits to be given.")
    give(entry, waiting, fact, posted_on)
    return entry


def give(entry: Entry, notice: Notice, fact: Notice.Fact, posted_on: date | None = None) -> None:
    """Let a notice of a locked entry be given; if it is the one before publication, the window opens.

    Raises:
        RefusedError, NotAllowedError: see `give_notice`.
    """
    given_at = _given_at(entry, notice, posted_on)
    Notice.objects.filter(pk=notice.pk, version__entry=entry.pk).update(
        state=_State.GIVEN, given_at=given_at, fact=fact, try_after=None
    )
    if not Purpose(notice.purpose).gates:
        return
    now = clock.now()
    closes = window_closes_at(entry, given_at)
    if closes <= now:
        closes = _end_of_the_next_working_day(entry, now)
    earlier = given_at if given_at < now else None
    facts = Facts(given_at=earlier, window_closes_at=closes)
    advance(entry, EventType.NOTIFIED, actor=None, role=Role.SYSTEM, facts=facts)


@transaction.atomic
def read_notices(entry_id: str) -> Entry:
    """Let all that waits to be told of an entry count as given now: its organisation has opened it here.

    Raises:
        NotAllowedError: the entry is over, and the notice before its publication cannot be given any more.
    """
    entry = locked(entry_id)
    waiting = Notice.objects.filter(version__entry=entry.pk, state__in=UNFINISHED)
    for notice in waiting.order_by("pk"):
        give(entry, notice, Notice.Fact.READ)
    return entry


def window_closes_at(entry: Entry, given_at: datetime) -> datetime:
    """When the window of an entry closes whose notice was given then."""
    return deadlines.window_closes_at(entry.authority, decided_on(entry.current_version), given_at)


def decided_on(version: Version) -> date:
    """The day of decision of a version.

    Raises:
        RefusedError: it has been erased.
    """
    if version.decided_on is None:
        raise RefusedError("erased", "The content of this version has been erased.")
    return version.decided_on


def _given_at(entry: Entry, notice: Notice, posted_on: date | None) -> datetime:
    now, zone = clock.now(), ZoneInfo(entry.authority.time_zone)
    if posted_on is None or posted_on == local_day(now, zone):
        return now
    if posted_on > local_day(now, zone):
        raise RefusedError("posted-in-the-future", "The day of posting is still to come.")
    if posted_on < local_day(notice.created_at, zone):
        raise RefusedError(
            "posted-before-it-was-made", "The notice was not yet made on that day of posting."
        )
    return max(notice.created_at, start_of_day(posted_on, zone))


def _end_of_the_next_working_day(entry: Entry, now: datetime) -> datetime:
    """A posting that is recorded so late that its window would be over leaves this one day at least."""
    zone = ZoneInfo(entry.authority.time_zone)
    calendar = working_calendar(entry.authority.jurisdiction)
    day = local_day(now, zone) + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return end_of_day(day, zone)

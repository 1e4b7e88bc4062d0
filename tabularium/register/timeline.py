"""What happened to a public entry, as the public sees it: dates, and no more than stands there anyway.

That an entry was out of the public view for a time is not among it: an objection that was decided against
an organisation, or a court's order that was lifted, speaks against nobody afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from tabularium.core.life_events import EventType
from tabularium.register.models import Entry, Event
from tabularium.register.own_word import OwnWord
from tabularium.register.visibility import public_entries


class What(StrEnum):
    """What happened, in the order in which it is told of one day."""

    DECIDED = "decided"
    TOLD = "told"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    ANSWERED = "answered"
    KEPT = "kept"
    PROMISED_ANEW = "promised-anew"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to an entry, and the day of it in its authority's calendar."""

    day: date
    what: What


_OF_OWN_WORD = {
    EventType.PROMISE_KEPT: What.KEPT,
    EventType.PROMISE_NOT_KEPT: What.PROMISED_ANEW,
}
_ORDER = list(What)


def timeline(entry: Entry, word: OwnWord, now: datetime) -> Sequence[Moment]:
    """What happened to a public entry, the first first; one query at most.

    Args:
        entry: with its authority and current version.
        word: what its authority says beside it.
        now: when it is asked.
    """
    zone = ZoneInfo(entry.authority.time_zone)
    instants = []
    for type_, at, shown in _corrections_and_answers(entry, now):
        if type_ == EventType.CORRECTED:
            instants.append((at, What.CORRECTED))
        elif shown and entry.answer_shown:
            instants.append((at, What.ANSWERED))
    moments = [Moment(at.astimezone(zone).date(), what) for at, what in instants]
    if word.promise is not None:
        moments += [Moment(e.dated_on, _OF_OWN_WORD[e.type]) for e in word.promise.answers]
    moments += [Moment(each.dated_on, What.NOTED) for each in word.notes]
    decided_on = entry.current_version.decided_on
    return usual_moments(decided_on, entry.noticed_at, entry.public_from, zone, moments)


def usual_moments(
    decided_on: date | None,
    noticed_at: datetime | None,
    public_from: datetime | None,
    zone: ZoneInfo,
    others: Iterable[Moment] = (),
) -> Sequence[Moment]:
    """What happens to every entry, and what else happened to one, the first first."""
    moments = [Moment(decided_on, What.DECIDED)] if decided_on else []
    moments += [
        Moment(instant.astimezone(zone).date(), what)
        for instant, what in ((noticed_at, What.TOLD), (public_from, What.PUBLISHED))
        if instant
    ]
    once = dict.fromkeys([*moments, *others])
    return sorted(once, key=lambda each: (each.day, _ORDER.index(each.what)))


def _corrections_and_answers(
    entry: Entry, now: datetime
) -> Iterable[tuple[str, datetime, bool | None]]:
    """Type and instant of each, and whether the text that came with it is shown."""
    if entry.current_version.number == 1 and not entry.answer_shown:
        return ()
    return Event.objects.filter(
        entry__in=public_entries(now).filter(pk=entry.pk),
        type__in=[EventType.CORRECTED, EventType.ANSWERED],
    ).values_list("type", "at", "statement__shown")

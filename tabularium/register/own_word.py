"""What an authority says beside an entry: what it promised, what became of that, and its notes.

As pages and the API show it. Whether a promise is unanswered is read from the date, here, each time:
nothing need have run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tabularium.core.clocks import local_day
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Facts
from tabularium.core.life_state import Outcome, outcome_at
from tabularium.register.models import Entry, Statement
from tabularium.register.visibility import public_entries

_ANSWERS = (EventType.PROMISE_KEPT, EventType.PROMISE_NOT_KEPT)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A text that an authority put beside an entry.

    Attributes:
        type: a note, or an answer to a promise.
        text: what it says.
        language: BCP 47 tag of it; "" if not known.
        dated_on: the day of it, in the authority's calendar.
        due_on: the day by which the promise is made anew, included; None where none is.
    """

    type: EventType
    text: str
    language: str
    dated_on: date
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """What an authority promised, and what has become of it.

    Attributes:
        to_whom: to whom, in general.
        first_due_on: the day by which it was promised first, included.
        due_on: the day by which it is promised now, included.
        answer_by: the last day on which the authority is in time to say what became of it.
        has_come: whether the day by which it is promised now is over.
        outcome: what has become of it.
        answers: what the authority said of it, the first first.
    """

    to_whom: str
    first_due_on: date
    due_on: date
    answer_by: date
    has_come: bool
    outcome: Outcome
    answers: Sequence[Said]


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What an authority says beside one entry: of its promise, None for what is none; and its notes."""

    promise: Promised | None = None
    notes: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in a list, with what its authority says beside it."""

    entry: Entry
    word: OwnWord


def shown_words(entries: Iterable[Entry], now: datetime) -> dict[str, OwnWord]:
    """The authorities' words beside public entries, in one query; none where there are no entries.

    Args:
        entries: from `visibility.public_entries` at `now`, loaded with what `visibility.with_content` loads.
        now: the date decides, whether or not anything ran.
    """
    by_identity = {each.pk: each for each in entries}
    if not by_identity:
        return {}
    public = public_entries(now).filter(pk__in=by_identity)
    said = _texts(Statement.objects.filter(entry__in=public))
    return {pk: _word(each, said.get(pk, ()), now) for pk, each in by_identity.items()}


def word_of(entry: Entry, now: datetime) -> OwnWord:
    """The authority's word beside an entry as the public would see it. For those who may see the entry."""
    return _word(entry, _texts(Statement.objects.filter(entry=entry)).get(entry.pk, ()), now)


def promises_among(entries: Iterable[Entry], now: datetime) -> list[Row]:
    """Public entries in their order, with what became of the promises among them.

    The notes beside them stand on their own pages. Asks nothing where no entry is a promise.

    Args:
        entries: as for `shown_words`.
        now: as for `shown_words`.
    """
    every = list(entries)
    words = shown_words([each for each in every if each.kind == Kind.PROMISE], now)
    return [Row(each, words.get(each.pk, NOTHING)) for each in every]


NOTHING = OwnWord()
"""Of an entry beside which its authority says nothing."""


def _texts(statements: QuerySet[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    rows = (
        statements.filter(
            event__type__in=[EventType.ANNOTATED, *_ANSWERS], shown=True, erased_at__isnull=True
        )
        .select_related("event")
        .order_by("event__number")
    )
    for each in rows:
        found.setdefault(each.entry_id, []).append(each)
    return found


def _word(entry: Entry, said: Iterable[Statement], now: datetime) -> OwnWord:
    zone = ZoneInfo(entry.authority.time_zone)
    texts = [(each.event.version_id, _said(each, zone)) for each in said]
    # A note belongs to the version it was put beside. What was said of a promise stays said.
    notes = [
        each
        for version, each in texts
        if each.type is EventType.ANNOTATED and version == entry.current_version_id
    ]
    answers = [each for _, each in texts if each.type in _ANSWERS]
    return OwnWord(_promised(entry, answers, zone, now), notes)


def _promised(
    entry: Entry, answers: Sequence[Said], zone: ZoneInfo, now: datetime
) -> Promised | None:
    due_at, late, said = entry.due_at, entry.unanswered_from, entry.current_version
    outcome = outcome_at(Outcome(entry.outcome), late, now) if entry.outcome else None
    if due_at is None or late is None or outcome is None or said.due_on is None:
        return None
    return Promised(
        to_whom=said.promised_to,
        first_due_on=said.due_on,
        due_on=local_day(due_at - _INSTANT, zone),
        answer_by=local_day(late - _INSTANT, zone),
        has_come=now >= due_at,
        outcome=outcome,
        answers=answers,
    )


def _said(statement: Statement, zone: ZoneInfo) -> Said:
    event = statement.event
    due_at = Facts.from_json(event.facts).due_at
    return Said(
        type=EventType(event.type),
        text=statement.text,
        language=statement.language,
        dated_on=statement.dated_on or local_day(event.at, zone),
        due_on=local_day(due_at - _INSTANT, zone) if due_at else None,
    )

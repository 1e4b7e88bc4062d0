"""What the register promises about an entry, said of its events alone and never of its state.

Two readers of one history: `core.life` folds events into a state step by step; here the whole list is read
afresh for each promise. `broken` names the promises on which the two differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from tabularium.core import life, life_state
from tabularium.core.life_events import NOT_BY_THE_RECORDER, ROLES, Event, EventType, Facts
from tabularium.core.life_state import Appearance, Outcome, PublicView, Stage, State

_E = EventType
_VERSION_BEGINS = frozenset({_E.RECORDED, _E.CORRECTED})
_OVER_FOR_GOOD = frozenset({_E.WITHDRAWN, _E.LAPSED, _E.ERASED})
_MOMENT = timedelta(microseconds=1)
_FAR = timedelta(days=80 * 365)


@dataclass
class History:
    """The events of one entry, and the state after each."""

    events: list[Event] = field(default_factory=list)
    states: list[State] = field(default_factory=list)

    @property
    def adverse(self) -> bool:
        return bool(self.events[0].facts.adverse)

    @property
    def state(self) -> State:
        return self.states[-1]

    def of_current_version(self) -> list[Event]:
        begins = max(n for n, each in enumerate(self.events) if each.type in _VERSION_BEGINS)
        return self.events[begins:]

    def version_before(self, place: int) -> Event:
        """The event that began the version which the event at `place` found."""
        return next(e for e in reversed(self.events[:place]) if e.type in _VERSION_BEGINS)


def _first(events: Sequence[Event], type_: EventType) -> Event | None:
    return next((each for each in events if each.type is type_), None)


def _published_at(history: History) -> datetime | None:
    current = history.of_current_version()
    if history.adverse:
        event = _first(current, _E.PUBLISHED)
    elif current[0].type is _E.CORRECTED:
        event = current[0]
    else:
        event = _first(current, _E.APPROVED)
    return event.at if event else None


def _notice_that_holds(current: Sequence[Event]) -> Event | None:
    """The last notice of a version; None if it came back."""
    told = [each for each in current if each.type in {_E.NOTIFIED, _E.NOTICE_RETURNED}]
    return told[-1] if told and told[-1].type is _E.NOTIFIED else None


def _is_suspended(history: History) -> bool:
    current = history.of_current_version()
    objection = _first(current, _E.OBJECTED)
    if objection is None:
        return False
    return _first(current[current.index(objection) :], _E.UPHELD) is None


def _is_stayed(history: History) -> bool:
    orders = [each for each in history.events if each.type in {_E.STAYED, _E.STAY_LIFTED}]
    return bool(orders) and orders[-1].type is _E.STAYED


def _ends(history: History) -> Iterator[datetime]:
    term = history.of_current_version()[0].facts.term_ends_at
    if term is not None:
        yield term
    for place, event in enumerate(history.events):
        if event.type is _E.REPAIR_GRANTED:
            shortest = history.version_before(place).facts.shortest_term_at
            yield max(event.at, shortest) if shortest else event.at


def should_be_public(history: History, at: datetime) -> bool:
    """Whether the public sees the entry at `at`, if these are all its events."""
    published_at = _published_at(history)
    return (
        published_at is not None
        and published_at <= at
        and not _is_suspended(history)
        and not _is_stayed(history)
        and all(each.type not in _OVER_FOR_GOOD for each in history.events)
        and all(at < end for end in _ends(history))
    )


def instants(history: History, now: datetime) -> list[datetime]:
    """All instants at which something can change, and those just before, in order."""
    points = {now, now + _FAR}
    for event in history.events:
        points.add(event.at)
        given = (getattr(event.facts, name) for name in Facts.__dataclass_fields__)
        points.update(each for each in given if isinstance(each, datetime))
    return sorted(points | {each - _MOMENT for each in points})


def broken(history: History, now: datetime) -> list[str]:
    """The promises that the entry breaks; none if all is well."""
    return [
        *_of_the_view(history, now),
        *_of_the_events(history),
        *_of_the_states(history),
        *_of_the_authority_s_word(history, now),
    ]


def _of_the_view(history: History, now: datetime) -> Iterator[str]:
    gone = False
    for at in instants(history, now):
        view = life_state.public_view(history.state, at)
        if (view.appearance is Appearance.PUBLIC) != should_be_public(history, at):
            yield f"at {at} it is {view.appearance}, and the events say otherwise"
        if view.appearance is Appearance.PUBLIC:
            yield from _of_what_is_public(history, view, at)
        if gone and view.appearance is not Appearance.GONE:
            yield "it came back from its end"
        gone = view.appearance is Appearance.GONE


def _of_what_is_public(history: History, view: PublicView, at: datetime) -> Iterator[str]:
    current = history.of_current_version()
    notice = _notice_that_holds(current)
    closes = notice.facts.window_closes_at if notice else None
    promises = {
        "an adverse entry is public without notice and closed window": (
            not history.adverse or (closes is not None and at >= closes)
        ),
        "it is public while suspended": not _is_suspended(history),
        "it is public while stayed": not _is_stayed(history),
        "it is public after its end": all(at < end for end in _ends(history)),
        "another version than the current one is public": view.version == current[0].version,
        "it says that it ended in the past": view.until is None or view.until > at,
    }
    yield from (promise for promise, kept in promises.items() if not kept)


def _of_the_events(history: History) -> Iterator[str]:
    events = history.events
    if [each.number for each in events] != list(range(1, len(events) + 1)):
        yield "events are out of order"
    if any(later.at < event.at for event, later in pairwise(events)):
        yield "time went backwards"
    for place, event in enumerate(events):
        if event.role not in ROLES[event.type]:
            yield f"{event.type} was done in the role of {event.role}"
        if event.type in NOT_BY_THE_RECORDER and (
            event.actor == history.version_before(place).actor
        ):
            yield f"the recorder did what is not for the recorder: {event.type}"
        if Facts.from_json(event.facts.as_json()) != event.facts:
            yield "facts do not survive JSON"
        later = {each.type for each in events[place + 1 :]}
        if event.type in {_E.WITHDRAWN, _E.LAPSED} and later - {_E.ERASED}:
            yield "something came after the withdrawal"
        if event.type is _E.ERASED and later:
            yield "something came after the erasure"


def _of_the_states(history: History) -> Iterator[str]:
    if life.replay(history.events) != history.state:
        yield "the same events give another state"
    suspending = [
        event.version
        for event, state in zip(history.events, history.states, strict=True)
        if event.type is _E.OBJECTED and state.suspended
    ]
    if len(suspending) != len(set(suspending)):
        yield "two objections suspended the same version"
    for state, after in pairwise(history.states):
        if state.ended_early_at is None and after.ended_early_at is not None:
            ends, shortest = after.public_until, after.shortest_term_at
            least = min(filter(None, (shortest, after.term_ends_at)))
            if ends is None or ends < least:
                yield "a repair ended the public view before the shortest term"
        over = state.over_at
        if over is not None and over <= after.last_at and (after.over_at or over) > after.last_at:
            yield "it was over and is no longer"


_ANSWERS = frozenset({_E.PROMISE_KEPT, _E.PROMISE_NOT_KEPT})


def _promised(events: Sequence[Event]) -> list[Event]:
    """The events that fix a day which differs from the one before, as the same version promised it."""
    found: list[Event] = []
    of_version: datetime | None = None
    for event in events:
        fixed = event.facts.due_at
        if event.type in _VERSION_BEGINS and fixed != of_version:
            of_version = fixed
            found.append(event)
        elif event.type is _E.PROMISE_NOT_KEPT:
            found.append(event)
    return found


def should_have_become(history: History, at: datetime) -> Outcome | None:
    """What has become of a promise at `at`, if these are all its events."""
    days = _promised(history.events)
    if not days:
        return None
    types = {each.type for each in history.events}
    late = days[-1].facts.unanswered_from
    if _E.PROMISE_KEPT in types:
        return Outcome.KEPT
    if late is not None and at >= late:
        return Outcome.UNANSWERED
    return Outcome.NOT_KEPT if _E.PROMISE_NOT_KEPT in types else Outcome.OPEN


def _of_the_authority_s_word(history: History, now: datetime) -> Iterator[str]:
    state, days = history.state, _promised(history.events)
    for at in instants(history, now):
        said = life_state.outcome_at(state.outcome, state.unanswered_from, at)
        if said != should_have_become(history, at):
            yield f"at {at} the promise is {said}, and the events say otherwise"
    if days and state.due_at != days[-1].facts.due_at:
        yield "another day is due than the one promised last"
    if (
        days
        and state.term_ends_at
        and state.term_ends_at <= (days[-1].facts.unanswered_from or now)
    ):
        yield "a promise ends before it can be called unanswered"
    for before, event in pairwise(days):
        if event.type is _E.CORRECTED:
            kept_to = before.type in _VERSION_BEGINS and event.at < (before.facts.due_at or now)
        else:
            kept_to = (event.facts.due_at or now) > max(before.facts.due_at or now, event.at)
        if not kept_to:
            yield "a promised day was changed that had come, or not to a later one"
    yield from _of_notes_and_answers(history)


def _of_notes_and_answers(history: History) -> Iterator[str]:
    kept = False
    for place, event in enumerate(history.events):
        if event.type not in {*_ANSWERS, _E.ANNOTATED}:
            continue
        before, after = history.states[place - 1], history.states[place]
        if kept and event.type in _ANSWERS:
            yield "something was said of a promise after it was kept"
        kept = kept or event.type is _E.PROMISE_KEPT
        if before.stage is Stage.DRAFT or before.is_over(event.at):
            yield "an authority spoke of what was not approved, or is over"
        same = replace(before, number=after.number, last_at=after.last_at)
        if event.type is _E.ANNOTATED and after != same:
            yield "a note changed something"
        if event.type in _ANSWERS and after.stage is not before.stage:
            yield "an answer to a promise changed how far it has come"

"""Entries for the tests of the life: events made one after another, right unless a test says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from tabularium.core import life
from tabularium.core.life_events import ROLES, Event, EventType, Facts, Role
from tabularium.core.life_state import State

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

RECORDER, APPROVER, SECOND_APPROVER, REPLIER = "11", "22", "33", "99"

TERM_ENDS = START + 365 * DAY
SHORTEST_TERM = START + 90 * DAY
RETENTION_DAYS = 90
WINDOW = 3 * DAY
TIME_TO_DECIDE = 3 * DAY
LAPSE = 20 * DAY

DUE = START + 30 * DAY
ANSWER_TIME = 7 * DAY

_ACTORS = {
    Role.CLERK: RECORDER,
    Role.SUBMISSION: RECORDER,
    Role.APPROVER: APPROVER,
    Role.ORGANISATION: REPLIER,
    Role.SYSTEM: None,
}


def due_by(due: datetime) -> dict[str, Any]:
    return {"due_at": due, "unanswered_from": due + ANSWER_TIME}


def usual_facts(
    type_: EventType, at: datetime, *, adverse: bool, due: datetime | None = None
) -> dict[str, Any]:
    """The facts that the rules of a made-up jurisdiction fix for an event."""
    if type_ in {EventType.RECORDED, EventType.CORRECTED}:
        facts: dict[str, Any] = {"retention_days": RETENTION_DAYS}
        if type_ is EventType.RECORDED:
            facts["adverse"] = adverse
        if adverse:
            facts |= {"term_ends_at": TERM_ENDS, "shortest_term_at": SHORTEST_TERM}
        return facts | (due_by(due) if due else {})
    if type_ is EventType.PROMISE_NOT_KEPT:
        return due_by(max(at, due or at) + 30 * DAY)
    if type_ is EventType.NOTIFIED:
        return {"window_closes_at": at + WINDOW}
    if type_ is EventType.OBJECTED:
        return {"decide_by": at + TIME_TO_DECIDE, "lapses_at": at + LAPSE}
    if type_ is EventType.ANSWERED:
        return {"shown": True}
    return {}


class Story:
    """An entry and how it came about. `happens` returns the story itself, so that it can be told in a row."""

    def __init__(self, *, adverse: bool = True, due: datetime | None = None) -> None:
        self.adverse = adverse
        self.due = due
        self.told: State | None = None
        self.events: list[Event] = []

    @property
    def state(self) -> State:
        assert self.told is not None
        return self.told

    @property
    def now(self) -> datetime:
        return self.events[-1].at if self.events else START - MINUTE

    def event(
        self,
        type_: EventType,
        *,
        at: datetime | None = None,
        facts: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Event:
        """The next event, a minute after the last, with `changes` made to it and to its facts."""
        at = at or self.now + MINUTE
        role = changes.pop("role", min(ROLES[type_]))
        due = self.due
        if type_ is EventType.PROMISE_NOT_KEPT and self.told:
            due = self.told.due_at
        given = usual_facts(type_, at, adverse=self.adverse, due=due) | (facts or {})
        version = self.told.version if self.told else 1
        made: dict[str, Any] = {
            "number": len(self.events) + 1,
            "type": type_,
            "at": at,
            "role": role,
            "actor": _ACTORS[role],
            "version": version + (type_ is EventType.CORRECTED),
            "facts": Facts(**given),
        }
        return Event(**(made | changes))

    def add(self, event: Event) -> Self:
        self.told = life.apply(self.told, event)
        self.events.append(event)
        return self

    def happens(self, type_: EventType, **changes: Any) -> Self:
        return self.add(self.event(type_, **changes))


def draft(*, adverse: bool = True, **facts: Any) -> Story:
    return Story(adverse=adverse).happens(EventType.RECORDED, facts=facts)


def approved(**facts: Any) -> Story:
    return draft(**facts).happens(EventType.APPROVED)


def notified(**facts: Any) -> Story:
    return approved(**facts).happens(EventType.NOTIFIED)


def published(**facts: Any) -> Story:
    story = notified(**facts)
    return story.happens(EventType.PUBLISHED, at=story.state.window_closes_at)


def licence(**facts: Any) -> Story:
    return draft(adverse=False, **facts).happens(EventType.APPROVED)


def promise_draft(due: datetime = DUE, **facts: Any) -> Story:
    return Story(adverse=False, due=due).happens(EventType.RECORDED, facts=facts)


def promise(due: datetime = DUE, **facts: Any) -> Story:
    return promise_draft(due, **facts).happens(EventType.APPROVED)


def promise_kept() -> Story:
    return promise().happens(EventType.PROMISE_KEPT)


def promise_not_kept() -> Story:
    return promise().happens(EventType.PROMISE_NOT_KEPT)


def suspended() -> Story:
    return published().happens(EventType.OBJECTED)


def objected_twice() -> Story:
    return suspended().happens(EventType.UPHELD).happens(EventType.OBJECTED)


def stayed() -> Story:
    return published().happens(EventType.STAYED)


def repair_asked() -> Story:
    return published().happens(EventType.REPAIR_ASKED)


def repaired() -> Story:
    return repair_asked().happens(EventType.REPAIR_GRANTED)


def withdrawn() -> Story:
    return published().happens(EventType.WITHDRAWN)


def erased() -> Story:
    story = published()
    return story.happens(EventType.ERASED, at=story.state.erasable_from)

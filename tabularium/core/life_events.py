"""The events in the life of an entry: what happened and by which role, never what an entry says."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Self


class EventType(StrEnum):
    """What can happen to an entry. Its end is not among them: it is a date, read and not recorded."""

    RECORDED = "recorded"
    APPROVED = "approved"
    NOTIFIED = "notified"
    NOTICE_RETURNED = "notice-returned"
    ANSWERED = "answered"
    ANSWER_TAKEN_BACK = "answer-taken-back"
    PUBLISHED = "published"
    OBJECTED = "objected"
    UPHELD = "upheld"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    STAYED = "stayed"
    STAY_LIFTED = "stay-lifted"
    REPAIR_ASKED = "repair-asked"
    REPAIR_GRANTED = "repair-granted"
    REPAIR_REFUSED = "repair-refused"
    ANNOTATED = "annotated"
    PROMISE_KEPT = "promise-kept"
    PROMISE_NOT_KEPT = "promise-not-kept"
    ERASED = "erased"


class Role(StrEnum):
    """In which role somebody acts."""

    CLERK = "clerk"
    SUBMISSION = "submission"
    APPROVER = "approver"
    ORGANISATION = "organisation"
    SYSTEM = "system"


ROLES: Mapping[EventType, frozenset[Role]] = {
    EventType.RECORDED: frozenset({Role.CLERK, Role.SUBMISSION}),
    EventType.APPROVED: frozenset({Role.APPROVER}),
    EventType.NOTIFIED: frozenset({Role.SYSTEM}),
    # It only holds publication back, so whoever sees to the letters may say it.
    EventType.NOTICE_RETURNED: frozenset({Role.CLERK, Role.APPROVER}),
    EventType.ANSWERED: frozenset({Role.ORGANISATION}),
    EventType.ANSWER_TAKEN_BACK: frozenset({Role.ORGANISATION}),
    EventType.PUBLISHED: frozenset({Role.SYSTEM}),
    EventType.OBJECTED: frozenset({Role.ORGANISATION}),
    EventType.UPHELD: frozenset({Role.APPROVER}),
    EventType.CORRECTED: frozenset({Role.APPROVER}),
    EventType.WITHDRAWN: frozenset({Role.APPROVER}),
    EventType.LAPSED: frozenset({Role.SYSTEM}),
    EventType.STAYED: frozenset({Role.APPROVER}),
    EventType.STAY_LIFTED: frozenset({Role.APPROVER}),
    EventType.REPAIR_ASKED: frozenset({Role.ORGANISATION}),
    EventType.REPAIR_GRANTED: frozenset({Role.APPROVER}),
    EventType.REPAIR_REFUSED: frozenset({Role.APPROVER}),
    EventType.ANNOTATED: frozenset({Role.APPROVER}),
    EventType.PROMISE_KEPT: frozenset({Role.APPROVER}),
    EventType.PROMISE_NOT_KEPT: frozenset({Role.APPROVER}),
    EventType.ERASED: frozenset({Role.SYSTEM}),
}

# What only somebody other than the recorder may do. The database holds the same list. A note and an answer
# to a promise are public at once, so they are among them: all that is public has been seen by two people.
NOT_BY_THE_RECORDER = frozenset(
    {
        EventType.APPROVED,
        EventType.UPHELD,
        EventType.CORRECTED,
        EventType.WITHDRAWN,
        EventType.REPAIR_GRANTED,
        EventType.REPAIR_REFUSED,
        EventType.ANNOTATED,
        EventType.PROMISE_KEPT,
        EventType.PROMISE_NOT_KEPT,
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The instants that an event fixes, computed from the rules before it is recorded. All in UTC.

    Attributes:
        adverse: with `recorded`: whether the entry needs notice, window and term.
        term_ends_at: with `recorded` and `corrected`: the public view ends here; None for a licence
            without end.
        shortest_term_at: with `recorded` and `corrected`: a repair ends the public view no earlier.
        retention_days: with `recorded` and `corrected`: days from the end to erasure.
        due_at: with `recorded` and `corrected` of a promise, and with `promise-not-kept`: the promised day
            is over. Who records it without makes no promise.
        unanswered_from: with each `due_at`: the authority has not said by then what became of it.
        given_at: with `notified`: when the notice counts as given, if before it was recorded: a letter
            on the day of its posting.
        window_closes_at: with `notified`: publication not before.
        decide_by: with `objected`: the decision is due.
        lapses_at: with `objected`: undecided until then, the entry is withdrawn.
        shown: with `answered`: whether the organisation wants its statement shown.
    """

    adverse: bool | None = None
    term_ends_at: datetime | None = None
    shortest_term_at: datetime | None = None
    retention_days: int | None = None
    due_at: datetime | None = None
    unanswered_from: datetime | None = None
    given_at: datetime | None = None
    window_closes_at: datetime | None = None
    decide_by: datetime | None = None
    lapses_at: datetime | None = None
    shown: bool | None = None

    def as_json(self) -> dict[str, str | int | bool]:
        """The facts that are given, instants as ISO 8601 text."""
        given: dict[str, str | int | bool] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                given[each.name] = value.isoformat() if isinstance(value, datetime) else value
        return given

    @classmethod
    def from_json(cls, given: Mapping[str, str | int | bool]) -> Self:
        """The inverse of `as_json`.

        Raises:
            TypeError: a fact that is not known.
            ValueError: an instant that cannot be read.
        """
        return cls(
            **{
                name: datetime.fromisoformat(value) if isinstance(value, str) else value
                for name, value in given.items()
            }  # type: ignore[arg-type] # the names decide which type a value has
        )


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one entry.

    Attributes:
        number: 1, 2, 3 ... within the entry.
        type: what happened.
        at: when, aware.
        role: in which role it was done.
        actor: an opaque name of who did it; None for the system alone.
        version: the version of the entry that it is about; for `corrected` the new one.
        facts: the instants that it fixes.
    """

    number: int
    type: EventType
    at: datetime
    role: Role
    actor: str | None
    version: int
    facts: Facts = NO_FACTS

"""The state of an entry, and what the public sees of it at an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """How far the current version has come. Suspension and stay lie across the stages."""

    DRAFT = "draft"
    APPROVED = "approved"
    NOTIFIED = "notified"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Outcome(StrEnum):
    """What has become of a promise, as far as its authority has said."""

    OPEN = "open"  # nothing said yet
    KEPT = "kept"
    NOT_KEPT = "not-kept"  # promised anew, for another day
    UNANSWERED = "unanswered"  # the time to say so is over; read from the date and never recorded


@dataclass(frozen=True, slots=True)
class State:
    """What the events so far add up to.

    Attributes:
        number: of the last event; 0 before the first.
        last_at: when that was.
        adverse: whether the entry speaks against its subject.
        version: the current version.
        recorder: who recorded the current version.
        stage: how far the current version has come.
        noticed_at: when the notice of the current version counted as given.
        window_closes_at: the current version may be published from here.
        public_from: since when the current version is public, suspensions apart.
        was_public: whether any version ever was.
        term_ends_at: the date that ends the public view by itself.
        shortest_term_at: a repair ends it no earlier.
        retention_days: from the end to erasure.
        ended_early_at: when a granted repair ends the public view.
        withdrawn_at: when it was withdrawn, by the authority or by lapse.
        objection_open: an objection waits for a decision.
        suspended: that objection suspends the entry.
        suspended_versions: versions that an objection has suspended already.
        decide_by: the open objection is due.
        lapses_at: a suspending objection undecided by then withdraws the entry.
        stayed: a court or review body ordered a stay.
        repair_open: a request for repair waits for a decision.
        answered: the organisation has answered.
        answer_shown: it wants its answer shown.
        first_due_at: of a promise: the day that its current version promises is over; None for no promise.
        due_at: of a promise: the day promised last is over.
        unanswered_from: by then its authority has not said what became of it.
        outcome: of a promise: what its authority said last; None for no promise.
    """

    number: int
    last_at: datetime
    adverse: bool
    version: int
    recorder: str | None
    stage: Stage = Stage.DRAFT
    noticed_at: datetime | None = None
    window_closes_at: datetime | None = None
    public_from: datetime | None = None
    was_public: bool = False
    term_ends_at: datetime | None = None
    shortest_term_at: datetime | None = None
    retention_days: int = 0
    ended_early_at: datetime | None = None
    withdrawn_at: datetime | None = None
    objection_open: bool = False
    suspended: bool = False
    suspended_versions: frozenset[int] = frozenset()
    decide_by: datetime | None = None
    lapses_at: datetime | None = None
    stayed: bool = False
    repair_open: bool = False
    answered: bool = False
    answer_shown: bool = False
    first_due_at: datetime | None = None
    due_at: datetime | None = None
    unanswered_from: datetime | None = None
    outcome: Outcome | None = None

    @property
    def public_until(self) -> datetime | None:
        """The instant at which the public view ends, that instant excluded; None for never."""
        ends = [each for each in (self.term_ends_at, self.ended_early_at) if each is not None]
        return min(ends) if ends else None

    @property
    def over_at(self) -> datetime | None:
        """When the entry is over for good: withdrawn, ended early, or at the end of its term."""
        ends = [each for each in (self.public_until, self.withdrawn_at) if each is not None]
        return min(ends) if ends else None

    @property
    def erasable_from(self) -> datetime | None:
        """From when retention is over and content and salt are destroyed."""
        return self.over_at and self.over_at + timedelta(days=self.retention_days)

    def is_over(self, now: datetime) -> bool:
        """Whether the entry is over at `now`."""
        return self.over_at is not None and now >= self.over_at


class Appearance(StrEnum):
    """What the public gets who asks for an entry by its address."""

    UNKNOWN = "unknown"  # never public, or not now: nothing tells the two apart
    PUBLIC = "public"
    GONE = "gone"  # it was public and is over: said, without any content


@dataclass(frozen=True, slots=True)
class PublicView:
    """What the public sees of an entry at an instant.

    Attributes:
        appearance: unknown, public or gone.
        version: the version that is shown; None unless public.
        until: the next instant at which the date alone changes the appearance; None if none does.
    """

    appearance: Appearance
    version: int | None = None
    until: datetime | None = None


def public_view(state: State, now: datetime) -> PublicView:
    """What the public sees of an entry in `state` at `now`. The date decides, whether or not anything ran."""
    if state.stage is Stage.ERASED or state.is_over(now):
        return PublicView(Appearance.GONE if state.was_public else Appearance.UNKNOWN)
    hidden = (
        state.stage is not Stage.PUBLISHED
        or state.suspended
        or state.stayed
        or state.public_from is None
        or now < state.public_from
    )
    if hidden:
        return PublicView(Appearance.UNKNOWN)
    return PublicView(Appearance.PUBLIC, state.version, state.public_until)


def outcome_at(
    outcome: Outcome | None, unanswered_from: datetime | None, now: datetime
) -> Outcome | None:
    """What has become of a promise at `now`; None for what is no promise.

    Args:
        outcome: what its authority said last.
        unanswered_from: until when it has time to say what became of the day promised last.
        now: the date decides, whether or not anything ran.
    """
    late = unanswered_from is not None and now >= unanswered_from
    if outcome in {Outcome.OPEN, Outcome.NOT_KEPT} and late:
        return Outcome.UNANSWERED
    return outcome

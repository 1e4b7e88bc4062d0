"""Which steps in the life of an entry change what the public sees: each is one leaf of the log."""

from datetime import datetime
from enum import StrEnum

from tabularium.core.life_events import Event, EventType
from tabularium.core.life_state import Appearance, State, public_view


class LoggedChange(StrEnum):
    """What a leaf of the log says happened."""

    PUBLISHED = "published"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    ENDED_EARLY = "ended-early"
    ERASED = "erased"


_SHOWING = {
    EventType.APPROVED: LoggedChange.PUBLISHED,
    EventType.PUBLISHED: LoggedChange.PUBLISHED,
    EventType.UPHELD: LoggedChange.RESTORED,
    EventType.STAY_LIFTED: LoggedChange.RESTORED,
}
_HIDING = {
    EventType.OBJECTED: LoggedChange.SUSPENDED,
    EventType.STAYED: LoggedChange.SUSPENDED,
}
_ENDING = {
    EventType.WITHDRAWN: LoggedChange.WITHDRAWN,
    EventType.LAPSED: LoggedChange.WITHDRAWN,
    EventType.REPAIR_GRANTED: LoggedChange.ENDED_EARLY,
}


def logged_change(before: State | None, event: Event, after: State) -> LoggedChange | None:
    """What an event changes of what the public sees; None if nothing.

    Args:
        before: the state before it; None before the first.
        event: what happened.
        after: the state after it.
    """
    if before is None:
        return None
    shown_before, shown_after = _is_shown(before, event.at), _is_shown(after, event.at)
    if event.type is EventType.CORRECTED:
        return LoggedChange.CORRECTED if shown_before or shown_after else None
    if event.type in _ENDING:
        # What was never public, or is over by its own date, does not end by this.
        ends = before.was_public and not before.is_over(event.at)
        return _ENDING[event.type] if ends else None
    if event.type is EventType.ERASED:
        return LoggedChange.ERASED if before.was_public else None
    if shown_after and not shown_before:
        return _SHOWING.get(event.type)
    return _HIDING.get(event.type) if shown_before and not shown_after else None


def puts_before_the_public(change: LoggedChange, after: State, at: datetime) -> bool:
    """Whether a change puts a version before the public, so that its leaf says what the version says.

    A correction of an adverse entry takes it from the public view until its new notice is over, and does not.
    """
    return change in _WITH_CONTENT and _is_shown(after, at)


_WITH_CONTENT = frozenset({LoggedChange.PUBLISHED, LoggedChange.RESTORED, LoggedChange.CORRECTED})


def _is_shown(state: State, at: datetime) -> bool:
    return public_view(state, at).appearance is Appearance.PUBLIC

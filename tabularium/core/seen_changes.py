"""Which events change what the public sees of an entry: what those who keep copies have to hear of."""

from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage, State

_BESIDE = frozenset(
    {EventType.ANNOTATED, EventType.PROMISE_KEPT, EventType.PROMISE_NOT_KEPT, EventType.CORRECTED}
)
"""Events that put a text beside what is shown, or in its place."""
_ANSWERS = frozenset({EventType.ANSWERED, EventType.ANSWER_TAKEN_BACK})


def is_shown(state: State) -> bool:
    """Whether the public sees the entry, if its dates allow it."""
    return state.stage is Stage.PUBLISHED and not state.suspended and not state.stayed


def changes_what_is_seen(before: State, after: State, event: EventType) -> bool:
    """Whether a copy of the entry that was right before the event may be wrong after it.

    What nobody sees is not told: that an entry which is not public has got a note, or that a repair was
    asked for. An erasure is told, for after it no date says any more that the entry has ended.

    Args:
        before: what its events added up to before the event.
        after: and after it.
        event: its type.
    """
    if event is EventType.ERASED:
        return after.was_public
    if is_shown(before) != is_shown(after):
        return True
    if not is_shown(after):
        return False
    if event in _ANSWERS:
        return before.answer_shown or after.answer_shown
    return event in _BESIDE or before.public_until != after.public_until

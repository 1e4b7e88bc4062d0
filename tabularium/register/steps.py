"""Whether something may happen to an entry now: the pure function is asked, and nothing is written."""

from datetime import datetime

from tabularium.core import life, life_events
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import NO_FACTS, EventType, Facts, Role
from tabularium.core.life_state import State


def may_happen(
    state: State,
    type_: EventType,
    now: datetime,
    *,
    role: Role,
    actor: str,
    facts: Facts = NO_FACTS,
) -> bool:
    """Whether an event may be the next one in the life of an entry.

    Args:
        state: what its events add up to.
        type_: what would happen.
        now: when.
        role: in which role somebody would do it.
        actor: who would.
        facts: the instants that it would fix; which ones does not matter, but that they are there.
    """
    event = life_events.Event(
        number=state.number + 1,
        type=type_,
        at=max(now, state.last_at),
        role=role,
        actor=actor,
        version=state.version + (type_ is EventType.CORRECTED),
        facts=facts,
    )
    try:
        life.apply(state, event)
    except NotAllowedError:
        return False
    return True

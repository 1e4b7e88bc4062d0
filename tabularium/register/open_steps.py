"""What an approver may do with an entry now: by the life of the entry, and by who recorded it."""

from datetime import datetime, timedelta

from tabularium.core.life_events import EventType, Facts, Role
from tabularium.register.models import Entry, User
from tabularium.register.services.advance import state_of
from tabularium.register.steps import may_happen

_DECIDED = (
    EventType.APPROVED,
    EventType.UPHELD,
    EventType.CORRECTED,
    EventType.WITHDRAWN,
    EventType.STAYED,
    EventType.STAY_LIFTED,
    EventType.REPAIR_GRANTED,
    EventType.ANNOTATED,
    EventType.PROMISE_KEPT,
    EventType.PROMISE_NOT_KEPT,
)
_LATER = timedelta(days=1)


def open_to_approver(entry: Entry, account: User, now: datetime) -> frozenset[EventType]:
    """What may happen to an entry now if this account, an approver of its authority, does it."""
    state = state_of(entry)
    facts = Facts(
        term_ends_at=now if state.adverse else None,
        shortest_term_at=now,
        retention_days=1,
        due_at=state.first_due_at,
        unanswered_from=state.unanswered_from,
    )
    # The soonest that could be promised anew.
    later = max(state.due_at or now, now) + _LATER
    anew = Facts(due_at=later, unanswered_from=later)
    who = str(account.pk)
    return frozenset(
        each
        for each in _DECIDED
        if may_happen(
            state,
            each,
            now,
            role=Role.APPROVER,
            actor=who,
            facts=anew if each is EventType.PROMISE_NOT_KEPT else facts,
        )
    )

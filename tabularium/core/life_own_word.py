"""The authority's own word in the life of an entry: notes beside it, and what becomes of its promises.

A promise is any entry that is recorded with a due day. At that day its authority says that it was kept, or
that it was not and by when it will be. That nobody has said anything is read from the date.
"""

from dataclasses import replace
from datetime import datetime

from tabularium.core.life_errors import NotAllowedError, require
from tabularium.core.life_events import Event, Facts
from tabularium.core.life_state import Outcome, Stage, State


def check_due(facts: Facts, term_ends_at: datetime | None, event: Event) -> None:
    """A promised day has a time to answer behind it, and stays public beyond that.

    Raises:
        NotAllowedError: it has not, or does not.
    """
    due, late = facts.due_at, facts.unanswered_from
    if due is None or late is None or late < due:
        raise NotAllowedError("due-day-missing", event.type)
    require(term_ends_at is None or term_ends_at > late, "ends-before-it-is-due", event)


def _check_public_word(state: State, event: Event) -> None:
    """What an authority adds in public is added to what was approved and is not over."""
    require(state.stage is not Stage.DRAFT, "not-approved", event)
    require(not state.is_over(event.at), "over", event)


def annotate(state: State, event: Event) -> State:
    """Nothing changes: a note stands beside what was decided and decides nothing.

    Raises:
        NotAllowedError: the entry is a draft, or over.
    """
    _check_public_word(state, event)
    return state


def _check_promise(state: State, event: Event) -> None:
    require(state.outcome is not None, "no-promise", event)
    require(state.outcome is not Outcome.KEPT, "kept", event)
    _check_public_word(state, event)


def keep_promise(state: State, event: Event) -> State:
    """The authority says that it kept its promise, before the day or after it; that is its last word.

    Raises:
        NotAllowedError: it is no promise, or kept already, a draft, or over.
    """
    _check_promise(state, event)
    return replace(state, outcome=Outcome.KEPT)


def break_promise(state: State, event: Event) -> State:
    """The authority says that it did not keep its promise, and names a later day, which it promises anew.

    Raises:
        NotAllowedError: as for `keep_promise`; or the new day is missing, not later than the day before and
            than now, or beyond the end of the term.
    """
    _check_promise(state, event)
    facts = event.facts
    check_due(facts, state.term_ends_at, event)
    later = facts.due_at and state.due_at and facts.due_at > max(state.due_at, event.at)
    require(later, "new-day-not-later", event)
    return replace(
        state,
        outcome=Outcome.NOT_KEPT,
        due_at=facts.due_at,
        unanswered_from=facts.unanswered_from,
    )


def with_due_day(state: State, event: Event) -> State:
    """The state after a correction, as to what is promised.

    It may put the promised day right before that day has come, and takes nothing back that was said.

    Raises:
        NotAllowedError: it makes a promise of what is none or the reverse, changes a day that has come or of
            which the authority has spoken, or ends before the day promised last.
    """
    facts = event.facts
    require((facts.due_at is None) == (state.due_at is None), "due-day-missing", event)
    if facts.due_at == state.first_due_at:
        ends, late = facts.term_ends_at, state.unanswered_from
        require(ends is None or late is None or ends > late, "ends-before-it-is-due", event)
        return state
    untouched = state.outcome is Outcome.OPEN and state.due_at and event.at < state.due_at
    require(untouched, "due-day-has-come", event)
    return replace(
        state,
        first_due_at=facts.due_at,
        due_at=facts.due_at,
        unanswered_from=facts.unanswered_from,
    )

"""The life of an entry as a pure function: events to state.

Section 3 of the design is the table implemented here. No database, no web, no clock: the time is given.
`life_state.public_view` tells what the public sees.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tabularium.core.life_errors import NotAllowedError, require
from tabularium.core.life_events import (
    NOT_BY_THE_RECORDER,
    ROLES,
    Event,
    EventType,
    Facts,
    Role,
)
from tabularium.core.life_own_word import (
    annotate,
    break_promise,
    check_due,
    keep_promise,
    with_due_day,
)
from tabularium.core.life_state import Outcome, Stage, State

__all__ = ["NotAllowedError", "apply", "replay"]


def replay(events: Iterable[Event]) -> State:
    """The state after all `events`.

    Raises:
        NotAllowedError: an event that could not happen where it stands, or no event at all.
    """
    state: State | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise NotAllowedError("no-event", EventType.RECORDED)
    return state


def apply(state: State | None, event: Event) -> State:
    """The state after `event`.

    Args:
        state: the state before; None before the first event.
        event: what happened.

    Raises:
        NotAllowedError: it cannot happen in this state, at this time, or by this actor.
    """
    _check_form(event)
    if state is None:
        return _recorded(event)
    _check_order(state, event)
    _check_actor(state, event)
    handler = _HANDLERS.get(event.type)
    if handler is None:
        raise NotAllowedError("already-recorded", event.type)
    after = handler(state, event)
    return replace(after, number=event.number, last_at=event.at)


def _check_form(event: Event) -> None:
    require(event.at.tzinfo is not None, "time-without-zone", event)
    require(event.role in ROLES[event.type], "wrong-role", event)
    require((event.actor is None) == (event.role is Role.SYSTEM), "actor-missing", event)


def _check_order(state: State, event: Event) -> None:
    require(event.number == state.number + 1, "out-of-order", event)
    require(event.at >= state.last_at, "earlier-than-the-last", event)
    require(state.stage is not Stage.ERASED, "erased", event)
    if state.stage is Stage.WITHDRAWN:
        require(event.type is EventType.ERASED, "withdrawn", event)
    expected = state.version + (event.type is EventType.CORRECTED)
    require(event.version == expected, "wrong-version", event)


def _check_actor(state: State, event: Event) -> None:
    if event.type in NOT_BY_THE_RECORDER:
        require(event.actor != state.recorder, "by-the-recorder", event)


def _term_facts(event: Event, *, adverse: bool) -> Facts:
    facts = event.facts
    if adverse:
        require(facts.term_ends_at is not None, "term-missing", event)
        require(facts.shortest_term_at is not None, "shortest-term-missing", event)
    require(facts.retention_days is not None, "retention-missing", event)
    if facts.due_at is not None:
        require(not adverse, "adverse-promise", event)
        check_due(facts, facts.term_ends_at, event)
    return facts


def _recorded(event: Event) -> State:
    require(event.type is EventType.RECORDED, "not-recorded", event)
    require(event.number == 1 and event.version == 1, "out-of-order", event)
    require(event.facts.adverse is not None, "adverse-or-not-missing", event)
    adverse = bool(event.facts.adverse)
    facts = _term_facts(event, adverse=adverse)
    return State(
        number=1,
        last_at=event.at,
        adverse=adverse,
        version=1,
        recorder=event.actor,
        term_ends_at=facts.term_ends_at,
        shortest_term_at=facts.shortest_term_at,
        retention_days=facts.retention_days or 0,
        first_due_at=facts.due_at,
        due_at=facts.due_at,
        unanswered_from=facts.unanswered_from,
        outcome=Outcome.OPEN if facts.due_at is not None else None,
    )


def _published(state: State, event: Event) -> State:
    return replace(state, stage=Stage.PUBLISHED, public_from=event.at, was_public=True)


def _approve(state: State, event: Event) -> State:
    require(state.stage is Stage.DRAFT, "not-a-draft", event)
    require(not state.is_over(event.at), "over", event)
    if state.adverse:
        return replace(state, stage=Stage.APPROVED)
    return _published(state, event)


def _notify(state: State, event: Event) -> State:
    require(state.stage is Stage.APPROVED, "not-waiting-for-notice", event)
    require(not state.is_over(event.at), "over", event)
    closes = event.facts.window_closes_at
    if closes is None or closes <= event.at:
        raise NotAllowedError("window-missing", event.type)
    given = event.facts.given_at or event.at
    require(given <= event.at, "given-in-the-future", event)
    return replace(state, stage=Stage.NOTIFIED, noticed_at=given, window_closes_at=closes)


def _return_notice(state: State, event: Event) -> State:
    require(state.stage is Stage.NOTIFIED, "not-noticed", event)
    require(not state.is_over(event.at), "over", event)
    # Who has objected to this version has heard of it, whatever became of the letter.
    require(state.version not in state.suspended_versions, "was-heard", event)
    return replace(state, stage=Stage.APPROVED, noticed_at=None, window_closes_at=None)


def _answer(state: State, event: Event) -> State:
    require(state.stage in {Stage.NOTIFIED, Stage.PUBLISHED}, "not-noticed", event)
    require(not state.is_over(event.at), "over", event)
    return replace(state, answered=True, answer_shown=bool(event.facts.shown))


def _take_back_answer(state: State, event: Event) -> State:
    require(state.answered, "no-answer", event)
    return replace(state, answered=False, answer_shown=False)


def _publish(state: State, event: Event) -> State:
    require(state.stage is Stage.NOTIFIED, "not-noticed", event)
    require(
        state.window_closes_at is not None and event.at >= state.window_closes_at,
        "window-open",
        event,
    )
    require(not state.suspended, "suspended", event)
    require(not state.stayed, "stayed", event)
    require(not state.is_over(event.at), "over", event)
    return _published(state, event)


def _object(state: State, event: Event) -> State:
    require(state.stage in {Stage.NOTIFIED, Stage.PUBLISHED}, "not-noticed", event)
    require(not state.is_over(event.at), "over", event)
    require(not state.objection_open, "objection-open", event)
    require(event.facts.decide_by and event.facts.lapses_at, "time-to-decide-missing", event)
    first = state.version not in state.suspended_versions
    return replace(
        state,
        objection_open=True,
        suspended=first,
        suspended_versions=state.suspended_versions | {state.version},
        decide_by=event.facts.decide_by,
        # An objection that does not suspend cannot end an entry by nobody deciding it.
        lapses_at=event.facts.lapses_at if first else None,
    )


def _without_objection(state: State) -> State:
    return replace(state, objection_open=False, suspended=False, decide_by=None, lapses_at=None)


def _check_not_lapsed(state: State, event: Event) -> None:
    # The date decides, whether or not the clock's work was done in time.
    lapsed = state.suspended and state.lapses_at is not None and event.at >= state.lapses_at
    require(not lapsed, "lapsed", event)


def _uphold(state: State, event: Event) -> State:
    require(state.objection_open, "no-objection", event)
    _check_not_lapsed(state, event)
    return _without_objection(state)


def _correct(state: State, event: Event) -> State:
    require(state.stage is not Stage.DRAFT, "not-approved", event)
    require(not state.is_over(event.at), "over", event)
    _check_not_lapsed(state, event)
    facts = _term_facts(event, adverse=state.adverse)
    fresh = replace(
        _without_objection(state),
        version=event.version,
        recorder=event.actor,
        stage=Stage.APPROVED,
        noticed_at=None,
        window_closes_at=None,
        public_from=None,
        term_ends_at=facts.term_ends_at,
        shortest_term_at=facts.shortest_term_at,
        retention_days=facts.retention_days or 0,
    )
    if state.adverse:
        return fresh
    return _published(with_due_day(fresh, event), event)


def _withdraw(state: State, event: Event) -> State:
    return replace(
        _without_objection(state),
        stage=Stage.WITHDRAWN,
        withdrawn_at=event.at,
        repair_open=False,
    )


def _lapse(state: State, event: Event) -> State:
    due = state.suspended and state.lapses_at is not None and event.at >= state.lapses_at
    require(due, "not-lapsed", event)
    return _withdraw(state, event)


def _stay(state: State, event: Event) -> State:
    require(state.stage is not Stage.DRAFT, "not-approved", event)
    require(not state.stayed, "stayed", event)
    require(not state.is_over(event.at), "over", event)
    return replace(state, stayed=True)


def _lift_stay(state: State, event: Event) -> State:
    require(state.stayed, "not-stayed", event)
    return replace(state, stayed=False)


def _ask_repair(state: State, event: Event) -> State:
    require(state.adverse, "not-adverse", event)
    require(state.stage is Stage.PUBLISHED, "not-published", event)
    require(not state.is_over(event.at), "over", event)
    require(not state.repair_open and state.ended_early_at is None, "repair-open", event)
    return replace(state, repair_open=True)


def _grant_repair(state: State, event: Event) -> State:
    require(state.repair_open, "no-request", event)
    ends = max(event.at, state.shortest_term_at) if state.shortest_term_at else event.at
    return replace(state, repair_open=False, ended_early_at=ends)


def _refuse_repair(state: State, event: Event) -> State:
    require(state.repair_open, "no-request", event)
    return replace(state, repair_open=False)


def _erase(state: State, event: Event) -> State:
    due = state.erasable_from is not None and event.at >= state.erasable_from
    require(due, "retention", event)
    return replace(
        _without_objection(state),
        stage=Stage.ERASED,
        repair_open=False,
        answered=False,
        answer_shown=False,
    )


_HANDLERS: Mapping[EventType, Callable[[State, Event], State]] = {
    EventType.APPROVED: _approve,
    EventType.NOTIFIED: _notify,
    EventType.NOTICE_RETURNED: _return_notice,
    EventType.ANSWERED: _answer,
    EventType.ANSWER_TAKEN_BACK: _take_back_answer,
    EventType.PUBLISHED: _publish,
    EventType.OBJECTED: _object,
    EventType.UPHELD: _uphold,
    EventType.CORRECTED: _correct,
    EventType.WITHDRAWN: _withdraw,
    EventType.LAPSED: _lapse,
    EventType.STAYED: _stay,
    EventType.STAY_LIFTED: _lift_stay,
    EventType.REPAIR_ASKED: _ask_repair,
    EventType.REPAIR_GRANTED: _grant_repair,
    EventType.REPAIR_REFUSED: _refuse_repair,
    EventType.ANNOTATED: annotate,
    EventType.PROMISE_KEPT: keep_promise,
    EventType.PROMISE_NOT_KEPT: break_promise,
    EventType.ERASED: _erase,
}

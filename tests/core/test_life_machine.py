"""A machine that tries events at random on an entry, and promises that must hold whatever it does."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tabularium.core import life, life_own_word, life_state
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import ROLES, Event, EventType, Facts, Role
from tabularium.core.life_state import Appearance, Outcome, PublicView, Stage, State
from tests.core.life_promises import History, broken
from tests.core.life_stories import DAY, START, due_by, usual_facts

_PEOPLE = ("clerk", "approver", "second approver", "organisation", None)
_PEOPLE_OF: Mapping[Role, tuple[str | None, ...]] = {
    Role.CLERK: ("clerk",),
    Role.SUBMISSION: ("clerk",),
    # The clerk may be an approver too, and is refused on entries of its own.
    Role.APPROVER: ("approver", "second approver", "clerk"),
    Role.ORGANISATION: ("organisation",),
    Role.SYSTEM: (None,),
}

# After these little more can happen, so one rule leaves them out.
_ENDING = frozenset({EventType.WITHDRAWN, EventType.LAPSED, EventType.ERASED, EventType.CORRECTED})

# How far an entry may have come before the machine takes over, so that it reaches what lies deep.
_USUAL_WAY = (
    EventType.APPROVED,
    EventType.NOTIFIED,
    EventType.PUBLISHED,
    EventType.REPAIR_ASKED,
)

_WITH_A_DAY = [EventType.PROMISE_NOT_KEPT, EventType.CORRECTED]

_WAITS, _ENDS = 0.15, 0.08  # how often time passes before an event, and it may end the entry

_MOMENT = timedelta(microseconds=1)
_PAUSES = st.sampled_from(
    [timedelta(0), _MOMENT, timedelta(minutes=7), DAY, 3 * DAY, 20 * DAY, 100 * DAY]
)


def _somebody(role: Role) -> st.SearchStrategy[str | None]:
    return st.sampled_from(_PEOPLE_OF[role])


class Life(RuleBasedStateMachine):
    """One entry; whoever tries whatever."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.now = START

    @property
    def state(self) -> State:
        return self.history.state

    def accept(self, event: Event) -> bool:
        """Whether the event was accepted. Every promise is kept after it; a refusal changes nothing."""
        before = self.history.states[-1] if self.history.states else None
        try:
            after = life.apply(before, event)
        except NotAllowedError:
            return False
        self.history.events.append(event)
        self.history.states.append(after)
        found = broken(self.history, self.now)
        assert not found, found
        return True

    def next_event(self, type_: EventType, role: Role, actor: str | None, **facts: Any) -> Event:
        """What happens if all is done right but for role and actor."""
        due = self.state.first_due_at
        if type_ is EventType.PROMISE_NOT_KEPT:
            due = self.state.due_at
        given = usual_facts(type_, self.now, adverse=self.history.adverse, due=due) | facts
        return Event(
            number=self.state.number + 1,
            type=type_,
            at=self.now,
            role=role,
            actor=actor,
            version=self.state.version + (type_ is EventType.CORRECTED),
            facts=Facts(**given),
        )

    @initialize(
        adverse=st.sampled_from([True, True, False, False]),
        due=st.sampled_from([None, 0 * DAY, 20 * DAY]),
        term=st.sampled_from([None, 365 * DAY, 30 * DAY, 2 * DAY]),
        shortest=st.sampled_from([90 * DAY, 0 * DAY, 500 * DAY]),
        retention=st.sampled_from([0, 90]),
        role=st.sampled_from([Role.CLERK, Role.SUBMISSION]),
        head_start=st.sampled_from([4, 3, 2, 1, 0]),
    )
    def is_recorded(
        self,
        adverse: bool,
        due: timedelta | None,
        term: timedelta | None,
        shortest: timedelta,
        retention: int,
        role: Role,
        head_start: int,
    ) -> None:
        promised = {} if adverse or due is None else due_by(self.now + due)
        if adverse or (promised and term):
            # No decision against anybody is without end, and no promise ends before it is due.
            term = max(term or 365 * DAY, 60 * DAY) if promised else term or 365 * DAY
        facts = Facts(
            adverse=adverse,
            term_ends_at=term and self.now + term,
            shortest_term_at=self.now + shortest if adverse else None,
            retention_days=retention,
            **promised,
        )
        event = Event(1, EventType.RECORDED, self.now, role, "clerk", 1, facts)
        assert self.accept(event)
        for type_ in _USUAL_WAY[: head_start if adverse else min(head_start, 1)]:
            self.now = self.state.window_closes_at or self.now
            role = min(ROLES[type_])
            self.accept(self.next_event(type_, role, _PEOPLE_OF[role][0]))

    @rule(pause=_PAUSES)
    def time_passes(self, pause: timedelta) -> None:
        self.now += pause

    @rule(just_before=st.booleans())
    def time_passes_to_a_boundary(self, just_before: bool) -> None:
        self._wait(just_before * _MOMENT)

    def _wait(self, before: timedelta = timedelta(0)) -> None:
        """Until the next instant that the state names, or just before it."""
        state = self.state
        boundaries = {
            state.window_closes_at,
            state.shortest_term_at,
            state.public_until,
            state.lapses_at,
            state.erasable_from,
            state.due_at,
            state.unanswered_from,
        }
        ahead = sorted(each for each in boundaries if each is not None and each > self.now)
        if ahead:
            self.now = ahead[0] - before

    @rule(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 12))
    def some_events_come_as_they_may(self, seed: int, count: int) -> None:
        """Each is one that the life allows then, so that what lies deep is reached.

        Chosen evenly: Hypothesis itself draws for short counterexamples, and seldom for long lives.
        """
        chance = Random(seed)  # noqa: S311 - no secret
        for _ in range(count):
            if chance.random() < _WAITS:
                self._wait()
            ending = chance.random() < _ENDS
            possible = [
                each
                for each in EventType
                if (ending or each not in _ENDING) and self._may_come_next(each)
            ]
            if possible:
                type_ = chance.choice(possible)
                role = min(ROLES[type_])
                self.accept(self.next_event(type_, role, chance.choice(_PEOPLE_OF[role])))

    def _may_come_next(self, type_: EventType) -> bool:
        role = min(ROLES[type_])
        for who in _PEOPLE_OF[role]:
            try:
                life.apply(self.state, self.next_event(type_, role, who))
            except NotAllowedError:
                continue
            return True
        return False

    @rule(
        type_=st.sampled_from(EventType),
        role=st.none() | st.sampled_from(Role),
        actor=st.sampled_from(_PEOPLE),
        number=st.sampled_from([0, 0, 0, -1, 1]),
        version=st.sampled_from([0, 0, 0, -1, 1]),
        back=st.sampled_from([None, None, timedelta(0), _MOMENT, DAY]),
        without_facts=st.booleans(),
    )
    def anybody_tries_anything(
        self,
        type_: EventType,
        role: Role | None,
        actor: str | None,
        number: int,
        version: int,
        back: timedelta | None,
        without_facts: bool,
    ) -> None:
        """An event of any kind by anybody, in no order and with nothing that belongs to it."""
        event = self.next_event(type_, role or min(ROLES[type_]), actor)
        self.accept(
            replace(
                event,
                number=event.number + number,
                version=event.version + version,
                at=event.at if back is None else self.state.last_at - back,
                facts=Facts() if without_facts else event.facts,
            )
        )

    @precondition(lambda self: self.state.version == 1 and self.state.was_public)
    @rule(term=st.integers(-30, 800), shortest=st.integers(0, 400), choice=st.data())
    def a_correction_gives_another_term(
        self, term: int, shortest: int, choice: st.DataObject
    ) -> None:
        actor = choice.draw(_somebody(Role.APPROVER))
        facts: dict[str, Any] = {"term_ends_at": self.now + term * DAY}
        if self.history.adverse:
            facts["shortest_term_at"] = self.now + shortest * DAY
        self.accept(self.next_event(EventType.CORRECTED, Role.APPROVER, actor, **facts))

    @precondition(lambda self: self.state.outcome is not None)
    @rule(days=st.integers(-40, 90), type_=st.sampled_from(_WITH_A_DAY), choice=st.data())
    def another_day_is_promised(self, days: int, type_: EventType, choice: st.DataObject) -> None:
        actor = choice.draw(_somebody(Role.APPROVER))
        due = (self.state.due_at or self.now) + days * DAY
        self.accept(self.next_event(type_, Role.APPROVER, actor, **due_by(due)))

    @invariant()
    @precondition(lambda self: bool(self.history.events))
    def a_licence_without_end_stays(self) -> None:
        state = self.state
        if (
            not state.adverse
            and state.term_ends_at is None
            and state.stage is Stage.PUBLISHED
            and not state.suspended
            and not state.stayed
        ):
            view = life_state.public_view(state, self.now + 40 * 365 * DAY)
            assert (view.appearance, view.until) == (Appearance.PUBLIC, None)


_CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

Life.TestCase.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=_CHECKS
)
TestLife = Life.TestCase


# ---- the machine bites


def _find_a_broken_promise(first: int = 0) -> None:
    """Live until a promise is broken: many short searches, of which each is the same in every run.

    Args:
        first: the search to begin with, where an earlier one would only take time.
    """
    for number in range(first, first + 60):
        run_state_machine_as_test(  # type: ignore[no-untyped-call] # Hypothesis has no types for it
            seed(number)(type("Lives", (Life,), {})),
            settings=settings(
                max_examples=25,
                stateful_step_count=30,
                # Where CI is set, Hypothesis would make the same search each time.
                derandomize=False,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=_CHECKS,
            ),
        )


def _publish_at_once(state: State, event: Event) -> State:
    return replace(state, stage=Stage.PUBLISHED, public_from=event.at, was_public=True)


def _publish_unless_over(state: State, event: Event) -> State:
    if state.is_over(event.at) or state.stage not in {Stage.APPROVED, Stage.NOTIFIED}:
        raise NotAllowedError("over", event.type)
    return _publish_at_once(state, event)


def _publish_though_suspended(state: State, event: Event) -> State:
    after = life._publish(replace(state, suspended=False), event)
    return replace(after, suspended=False)


def _publish_though_stayed(state: State, event: Event) -> State:
    return replace(life._publish(replace(state, stayed=False), event), stayed=False)


def _object_again_and_again(state: State, event: Event) -> State:
    return life._object(replace(state, suspended_versions=frozenset()), event)


def _object_without_effect(state: State, event: Event) -> State:
    return replace(life._object(state, event), suspended=False)


def _repair_at_once(state: State, event: Event) -> State:
    return replace(life._grant_repair(state, event), ended_early_at=event.at)


def _correct_and_stay_public(state: State, event: Event) -> State:
    after = life._correct(state, event)
    return replace(after, stage=state.stage, public_from=state.public_from)


def _withdraw_a_little(state: State, event: Event) -> State:
    return replace(life._withdraw(state, event), stage=state.stage, withdrawn_at=None)


def _notify_with_a_memory(state: State, event: Event) -> State:
    return replace(life._notify(state, event), number=0, answered=_flip())


def _note_as_a_lift(state: State, event: Event) -> State:
    return replace(life_own_word.annotate(state, event), suspended=False, stayed=False)


def _note_on_anything(state: State, event: Event) -> State:
    del event
    return state


def _keep_again_and_again(state: State, event: Event) -> State:
    return life_own_word.keep_promise(replace(state, outcome=state.outcome and Outcome.OPEN), event)


def _break_without_a_new_day(state: State, event: Event) -> State:
    after = life_own_word.break_promise(state, event)
    return replace(after, due_at=state.due_at, unanswered_from=state.unanswered_from)


def _break_for_any_day(state: State, event: Event) -> State:
    earlier = state.due_at and replace(state, due_at=event.at - 1000 * DAY)
    return life_own_word.break_promise(earlier or state, event)


_coin = iter(range(10**9))


def _flip() -> bool:
    return next(_coin) % 2 == 0


@pytest.mark.parametrize(
    ("type_", "handler"),
    [
        (EventType.APPROVED, _publish_at_once),
        (EventType.PUBLISHED, _publish_at_once),
        (EventType.PUBLISHED, _publish_unless_over),
        (EventType.PUBLISHED, _publish_though_suspended),
        (EventType.PUBLISHED, _publish_though_stayed),
        (EventType.OBJECTED, _object_again_and_again),
        (EventType.OBJECTED, _object_without_effect),
        (EventType.REPAIR_GRANTED, _repair_at_once),
        (EventType.CORRECTED, _correct_and_stay_public),
        (EventType.WITHDRAWN, _withdraw_a_little),
        (EventType.LAPSED, _withdraw_a_little),
        (EventType.NOTIFIED, _notify_with_a_memory),
        (EventType.ANNOTATED, _note_as_a_lift),
        (EventType.ANNOTATED, _note_on_anything),
        (EventType.PROMISE_KEPT, _keep_again_and_again),
        (EventType.PROMISE_NOT_KEPT, _break_without_a_new_day),
        (EventType.PROMISE_NOT_KEPT, _break_for_any_day),
    ],
)
def test_a_changed_rule_is_found(
    monkeypatch: pytest.MonkeyPatch,
    type_: EventType,
    handler: Callable[[State, Event], State],
) -> None:
    monkeypatch.setitem(life._HANDLERS, type_, handler)  # type: ignore[arg-type] # a dict behind a Mapping
    first = {_publish_though_suspended: 10, _publish_though_stayed: 19}.get(handler, 0)
    with pytest.raises(AssertionError):
        _find_a_broken_promise(first)


@pytest.mark.parametrize("check", ["_check_form", "_check_order", "_check_actor"])
def test_a_check_left_out_is_found(monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    monkeypatch.setattr(life, check, lambda *_: None)
    with pytest.raises(AssertionError):
        _find_a_broken_promise()


def _any_day_by_correction(state: State, event: Event) -> State:
    facts = event.facts
    if facts.due_at is None or state.due_at is None:
        return state
    return replace(
        state,
        first_due_at=facts.due_at,
        due_at=facts.due_at,
        unanswered_from=facts.unanswered_from,
    )


def test_a_correction_that_moves_a_day_which_has_come_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(life, "with_due_day", _any_day_by_correction)
    with pytest.raises(AssertionError):
        _find_a_broken_promise()


def _said_alone(
    outcome: Outcome | None, unanswered_from: datetime | None, now: datetime
) -> Outcome | None:
    del unanswered_from, now
    return outcome


def _late_a_moment_late(
    outcome: Outcome | None, unanswered_from: datetime | None, now: datetime
) -> Outcome | None:
    return _ORIGINAL_OUTCOME(outcome, unanswered_from, now - _MOMENT)


def _never_kept_late(
    outcome: Outcome | None, unanswered_from: datetime | None, now: datetime
) -> Outcome | None:
    late = unanswered_from is not None and now >= unanswered_from
    return Outcome.UNANSWERED if late else outcome


_ORIGINAL_OUTCOME = life_state.outcome_at


@pytest.mark.parametrize("outcome_at", [_said_alone, _late_a_moment_late, _never_kept_late])
def test_a_promise_read_otherwise_is_found(
    monkeypatch: pytest.MonkeyPatch, outcome_at: Callable[..., Outcome | None]
) -> None:
    monkeypatch.setattr(life_state, "outcome_at", outcome_at)
    with pytest.raises(AssertionError):
        _find_a_broken_promise()


def _view_that_forgets(**forgotten: Any) -> Callable[[State, datetime], PublicView]:
    original = life_state.public_view

    def view(state: State, now: datetime) -> PublicView:
        return original(replace(state, **forgotten), now)

    return view


def _view_a_moment_late(state: State, now: datetime) -> PublicView:
    return _ORIGINAL_VIEW(state, now - _MOMENT)


def _view_that_never_was(state: State, now: datetime) -> PublicView:
    view = _ORIGINAL_VIEW(state, now)
    return view if now < START + 450 * DAY else PublicView(Appearance.UNKNOWN)


_ORIGINAL_VIEW = life_state.public_view


@pytest.mark.parametrize(
    "view",
    [
        _view_that_forgets(stayed=False),
        _view_that_forgets(suspended=False),
        _view_that_forgets(term_ends_at=None),
        _view_that_forgets(ended_early_at=None),
        _view_that_forgets(public_from=START),
        _view_that_forgets(version=1),
        _view_a_moment_late,
        _view_that_never_was,
    ],
    ids=["stay", "suspension", "term", "repair", "beginning", "version", "instant", "gone"],
)
def test_a_view_that_forgets_is_found(
    monkeypatch: pytest.MonkeyPatch, view: Callable[[State, datetime], PublicView]
) -> None:
    monkeypatch.setattr(life_state, "public_view", view)
    with pytest.raises(AssertionError):
        _find_a_broken_promise(first=9)


def _long_life(seed: int) -> History:
    chance = Random(seed)  # noqa: S311 - no secret
    life_of_one = Life()
    life_of_one.is_recorded(
        adverse=chance.random() < 0.7,
        due=chance.choice([None, 20 * DAY]),
        term=chance.choice([None, 365 * DAY, 30 * DAY]),
        shortest=chance.choice([0 * DAY, 90 * DAY, 500 * DAY]),
        retention=90,
        role=Role.CLERK,
        head_start=chance.randrange(4),
    )
    life_of_one.some_events_come_as_they_may(seed, 60)
    return life_of_one.history


def test_long_lives_keep_every_promise_and_reach_every_event_and_every_stage() -> None:
    """A property that is never put to the test holds without meaning anything."""
    seen: set[object] = set()
    for number in range(150):
        history = _long_life(number)
        for event, state in zip(history.events, history.states, strict=True):
            view = life_state.public_view(state, event.at)
            became = life_state.outcome_at(state.outcome, state.unanswered_from, event.at)
            seen.update({event.type, state.stage, view.appearance, state.version > 1, became})
    assert seen >= {*EventType, *Stage, *Appearance, *Outcome, True, None}

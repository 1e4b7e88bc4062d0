from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tabularium.core import life
from tabularium.core.life import NotAllowedError, replay
from tabularium.core.life_events import NOT_BY_THE_RECORDER, ROLES, EventType, Facts, Role
from tabularium.core.life_state import Appearance, Stage, public_view
from tests.core.life_stories import (
    APPROVER,
    DAY,
    LAPSE,
    MINUTE,
    MOMENT,
    RECORDER,
    REPLIER,
    RETENTION_DAYS,
    SECOND_APPROVER,
    SHORTEST_TERM,
    START,
    TERM_ENDS,
    TIME_TO_DECIDE,
    WINDOW,
    Story,
    approved,
    draft,
    erased,
    licence,
    notified,
    objected_twice,
    promise,
    promise_draft,
    promise_kept,
    promise_not_kept,
    published,
    repair_asked,
    repaired,
    stayed,
    suspended,
    withdrawn,
)

E = EventType


def reason_of(story: Story, type_: EventType, **changes: Any) -> str:
    """Why the event is refused. The story is as it was."""
    before = story.state
    with pytest.raises(NotAllowedError) as refusal:
        story.happens(type_, **changes)
    assert story.state == before
    assert refusal.value.event is type_
    assert refusal.value.reason in str(refusal.value)
    return refusal.value.reason


def at_window() -> Story:
    """In notice, and the next event comes when the window has closed."""
    story = notified()
    return story.happens(E.ANSWERED, at=story.state.window_closes_at)


def returned() -> Story:
    """Told, but the letter came back."""
    return notified().happens(E.NOTICE_RETURNED)


def suspended_in_notice() -> Story:
    return notified().happens(E.OBJECTED)


def stayed_in_notice() -> Story:
    return at_window().happens(E.STAYED)


def answered() -> Story:
    return published().happens(E.ANSWERED)


def ended() -> Story:
    """Public until its term was over; the last event came with the end, and changed nothing else."""
    story = answered()
    return story.happens(E.ANSWER_TAKEN_BACK, at=TERM_ENDS)


def licence_draft() -> Story:
    return draft(adverse=False)


def licence_suspended() -> Story:
    return licence().happens(E.OBJECTED)


# Section 3 of the design, cell by cell. The events that may come next; all others are refused.
ALLOWED: Mapping[Callable[[], Story], frozenset[EventType]] = {
    draft: frozenset({E.APPROVED, E.WITHDRAWN}),
    approved: frozenset({E.NOTIFIED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}),
    notified: frozenset(
        {
            E.NOTICE_RETURNED,
            E.ANSWERED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.ANNOTATED,
        }
    ),
    returned: frozenset({E.NOTIFIED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}),
    at_window: frozenset(
        {
            E.NOTICE_RETURNED,
            E.ANSWERED,
            E.ANSWER_TAKEN_BACK,
            E.PUBLISHED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.ANNOTATED,
        }
    ),
    suspended_in_notice: frozenset(
        {E.ANSWERED, E.UPHELD, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}
    ),
    stayed_in_notice: frozenset(
        {
            E.NOTICE_RETURNED,
            E.ANSWERED,
            E.ANSWER_TAKEN_BACK,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAY_LIFTED,
            E.ANNOTATED,
        }
    ),
    published: frozenset(
        {E.ANSWERED, E.OBJECTED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.REPAIR_ASKED, E.ANNOTATED}
    ),
    answered: frozenset(
        {
            E.ANSWERED,
            E.ANSWER_TAKEN_BACK,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.REPAIR_ASKED,
            E.ANNOTATED,
        }
    ),
    suspended: frozenset(
        {E.ANSWERED, E.UPHELD, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.REPAIR_ASKED, E.ANNOTATED}
    ),
    objected_twice: frozenset(
        {E.ANSWERED, E.UPHELD, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.REPAIR_ASKED, E.ANNOTATED}
    ),
    stayed: frozenset(
        {
            E.ANSWERED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAY_LIFTED,
            E.REPAIR_ASKED,
            E.ANNOTATED,
        }
    ),
    repair_asked: frozenset(
        {
            E.ANSWERED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.REPAIR_GRANTED,
            E.REPAIR_REFUSED,
            E.ANNOTATED,
        }
    ),
    repaired: frozenset({E.ANSWERED, E.OBJECTED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}),
    ended: frozenset({E.WITHDRAWN}),
    withdrawn: frozenset(),
    erased: frozenset(),
    licence_draft: frozenset({E.APPROVED, E.WITHDRAWN}),
    licence: frozenset({E.ANSWERED, E.OBJECTED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}),
    licence_suspended: frozenset(
        {E.ANSWERED, E.UPHELD, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}
    ),
    promise_draft: frozenset({E.APPROVED, E.WITHDRAWN}),
    promise: frozenset(
        {
            E.ANSWERED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.ANNOTATED,
            E.PROMISE_KEPT,
            E.PROMISE_NOT_KEPT,
        }
    ),
    promise_kept: frozenset(
        {E.ANSWERED, E.OBJECTED, E.CORRECTED, E.WITHDRAWN, E.STAYED, E.ANNOTATED}
    ),
    promise_not_kept: frozenset(
        {
            E.ANSWERED,
            E.OBJECTED,
            E.CORRECTED,
            E.WITHDRAWN,
            E.STAYED,
            E.ANNOTATED,
            E.PROMISE_KEPT,
            E.PROMISE_NOT_KEPT,
        }
    ),
}

# Why an event is refused that the situation does not allow, where the event alone decides the reason.
REASONS: Mapping[EventType, frozenset[str]] = {
    E.RECORDED: frozenset({"already-recorded"}),
    E.APPROVED: frozenset({"not-a-draft"}),
    E.NOTIFIED: frozenset({"not-waiting-for-notice"}),
    E.NOTICE_RETURNED: frozenset({"not-noticed", "was-heard", "over"}),
    E.ANSWERED: frozenset({"not-noticed", "over"}),
    E.ANSWER_TAKEN_BACK: frozenset({"no-answer"}),
    E.PUBLISHED: frozenset({"not-noticed", "window-open", "suspended", "stayed"}),
    E.OBJECTED: frozenset({"not-noticed", "objection-open", "over"}),
    E.UPHELD: frozenset({"no-objection"}),
    E.CORRECTED: frozenset({"not-approved", "over"}),
    E.LAPSED: frozenset({"not-lapsed"}),
    E.STAYED: frozenset({"not-approved", "stayed", "over"}),
    E.STAY_LIFTED: frozenset({"not-stayed"}),
    E.REPAIR_ASKED: frozenset({"not-adverse", "not-published", "repair-open", "over"}),
    E.REPAIR_GRANTED: frozenset({"no-request"}),
    E.REPAIR_REFUSED: frozenset({"no-request"}),
    E.ANNOTATED: frozenset({"not-approved", "over"}),
    E.PROMISE_KEPT: frozenset({"no-promise", "not-approved", "kept"}),
    E.PROMISE_NOT_KEPT: frozenset({"no-promise", "not-approved", "kept"}),
    E.ERASED: frozenset({"retention"}),
}


@pytest.mark.parametrize("type_", EventType)
@pytest.mark.parametrize("situation", ALLOWED, ids=lambda each: each.__name__)
def test_each_event_is_allowed_or_refused_as_the_table_says(
    situation: Callable[[], Story], type_: EventType
) -> None:
    story = situation()
    if type_ in ALLOWED[situation]:
        before = story.state
        story.happens(type_)
        assert story.state.number == before.number + 1
        assert story.state.last_at == before.last_at + MINUTE
        assert replay(story.events) == story.state
        return
    reason = reason_of(story, type_)
    if situation is withdrawn and type_ is not E.ERASED:
        assert reason == "withdrawn"
    elif situation is erased:
        assert reason == "erased"
    else:
        assert reason in REASONS[type_]


# ---- recorded


def test_recorded_makes_a_draft_that_nobody_sees() -> None:
    state = draft().state
    assert (state.stage, state.version, state.recorder) == (Stage.DRAFT, 1, RECORDER)
    assert state.adverse
    assert (state.term_ends_at, state.shortest_term_at) == (TERM_ENDS, SHORTEST_TERM)
    assert public_view(state, START).appearance is Appearance.UNKNOWN


def test_a_submission_records_too() -> None:
    story = Story().happens(E.RECORDED, role=Role.SUBMISSION)
    assert story.state.recorder == RECORDER


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": 2}, "out-of-order"),
        ({"version": 2}, "out-of-order"),
        ({"facts": {"adverse": None}}, "adverse-or-not-missing"),
        ({"facts": {"term_ends_at": None}}, "term-missing"),
        ({"facts": {"shortest_term_at": None}}, "shortest-term-missing"),
        ({"facts": {"retention_days": None}}, "retention-missing"),
        ({"role": Role.APPROVER}, "wrong-role"),
        ({"actor": None}, "actor-missing"),
        ({"at": START.replace(tzinfo=None)}, "time-without-zone"),
    ],
)
def test_recorded_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        Story().happens(E.RECORDED, **changes)
    assert refusal.value.reason == reason


def test_a_licence_needs_no_term_and_a_retention_all_the_same() -> None:
    assert draft(adverse=False).state.term_ends_at is None
    with pytest.raises(NotAllowedError, match="retention-missing"):
        draft(adverse=False, retention_days=None)


@pytest.mark.parametrize("type_", [each for each in EventType if each is not E.RECORDED])
def test_nothing_comes_before_the_record(type_: EventType) -> None:
    with pytest.raises(NotAllowedError, match="not-recorded"):
        Story().happens(type_)


def test_no_event_at_all_is_no_entry() -> None:
    with pytest.raises(NotAllowedError, match="no-event"):
        replay([])


# ---- form, order, actors


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("type_", EventType)
def test_only_the_roles_of_an_event_may_act(type_: EventType, role: Role) -> None:
    story = published()
    try:
        life.apply(story.state, story.event(type_, role=role))
        reason = ""
    except NotAllowedError as refusal:
        reason = refusal.reason
    assert (reason == "wrong-role") == (role not in ROLES[type_])


def test_the_system_has_no_actor_and_everybody_else_has_one() -> None:
    assert reason_of(notified(), E.ANSWERED, actor=None) == "actor-missing"
    assert reason_of(approved(), E.NOTIFIED, actor=APPROVER) == "actor-missing"


@pytest.mark.parametrize("step", [-1, 0, 2])
def test_numbers_follow_one_another(step: int) -> None:
    story = draft()
    assert reason_of(story, E.APPROVED, number=story.state.number + step) == "out-of-order"


def test_time_does_not_go_backwards_but_may_stand_still() -> None:
    story = draft()
    assert reason_of(story, E.APPROVED, at=story.now - MOMENT) == "earlier-than-the-last"
    assert story.happens(E.APPROVED, at=story.now).state.stage is Stage.APPROVED


@pytest.mark.parametrize("version", [0, 2])
def test_an_event_names_the_current_version(version: int) -> None:
    assert reason_of(draft(), E.APPROVED, version=version) == "wrong-version"
    assert reason_of(published(), E.CORRECTED, version=version + 1) == "wrong-version"


@pytest.mark.parametrize("type_", sorted(NOT_BY_THE_RECORDER))
def test_the_recorder_neither_approves_nor_decides(type_: EventType) -> None:
    situation = {E.APPROVED: draft, E.UPHELD: suspended}.get(type_, repair_asked)
    assert reason_of(situation(), type_, actor=RECORDER) == "by-the-recorder"


def test_who_corrected_a_version_does_not_decide_on_it() -> None:
    story = published().happens(E.CORRECTED).happens(E.NOTIFIED).happens(E.OBJECTED)
    assert story.state.recorder == APPROVER
    assert reason_of(story, E.UPHELD, actor=APPROVER) == "by-the-recorder"
    story.happens(E.UPHELD, actor=SECOND_APPROVER)
    assert not story.state.objection_open


# ---- approved, notified, published


def test_approval_publishes_a_licence_and_sends_an_adverse_entry_to_notice() -> None:
    public = licence()
    assert public.state.stage is Stage.PUBLISHED
    assert public.state.public_from == public.now
    assert public_view(public.state, public.now).appearance is Appearance.PUBLIC
    assert approved().state.stage is Stage.APPROVED


@pytest.mark.parametrize(
    ("situation", "type_"),
    [(draft, E.APPROVED), (approved, E.NOTIFIED), (at_window, E.PUBLISHED)],
)
def test_what_is_over_goes_no_further(situation: Callable[[], Story], type_: EventType) -> None:
    assert reason_of(situation(), type_, at=TERM_ENDS) == "over"
    assert situation().happens(type_, at=TERM_ENDS - MOMENT).state.number


def test_a_notice_that_came_back_closes_its_window_until_another_was_given() -> None:
    story = notified()
    story.happens(E.NOTICE_RETURNED, at=story.state.window_closes_at)
    assert (story.state.stage, story.state.noticed_at) == (Stage.APPROVED, None)
    assert reason_of(story, E.PUBLISHED) == "not-noticed"
    story.happens(E.NOTIFIED)
    assert story.state.window_closes_at == story.now + WINDOW
    assert reason_of(story, E.PUBLISHED) == "window-open"


def test_who_has_objected_has_heard_of_it_though_the_letter_came_back() -> None:
    story = suspended_in_notice().happens(E.UPHELD)
    assert reason_of(story, E.NOTICE_RETURNED) == "was-heard"
    again = story.happens(E.CORRECTED).happens(E.NOTIFIED)
    assert again.happens(E.NOTICE_RETURNED).state.stage is Stage.APPROVED


def test_a_clerk_may_say_that_a_notice_came_back() -> None:
    story = notified().happens(E.NOTICE_RETURNED, role=Role.CLERK)
    assert story.state.stage is Stage.APPROVED


@pytest.mark.parametrize("closes", [None, timedelta(0), -MOMENT])
def test_a_notice_opens_a_window(closes: timedelta | None) -> None:
    story = approved()
    at = story.now + MINUTE
    window = None if closes is None else at + closes
    assert reason_of(story, E.NOTIFIED, facts={"window_closes_at": window}) == "window-missing"
    story.happens(E.NOTIFIED)
    assert story.state.noticed_at == at
    assert story.state.window_closes_at == at + WINDOW


def test_publication_waits_for_the_instant_at_which_the_window_closes() -> None:
    story = notified()
    closes = story.state.window_closes_at
    assert closes is not None
    assert reason_of(story, E.PUBLISHED, at=closes - MOMENT) == "window-open"
    story.happens(E.PUBLISHED, at=closes)
    assert story.state.public_from == closes
    assert public_view(story.state, closes - MOMENT).appearance is Appearance.UNKNOWN
    assert public_view(story.state, closes).appearance is Appearance.PUBLIC


def test_publication_waits_for_objection_and_stay() -> None:
    assert reason_of(suspended_in_notice(), E.PUBLISHED, at=START + 9 * DAY) == "suspended"
    assert reason_of(stayed_in_notice(), E.PUBLISHED, at=START + 9 * DAY) == "stayed"


def test_an_objection_upheld_in_the_window_lets_it_run_out() -> None:
    story = suspended_in_notice().happens(E.UPHELD)
    assert reason_of(story, E.PUBLISHED) == "window-open"
    assert story.happens(E.PUBLISHED, at=START + 9 * DAY).state.stage is Stage.PUBLISHED


# ---- answered


@pytest.mark.parametrize("shown", [True, False])
def test_an_answer_is_shown_if_the_organisation_wishes(shown: bool) -> None:
    state = published().happens(E.ANSWERED, facts={"shown": shown}).state
    assert (state.answered, state.answer_shown) == (True, shown)


def test_an_answer_taken_back_is_shown_no_more_even_after_the_end() -> None:
    story = answered().happens(E.ANSWER_TAKEN_BACK, at=TERM_ENDS + DAY)
    assert (story.state.answered, story.state.answer_shown) == (False, False)


# ---- objected, upheld, lapsed


def test_an_objection_hides_the_entry_at_once_and_upholding_brings_it_back() -> None:
    story = suspended()
    assert story.state.suspended
    assert story.state.decide_by == story.now + TIME_TO_DECIDE
    assert story.state.lapses_at == story.now + LAPSE
    assert public_view(story.state, story.now).appearance is Appearance.UNKNOWN
    story.happens(E.UPHELD)
    assert public_view(story.state, story.now).appearance is Appearance.PUBLIC
    assert (story.state.decide_by, story.state.lapses_at) == (None, None)


@pytest.mark.parametrize("fact", ["decide_by", "lapses_at"])
def test_an_objection_has_a_time_by_which_it_is_decided(fact: str) -> None:
    assert reason_of(published(), E.OBJECTED, facts={fact: None}) == "time-to-decide-missing"


def test_a_second_objection_to_the_same_version_does_not_suspend_and_cannot_lapse() -> None:
    story = objected_twice()
    assert story.state.objection_open
    assert not story.state.suspended
    assert story.state.decide_by == story.now + TIME_TO_DECIDE
    assert public_view(story.state, story.now).appearance is Appearance.PUBLIC
    assert reason_of(story, E.LAPSED, at=story.now + 2 * LAPSE) == "not-lapsed"


def test_a_corrected_version_can_be_suspended_anew() -> None:
    story = objected_twice().happens(E.CORRECTED).happens(E.NOTIFIED).happens(E.OBJECTED)
    assert story.state.suspended
    assert story.state.suspended_versions == {1, 2}


def test_an_objection_that_nobody_decides_withdraws_the_entry() -> None:
    story = suspended()
    lapses = story.state.lapses_at
    assert lapses is not None
    assert reason_of(story, E.LAPSED, at=lapses - MOMENT) == "not-lapsed"
    assert public_view(story.state, lapses + DAY).appearance is Appearance.UNKNOWN
    story.happens(E.LAPSED, at=lapses)
    assert story.state.stage is Stage.WITHDRAWN
    assert story.state.withdrawn_at == lapses
    assert public_view(story.state, lapses).appearance is Appearance.GONE


@pytest.mark.parametrize("late", [E.UPHELD, E.CORRECTED])
def test_after_the_lapse_it_is_too_late_to_decide_whether_or_not_the_clock_ran(late: E) -> None:
    story = published().happens(E.OBJECTED)
    lapses = story.state.lapses_at
    assert lapses is not None
    assert reason_of(story, late, at=lapses) == "lapsed"
    assert reason_of(story, late, at=lapses + DAY) == "lapsed"
    story.happens(late, at=lapses - MOMENT)
    assert not story.state.objection_open


# ---- corrected


def test_a_correction_takes_an_adverse_entry_back_to_notice() -> None:
    story = suspended().happens(
        E.CORRECTED, facts={"term_ends_at": TERM_ENDS - DAY, "retention_days": 7}
    )
    state = story.state
    assert (state.stage, state.version, state.recorder) == (Stage.APPROVED, 2, APPROVER)
    assert (state.noticed_at, state.window_closes_at, state.public_from) == (None, None, None)
    assert (state.objection_open, state.suspended) == (False, False)
    assert (state.term_ends_at, state.retention_days) == (TERM_ENDS - DAY, 7)
    assert public_view(state, story.now).appearance is Appearance.UNKNOWN
    assert public_view(state, TERM_ENDS - DAY).appearance is Appearance.GONE


def test_a_corrected_licence_stays_public_with_its_new_version() -> None:
    story = licence().happens(E.CORRECTED)
    view = public_view(story.state, story.now)
    assert (view.appearance, view.version) == (Appearance.PUBLIC, 2)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("term_ends_at", "term-missing"),
        ("shortest_term_at", "shortest-term-missing"),
        ("retention_days", "retention-missing"),
    ],
)
def test_a_correction_needs_what_a_record_needs(fact: str, reason: str) -> None:
    assert reason_of(published(), E.CORRECTED, facts={fact: None}) == reason


# ---- withdrawn, ended, erased


def test_a_withdrawn_entry_is_gone_if_it_was_public_and_unknown_if_it_never_was() -> None:
    gone, never = withdrawn(), notified().happens(E.WITHDRAWN)
    assert public_view(gone.state, gone.now).appearance is Appearance.GONE
    assert public_view(never.state, never.now).appearance is Appearance.UNKNOWN


@pytest.mark.parametrize("type_", [each for each in EventType if each is not E.ERASED])
def test_nothing_but_erasure_comes_after_withdrawal(type_: EventType) -> None:
    assert reason_of(withdrawn(), type_) == "withdrawn"


def test_withdrawal_ends_objection_and_repair() -> None:
    state = repair_asked().happens(E.OBJECTED).happens(E.WITHDRAWN).state
    assert (state.objection_open, state.suspended, state.repair_open) == (False, False, False)


def test_the_term_ends_by_its_date_alone() -> None:
    state = published().state
    view = public_view(state, TERM_ENDS - MOMENT)
    assert (view.appearance, view.until) == (Appearance.PUBLIC, TERM_ENDS)
    assert public_view(state, TERM_ENDS).appearance is Appearance.GONE


def test_a_licence_without_end_stays() -> None:
    story = licence()
    view = public_view(story.state, story.now + 100 * 365 * DAY)
    assert (view.appearance, view.version, view.until) == (Appearance.PUBLIC, 1, None)
    assert story.state.erasable_from is None
    assert reason_of(story, E.ERASED, at=story.now + 100 * 365 * DAY) == "retention"


@pytest.mark.parametrize(
    ("situation", "over_at"),
    [
        (draft, TERM_ENDS),
        (published, TERM_ENDS),
        (repaired, SHORTEST_TERM),
        (withdrawn, None),
    ],
)
def test_erasure_waits_for_the_end_and_the_retention(
    situation: Callable[[], Story], over_at: datetime | None
) -> None:
    story = situation()
    due = (over_at or story.now) + RETENTION_DAYS * DAY
    assert story.state.erasable_from == due
    assert reason_of(story, E.ERASED, at=due - MOMENT) == "retention"
    appearance = public_view(story.state, due).appearance
    story.happens(E.ERASED, at=due)
    assert story.state.stage is Stage.ERASED
    assert public_view(story.state, due).appearance is appearance


def test_rules_without_a_retention_let_it_be_erased_at_its_very_end() -> None:
    corrected = published().happens(E.CORRECTED, facts={"retention_days": 0})
    for story in (published(retention_days=0), corrected):
        assert story.state.erasable_from == TERM_ENDS
        assert story.happens(E.ERASED, at=TERM_ENDS).state.stage is Stage.ERASED


def test_erasure_ends_objection_answer_and_repair() -> None:
    story = answered().happens(E.REPAIR_ASKED).happens(E.OBJECTED)
    state = story.happens(E.ERASED, at=story.state.erasable_from).state
    assert not any((state.objection_open, state.suspended, state.repair_open))
    assert not any((state.answered, state.answer_shown))


# ---- stayed


def test_a_stay_hides_the_entry_until_it_is_lifted() -> None:
    story = stayed()
    assert public_view(story.state, story.now).appearance is Appearance.UNKNOWN
    story.happens(E.STAY_LIFTED)
    assert public_view(story.state, story.now).appearance is Appearance.PUBLIC


def test_a_stay_holds_through_a_correction_and_an_objection() -> None:
    story = stayed().happens(E.OBJECTED).happens(E.UPHELD).happens(E.CORRECTED)
    assert story.state.stayed
    fresh = licence().happens(E.STAYED).happens(E.CORRECTED)
    assert public_view(fresh.state, fresh.now).appearance is Appearance.UNKNOWN


# ---- repair


def test_repair_ends_the_public_view_at_the_shortest_term() -> None:
    story = repaired()
    assert story.state.public_until == SHORTEST_TERM
    assert public_view(story.state, SHORTEST_TERM - MOMENT).appearance is Appearance.PUBLIC
    assert public_view(story.state, SHORTEST_TERM).appearance is Appearance.GONE


def test_repair_after_the_shortest_term_ends_it_at_once() -> None:
    story = repair_asked().happens(E.REPAIR_GRANTED, at=SHORTEST_TERM + DAY)
    assert story.state.public_until == SHORTEST_TERM + DAY
    assert public_view(story.state, story.now).appearance is Appearance.GONE


def test_repair_never_makes_the_term_longer() -> None:
    story = published(shortest_term_at=TERM_ENDS + DAY).happens(E.REPAIR_ASKED)
    assert story.happens(E.REPAIR_GRANTED).state.public_until == TERM_ENDS


def test_a_refused_repair_may_be_asked_for_again_and_a_granted_one_not() -> None:
    story = repair_asked()
    assert reason_of(story, E.REPAIR_ASKED) == "repair-open"
    story.happens(E.REPAIR_REFUSED)
    assert story.state.public_until == TERM_ENDS
    story.happens(E.REPAIR_ASKED).happens(E.REPAIR_GRANTED)
    assert reason_of(story, E.REPAIR_ASKED) == "repair-open"


def test_a_licence_is_not_repaired() -> None:
    assert reason_of(licence(), E.REPAIR_ASKED) == "not-adverse"


# ---- facts


def test_facts_survive_json() -> None:
    facts = Facts(
        adverse=False,
        term_ends_at=TERM_ENDS,
        shortest_term_at=SHORTEST_TERM,
        retention_days=0,
        window_closes_at=START + MOMENT,
        decide_by=START,
        lapses_at=START + DAY,
        shown=False,
    )
    given = facts.as_json()
    assert given["term_ends_at"] == "2027-03-04T02:00:00+00:00"
    assert (given["adverse"], given["retention_days"], given["shown"]) == (False, 0, False)
    assert Facts.from_json(given) == facts


def test_facts_that_are_not_given_are_not_written() -> None:
    assert Facts().as_json() == {}
    assert Facts.from_json({}) == Facts()


@pytest.mark.parametrize(
    ("given", "error"),
    [({"score": 3}, TypeError), ({"decide_by": "soon"}, ValueError)],
)
def test_facts_that_cannot_be_read_are_refused(
    given: dict[str, str | int | bool], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Facts.from_json(given)


def test_an_event_says_nothing_of_content() -> None:
    story = published().happens(E.ANSWERED).happens(E.OBJECTED)
    for event in story.events:
        assert event.actor in {None, RECORDER, APPROVER, REPLIER}
        assert set(event.facts.as_json()) <= set(Facts.__dataclass_fields__)
        assert not any(
            isinstance(value, str) and not datetime.fromisoformat(value)
            for value in event.facts.as_json().values()
        )


def test_a_state_cannot_be_changed_in_place() -> None:
    state = draft().state
    with pytest.raises(AttributeError):
        state.stage = Stage.PUBLISHED  # type: ignore[misc] # that it is refused is what is tested
    assert replace(state, number=7) != state

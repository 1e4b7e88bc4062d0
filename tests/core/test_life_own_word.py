"""Notes beside an entry, and what becomes of promises."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Appearance, Outcome, outcome_at, public_view
from tests.core.life_stories import (
    ANSWER_TIME,
    APPROVER,
    DAY,
    DUE,
    MOMENT,
    RECORDER,
    SECOND_APPROVER,
    START,
    Story,
    draft,
    due_by,
    licence,
    promise,
    promise_draft,
    promise_kept,
    promise_not_kept,
    published,
    suspended,
)

E = EventType


def refused(story: Story, type_: EventType, **changes: Any) -> str:
    before = story.state
    with pytest.raises(NotAllowedError) as refusal:
        story.happens(type_, **changes)
    assert story.state == before
    return refusal.value.reason


def outcome_of(story: Story, at: Any) -> Outcome | None:
    return outcome_at(story.state.outcome, story.state.unanswered_from, at)


# ---- notes


@pytest.mark.parametrize("told", [published, suspended, licence, promise])
def test_a_note_changes_nothing_but_that_it_is_the_last_event(told: Any) -> None:
    story = told()
    before = story.state
    story.happens(E.ANNOTATED)
    assert story.state == replace(before, number=before.number + 1, last_at=story.now)


def test_the_recorder_adds_no_note_and_says_nothing_of_a_promise() -> None:
    for told, type_ in (
        (published, E.ANNOTATED),
        (promise, E.PROMISE_KEPT),
        (promise, E.PROMISE_NOT_KEPT),
    ):
        assert refused(told(), type_, actor=RECORDER) == "by-the-recorder"
        told().happens(type_, actor=SECOND_APPROVER)
        assert refused(told(), type_, role=Role.ORGANISATION, actor="99") == "wrong-role"


def test_a_note_is_added_until_the_very_end() -> None:
    ends = published().state.public_until
    assert ends is not None
    published().happens(E.ANNOTATED, at=ends - MOMENT)
    assert refused(published(), E.ANNOTATED, at=ends) == "over"


# ---- promises


def test_a_promise_is_open_until_the_time_to_answer_is_over() -> None:
    story = promise()
    assert story.state.due_at == DUE
    late = DUE + ANSWER_TIME
    assert outcome_of(story, DUE) is Outcome.OPEN
    assert outcome_of(story, late - MOMENT) is Outcome.OPEN
    assert outcome_of(story, late) is Outcome.UNANSWERED
    assert outcome_of(story, late + 400 * DAY) is Outcome.UNANSWERED


def test_the_time_to_answer_ends_no_earlier_than_the_promised_day() -> None:
    at_once = promise(unanswered_from=DUE)
    assert outcome_of(at_once, DUE - MOMENT) is Outcome.OPEN
    assert outcome_of(at_once, DUE) is Outcome.UNANSWERED
    with pytest.raises(NotAllowedError, match="due-day-missing"):
        promise(unanswered_from=DUE - MOMENT)


def test_what_is_no_promise_has_no_outcome() -> None:
    for told in (draft, published, licence):
        assert outcome_of(told(), START + 400 * DAY) is None


def test_a_kept_promise_stays_kept_and_public() -> None:
    story = promise_kept()
    for at in (story.now, DUE, DUE + 400 * DAY):
        assert outcome_of(story, at) is Outcome.KEPT
        assert public_view(story.state, at).appearance is Appearance.PUBLIC
    assert refused(story, E.PROMISE_KEPT) == "kept"
    assert refused(story, E.PROMISE_NOT_KEPT) == "kept"


def test_a_promise_is_answered_late_and_the_date_says_so_no_more() -> None:
    late = DUE + 2 * ANSWER_TIME
    assert outcome_of(promise(), late) is Outcome.UNANSWERED
    assert outcome_of(promise().happens(E.PROMISE_KEPT, at=late), late) is Outcome.KEPT
    again = promise().happens(E.PROMISE_NOT_KEPT, at=late)
    assert outcome_of(again, late) is Outcome.NOT_KEPT


def test_a_new_day_is_a_further_promise() -> None:
    story = promise().happens(E.PROMISE_NOT_KEPT, at=DUE, facts=due_by(DUE + 60 * DAY))
    assert (story.state.first_due_at, story.state.due_at) == (DUE, DUE + 60 * DAY)
    late = DUE + 60 * DAY + ANSWER_TIME
    assert outcome_of(story, late - MOMENT) is Outcome.NOT_KEPT
    assert outcome_of(story, late) is Outcome.UNANSWERED
    story.happens(E.PROMISE_NOT_KEPT, at=late, facts=due_by(late + 60 * DAY))
    story.happens(E.PROMISE_KEPT, at=late + 50 * DAY)
    assert outcome_of(story, late + 400 * DAY) is Outcome.KEPT
    days = [each.facts.due_at for each in story.events if each.facts.due_at]
    assert days == [DUE, DUE + 60 * DAY, late + 60 * DAY]


@pytest.mark.parametrize("new", [DUE, DUE - DAY])
def test_a_new_day_is_later_than_the_one_before(new: Any) -> None:
    assert refused(promise(), E.PROMISE_NOT_KEPT, facts=due_by(new)) == "new-day-not-later"


def test_a_new_day_is_still_to_come() -> None:
    at = DUE + 50 * DAY
    for new in (at, DUE + DAY):
        assert refused(promise(), E.PROMISE_NOT_KEPT, at=at, facts=due_by(new)) == (
            "new-day-not-later"
        )
    promise().happens(E.PROMISE_NOT_KEPT, at=at, facts=due_by(at + MOMENT))


@pytest.mark.parametrize("missing", ["due_at", "unanswered_from"])
def test_not_kept_needs_a_new_day(missing: str) -> None:
    facts = {missing: None}
    assert refused(promise(), E.PROMISE_NOT_KEPT, facts=facts) == "due-day-missing"


def test_a_time_to_answer_that_ends_before_the_day_is_none() -> None:
    with pytest.raises(NotAllowedError, match="due-day-missing"):
        promise_draft(unanswered_from=DUE - MOMENT)


def test_a_promise_does_not_end_before_it_is_answered() -> None:
    late = DUE + ANSWER_TIME
    with pytest.raises(NotAllowedError, match="ends-before-it-is-due"):
        promise_draft(term_ends_at=late)
    story = promise(term_ends_at=late + DAY)
    new = due_by(DUE + 5 * DAY)
    assert refused(story, E.PROMISE_NOT_KEPT, facts=new) == "ends-before-it-is-due"
    story.happens(E.CORRECTED, facts={"term_ends_at": late + 90 * DAY})
    story.happens(E.PROMISE_NOT_KEPT, facts=new, actor=SECOND_APPROVER)


def test_an_adverse_entry_is_no_promise() -> None:
    with pytest.raises(NotAllowedError, match="adverse-promise"):
        draft(**due_by(DUE))


def test_a_wrong_day_is_put_right_before_it_has_come_and_not_after() -> None:
    other = DUE + 10 * DAY
    story = promise().happens(E.CORRECTED, at=DUE - MOMENT, facts=due_by(other))
    assert (story.state.first_due_at, story.state.due_at) == (other, other)
    assert outcome_of(story, DUE + ANSWER_TIME) is Outcome.OPEN
    assert refused(promise(), E.CORRECTED, at=DUE, facts=due_by(other)) == "due-day-has-come"
    for told in (promise_kept, promise_not_kept):
        assert refused(told(), E.CORRECTED, facts=due_by(other)) == "due-day-has-come"


@pytest.mark.parametrize("told", [promise_kept, promise_not_kept])
def test_a_correction_takes_nothing_back_that_was_said(told: Any) -> None:
    story = told()
    before = story.state
    story.happens(E.CORRECTED)
    after = story.state
    assert (after.outcome, after.due_at) == (before.outcome, before.due_at)
    assert after.unanswered_from == before.unanswered_from
    assert after.version == 2


def test_a_correction_neither_makes_a_promise_nor_unmakes_one() -> None:
    nothing = {"due_at": None, "unanswered_from": None}
    assert refused(promise(), E.CORRECTED, facts=nothing) == "due-day-missing"
    assert refused(licence(), E.CORRECTED, facts=due_by(DUE)) == "due-day-missing"


def test_a_correction_does_not_end_a_promise_before_its_new_day() -> None:
    story = promise_not_kept()
    late = story.state.unanswered_from
    assert late is not None
    facts = {"term_ends_at": late}
    assert refused(story, E.CORRECTED, facts=facts) == "ends-before-it-is-due"
    story.happens(E.CORRECTED, facts={"term_ends_at": late + MOMENT})


def test_who_keeps_the_promise_is_an_approver() -> None:
    event = promise().event(E.PROMISE_KEPT, at=DUE + timedelta(hours=1))
    assert (event.role, event.actor) == (Role.APPROVER, APPROVER)

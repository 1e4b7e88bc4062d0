"""Which events change what the public sees, and what a leaf of the log says of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tabularium.core.life_events import Event, EventType, Role
from tabularium.core.life_state import Stage, State
from tabularium.core.logged_changes import LoggedChange, logged_change, puts_before_the_public
from tabularium.core.seen_changes import changes_what_is_seen, is_shown

E = EventType
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)

SHOWN = State(
    number=4,
    last_at=NOW - DAY,
    adverse=True,
    version=1,
    recorder="clerk",
    stage=Stage.PUBLISHED,
    public_from=NOW - DAY,
    was_public=True,
    term_ends_at=NOW + 30 * DAY,
)
SUSPENDED = replace(SHOWN, suspended=True)
STAYED = replace(SHOWN, stayed=True)
IN_NOTICE = replace(SHOWN, stage=Stage.NOTIFIED, public_from=None, was_public=False)
OVER = replace(SHOWN, term_ends_at=NOW - DAY)
WITHDRAWN = replace(SHOWN, stage=Stage.WITHDRAWN, withdrawn_at=NOW)
ERASED = replace(OVER, stage=Stage.ERASED)


def change(before: State | None, type_: EventType, after: State) -> LoggedChange | None:
    event = Event(5, type_, NOW, Role.SYSTEM, None, 1)
    return logged_change(before, event, after)


@pytest.mark.parametrize(
    ("before", "type_", "after", "logged"),
    [
        (None, E.RECORDED, replace(IN_NOTICE, stage=Stage.DRAFT), None),
        (None, E.APPROVED, SHOWN, None),
        (IN_NOTICE, E.APPROVED, SHOWN, LoggedChange.PUBLISHED),
        (IN_NOTICE, E.PUBLISHED, SHOWN, LoggedChange.PUBLISHED),
        (IN_NOTICE, E.PUBLISHED, IN_NOTICE, None),
        (SHOWN, E.OBJECTED, SUSPENDED, LoggedChange.SUSPENDED),
        (SHOWN, E.STAYED, STAYED, LoggedChange.SUSPENDED),
        (SHOWN, E.OBJECTED, SHOWN, None),
        (SUSPENDED, E.STAYED, replace(SUSPENDED, stayed=True), None),
        (SUSPENDED, E.UPHELD, SHOWN, LoggedChange.RESTORED),
        (STAYED, E.STAY_LIFTED, SHOWN, LoggedChange.RESTORED),
        (SHOWN, E.UPHELD, SHOWN, None),
        (SHOWN, E.ANNOTATED, SHOWN, None),
        (SHOWN, E.CORRECTED, SHOWN, LoggedChange.CORRECTED),
        (SHOWN, E.CORRECTED, IN_NOTICE, LoggedChange.CORRECTED),
        (SUSPENDED, E.CORRECTED, SHOWN, LoggedChange.CORRECTED),
        (IN_NOTICE, E.CORRECTED, IN_NOTICE, None),
        (SHOWN, E.WITHDRAWN, WITHDRAWN, LoggedChange.WITHDRAWN),
        (SUSPENDED, E.LAPSED, WITHDRAWN, LoggedChange.WITHDRAWN),
        (SHOWN, E.REPAIR_GRANTED, OVER, LoggedChange.ENDED_EARLY),
        (IN_NOTICE, E.WITHDRAWN, replace(WITHDRAWN, was_public=False), None),
        (OVER, E.WITHDRAWN, replace(OVER, withdrawn_at=NOW), None),
        (OVER, E.ERASED, ERASED, LoggedChange.ERASED),
        (IN_NOTICE, E.ERASED, replace(ERASED, was_public=False), None),
    ],
)
def test_a_leaf_says_what_the_public_saw_change_and_there_is_none_for_what_it_did_not(
    before: State | None, type_: EventType, after: State, logged: LoggedChange | None
) -> None:
    assert change(before, type_, after) is logged


@pytest.mark.parametrize("logged", LoggedChange)
def test_a_leaf_says_a_version_only_where_the_change_puts_it_before_the_public(
    logged: LoggedChange,
) -> None:
    showing = logged in {LoggedChange.PUBLISHED, LoggedChange.RESTORED, LoggedChange.CORRECTED}
    assert puts_before_the_public(logged, SHOWN, NOW) is showing
    assert not puts_before_the_public(logged, IN_NOTICE, NOW)


@pytest.mark.parametrize(
    ("state", "shown"),
    [(SHOWN, True), (SUSPENDED, False), (STAYED, False), (IN_NOTICE, False), (WITHDRAWN, False)],
)
def test_an_entry_is_shown_while_published_and_neither_suspended_nor_stayed(
    state: State, shown: bool
) -> None:
    assert is_shown(state) is shown


ANSWERED = replace(SHOWN, answer_shown=True)


@pytest.mark.parametrize(
    ("before", "type_", "after", "told"),
    [
        (OVER, E.ERASED, ERASED, True),
        (IN_NOTICE, E.ERASED, replace(ERASED, was_public=False), False),
        (IN_NOTICE, E.PUBLISHED, SHOWN, True),
        (SHOWN, E.STAYED, STAYED, True),
        (IN_NOTICE, E.ANNOTATED, IN_NOTICE, False),
        (SUSPENDED, E.CORRECTED, SUSPENDED, False),
        (SHOWN, E.ANNOTATED, SHOWN, True),
        (SHOWN, E.CORRECTED, SHOWN, True),
        (SHOWN, E.PROMISE_KEPT, SHOWN, True),
        (SHOWN, E.PROMISE_NOT_KEPT, SHOWN, True),
        (SHOWN, E.REPAIR_ASKED, SHOWN, False),
        (SHOWN, E.REPAIR_GRANTED, replace(SHOWN, ended_early_at=NOW + DAY), True),
        (SHOWN, E.ANSWERED, SHOWN, False),
        (SHOWN, E.ANSWERED, ANSWERED, True),
        (ANSWERED, E.ANSWER_TAKEN_BACK, SHOWN, True),
        (SUSPENDED, E.ANSWERED, replace(ANSWERED, suspended=True), False),
    ],
)
def test_those_who_keep_copies_hear_of_what_makes_a_copy_wrong_and_of_nothing_else(
    before: State, type_: EventType, after: State, told: bool
) -> None:
    assert changes_what_is_seen(before, after, type_) is told

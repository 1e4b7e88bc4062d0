"""A key lets a call be carried out once: under way, done, killed, forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tabularium import clock
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import IdempotencyKey, Submission
from tabularium.register.services.idempotency import (
    IN_PROGRESS,
    KEPT_FOR,
    KEY_REUSED,
    LOST_AFTER,
    Claim,
    claim,
    forget_old_keys,
    keep_outcome,
    release,
)
from tabularium.register.services.memberships import submission_account
from tests.builders import Town

Move = Callable[[datetime], None]

pytestmark = pytest.mark.django_db

CALL, OTHER_CALL = "a" * 64, "b" * 64


@pytest.fixture
def town(move: Move) -> Town:  # noqa: ARG001 - the clock stands
    return Town()


def a_submission(town: Town) -> Submission:
    return Submission.objects.create(
        item=town.item(),
        submitted_by=submission_account(town.authority),
        received_at=clock.now(),
        file_name="made-up.csv",
        file_sha256="0" * 64,
        rows_read=0,
        entries_made=0,
        rows_stopped=0,
    )


def done(town: Town, claimed: Claim) -> Submission:
    with transaction.atomic():
        submission = a_submission(town)
        keep_outcome(claimed, submission)
    return submission


def refused(town: Town, key: str, call: str) -> str:
    with pytest.raises(RefusedError) as refusal:
        claim(town.authority, key, call)
    return refusal.value.reason


def test_a_new_key_is_a_claim_and_the_key_is_not_kept(town: Town) -> None:
    claimed = claim(town.authority, "a secret key", CALL)
    assert claimed.submission is None
    assert "secret" not in str(IdempotencyKey.objects.values().get())


def test_the_same_call_under_way_is_refused(town: Town) -> None:
    claim(town.authority, "key", CALL)
    assert refused(town, "key", CALL) == IN_PROGRESS
    assert refused(town, "key", OTHER_CALL) == KEY_REUSED


def test_whoever_is_told_to_wait_writes_nothing(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # In SQLite a write would wait until the call that is under way has ended.
    claim(town.authority, "key", CALL)
    with django_assert_num_queries(1) as asked:
        assert refused(town, "key", CALL) == IN_PROGRESS
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


def test_the_same_call_once_done_finds_what_it_did(town: Town) -> None:
    submission = done(town, claim(town.authority, "key", CALL))
    again = claim(town.authority, "key", CALL)
    assert again.submission == submission
    assert refused(town, "key", OTHER_CALL) == KEY_REUSED


def test_keys_of_two_authorities_have_nothing_to_do_with_each_other(town: Town) -> None:
    done(town, claim(town.authority, "key", CALL))
    other = Town("other-office")
    assert claim(other.authority, "key", OTHER_CALL).submission is None


def test_a_released_key_may_come_with_any_call(town: Town) -> None:
    release(claim(town.authority, "key", CALL))
    assert claim(town.authority, "key", OTHER_CALL).submission is None


def test_what_is_done_is_not_released(town: Town) -> None:
    claimed = claim(town.authority, "key", CALL)
    submission = done(town, claimed)
    release(claimed)
    assert claim(town.authority, "key", CALL).submission == submission


def test_a_killed_call_is_taken_over_after_a_while(town: Town, move: Move) -> None:
    killed = claim(town.authority, "key", CALL)
    began = clock.now()
    move(began + LOST_AFTER - timedelta(microseconds=1))
    assert refused(town, "key", CALL) == IN_PROGRESS
    move(began + LOST_AFTER)
    assert refused(town, "key", OTHER_CALL) == KEY_REUSED
    second = claim(town.authority, "key", CALL)
    assert second.holder != killed.holder
    assert refused(town, "key", CALL) == IN_PROGRESS
    # Should the first live after all, what it did is undone and the second's stands.
    with pytest.raises(RefusedError):
        done(town, killed)
    assert not Submission.objects.exists()
    release(killed)
    submission = done(town, second)
    assert claim(town.authority, "key", CALL).submission == submission


def test_the_one_that_is_done_first_stands(town: Town, move: Move) -> None:
    first = claim(town.authority, "key", CALL)
    move(clock.now() + LOST_AFTER)
    second = claim(town.authority, "key", CALL)
    done(town, second)
    with pytest.raises(RefusedError):
        done(town, first)
    assert Submission.objects.count() == 1


def test_the_outcome_is_kept_in_the_transaction_that_records(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = claim(town.authority, "key", CALL)
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(AssertionError):
        keep_outcome(claimed, Submission())


def test_a_key_is_forgotten_after_a_week(town: Town, move: Move) -> None:
    submission = done(town, claim(town.authority, "key", CALL))
    began = clock.now()
    move(began + KEPT_FOR - timedelta(microseconds=1))
    services.tick()
    assert claim(town.authority, "key", CALL).submission == submission
    move(began + KEPT_FOR)
    # Whether the clock's work was done or not.
    assert claim(town.authority, "key", OTHER_CALL).submission is None
    move(clock.now() + KEPT_FOR)
    services.tick()
    assert not IdempotencyKey.objects.exists()
    assert Submission.objects.get() == submission


def test_forgetting_leaves_what_is_younger(town: Town, move: Move) -> None:
    claim(town.authority, "old", CALL)
    move(clock.now() + KEPT_FOR)
    claim(town.authority, "new", CALL)
    forget_old_keys()
    assert IdempotencyKey.objects.count() == 1

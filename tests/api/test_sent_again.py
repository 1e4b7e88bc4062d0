"""A call that is sent again is carried out once, whatever breaks in between, and if two come at once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Barrier, Event, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from tabularium import clock
from tabularium.api import recording
from tabularium.register.models import Entry, IdempotencyKey, Submission
from tabularium.register.services import idempotency
from tabularium.register.services.idempotency import KEPT_FOR, LOST_AFTER
from tabularium.register.services.tokens import new_token
from tests.api.sending import Office, a_file, a_row

Move = Callable[[datetime], None]

KEY = '"6d0a3c0e-5d5b-4c3e-9a55-2c7f0d1be6a4"'


@pytest.fixture
def office(db: None, move: Move) -> Office:  # noqa: ARG001 - both must be there
    return Office()


def code_of(response: HttpResponse) -> tuple[int, str]:
    answered = json.loads(response.content)
    return response.status_code, str(answered.get("type", "")).partition("#")[2]


def test_the_same_call_is_answered_as_the_first_time(office: Office) -> None:
    body = a_file(2, wrong=1)
    first = office.send(body, key=KEY)
    again = office.send(body, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert again["Cache-Control"] == "no-store"
    assert Submission.objects.count() == 1
    assert Entry.objects.count() == 2


def test_another_token_of_the_authority_may_send_it_again(office: Office) -> None:
    body = a_file(1)
    first = office.send(body, key=KEY)
    office.token = new_token(office.item.authority, label="its successor", days=1)
    assert office.send(body, key=KEY).content == first.content


def test_a_key_with_and_without_quotes_is_one(office: Office) -> None:
    body = a_file(1)
    first = office.send(body, key=KEY)
    assert office.send(body, key=KEY.strip('"')).content == first.content


@pytest.mark.parametrize(
    "changes",
    [
        {"all_or_nothing": "true"},
        {"encoding": "utf-8"},
        {"file_name": "other.csv"},
        {"media_type": "text/csv; charset=utf-8"},
    ],
)
def test_the_same_key_with_another_call(office: Office, changes: dict[str, Any]) -> None:
    body = a_file(1)
    office.send(body, key=KEY)
    assert code_of(office.send(body, key=KEY, **changes)) == (422, "key-reused")
    assert Submission.objects.count() == 1


def test_the_same_key_with_another_body(office: Office) -> None:
    office.send(a_file(1), key=KEY)
    assert code_of(office.send(a_file(1), key=KEY)) == (422, "key-reused")


def test_the_same_key_of_another_authority(office: Office) -> None:
    office.send(a_file(1), key=KEY)
    other = Office("other-office", "other-penalties")
    assert code_of(other.send(a_file(1), key=KEY)) == (201, "")


def test_a_trial_and_a_refusal_keep_no_key(office: Office) -> None:
    office.send(a_file(1), key=KEY, dry_run="true")
    office.send(b"no,such,columns\n1,2,3\n", key=KEY)
    office.send(a_file(0, wrong=1), key=KEY, all_or_nothing="true")
    assert not IdempotencyKey.objects.exists()
    assert office.send(a_file(1), key=KEY).status_code == 201


def test_a_failure_keeps_no_key_and_nothing_else(office: Office) -> None:
    body = a_file(2)
    with patch.object(idempotency, "keep_outcome", side_effect=RuntimeError("power cut")):
        assert office.send(body, key=KEY).status_code == 500
    assert not Submission.objects.exists()
    assert not Entry.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert json.loads(office.send(body, key=KEY).content)["entries_made"] == 2


class Killed(BaseException):
    """The process ends: nothing after it is done."""


@contextmanager
def killed_at(name: str) -> Iterator[None]:
    """The call dies in the function of that name, and cannot give its claim back."""
    with (
        patch.object(idempotency, name, side_effect=Killed),
        patch.object(idempotency, "release"),
        pytest.raises(Killed),
    ):
        yield


def test_a_call_that_was_killed_before_its_end_is_carried_out_later(
    office: Office, move: Move
) -> None:
    body = a_file(2)
    with killed_at("keep_outcome"):
        office.send(body, key=KEY)
    assert not Submission.objects.exists()
    response = office.send(body, key=KEY)
    assert code_of(response) == (409, "in-progress")
    assert int(response["Retry-After"]) > 0
    move(clock.now() + LOST_AFTER)
    assert json.loads(office.send(body, key=KEY).content)["entries_made"] == 2
    assert Submission.objects.count() == 1


def test_a_call_that_was_killed_after_its_end_is_known(office: Office) -> None:
    body = a_file(2)
    # Between the end of the transaction and the answer.
    with (
        patch("tabularium.api.submission_answers.recorded", side_effect=Killed),
        pytest.raises(Killed),
    ):
        office.send(body, key=KEY)
    assert Submission.objects.count() == 1
    again = office.send(body, key=KEY)
    assert (again.status_code, json.loads(again.content)["entries_made"]) == (201, 2)
    assert Submission.objects.count() == 1


def test_after_a_week_it_is_a_new_call(office: Office, move: Move) -> None:
    body = a_file(1)
    office.send(body, key=KEY)
    move(clock.now() + KEPT_FOR)
    again = json.loads(office.send(body, key=KEY).content)
    assert again["rows_stopped_by"] == {"already-in-register": 1}
    assert Submission.objects.count() == 2


# ---- two at once


two_connections = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db: None, move: Move) -> Office:  # noqa: ARG001 - both must be there
    if connection.vendor != "postgresql":
        pytest.skip(
            "Two connections need PostgreSQL: on SQLite the database of the tests is one's own."
        )
    return Office()


def _at_once(*works: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test fails with it
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=guarded, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert failures == []


def _elsewhere(office: Office, body: bytes) -> HttpResponse:
    """The same call, by another process of the program."""
    other = object.__new__(Office)
    other.__dict__.update(office.__dict__, client=Client())
    return other.send(body, key=KEY)


@two_connections
def test_while_the_first_is_under_way_the_second_is_told_to_wait(committed: Office) -> None:
    body = a_file(2)
    under_way, told = Event(), Event()
    answers: dict[str, HttpResponse] = {}
    real = recording.submit

    def slowly(*arguments: Any, **named: Any) -> Any:
        report = real(*arguments, **named)
        under_way.set()
        assert told.wait(300)
        return report

    def first() -> None:
        with patch.object(recording, "submit", slowly):
            answers["first"] = _elsewhere(committed, body)

    def second() -> None:
        assert under_way.wait(300)
        try:
            answers["second"] = _elsewhere(committed, body)
        finally:
            told.set()

    _at_once(first, second)
    assert code_of(answers["second"]) == (409, "in-progress")
    assert answers["first"].status_code == 201
    assert Submission.objects.count() == 1
    assert _elsewhere(committed, body).content == answers["first"].content


@two_connections
def test_of_two_at_the_same_instant_one_records(committed: Office) -> None:
    body = a_file(2)
    together = Barrier(2)
    answers: list[HttpResponse] = []

    def send() -> None:
        together.wait(300)
        answers.append(_elsewhere(committed, body))

    _at_once(send, send)
    statuses = sorted(each.status_code for each in answers)
    assert statuses in ([201, 201], [201, 409])
    assert Submission.objects.count() == 1
    assert Entry.objects.count() == 2


def test_rows_in_json_are_sent_again_too(office: Office) -> None:
    body = {"item": office.item_code, "rows": [a_row(1)]}
    sent = [office.send(body, key=KEY, media_type="application/json", item="") for _ in range(2)]
    assert sent[0].content == sent[1].content
    assert Submission.objects.count() == 1

"""What is refused of a program's calls: each in the one shape of errors, and nothing of it is left behind."""

import io
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium import clock
from tabularium.api import receiving, recording
from tabularium.api.problem_types import PROBLEMS, WITH_ERRORS
from tabularium.api.receiving import LONGEST_NAME, safe_name
from tabularium.intake.readers import FileFormat
from tabularium.register import token_text
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, IdempotencyKey, Submission
from tabularium.register.services.memberships import submission_account
from tabularium.register.services.tokens import new_token, revoke_token
from tests.api.sending import SUBMISSIONS, Office, a_file, a_row

pytestmark = pytest.mark.django_db

PERSONAL = "11010519491231002X"


@pytest.fixture
def office(move: Callable[[datetime], None]) -> Office:  # noqa: ARG001 - the clock stands
    return Office()


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Bodies lie here while they are worked on; after each test there is none."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in response
    answered: dict[str, Any] = json.loads(response.content)
    [known] = [each for each in PROBLEMS if each.code == code]
    assert answered["type"] == f"/api/v1/problems#{code}"
    assert (answered["title"], answered["detail"]) == (known.title, known.detail)
    assert bool(answered["errors"]) == (known in WITH_ERRORS)
    assert not Submission.objects.exists()
    assert not Entry.objects.exists()
    assert not IdempotencyKey.objects.exists()
    return answered


# ---- who asks


def test_whatever_is_wrong_with_a_token_the_answer_is_one(
    office: Office, move: Callable[[datetime], None]
) -> None:
    over = new_token(office.item.authority, label="over", days=1).text
    back = new_token(office.item.authority, label="back", days=9)
    revoke_token(back.token.pk)
    move(clock.now() + timedelta(days=1))
    sent = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nothing",
        f"Basic {office.token.text}",
        office.token.text,
        f"Bearer {office.token.text} {office.token.text}",
        f"Bearer {office.token.text[:-1]}",
        f"Bearer {token_text.new_text(office.token.token.pk)}",
        f"Bearer {token_text.new_text('0' * 12)}",
        f"Bearer {over}",
        f"Bearer {back.text}",
        "Bearer \u00e9",
    ]
    answers = set()
    for authorization in sent:
        response = office.send(a_file(1), headers={"authorization": authorization})
        answered = problem(response, 401, "no-valid-token")
        assert response["WWW-Authenticate"] == 'Bearer realm="tabularium"'
        answers.add(json.dumps({**answered, "instance": ""}))
        reading = office.client.get(f"{SUBMISSIONS}/1", headers={"authorization": authorization})
        problem(reading, 401, "no-valid-token")
    assert len(answers) == 1
    right = office.send(a_file(1), headers={"authorization": f"bearer  {office.token.text}"})
    assert right.status_code == 201


def test_a_closed_account(office: Office) -> None:
    account = submission_account(office.item.authority)
    account.is_active = False
    account.save()
    problem(office.send(a_file(1)), 401, "no-valid-token")


@pytest.mark.parametrize("name", ["access_token", "token", "api_token", "x", "item"])
def test_a_token_in_an_address_is_refused_though_it_is_right(office: Office, name: str) -> None:
    parameters = {name: office.token.text}
    answered = problem(office.send(a_file(1), **parameters), 400, "token-in-address")
    assert office.token.text not in json.dumps(answered)
    response = Client().get(f"/api/v1/search?q=a&{name}={office.token.text}")
    assert response.status_code == 400


def test_no_token_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with patch.object(recording, "submit", side_effect=RuntimeError("broken")):
        assert office.send(a_file(1)).status_code == 500
    with patch.object(recording, "submit", side_effect=OperationalError("locked")):
        problem(office.send(a_file(1)), 503, "busy")
    office.send(a_file(1), headers={"authorization": f"Basic {office.token.text}"})
    office.send(a_file(1), token=office.token.text)
    logged = caplog.text + "".join(str(each.__dict__) for each in caplog.records)
    assert "broken" in logged
    secret = office.token.text.removeprefix(token_text.PREFIX + office.token.token.pk)
    ours = [each for each in caplog.records if not each.name.startswith("django.request")]
    assert secret not in caplog.text
    assert all(secret not in str(each.__dict__) for each in ours)


# ---- what is sent


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
def test_another_method(office: Office, method: str) -> None:
    response = getattr(office.client, method)(SUBMISSIONS, headers=office.headers)
    assert response["Allow"] == "POST"
    if method != "head":
        problem(response, 405, "method-not-allowed")


def test_a_page_of_another_site_is_told_nothing(office: Office) -> None:
    response = office.client.options(
        SUBMISSIONS,
        headers={
            "origin": "https://elsewhere.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
        },
    )
    problem(response, 405, "method-not-allowed")
    assert not [each for each in response.headers if each.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/zip",
        "text/html",
        "text/csv, application/json",
    ],
)
def test_a_type_that_is_not_read(office: Office, media_type: str) -> None:
    problem(office.send(a_file(1), media_type=media_type), 415, "unknown-media-type")


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate", "gzip, identity", "zstd", "x"])
def test_a_packed_body(office: Office, packing: str) -> None:
    response = office.send(a_file(1), headers={"content-encoding": packing})
    problem(response, 415, "unknown-media-type")


@pytest.mark.parametrize("length", ["", "x", "-1", "1e3", "٣", None])
def test_a_body_without_an_announced_length(office: Office, length: str | None) -> None:
    extra = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": length}
    problem(office.send(a_file(1), extra=extra), 411, "length-missing")


def test_a_body_that_is_too_long_is_not_read(office: Office, settings: Any) -> None:
    settings.LARGEST_SUBMISSION = 1000
    body = a_file(1)
    assert len(body) < 1000
    long = body + b"x" * (1001 - len(body))
    with patch.object(receiving, "_read", side_effect=AssertionError("it was read")):
        problem(office.send(long), 413, "body-too-long")
        announced = {"CONTENT_LENGTH": "9" * 400}
        problem(office.send(body, extra=announced), 413, "body-too-long")
    assert office.send(body + b"\n" * (1000 - len(body))).status_code == 201


def test_a_body_that_ends_too_soon(office: Office) -> None:
    body = a_file(5)
    extra = {"wsgi.input": io.BytesIO(body[:-20]), "CONTENT_LENGTH": str(len(body))}
    problem(office.send(body, extra=extra), 400, "cut-off-body")


def test_a_connection_that_breaks(office: Office) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError(size)

    extra = {"wsgi.input": Broken(), "CONTENT_LENGTH": "100"}
    problem(office.send(b"", extra=extra), 400, "cut-off-body")


def test_a_body_that_comes_too_slowly(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PIECE", 10)
    ticks = iter(range(0, 10**6, 60))
    monkeypatch.setattr(receiving, "monotonic", lambda: next(ticks))
    problem(office.send(a_file(3)), 408, "slow-body")


def test_a_long_body_is_read_in_pieces(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PIECE", 7)
    body = a_file(3)
    response = office.send(body)
    assert response.status_code == 201
    assert json.loads(response.content)["entries_made"] == 3


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"item": "a b"}, "item"),
        ({"item": "x" * 81}, "item"),
        ({"file_name": "a\nb"}, "file_name"),
        ({"file_name": "x" * 256}, "file_name"),
        ({"encoding": "a b"}, "encoding"),
        ({"delimiter": "::"}, "delimiter"),
        ({"delimiter": "\n"}, "delimiter"),
        ({"sheet": "a\x00"}, "sheet"),
        ({"dry_run": PERSONAL}, "dry_run"),
        ({"all_or_nothing": "perhaps"}, "all_or_nothing"),
    ],
)
def test_a_wrong_parameter_is_named_and_not_repeated(
    office: Office, parameters: dict[str, str], named: str
) -> None:
    answered = problem(office.send(a_file(1), **parameters), 400, "invalid-parameters")
    assert [each["parameter"] for each in answered["errors"]] == [named]
    assert PERSONAL not in json.dumps(answered)


@pytest.mark.parametrize(
    "key",
    [
        "",
        '""',
        '"',
        '"a',
        "a b",
        '"a\x7f"',
        '"\u00e9"',
        '"' + "a" * 256 + '"',
        "a" * 256,
        '"a", "b"',
        "a,b",
    ],
)
def test_a_key_is_missing_or_wrong(office: Office, key: str) -> None:
    response = office.send(a_file(1), headers={"idempotency-key": key})
    [error] = problem(response, 400, "invalid-parameters")["errors"]
    assert error["parameter"] == "Idempotency-Key"
    assert error["code"] == ("wrong" if key else "missing")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "unreadable-file"),
        (b"[]", 400, "invalid-parameters"),
        (b"{}", 400, "invalid-parameters"),
        (b'{"item": 5, "rows": []}', 400, "invalid-parameters"),
        (b'{"item": {"item": "food-penalties"}, "rows": []}', 400, "invalid-parameters"),
        (b'{"item": "a b", "rows": []}', 400, "invalid-parameters"),
        (b'{"item": "other", "rows": []}', 401, "no-valid-token"),
        (b'{"rows": [', 422, "unreadable-file"),
        (b'{"it\xff', 422, "unreadable-file"),
        (b"[" * 500_000, 422, "unreadable-file"),
        (b'{"rows": [[' + b"9" * 5_000 + b']], "item": "x"}', 422, "unreadable-file"),
        (b'{"rows": [[1E' + b"9" * 30 + b']], "item": "x"}', 422, "unreadable-file"),
        (b'{"rows": [["item"]], "x": {"item": "food-penalties"}}', 400, "invalid-parameters"),
        (b'{"item": "food-penalties", "rows": ' + b"[" * 500_000, 422, "unreadable-file"),
        (b'{"item": "food-penalties"}', 422, "unreadable-file"),
        (b'{"item": "food-penalties", "rows": 5}', 422, "unreadable-file"),
        (b'{"item": "food-penalties", "rows": [', 422, "unreadable-file"),
    ],
)
def test_json_that_is_not_an_item_and_rows(
    office: Office, body: bytes, status: int, code: str
) -> None:
    response = office.send(body, media_type="application/json", item="")
    answered = problem(response, status, code)
    assert len(answered["errors"]) == (0 if status == 401 else 1)


def test_an_item_has_to_be_named(office: Office) -> None:
    [error] = problem(office.send(a_file(1), item=""), 400, "invalid-parameters")["errors"]
    assert (error["parameter"], error["code"]) == ("item", "missing")


def test_a_file_that_cannot_be_read_is_not_named(office: Office) -> None:
    body = b"number,code\nNo. 1,x\n"
    answered = problem(office.send(body, file_name=f"{PERSONAL}.csv"), 422, "unreadable-file")
    [error] = answered["errors"]
    assert (error["parameter"], error["code"]) == ("body", "unreadable")
    assert "name" in error["detail"]
    assert PERSONAL not in json.dumps(answered)


def test_what_the_register_refuses(office: Office) -> None:
    refusal = RefusedError("not-its-own", "An authority publishes its own promises alone.")
    with patch.object(recording, "submit", side_effect=refusal):
        [error] = problem(office.send(a_file(1)), 422, "refused")["errors"]
    assert error == {"parameter": "body", "code": "not-its-own", "detail": str(refusal)}


def test_a_failure_leaves_nothing_and_the_log_has_no_row(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    said = f"a rule of the table\nDETAIL: Failing row contains ({PERSONAL})"
    with patch.object(recording, "submit", side_effect=DatabaseError(said)):
        problem(office.send(a_file(1)), 500, "internal-error")
    assert "a rule of the table" in caplog.text
    assert PERSONAL not in caplog.text


def test_a_busy_database(office: Office) -> None:
    with patch.object(recording, "submit", side_effect=OperationalError("database is locked")):
        response = office.send(a_file(1))
    problem(response, 503, "busy")
    assert int(response["Retry-After"]) > 0


# ---- names of files


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("", "submission.csv"),
        ("a.csv", "a.csv"),
        ("a.xlsx", "a.xlsx.csv"),
        ("../../etc/passwd", "passwd.csv"),
        ("C:\\files\\a.csv", "a.csv"),
        ("..", "submission.csv"),
        (".csv", "csv.csv"),
        ("a/", "submission.csv"),
        ("处罚.csv", "处罚.csv"),
        ("a\u202eb\x07.csv", "ab.csv"),
    ],
)
def test_the_name_of_a_file(given_name: str, kept: str) -> None:
    assert safe_name(given_name, FileFormat.CSV) == kept


@given(st.text(max_size=400), st.sampled_from(list(FileFormat)))
def test_whatever_a_file_is_called_it_is_a_name(text: str, form: FileFormat) -> None:
    name = safe_name(text, form)
    assert name == Path(name).name
    assert name.endswith(f".{form}")
    assert not name.startswith(".")
    assert len(name.encode()) <= LONGEST_NAME + 10


@given(
    body=st.binary(max_size=200),
    media_type=st.sampled_from(["text/csv", "application/json", "application/x-ndjson"]),
    item=st.sampled_from(["", "food-penalties"]),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_bytes_are_sent_are_answered(
    office: Office, body: bytes, media_type: str, item: str
) -> None:
    response = office.send(body, media_type=media_type, item=item, dry_run="true")
    assert response.status_code in {200, 400, 401, 422}


def test_rows_that_are_no_objects_are_findings(office: Office) -> None:
    body = {"item": office.item_code, "rows": [a_row(1), "text", 5, None, []]}
    response = office.send(body, media_type="application/json", item="")
    answered = json.loads(response.content)
    assert (response.status_code, answered["rows_read"], answered["entries_made"]) == (201, 5, 1)

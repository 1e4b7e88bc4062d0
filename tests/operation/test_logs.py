"""What a log says, and what it never says."""

import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from tabularium.operation.logs import AsJson, AsText, logging_settings
from tests import builders

MARKS = (
    "Marked Name",
    "标记公司",
    "13912345678",
    "91999900000000001X",
    "203.0.113.9",
    "me@x.example",
)
SAID = " ".join(MARKS)


@pytest.fixture(params=[AsJson(), AsText()], ids=["json", "text"])
def lines(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """All that is written to the log while a test runs."""
    written: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(request.param.format(record))

    handler, root = Keeps(), logging.getLogger()
    root.addHandler(handler)
    yield lambda: "\n".join(written)
    root.removeHandler(handler)


def not_said(text: str) -> None:
    for mark in (*MARKS, "139123", "q=", "Marked"):
        assert mark not in text, f"{mark} in {text}"


def test_an_error_of_ours_is_told_by_kind_and_place_alone(
    lines: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: HttpRequest) -> HttpResponse:
        raise IntegrityError(f'duplicate key value\nDETAIL: Key (name)=({SAID}) "{SAID}"')

    monkeypatch.setattr("tabularium.public.middleware.instant_of", fails)
    client = Client(raise_request_exception=False)
    answer = client.get(f"/en/13912345678?q={SAID}", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 500
    text = lines()
    assert "IntegrityError" in text
    assert "tests.operation.test_logs" in text or "test_logs:" in text
    not_said(text)


@pytest.mark.parametrize(
    ("name", "message", "arguments"),
    [
        ("django.request", "Internal Server Error: %s", (f"/en/{SAID}",)),
        ("somebodys.library", "refused %s for %r", (SAID, {"name": SAID})),
        ("somebodys.library", f'put "{SAID}" into (13912345678, "Marked Name")', ()),
        ("somebodys.library", "gave http://x.example/?q=13912345678 to me@x.example", ()),
        ("somebodys.library", "sent 标记公司 to 203.0.113.9", ()),
    ],
)
def test_what_others_put_into_their_messages_is_not_repeated(
    lines: Callable[[], str], name: str, message: str, arguments: tuple[object, ...]
) -> None:
    logging.getLogger(name).error(message, *arguments)
    text = lines()
    assert name in text
    not_said(text)


def test_the_same_marks_would_be_seen(lines: Callable[[], str]) -> None:
    logging.getLogger("tabularium.offence").error("about %s", SAID)
    with pytest.raises(AssertionError):
        not_said(lines())


def test_a_request_is_told_by_the_pattern_of_its_address(rf: RequestFactory) -> None:
    record = logging.LogRecord("django.request", 40, "x.py", 1, "%s", (f"/{SAID}",), None)
    request = rf.get(f"/en/entries/{MARKS[2]}?q={SAID}")
    request.resolver_match = None
    record.request, record.status_code = request, 404
    said = json.loads(AsJson().format(record))
    assert (said["method"], said["route"], said["status"]) == ("GET", "none", 404)
    assert said["level"] == "error"
    not_said(json.dumps(said, ensure_ascii=False))


@pytest.mark.django_db
def test_a_line_for_each_answer_is_written_where_it_is_asked_for(
    settings: Settings, lines: Callable[[], str]
) -> None:
    quiet = Client()
    quiet.get("/en/")
    assert "answered" not in lines()
    settings.REQUEST_LOG = True
    client = Client()
    client.get(f"/en/?q={SAID}", REMOTE_ADDR="203.0.113.9", headers={"user-agent": SAID})
    client.get(f"/api/v1/search?q={SAID}")
    text = lines()
    assert text.count("answered") == 2
    assert "api/v1/search" in text
    not_said(text)


def test_json_is_one_object_a_line_and_text_is_for_people() -> None:
    try:
        builders.an_identifier("no number")  # type: ignore[arg-type]
    except ValueError:
        about = sys.exc_info()
    found = logging.LogRecord("tabularium.x", 40, "x.py", 1, "It failed: %s", ("a line",), about)
    one = AsJson().format(found)
    assert "\n" not in one
    said = json.loads(one)
    assert said["message"] == "It failed: a line"
    assert said["exception"]["kind"] == "ValueError"
    assert said["exception"]["places"][-1].endswith(" an_identifier")
    text = AsText().format(found)
    assert text.splitlines()[0].endswith("error tabularium.x: It failed: a line")
    assert text.splitlines()[-1].strip() == "ValueError"


def test_the_settings_choose_the_form() -> None:
    assert logging_settings("json")["formatters"]["stderr"]["()"] is AsJson
    assert logging_settings("text")["formatters"]["stderr"]["()"] is AsText

"""In front of Django's handler the same is answered as behind it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from tabularium.api import hot_front, limits
from tabularium.api.hot_front import HotFront
from tabularium.operation.middleware import watches
from tests import builders

Move = Callable[[datetime], None]
Answer = tuple[str, bytes, dict[str, str]]


def _asked(application: Any, path: str, method: str = "GET", **headers: str) -> Answer:
    """What a web server is told."""
    told: list[Any] = []

    def start(status: str, given: Iterable[tuple[str, str]], *_: Any) -> None:
        told[:] = [status, dict(given)]

    request = RequestFactory(HTTP_HOST="testserver").generic(method, path, **headers)  # type: ignore[arg-type] # names of headers
    body = application(request.META, start)
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return told[0], re.sub(rb"urn:uuid:[-0-9a-f]+", b"", content), told[1]


@pytest.fixture(autouse=True)
def _the_connection_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server has that of the test, which is within a transaction and looks unusable."""
    monkeypatch.setattr(hot_front, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def handler() -> WSGIHandler:
    return WSGIHandler()


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was answered in front, one after the other."""
    given: list[str] = []
    answer = hot_front._answered

    def watched(*of: Any) -> Any:
        body = answer(*of)
        if body is not None:
            given.append(of[2].identity)
        return body

    monkeypatch.setattr(hot_front, "_answered", watched)
    return given


def test_what_is_answered_in_front_is_what_is_answered_behind(
    handler: WSGIHandler, town: builders.Town, move: Move, answered: list[str]
) -> None:
    front = HotFront(handler)
    entries = [builders.published(town, move, subject=builders.a_subject()) for _ in range(2)]
    for each in entries:
        for path in (f"organisations/{each.organisation_id}", f"entries/{each.pk}"):
            behind = _asked(handler, f"/api/v1/{path}")
            assert behind[0] == "200 OK"
            assert [_asked(front, f"/api/v1/{path}") for _ in range(3)] == [behind] * 3
    assert len(answered) == 2 * 2 + 2 * 3


def test_all_else_is_answered_behind(
    handler: WSGIHandler, town: builders.Town, move: Move, answered: list[str]
) -> None:
    front = HotFront(handler)
    path = f"/api/v1/entries/{builders.published(town, move).pk}"
    tag = _asked(front, path)[2]["ETag"]
    for of in (path, f"{path}x", "/api/v1/entries/000000000000", "/en/", "/api/v1/search?q=a"):
        for method, more in (("HEAD", {}), ("POST", {}), ("GET", {"HTTP_IF_NONE_MATCH": tag})):
            if method == "GET" or of != "/en/":
                told = _asked(front, of, method, **more)
                assert told[:2] == _asked(handler, of, method, **more)[:2]
    assert _asked(front, f"{path}?limit=1")[0] == "200 OK"
    assert _asked(front, path, HTTP_HOST="elsewhere.example")[0] == "400 Bad Request"
    assert answered == []


def test_what_has_ended_is_gone_from_the_next_answer_on(
    handler: WSGIHandler, town: builders.Town, move: Move, answered: list[str]
) -> None:
    front = HotFront(handler)
    entry, stays = (builders.published(town, move, subject=builders.a_subject()) for _ in "ab")
    paths = [f"/api/v1/organisations/{entry.organisation_id}", f"/api/v1/entries/{entry.pk}"]
    for path in (*paths, f"/api/v1/organisations/{stays.organisation_id}"):
        _asked(front, path)
    entry.refresh_from_db()
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    assert [_asked(front, path)[0] for path in paths] == ["200 OK", "200 OK"]
    seen = list(answered)
    move(entry.public_until)
    assert [_asked(front, path)[0] for path in paths] == ["404 Not Found", "410 Gone"]
    assert answered == seen


def test_a_caller_is_counted_once_and_refused_after_the_limit(
    handler: WSGIHandler, town: builders.Town, move: Move, settings: Any
) -> None:
    front = HotFront(handler)
    path = f"/api/v1/entries/{builders.published(town, move).pk}"
    limits.forget()
    settings.READING_LIMIT = 4
    asked = (path, path, "/api/v1/entries/000000000000", path, path)
    statuses = [_asked(front, each, REMOTE_ADDR="192.0.2.7")[0][:3] for each in asked]
    assert statuses == ["200", "200", "404", "200", "429"]
    limits.forget()


def test_who_counts_requests_or_reads_from_a_copy_has_no_front(settings: Any) -> None:
    assert not watches()
    for name in ("METRICS_TOKEN", "REQUEST_LOG"):
        before = getattr(settings, name)
        setattr(settings, name, "x" * 40)
        assert watches()
        setattr(settings, name, before)

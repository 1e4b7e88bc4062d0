"""What is asked of the API most is answered past all that is the same each time, and says the same."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.api import hot_answers, limits, quick
from tabularium.register.models import Entry
from tests import builders

Move = Callable[[datetime], None]
Patch = pytest.MonkeyPatch
Answer = tuple[int, bytes, dict[str, str], Any]


@pytest.fixture
def answered(monkeypatch: Patch) -> list[str]:
    """What was answered the hot way, one after the other."""
    given: list[str] = []
    answer = hot_answers.answer

    def watched(*of: Any) -> Any:
        response = answer(*of)
        if response is not None:
            given.append(of[-1].identity)
        return response

    monkeypatch.setattr(hot_answers, "answer", watched)
    return given


def _paths(entry: Entry) -> list[str]:
    return [f"/api/v1/organisations/{entry.organisation_id}", f"/api/v1/entries/{entry.pk}"]


def _asked(client: Client, path: str, **headers: str) -> Answer:
    response = client.get(path, **headers)  # type: ignore[arg-type] # names of headers
    told = re.sub(rb"urn:uuid:[-0-9a-f]+", b"", response.content)
    return response.status_code, told, dict(response.headers), response.resolver_match


def _otherwise(monkeypatch: Patch, ask: Callable[[], Answer]) -> Answer:
    """The answer of the long way."""
    with monkeypatch.context() as patched:
        patched.setattr(hot_answers, "OF_MOST", re.compile("nothing"))
        return ask()


def test_the_second_answer_is_hot_and_says_what_the_long_way_says(
    client: Client, town: builders.Town, move: Move, monkeypatch: Patch, answered: list[str]
) -> None:
    entries = [builders.published(town, move, subject=builders.a_subject()) for _ in range(2)]
    for each in entries:
        for path in _paths(each):
            first = _asked(client, path)
            for _ in range(2):
                assert _asked(client, path)[:3] == first[:3]
            long = _otherwise(monkeypatch, lambda path=path: _asked(client, path))
            assert long[:3] == first[:3]
            assert (long[3].route, long[3].url_name) == (first[3].route, first[3].url_name)
    # The first of each kind is answered the long way.
    organisations, itself = (
        [getattr(each, of) for each in entries] for of in ("organisation_id", "pk")
    )
    assert answered == [
        *(organisations[0], organisations[0], itself[0], itself[0]),
        *(organisations[1], organisations[1], organisations[1], itself[1], itself[1], itself[1]),
    ]


def test_each_name_by_which_the_register_is_reached_has_its_own(
    client: Client, town: builders.Town, move: Move, settings: Any, answered: list[str]
) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    (path, _) = _paths(builders.published(town, move))
    for host in ("one.example", "two.example") * 2:
        status, told, _, _ = _asked(client, path, HTTP_HOST=host)
        assert status == 200
        assert f"http://{host}/".encode() in told
    assert len(answered) == 2
    assert _asked(client, path, HTTP_HOST="three.example")[0] == 400
    told = _asked(client, path, HTTP_HOST="one.example", **{"wsgi.url_scheme": "https"})[1]
    assert b"https://one.example/" in told


def test_what_is_out_of_the_ordinary_goes_the_long_way(
    client: Client, town: builders.Town, move: Move, answered: list[str]
) -> None:
    for path in _paths(builders.published(town, move)):
        tag = _asked(client, path)[2]["ETag"]
        assert client.get(path, HTTP_IF_NONE_MATCH=tag).status_code == 304
        assert client.get(path, HTTP_IF_NONE_MATCH='"other"').status_code == 200
        assert client.head(path).content == b""
        assert client.get(f"{path}?access_token=x").status_code == 400
        assert client.post(path).status_code == 405
        assert client.get(f"{path}x").status_code == 404
    assert answered == []


def test_what_has_ended_or_is_suspended_is_gone_from_the_next_hot_answer_on(
    client: Client, town: builders.Town, move: Move, answered: list[str]
) -> None:
    entry, stays = (builders.published(town, move, subject=builders.a_subject()) for _ in "ab")
    for path in (*_paths(stays), *_paths(entry)):
        assert _asked(client, path)[0] == 200
    entry.refresh_from_db()
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    assert [_asked(client, path)[0] for path in _paths(entry)] == [200, 200]
    assert len(answered) == 4
    move(entry.public_until)
    assert [_asked(client, path)[0] for path in _paths(entry)] == [404, 410]
    assert len(answered) == 4


def test_a_caller_is_counted_once_and_refused_after_the_limit(
    client: Client, town: builders.Town, move: Move, settings: Any, answered: list[str]
) -> None:
    (path, other) = _paths(builders.published(town, move))
    limits.forget()
    settings.READING_LIMIT = 4
    reader = {"REMOTE_ADDR": "192.0.2.7"}
    # Nothing public is there: asked the hot way first, and then the long way.
    unknown = "/api/v1/organisations/000000000000"
    statuses = [_asked(client, each, **reader)[0] for each in (path, path, unknown, path, path)]
    assert statuses == [200, 200, 404, 200, 429]
    assert len(answered) == 2
    assert _asked(client, other, REMOTE_ADDR="192.0.2.8")[0] == 200
    limits.forget()


def test_what_the_hot_way_cannot_say_is_asked_as_everybody_asks(
    client: Client, town: builders.Town, move: Move, monkeypatch: Patch
) -> None:
    (path, _) = _paths(builders.published(town, move))
    assert _asked(client, path)[0] == 200
    monkeypatch.setattr(quick, "text", lambda *_: "")
    with CaptureQueriesContext(connection) as asked:
        assert _asked(client, path)[0] == 200
    # Asked as everybody asks.
    assert len(asked) > 1


def test_no_more_moulds_are_kept_than_a_register_has_names(
    client: Client,
    town: builders.Town,
    move: Move,
    settings: Any,
    monkeypatch: Patch,
    answered: list[str],
) -> None:
    settings.ALLOWED_HOSTS = [".example"]
    monkeypatch.setattr(hot_answers, "_MOST_MOULDS", 2)
    (path, _) = _paths(builders.published(town, move))
    # The third name takes the room of the first two, which are then answered the long way again.
    for host, hot in (("a", 0), ("b", 0), ("a", 1), ("c", 1), ("a", 1), ("a", 2)):
        assert _asked(client, path, HTTP_HOST=f"{host}.example")[0] == 200
        assert len(answered) == hot

"""What the API says to everybody goes a short way, and says the same as by the long one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tabularium.api import short_way
from tests import builders

Move = Callable[[datetime], None]


def test_an_answer_is_the_same_by_either_way(
    client: Client, town: builders.Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = builders.published(town, move)
    paths = [
        "/api/v1/",
        f"/api/v1/organisations/{entry.organisation_id}",
        f"/api/v1/entries/{entry.pk}",
        "/api/v1/entries/000000000000",
        "/api/v1/search?q=",
        "/api/v1/catalogue?limit=0",
    ]

    def ask(host: str = "testserver") -> list[tuple[int, bytes, dict[str, str]]]:
        headers = {"HTTP_HOST": host, "HTTP_ACCEPT_LANGUAGE": "zh-hans"}
        told = [client.get(path, **headers) for path in paths]  # type: ignore[arg-type] # names of headers
        told += [client.head(path, **headers) for path in paths]  # type: ignore[arg-type]
        return [
            (each.status_code, each.content.partition(b"urn:")[0], dict(each.headers))
            for each in told
        ]

    client.get("/zh-hans/about")
    short = ask()
    refused = ask("elsewhere.example")
    monkeypatch.setattr(short_way, "BELOW", "/nowhere/")
    assert ask() == short
    assert ask("elsewhere.example") == refused
    assert {status for status, _, _ in refused} == {400}


def test_what_is_somebodys_own_goes_the_long_way(client: Client, db: None) -> None:  # noqa: ARG001
    for path in ("/api/v1/submissions", "/api/v1/desk/entries", "/api/v1/nothing"):
        assert client.get(path).status_code in {401, 404, 405}

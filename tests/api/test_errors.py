"""Every error has one shape, says what to do and repeats nothing; and nothing that is asked is a failure."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium import clock
from tabularium.api.gate import LONGEST_ADDRESS
from tabularium.api.problem_types import PROBLEMS, WITH_ERRORS
from tabularium.register import selectors
from tests import builders

Ask = Callable[..., Any]

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "",
    "search?q=a",
    "organisations?scheme=CN-USCC&value=91999900MA00000019",
    "organisations/000000000000",
    "entries/000000000000",
    "catalogue",
    "catalogue/nothing",
    "authorities/nobody",
    "problems",
    "openapi.json",
)
# An identity number whose check digit fits, as somebody could type it by mistake.
PERSONAL = "11010519491231002X"


def _is_a_problem(response: HttpResponse, *, body: bool = True) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    if not body:
        return {}
    problem: dict[str, Any] = json.loads(response.content)
    assert list(problem) == ["type", "title", "status", "detail", "instance", "errors"]
    known = {f"/api/v1/problems#{each.code}": each for each in PROBLEMS}[problem["type"]]
    assert problem["status"] == response.status_code == known.status
    assert (problem["title"], problem["detail"]) == (known.title, known.detail)
    assert problem["instance"].startswith("urn:uuid:")
    assert bool(problem["errors"]) == (known in WITH_ERRORS)
    return problem


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_a_wrong_method(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(f"/api/v1/{address}")
    problem = _is_a_problem(response)
    assert problem["type"].endswith("#method-not-allowed")
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_answered_as_get_without_a_body(client: Client, address: str) -> None:
    with clock.simulated(datetime(2026, 3, 4, 16, 0, tzinfo=UTC)):
        got, headed = client.get(f"/api/v1/{address}"), client.head(f"/api/v1/{address}")
    assert headed.status_code == got.status_code
    assert headed["Content-Type"] == got["Content-Type"]
    assert headed["Cache-Control"] == got["Cache-Control"]
    assert headed.content == b""


@pytest.mark.parametrize(
    "address",
    [
        "nothing",
        "entries",
        "entries/",
        "entries/a/b",
        "search/",
        "problems/gone",
        "../..",
        "%00",
        "//",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_an_unknown_address(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(f"/api/v1/{address}")
    assert response.status_code == 404
    problem = _is_a_problem(response, body=method != "head")
    assert method == "head" or problem["type"].endswith("#unknown-address")


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("search", [("q", "missing")]),
        ("search?q=", [("q", "wrong")]),
        ("search?q=%00", [("q", "wrong")]),
        ("search?q=a%0Ab", [("q", "wrong")]),
        (f"search?q={'a' * 201}", [("q", "wrong")]),
        ("search?q=a&limit=0", [("limit", "wrong")]),
        ("search?q=a&limit=101", [("limit", "wrong")]),
        ("search?q=a&limit=ten&after=-1", [("after", "wrong"), ("limit", "wrong")]),
        ("search?q=a&after=WzEsMl0", [("after", "wrong")]),
        (f"search?q=a&limit={'9' * 5000}", [("limit", "wrong")]),
        ("organisations", [("scheme", "missing"), ("value", "missing")]),
        ("organisations?scheme=XX&value=1", [("scheme", "wrong")]),
        ("organisations?scheme=CN-USCC&value=1", [("value", "wrong-length")]),
        ("organisations?scheme=CN-USCC&value=91999900MA00000018", [("value", "wrong-check-digit")]),
        ("organisations?scheme=CN-USCC&value=+", [("value", "empty")]),
        (f"organisations?scheme=CN-USCC&value={PERSONAL}", [("value", "natural-person")]),
        ("organisations/000000000000?after=x", [("after", "wrong")]),
        ("organisations/000000000000?after=2026-02-30_000000000000", [("after", "wrong")]),
        ("organisations/000000000000?after=2026-02-03_00000000000u", [("after", "wrong")]),
        ("organisations/000000000000?limit=1.5", [("limit", "wrong")]),
        ("catalogue?after=a%20b", [("after", "wrong")]),
        ("catalogue?limit=", [("limit", "wrong")]),
    ],
)
def test_wrong_parameters_are_named_and_not_repeated(
    ask: Ask, address: str, wrong: list[tuple[str, str]]
) -> None:
    problem = ask(address, 400)
    assert problem["type"].endswith("#invalid-parameters")
    named = [(each["parameter"], each["code"]) for each in problem["errors"]]
    assert sorted(named) == sorted(wrong)
    assert all(each["detail"] for each in problem["errors"])
    assert PERSONAL not in json.dumps(problem)


@pytest.mark.parametrize(
    "address",
    [
        f"{PERSONAL}",
        f"entries/{PERSONAL}",
        f"catalogue/{PERSONAL}",
        f"authorities/{PERSONAL}",
        f"organisations/{PERSONAL}",
        f"organisations?scheme={PERSONAL}&value={PERSONAL}",
        f"search?q=a&limit={PERSONAL}",
        f"organisations/000000000000?after={PERSONAL}",
    ],
)
def test_what_was_sent_is_never_repeated(
    client: Client, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get(f"/api/v1/{address}")
    assert not [each for each in caplog.records if each.name.startswith("tabularium")]
    assert response.status_code in {400, 404}
    _is_a_problem(response)
    assert PERSONAL not in response.content.decode()
    assert PERSONAL not in str(response.headers)


@pytest.mark.parametrize(
    "address",
    [
        "entries/000000000000",
        "entries/000000000000?x=1",
        "entries/not-an-identity",
        "entries/11010519491231002X",
        "organisations/000000000000",
        "organisations?scheme=CN-USCC&value=91999900MA00000019",
        "catalogue/nothing",
        "catalogue/%E6%97%A0",
        "authorities/nobody",
        "authorities/a%00b",
    ],
)
def test_nothing_public(ask: Ask, address: str) -> None:
    assert ask(address, 404)["type"].endswith("#not-found")


def test_an_address_that_is_too_long(client: Client) -> None:
    longest = "/api/v1/catalogue?x="
    longest += "a" * (LONGEST_ADDRESS - len(longest))
    assert client.get(longest).status_code == 200
    problem = _is_a_problem(client.get(longest + "a"))
    assert problem["type"].endswith("#address-too-long")


def test_more_parameters_than_anybody_needs(client: Client) -> None:
    response = client.get("/api/v1/search?" + "&".join(["q=1"] * 1001))
    assert _is_a_problem(response)["type"].endswith("#malformed-request")


def test_a_failure_of_ours_tells_nothing_and_is_logged_under_its_instance(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    failure = RuntimeError("the inside of the house")
    with (
        caplog.at_level(logging.ERROR),
        patch.object(selectors, "search", side_effect=failure),
    ):
        response = client.get("/api/v1/search?q=a")
    problem = _is_a_problem(response)
    assert problem["type"].endswith("#internal-error")
    assert "inside" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    logged = [each for each in caplog.records if each.name == "tabularium.api.problems"]
    assert [problem["instance"] in each.getMessage() for each in logged] == [True]
    assert logged[0].exc_info is not None
    assert logged[0].exc_info[1] is failure


@pytest.mark.parametrize("address", [*ADDRESSES, "nothing"])
def test_no_answer_is_kept_past_the_next_scheduled_change(client: Client, address: str) -> None:
    midnight = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    for before, seconds in ((60, 60), (3600, 60), (59, 59), (10.5, 10), (0.5, 0)):
        with clock.simulated(midnight - timedelta(seconds=before)):
            response = client.get(f"/api/v1/{address}")
        assert response["Cache-Control"] == f"public, max-age={seconds}, must-revalidate"


def test_the_time_that_an_answer_took_is_counted_off(client: Client) -> None:
    start = datetime(2026, 3, 4, 15, 59, 30, tzinfo=UTC)
    with clock.simulated(start) as move:

        def slowly(*_arguments: object, **_named: object) -> selectors.SearchResult:
            move(start + timedelta(seconds=40))
            return selectors.SearchResult((), 0, more_than_found=False)

        with patch.object(selectors, "search", side_effect=slowly):
            response = client.get("/api/v1/search?q=a")
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("address", [*ADDRESSES, "nothing"])
@pytest.mark.parametrize("language", ["en", "zh-hans", "pt"])
def test_no_cookie_and_the_same_for_every_reader(
    client: Client, address: str, language: str
) -> None:
    client.cookies["sessionid"] = "x"
    response = client.get(f"/api/v1/{address}", headers={"accept-language": language})
    assert not response.cookies
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Language"] == "en"
    assert "cookie" not in response.get("Vary", "").lower()


TEXTS = st.text(max_size=30)
WORDS = st.sampled_from(
    ["search", "organisations", "entries", "catalogue", "authorities", "problems", "openapi.json"]
)
NAMES = st.sampled_from(["q", "limit", "after", "scheme", "value", "x", "q[]"])
HINTS = st.sampled_from(
    [
        "CN-USCC",
        "AUTHORITY-CASE",
        "2026-01-01_000000000000",
        "1",
        "0",
        "-1",
        '"',
        "a OR b",
        "%",
        "*",
    ]
)


@given(
    segments=st.lists(WORDS | TEXTS, max_size=3),
    parameters=st.lists(st.tuples(NAMES | TEXTS, HINTS | TEXTS), max_size=4),
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_asked_is_answered_or_refused_in_one_shape(
    client: Client, segments: list[str], parameters: list[tuple[str, str]]
) -> None:
    path = "/api/v1/" + "/".join(segments)
    response = client.get(path.replace("?", ""), parameters)
    assert response.status_code in {200, 400, 404}
    if response.status_code == 200:
        assert response["Content-Type"] == "application/json; charset=utf-8"
    else:
        _is_a_problem(response)


@given(query=st.binary(max_size=60))
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_bytes_stand_in_the_query(client: Client, query: bytes) -> None:
    text = query.decode("latin-1")
    for address in ("search", "organisations", "catalogue"):
        response = client.get(f"/api/v1/{address}", QUERY_STRING=text)
        assert response.status_code in {200, 400, 404}
        if response.status_code != 200:
            _is_a_problem(response)


def test_an_entry_that_is_gone_has_the_shape_too(
    client: Client, town: builders.Town, move: Callable[[datetime], None]
) -> None:
    entry = builders.ended(town, move)
    problem = _is_a_problem(client.get(f"/api/v1/entries/{entry.pk}"))
    assert problem["type"].endswith("#gone")


@pytest.mark.parametrize(
    ("method", "address"),
    [("get", "search"), ("get", "search?q="), ("post", "entries/000000000000"), ("options", "")],
)
def test_a_refusal_is_not_kept(client: Client, method: str, address: str) -> None:
    response = getattr(client, method)(f"/api/v1/{address}")
    assert response.status_code in {400, 405}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [*ADDRESSES, "nothing"])
def test_a_wrong_host_is_refused_in_the_same_shape(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/{address}", headers={"host": "elsewhere.example"})
    problem = _is_a_problem(response)
    assert problem["type"].endswith("#malformed-request")
    assert b"elsewhere" not in response.content
    assert response["Cache-Control"] == "no-store"
    page = client.get("/en/", headers={"host": "elsewhere.example"})
    assert page.status_code == 400
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", [*ADDRESSES, "nothing"])
def test_a_cache_may_give_one_answer_to_all(client: Client, address: str) -> None:
    assert "Vary" not in client.get(f"/api/v1/{address}").headers

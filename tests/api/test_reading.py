"""What holds for everybody who reads: asking again, how often one may ask, and errors from anywhere."""

from collections.abc import Callable, Iterator
from datetime import datetime
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, override_settings

from tabularium.api import limits
from tabularium.api.reconciling import views
from tabularium.register import selectors
from tests import builders

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _counted_from_the_beginning() -> Iterator[None]:
    limits.forget()
    yield
    limits.forget()


# ---- asking again


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/search?q=a", "/reconcile"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_who_has_the_answer_is_told_that_it_is_still_right(
    client: Client, address: str, method: str
) -> None:
    first = client.get(address)
    tag = first["ETag"]
    ask = getattr(client, method)
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(address, headers={"if-none-match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == tag
        assert again["Access-Control-Allow-Origin"] == "*"
        assert again["Cache-Control"].startswith("public, max-age=")
        assert "Content-Type" not in again
    for unknown in ('"other"', "", "not a tag"):
        again = ask(address, headers={"if-none-match": unknown})
        assert again.status_code == 200
        assert again["ETag"] == tag


def test_what_has_changed_has_another_tag_and_what_has_ended_is_gone(
    client: Client, move: Move
) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    address = f"/api/v1/entries/{entry.pk}"
    of_organisation = f"/api/v1/organisations/{entry.organisation_id}"
    tag, other = client.get(address)["ETag"], client.get(of_organisation)["ETag"]
    assert tag != other
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    by = builders.a_replier(entry.organisation)
    builders.services.answer(entry.pk, by=by, text="It was mended.", shown=True)
    answered = client.get(address, headers={"if-none-match": tag})
    assert answered.status_code == 200
    assert answered.json()["answer"] == "It was mended."
    assert entry.public_until is not None
    move(entry.public_until)
    for each in (tag, answered["ETag"], "*"):
        assert client.get(address, headers={"if-none-match": each}).status_code == 410
        assert client.get(of_organisation, headers={"if-none-match": other}).status_code == 404


def test_members_and_programs_get_no_tag(client: Client) -> None:
    for address in ("/api/v1/submissions/1", "/api/v1/desk/x/work", "/api/v1/reply/x/entries"):
        response = client.get(address, headers={"if-none-match": "*"})
        assert response.status_code == 401
        assert "ETag" not in response
        assert "Access-Control-Allow-Origin" not in response
        assert "RateLimit-Policy" not in response


# ---- how often

FAR = "198.51.100.7"


@override_settings(READING_LIMIT=3)
def test_one_address_is_answered_so_often_and_then_told_how_long_to_wait(client: Client) -> None:
    for address in ("/api/v1/problems", "/api/v1/problems", "/reconcile"):
        answered = client.get(address, REMOTE_ADDR=FAR)
        assert answered.status_code == 200
        assert answered["RateLimit-Policy"] == '"reading";q=3;w=60'
    for address in ("/api/v1/problems", "/reconcile/suggest/entity?prefix=a"):
        refused = client.get(address, REMOTE_ADDR=FAR)
        assert refused.status_code == 429
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.json()["type"].endswith("#too-many-calls")
        wait = int(refused["Retry-After"])
        assert 1 <= wait <= 60
        assert refused["RateLimit"] == f'"reading";r=0;t={wait}'
        assert refused["Cache-Control"] == "no-store"
        assert "RateLimit" in refused["Access-Control-Expose-Headers"]
    assert client.get("/api/v1/problems", REMOTE_ADDR="198.51.100.8").status_code == 200
    with patch.object(limits.time, "monotonic", return_value=limits.time.monotonic() + 61):
        assert client.get("/api/v1/problems", REMOTE_ADDR=FAR).status_code == 200


@override_settings(READING_LIMIT=1)
def test_who_has_a_network_of_addresses_is_one_and_the_machine_itself_is_let_pass(
    client: Client,
) -> None:
    def ask(address: str) -> int:
        return client.get("/api/v1/problems", REMOTE_ADDR=address).status_code

    assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]
    assert [ask("::ffff:198.51.100.7"), ask(FAR)] == [200, 429]
    assert {ask("127.0.0.1") for _ in range(5)} | {ask("::1") for _ in range(5)} == {200}


@override_settings(READING_LIMIT=1)
def test_more_addresses_than_are_remembered_push_out_the_oldest(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_MOST_ADDRESSES", 3)
    for last in range(10):
        client.get("/api/v1/problems", REMOTE_ADDR=f"198.51.100.{last}")
    assert len(limits._windows) == 3
    assert client.get("/api/v1/problems", REMOTE_ADDR="198.51.100.9").status_code == 429


# ---- errors from anywhere


@pytest.mark.parametrize(
    "address",
    ["/api/v1/nothing", "/api/", "/api/v2/search", "/reconcile/x", "/reconcile/", "/reconciler"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none_is_answered_with_a_problem(address: str, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "/api/v1/problems#unknown-address"


@pytest.mark.parametrize("address", ["/api/v1/problems", "/reconcile/about.txt", "/api/v1/"])
def test_a_wrong_method_from_a_browser_of_another_site(address: str) -> None:
    response = Client(enforce_csrf_checks=True).post(address)
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


def test_a_failure_of_ours_is_a_problem_wherever_programs_ask(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    asked = {"queries": '{"a":{"query":"x"}}'}
    with patch.object(views, "candidates", side_effect=RuntimeError("the inside")):
        failed = client.get("/reconcile", asked)
    assert failed.status_code == 500
    assert failed["Content-Type"] == "application/problem+json"
    assert failed["Cache-Control"] == "no-store"
    assert b"inside" not in failed.content
    assert any(each.exc_info for each in caplog.records)
    with patch.object(views, "candidates", side_effect=OperationalError("locked")):
        busy = client.get("/reconcile", asked)
    assert busy.status_code == 503
    assert busy.json()["type"].endswith("#busy")
    with patch.object(selectors, "search", side_effect=RuntimeError):
        assert client.get("/en/?q=x")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_without_its_database_a_page_says_so_in_words_and_asks_nothing_of_it(
    kind: type[Exception],
) -> None:
    client = Client(raise_request_exception=False)
    with patch.object(selectors, "search", side_effect=kind("password of the inside")):
        page = client.get("/en/?q=x")
        chinese = client.get("/zh-hans/?q=x")
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "The register cannot answer for a moment" in page.text
    assert "登记系统暂时无法响应" in chinese.text
    assert "inside" not in page.text
    # Before any view is asked, programs get a problem as well.
    with patch("tabularium.public.middleware.instant_of", side_effect=kind):
        busy = client.get("/api/v1/changes")
    assert busy.status_code == 503
    assert busy.json()["type"].endswith("#busy")

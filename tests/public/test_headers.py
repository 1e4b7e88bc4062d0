"""Headers: what a page may load, how long it may be kept, and by whom."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.public.middleware import NOT_TO_BE_KEPT, PageHeaders
from tabularium.public.paging import ENTRIES_ON_A_PAGE
from tests import builders
from tests.browser import scene
from tests.public.conftest import LANGUAGES, Move, Reader


def _age(answer: HttpResponse) -> int:
    said = answer["Cache-Control"]
    public, age, revalidate = said.split(", ")
    assert (public, revalidate) == ("public", "must-revalidate")
    return int(age.removeprefix("max-age="))


@pytest.mark.usefixtures("town")
def test_no_page_may_load_anything_but_our_own(
    reader: Reader,
) -> None:
    for path in ("/en/", "/en/about", "/en/nothing", "/robots.txt", "/"):
        headers = reader.answer(path).headers
        policy = dict(
            part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        if path == "/en/":
            assert policy["script-src"] == policy["connect-src"] == "'self'"
        else:
            assert not policy.keys() & {"script-src", "connect-src"}
        assert {policy["style-src"], policy["img-src"], policy["form-action"]} == {"'self'"}
        assert {policy["base-uri"], policy["frame-ancestors"]} == {"'none'"}
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.usefixtures("town")
def test_the_page_that_checks_runs_our_scripts_and_can_ask_for_nothing_and_send_nothing(
    reader: Reader,
) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in reader.answer("/en/verify").headers["Content-Security-Policy"].split(";")
    )
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert "connect-src" not in policy
    assert policy["form-action"] == "'none'"


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("minute", "second", "age"), [(0, 0, 60), (13, 59, 60), (14, 1, 59), (14, 59, 1), (44, 30, 30)]
)
def test_no_answer_is_kept_past_a_quarter_of_an_hour(
    reader: Reader, move: Move, minute: int, second: int, age: int
) -> None:
    move(datetime(2026, 3, 4, 9, minute, second, tzinfo=UTC))
    for path, status in (("/en/", 200), ("/en/entries/000000000000", 404)):
        answer = reader.answer(path)
        assert answer.status_code == status
        assert _age(answer) == age


def test_a_page_near_the_end_of_an_entry_is_kept_no_longer_than_the_entry(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=7))
    answer = reader.answer(f"/en/entries/{entry.pk}")
    assert answer.status_code == 200
    assert _age(answer) == 7
    move(entry.public_until)
    gone = reader.answer(f"/en/entries/{entry.pk}")
    assert gone.status_code == 410
    assert _age(gone) == 60


def test_what_the_answer_took_is_counted_off(move: Move) -> None:
    begin = datetime(2026, 3, 4, 15, 59, 58, tzinfo=UTC)

    def slow(_: HttpRequest) -> HttpResponse:
        move(begin + timedelta(seconds=5))
        return HttpResponse("read just before midnight")

    move(begin)
    answer = PageHeaders(slow)(RequestFactory().get("/"))
    assert _age(answer) == 0


def test_the_instant_of_a_request_stays_the_same(move: Move) -> None:
    from tabularium.public.instant import instant_of  # noqa: PLC0415 - beside its one use

    request = RequestFactory().get("/")
    first = instant_of(request)
    move(clock.now() + timedelta(hours=1))
    assert instant_of(request) == first


@pytest.mark.usefixtures("move")
@pytest.mark.parametrize("status", [301, 302, 400, 403, 405, 500, 503])
def test_errors_and_redirects_are_not_kept(status: int) -> None:
    answer = PageHeaders(lambda _: HttpResponse(status=status))(RequestFactory().get("/"))
    assert answer["Cache-Control"] == NOT_TO_BE_KEPT


@pytest.mark.usefixtures("move")
def test_what_depends_on_a_cookie_is_not_kept() -> None:
    def sets(_: HttpRequest) -> HttpResponse:
        answer = HttpResponse()
        answer.set_cookie("sign-in", "1")
        return answer

    def reads(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Vary": "Accept-Encoding, Cookie"})

    def speaks(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Vary": "Accept-Language"})

    for view in (sets, reads, speaks):
        assert PageHeaders(view)(RequestFactory().get("/"))["Cache-Control"] == NOT_TO_BE_KEPT


@pytest.mark.usefixtures("move")
def test_a_header_that_an_answer_brings_stays() -> None:
    brought = {
        "Cache-Control": "public, max-age=5",
        "Content-Security-Policy": "default-src 'self'",
    }
    answer = PageHeaders(lambda _: HttpResponse(headers=brought))(RequestFactory().get("/"))
    assert {name: answer[name] for name in brought} == brought


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/zh-hans/about",
        "/en/catalogue",
        "/en/catalogue/any",
        "/en/authorities/any",
        "/en/entries/000000000000",
        "/en/organisations/000000000000",
        "/robots.txt",
        "/favicon.ico",
    ],
)
def test_pages_are_read_and_nothing_else(reader: Reader, path: str) -> None:
    for method in ("post", "put", "patch", "delete", "options"):
        answer = getattr(reader.client, method)(path)
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
    head = reader.client.head(path)
    assert head.status_code == reader.client.get(path).status_code
    assert head.content == b""


@pytest.mark.usefixtures("town")
def test_pages_of_results_are_not_for_crawlers(
    reader: Reader,
) -> None:
    for path, hidden in (("/en/", False), ("/en/?q=a", True), ("/en/about", False)):
        assert ("noindex" in reader.page(path, reader.get(path)).robots) is hidden
    path = "/en/nothing"
    assert "noindex" in reader.page(path, reader.get(path, 404)).robots


@pytest.mark.usefixtures("town")
def test_a_page_in_a_language_that_a_cookie_tells_is_not_kept_for_others(reader: Reader) -> None:
    reader.client.cookies["django_language"] = "zh-hans"
    answer = reader.answer("/nothing")
    assert (answer.status_code, answer["Content-Language"]) == (404, "zh-hans")
    assert answer["Cache-Control"] == NOT_TO_BE_KEPT
    assert _age(reader.answer("/en/nothing")) <= 60


@pytest.mark.usefixtures("move")
def test_only_the_readers_language_is_left_out_where_any_site_may_ask() -> None:
    def answer(vary: str) -> HttpResponse:
        headers = {"Vary": vary, "Access-Control-Allow-Origin": "*"}
        return PageHeaders(lambda _: HttpResponse(headers=headers))(RequestFactory().get("/"))

    assert "Vary" not in answer("Accept-Language")
    assert answer("Accept-Language, Accept-Encoding")["Vary"] == "Accept-Encoding"
    assert answer("Accept-Language, Cookie")["Cache-Control"] == NOT_TO_BE_KEPT


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_and_asks_nobody_but_us(
    reader: Reader, move: Move, settings: Settings, tmp_path: Path, language: str
) -> None:
    """A page with its style sheets, its scripts and its picture, as they are sent: below 100 kB."""
    pages = [f"/{language}/{each}" for each in scene.furnished(move, settings, tmp_path)]
    pages += scene.in_the_sitemap(language)
    subject, town = builders.a_subject(), builders.Town("licences")
    for place in range(ENTRIES_ON_A_PAGE + 1):
        long = {"measure": f"Permit {place}", "summary": "x" * 2000}
        entry = builders.published(town, move, Kind.LICENCE, subject=subject, **long)
    pages.append(f"/{language}/organisations/{entry.organisation_id}")
    assert len(pages) >= 30
    for path in pages:
        answer = reader.answer(path)
        html = answer.content.decode()
        page = reader.page(path, html)
        scripts = ["There is a <script>."] if path.endswith("/verify") else []
        assert [each for each in page.mistakes if each not in scripts] == [], path
        policy = answer["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; "), path
        assert not re.search(r"unsafe|https?:|\*|data:|blob:", policy), path
        loaded = set(
            re.findall(r'(?:src|rel="stylesheet" href|type="image/svg.xml" href)="([^"]*)"', html)
        )
        assert all(each.startswith("/static/") for each in loaded), loaded
        sheets = [finders.find(each.removeprefix("/static/")) for each in loaded]
        assert None not in sheets
        parts = [html.encode(), *(Path(str(each)).read_bytes() for each in sheets)]
        assert sum(len(gzip.compress(each)) for each in parts) < 100_000, path

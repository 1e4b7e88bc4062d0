"""Reconciliation by version 0.2 of the standard, in the shapes of its text, and by a client of others."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.api.reconciling.candidates import closeness
from tabularium.api.reconciling.queries import BATCH, MOST, USUAL
from tabularium.api.reconciling.views import LARGEST
from tabularium.core.kinds import Kind
from tabularium.register import search_index
from tabularium.register.models import Organisation, OrganisationName
from tabularium.register.search_compared import Searched
from tests import builders

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
Answer = dict[str, Any]


@pytest.fixture
def stranger() -> Client:
    """A program of another site, with none of our cookies."""
    return Client(enforce_csrf_checks=True)


def _licensed(town: builders.Town, move: Move, name: str, **changes: Any) -> Organisation:
    subject = builders.a_subject(name)
    entry = builders.published(town, move, Kind.LICENCE, subject=subject, **changes)
    assert entry.organisation is not None
    return entry.organisation


def _number(organisation: Organisation) -> str:
    return organisation.identifiers.get().value


def _post(client: Client, queries: Any) -> HttpResponse:
    text = queries if isinstance(queries, str) else json.dumps(queries)
    return client.post(
        "/reconcile",
        f"queries={_quoted(text)}",
        content_type="application/x-www-form-urlencoded",
    )


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _candidates(client: Client, **query: Any) -> list[Answer]:
    response = _post(client, {"a": query})
    assert response.status_code == 200, response.content.decode()
    _is_a_result_batch(response.json(), {"a"})
    found: list[Answer] = response.json()["a"]["result"]
    return found


def _is_a_type(given: Any) -> None:
    assert given.keys() == {"id", "name"}
    assert given["id"]
    assert given["name"]


def _is_a_result_batch(batch: Any, keys: set[str]) -> None:
    """The shape of a result batch in the text of the standard, and no member more."""
    assert batch.keys() == keys
    for answered in batch.values():
        assert answered.keys() == {"result"}
        for each in answered["result"]:
            assert {"id", "name", "score"} <= each.keys()
            assert each.keys() <= {
                *("id", "name", "description", "type", "score", "match", "features")
            }
            assert type(each["score"]) in {int, float}
            assert type(each["match"]) is bool
            for one in each["type"]:
                _is_a_type(one)
            for feature in each["features"]:
                assert feature.keys() == {"id", "value"}
                assert type(feature["value"]) in {int, float, bool}
        figures = [each["score"] for each in answered["result"]]
        assert figures == sorted(figures, reverse=True)


def test_the_manifest_has_what_the_standard_asks_for(stranger: Client) -> None:
    response = stranger.get("/reconcile")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    manifest = response.json()
    assert "0.2" in manifest["versions"]
    for name in ("name", "identifierSpace", "schemaSpace", "serviceVersion"):
        assert isinstance(manifest[name], str)
        assert manifest[name]
    for each in manifest["defaultTypes"]:
        _is_a_type(each)
    assert manifest["batchSize"] == BATCH
    assert manifest["view"]["url"].count("{{id}}") == 1
    assert manifest["preview"].keys() == {"url", "width", "height"}
    assert manifest["preview"]["url"].count("{{id}}") == 1
    # Neither what would join entries to other tables, nor what would run in a client's own page.
    assert "extend" not in manifest
    assert all("flyout_service_url" not in each for each in manifest["suggest"].values())
    assert manifest["suggest"].keys() == {"entity", "property"}
    about = stranger.get(manifest["documentation"])
    assert about.status_code == 200
    assert (
        "depends on\nthe query and on these names and identifiers alone" in about.content.decode()
    )


def test_every_address_that_the_manifest_names_is_there(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "Made-up Tea")
    manifest = stranger.get("/reconcile").json()
    preview = manifest["preview"]["url"].replace("{{id}}", organisation.pk)
    assert stranger.get(preview).status_code == 200
    view = manifest["view"]["url"].replace("{{id}}", organisation.pk)
    assert stranger.get(view, follow=True).status_code == 200
    assert view == manifest["identifierSpace"] + organisation.pk
    for each in manifest["suggest"].values():
        address = each["service_url"] + each["service_path"]
        assert stranger.get(address, {"prefix": "made"}).status_code == 200


def test_a_whole_name_finds_its_organisation_by_either_method(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "虚构茶叶有限公司")
    _licensed(town, move, "虚构茶叶有限公司东湖分店")
    queries = {"q0": {"query": "虚构茶叶有限公司"}, "q1": {"query": "虚构咖啡"}}
    posted = _post(stranger, queries)
    got = stranger.get("/reconcile", {"queries": json.dumps(queries)})
    assert posted.json() == got.json()
    _is_a_result_batch(posted.json(), {"q0", "q1"})
    first, second = posted.json()["q0"]["result"]
    assert first == {
        "id": organisation.pk,
        "name": "虚构茶叶有限公司",
        "description": f"CN-USCC {_number(organisation)}",
        "type": [{"id": "Organization", "name": "Organisation"}],
        "score": 100,
        "match": True,
        "features": [
            {"id": "name", "value": 100},
            {"id": "other_name", "value": False},
            {"id": "identifier", "value": False},
        ],
    }
    assert second["score"] < 100
    assert second["match"] is False
    # Each query is answered by itself.
    assert _candidates(stranger, query="虚构茶叶有限公司") == [first, second]


def test_an_identifier_finds_its_organisation_as_a_query_and_as_a_property(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "Made-up Tea")
    number = _number(organisation)
    written = f"{number[:8].lower()}-{number[8:]}"
    other = _number(_licensed(town, move, "Other"))
    for query in (
        {"query": number},
        {"query": written},
        {"query": "", "properties": [{"pid": "CN-USCC", "v": written}]},
        {"properties": [{"pid": "CN-USCC", "v": [number, 5, {"id": "x"}, True]}]},
        {"query": "something else", "properties": [{"pid": "CN-USCC", "v": number}]},
    ):
        [found] = _candidates(stranger, **query)
        assert (found["id"], found["score"], found["match"]) == (organisation.pk, 100, True)
    # Another number of the same scheme speaks against it; an unknown property and a wrong number say nothing.
    plain, *_ = _candidates(stranger, query="Made-up Teas")
    for value, expected in ((other, plain["score"] // 2), ("917", plain["score"])):
        given = [{"pid": "CN-USCC", "v": value}, {"pid": "P17", "v": "x"}]
        found = _candidates(stranger, query="Made-up Teas", properties=given)
        assert {each["id"]: each["score"] for each in found}[organisation.pk] == expected


def test_former_and_translated_names_find_it_and_are_told_apart(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "虚构茶叶集团")
    for name, sort in (("虚构旧名茶行", "former"), ("Fictional Tea", "translated")):
        OrganisationName.objects.create(organisation=organisation, name=name, sort=sort)
    _index_anew(organisation)
    for name in ("虚构旧名茶行", "ＦＩＣＴＩＯＮＡＬ  tea"):
        [found] = _candidates(stranger, query=name)
        assert (found["id"], found["name"]) == (organisation.pk, "虚构茶叶集团")
        assert found["score"] == 100
        assert {"id": "other_name", "value": True} in found["features"]


def _index_anew(organisation: Organisation) -> None:
    search_index.remove([organisation.pk])
    search_index.put([Searched.of(organisation)])


def test_two_of_one_name_fit_alike_and_none_is_said_to_be_meant(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    names = {_licensed(town, move, "Made-up Tea").pk for _ in range(2)}
    found = _candidates(stranger, query="made-up tea")
    assert {each["id"] for each in found} == names
    assert [(each["score"], each["match"]) for each in found] == [(100, False)] * 2


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Fictional Tea Holding Ltd", "Fictional Tea"),
        ("虚构茶叶有限责任公司东湖店", "虚构茶叶有限责任公司"),
    ],
)
def test_more_words_than_the_register_has_find_it_nevertheless(
    stranger: Client, town: builders.Town, move: Move, query: str, name: str
) -> None:
    organisation = _licensed(town, move, name)
    [found] = _candidates(stranger, query=query)
    assert found["id"] == organisation.pk
    assert 50 < found["score"] < 100
    assert found["match"] is False


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Tea", "TEA", 100),
        ("A. B. Tea", "ab-tea", 100),
        ("Thé Ltd", "the ltd", 100),
        ("", "", 0),
        ("!", "?", 0),
        ("ab", "cd", 0),
        # Pairs with edges: ·a ab b· and ·a ac c·: one of three and three is shared.
        ("ab", "ac", 99 * 2 * 1 // 6),
        ("茶叶", "茶叶店", 99 * 2 * 2 // 7),
    ],
)
def test_how_closely_a_name_fits_is_as_it_is_documented(
    text: str, name: str, expected: int
) -> None:
    assert closeness(text, name) == closeness(name, text) == expected


def test_limits_and_types(stranger: Client, town: builders.Town, move: Move) -> None:
    for place in range(USUAL + 2):
        _licensed(town, move, f"Made-up Tea {place}")
    assert len(_candidates(stranger, query="made-up")) == USUAL
    for limit, expected in ((1, 1), (3.0, 3), (MOST * 100, USUAL + 2)):
        assert len(_candidates(stranger, query="made-up", limit=limit)) == expected
    for given in ("Organization", ["Other", "Organization"], []):
        assert _candidates(stranger, query="made-up", type=given)
    for given in ("Person", ["Other"]):
        assert _candidates(stranger, query="made-up", type=given, type_strict="any") == []


@pytest.mark.parametrize(
    ("queries", "place"),
    [
        ("", "queries"),
        ("{", "queries"),
        ("[]", "queries"),
        ("{}", "queries"),
        ("[" * 20_000, "queries"),
        ('{"a": {"query": "x", "limit": NaN}}', "queries"),
        ({"a": "x"}, "queries[0]"),
        ({"a": {}}, "queries[0]"),
        ({"a": {"properties": []}}, "queries[0]"),
        ({"a": {"query": "x"}, "b": {"query": "x", "surprise": 1}}, "queries[1]"),
        ({"a": {"query": 1}}, "queries[0].query"),
        ({"a": {"query": "x", "type": 1}}, "queries[0].type"),
        ({"a": {"query": "x", "limit": "3"}}, "queries[0].limit"),
        ({"a": {"query": "x", "limit": 0}}, "queries[0].limit"),
        ({"a": {"query": "x", "limit": True}}, "queries[0].limit"),
        ({"a": {"query": "x", "type_strict": "maybe"}}, "queries[0].type_strict"),
        ({"a": {"query": "x", "type_strict": []}}, "queries[0].type_strict"),
        ({"a": {"query": "x", "properties": {}}}, "queries[0].properties"),
        ({"a": {"query": "x", "properties": [{"pid": "p"}]}}, "queries[0].properties"),
        ({"a": {"query": "x", "properties": [{"pid": 1, "v": "x"}]}}, "queries[0].properties"),
        ({"a": {"query": "x", "properties": [{"pid": "p", "v": None}]}}, "queries[0].properties"),
    ],
)
def test_a_malformed_query_is_refused_by_its_place(
    stranger: Client, queries: Any, place: str
) -> None:
    response = _post(stranger, queries)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    [fault] = response.json()["errors"]
    assert fault["parameter"] == place
    assert fault["detail"]
    assert "surprise" not in response.content.decode()


def test_too_much_at_once_and_what_is_no_form(stranger: Client) -> None:
    query = {"query": "x"}
    whole = {str(place): query for place in range(BATCH)}
    assert _post(stranger, whole).status_code == 200
    problem = _post(stranger, {**whole, "more": query})
    assert problem.status_code == 413
    assert problem.json()["type"].endswith("#too-many-queries")
    problem = _post(stranger, " " * LARGEST)
    assert problem.status_code == 413
    assert problem.json()["type"].endswith("#body-too-long")
    for content_type in ("application/json", "multipart/form-data; boundary=x"):
        assert stranger.post("/reconcile", b"{}", content_type=content_type).status_code == 415
    for form in ("x=1", "extend={}", "queries[]={}"):
        response = stranger.post("/reconcile", form, "application/x-www-form-urlencoded")
        assert response.status_code == 400
    for method in ("put", "delete", "options"):
        response = getattr(stranger, method)("/reconcile")
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, POST"
        assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "a\nb\tc", "%" * 5000, "茶" * 5000, '"*']
)
def test_whatever_text_is_asked_is_answered(
    stranger: Client, town: builders.Town, text: str
) -> None:
    assert town
    assert _candidates(stranger, query=text) == []
    properties = [{"pid": "CN-USCC", "v": text}]
    assert _candidates(stranger, query="x", properties=properties) == []
    if text.isprintable():
        answer = stranger.get("/reconcile/suggest/entity", {"prefix": text[:500]})
        assert answer.json() == {"result": []}


def test_suggestions_of_organisations_come_page_by_page(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    made = {_licensed(town, move, f"Made-up Tea {place}").pk for place in range(12)}
    pages = [
        stranger.get("/reconcile/suggest/entity", {"prefix": "mad", "cursor": cursor}).json()
        for cursor in (0, 10, 20)
    ]
    assert [len(page["result"]) for page in pages] == [10, 2, 0]
    assert {each["id"] for page in pages for each in page["result"]} == made
    for each in pages[0]["result"]:
        assert each.keys() == {"id", "name", "description", "notable"}
        assert each["notable"] == [{"id": "Organization", "name": "Organisation"}]
    number = _number(Organisation.objects.get(pk=min(made)))
    [found] = stranger.get("/reconcile/suggest/entity", {"prefix": number}).json()["result"]
    assert found["id"] == min(made)
    assert stranger.get("/reconcile/suggest/entity", {"prefix": ""}).json() == {"result": []}


def test_suggestions_of_properties_are_schemes_of_identifiers(stranger: Client) -> None:
    [found] = stranger.get("/reconcile/suggest/property?prefix=cn-us").json()["result"]
    assert found["id"] == "CN-USCC"
    assert stranger.get("/reconcile/suggest/property?prefix=统一社会信用").json()["result"] == [
        found
    ]
    assert stranger.get("/reconcile/suggest/property?prefix=phone").json() == {"result": []}


@pytest.mark.parametrize("sort", ["entity", "property"])
@pytest.mark.parametrize(
    "query", ["", "prefix=a&cursor=-1", "prefix=a&cursor=x", "prefix=a&cursor=²"]
)
def test_a_wrong_suggestion_is_refused(stranger: Client, sort: str, query: str) -> None:
    response = stranger.get(f"/reconcile/suggest/{sort}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_the_preview_alone_may_be_framed_and_it_runs_nothing(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "Made-up <Tea>")
    OrganisationName.objects.create(organisation=organisation, name="Old & Tea", sort="former")
    response = stranger.get(f"/reconcile/preview/{organisation.pk}")
    assert response["Content-Type"].startswith("text/html")
    html = response.content.decode()
    for shown in ("Made-up &lt;Tea&gt;", "Old &amp; Tea", _number(organisation)):
        assert shown in html
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "X-Frame-Options" not in response
    assert "Cookie" not in response.get("Vary", "")
    for other in ("/reconcile", "/reconcile/about.txt", f"/en/organisations/{organisation.pk}"):
        assert "frame-ancestors 'none'" in stranger.get(other)["Content-Security-Policy"]
    missing = stranger.get("/reconcile/preview/000000000000")
    assert missing.status_code == 404
    assert "frame-ancestors 'none'" in missing["Content-Security-Policy"]


def test_every_answer_may_be_read_by_any_site_and_none_knows_the_reader(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    organisation = _licensed(town, move, "Made-up Tea")
    stranger.cookies["session"] = "x" * 32
    for address in (
        "",
        '?queries={"a":{"query":"x"}}',
        "?queries=",
        "/suggest/entity?prefix=x",
        "/suggest/property?prefix=x",
        f"/preview/{organisation.pk}",
        "/preview/x",
        "/about.txt",
        "/nothing",
    ):
        response = stranger.get(f"/reconcile{address}", headers={"accept-language": "zh-hans"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies
        assert "language" not in response.get("Vary", "").lower()
        assert stranger.head(f"/reconcile{address}").status_code == response.status_code
    posted = _post(stranger, {"a": {"query": "x"}})
    assert posted["Cache-Control"] == "no-store"
    assert stranger.get("/reconcile")["Cache-Control"].startswith("public, max-age=")
    wrong_host = stranger.get("/reconcile", headers={"host": "elsewhere.example"})
    assert wrong_host.status_code == 400
    assert wrong_host["Content-Type"] == "application/problem+json"


def test_a_batch_writes_nothing(stranger: Client, town: builders.Town, move: Move) -> None:
    _licensed(town, move, "Made-up Tea")
    with CaptureQueriesContext(connection) as queries:
        _candidates(stranger, query="made-up tea", properties=[{"pid": "CN-USCC", "v": "x"}])
    assert queries.captured_queries
    assert {each["sql"].split()[0] for each in queries.captured_queries} == {"SELECT"}


def test_what_has_gone_is_no_candidate_any_more(
    stranger: Client, town: builders.Town, move: Move
) -> None:
    subject = builders.a_subject("Made-up Tea")
    entry = builders.published(town, move, subject=subject, decided_on=date(2026, 3, 2))
    [found] = _candidates(stranger, query="made-up tea")
    assert entry.public_until is not None
    move(entry.public_until)
    assert _candidates(stranger, query="made-up tea") == []
    assert _candidates(stranger, query=subject.identifier.value) == []
    assert stranger.get(f"/reconcile/preview/{found['id']}").status_code == 404

"""The feed of an authority, the sitemap, and the page on open data."""

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import get_resolver

from tabularium.core.kinds import Kind
from tabularium.opendata.building import build
from tabularium.opendata.views import feeds, sitemaps
from tabularium.register import services
from tests import builders
from tests.builders import Town
from tests.lines.walkers import routes
from tests.opendata.conftest import Move

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def atom(address: str) -> ET.Element:
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content)  # noqa: S314 - our own


def links(feed: ET.Element) -> dict[str, str]:
    return {each.attrib["rel"]: each.attrib["href"] for each in feed.findall(f"{ATOM}link")}


def test_the_feed_of_an_authority_has_what_it_published_newest_first(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ITEMS_ON_A_PAGE", 2)
    licence = builders.a_draft(town, Kind.LICENCE)
    services.approve(licence.pk, approver=town.approver)
    penalty = builders.published(town, move)
    promise = builders.promised(town)
    hidden = builders.objected(town, move)
    found, address = [], f"/en/authorities/{town.code}/entries.atom"
    first = address
    while address:
        feed = atom(address)
        for name in ("id", "title", "updated", "author"):
            assert feed.find(f"{ATOM}{name}") is not None
        assert links(feed)["self"] == f"http://testserver{address}"
        assert links(feed)["first"] == f"http://testserver{first}"
        for each in feed.findall(f"{ATOM}entry"):
            texts = {child.tag.removeprefix(ATOM): child.text for child in each}
            assert {"id", "title", "updated", "published", "summary"} <= texts.keys()
            found.append(str(texts["id"]).rpartition("/")[2])
            # Readers of feeds keep what they got: it does not say whom the entry is about.
            assert "虚构食品公司" not in str(texts)
        address = links(feed).get("next", "").removeprefix("http://testserver")
    assert set(found) == {licence.pk, penalty.pk, promise.pk}
    assert found[-1] == licence.pk
    assert hidden.pk not in found
    assert Client().get(f"{first}?after=1.x").status_code == 400
    assert Client().get("/en/authorities/none/entries.atom").status_code == 404


def feeds_of_organisations(addresses: list[str]) -> list[str]:
    """Addresses of feeds that tell of one organisation."""
    words = ("feed", "atom", "rss", "changes", "subscribe", "alert", "watch")
    return [
        each
        for each in addresses
        if any(word in each for word in words) and ("organisation" in each or "identity" in each)
    ]


def test_no_address_offers_a_feed_by_organisation() -> None:
    every = [route.address for route in routes.walk(get_resolver())]
    assert any("entries.atom" in each for each in every)
    assert feeds_of_organisations(every) == []


def test_a_feed_by_organisation_is_met() -> None:
    offered = "<language>/organisations/<identity:identity>/entries.atom"
    assert feeds_of_organisations([offered]) == [offered]


@pytest.mark.django_db
@pytest.mark.parametrize("parameter", ["organisation", "identifier", "q"])
def test_no_parameter_narrows_a_feed_to_an_organisation(
    town: Town, move: Move, parameter: str
) -> None:
    one, other = builders.published(town, move), builders.published(town, move)
    services.place_changes()
    of_one = f"{parameter}={one.organisation_id}"
    told = Client().get(f"/api/v1/changes?{of_one}").json()
    assert {each["id"] for each in told["changes"]} == {one.pk, other.pk}
    feed = Client().get(f"/en/authorities/{town.code}/entries.atom?{of_one}").content.decode()
    assert one.pk in feed
    assert other.pk in feed


def locations(address: str) -> list[str]:
    response = Client().get(address)
    assert response.status_code == 200, address
    tree = ET.fromstring(response.content)  # noqa: S314 - our own
    return [str(each.text) for each in tree.iter(f"{SITEMAP}loc")]


@pytest.mark.parametrize("in_a_part", [20_000, 1])
def test_the_sitemap_has_what_is_public_now_and_nothing_else(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch, in_a_part: int
) -> None:
    monkeypatch.setattr(sitemaps, "IN_A_PART", in_a_part)
    entries = [builders.published(town, move) for _ in range(2)]
    hidden = builders.objected(town, move)
    parts = locations("/sitemap.xml")
    monkeypatch.setattr(sitemaps, "IN_A_PART", 20_000)
    found = [each for part in parts for each in locations(part.removeprefix("http://testserver"))]
    assert len(found) == len(set(found))
    for entry in entries:
        for language in ("en", "zh-hans"):
            assert f"http://testserver/{language}/entries/{entry.pk}" in found
            assert f"http://testserver/{language}/organisations/{entry.organisation_id}" in found
    assert f"http://testserver/en/authorities/{town.code}" in found
    assert not any(hidden.pk in each or str(hidden.organisation_id) in each for each in found)
    assert "Sitemap: http://testserver/sitemap.xml" in Client().get("/robots.txt").content.decode()
    assert Client().get("/sitemap/people-all.xml").status_code == 404


def test_an_entry_tells_crawlers_when_it_ends(town: Town, move: Move) -> None:
    entry = builders.published(town, move)
    assert entry.public_until is not None
    said = Client().get(f"/en/entries/{entry.pk}")["X-Robots-Tag"]
    assert said == f"noarchive, unavailable_after: {entry.public_until.isoformat()}"


@pytest.mark.parametrize(("language", "heading"), [("en", "Open data"), ("zh-hans", "开放数据")])
def test_the_page_lists_files_licence_and_members(
    town: Town, move: Move, language: str, heading: str
) -> None:
    page = Client().get(f"/{language}/open-data").content.decode()
    assert "entries-all.csv" not in page
    builders.published(town, move)
    build(sync=lambda _: None)
    page = Client().get(f"/{language}/open-data").content.decode()
    assert f"<h1>{heading}</h1>" in page
    for text in (
        "/open-data/entries-all.csv",
        "/open-data/datapackage.json",
        "creativecommons.org",
        "public_until",
        "tabularium mirror",
    ):
        assert text in page

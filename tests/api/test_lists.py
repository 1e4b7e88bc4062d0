"""Search, lists and their pages: whole, in order, and at the same cost for one entry as for thirty."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.core.content import Subject
from tabularium.core.kinds import Field, Kind
from tabularium.register import services
from tabularium.register.models import Entry, Organisation, OrganisationName
from tests import builders

Ask = Callable[..., Any]
Move = Callable[[datetime], None]
Town = builders.Town

DAYS = [date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 5), date(2025, 12, 1), date(2026, 1, 5)]


def _licences(town: Town, move: Move, days: list[date], subject: Subject) -> list[Entry]:
    return [
        builders.published(town, move, Kind.LICENCE, subject=subject, decided_on=day)
        for day in days
    ]


def _subject_of(entry: Entry) -> Organisation:
    assert entry.organisation is not None
    return entry.organisation


def _follow(ask: Ask, address: str, key: str) -> list[list[Any]]:
    pages, further = [], address
    while further is not None:
        answer = ask(further)
        pages.append(answer[key])
        further = answer["next"] and answer["next"].removeprefix("http://testserver/api/v1/")
    return pages


def test_entries_come_by_decision_date_page_by_page_and_each_once(
    town: Town, move: Move, ask: Ask
) -> None:
    made = _licences(town, move, DAYS, builders.a_subject())
    subject = _subject_of(made[0])
    pairs = zip(DAYS, (each.pk for each in made), strict=True)
    expected = [pk for day, pk in sorted(pairs, key=lambda pair: (-pair[0].toordinal(), pair[1]))]
    for limit in (1, 2, 4, 5, 6):
        pages = _follow(ask, f"organisations/{subject.pk}?limit={limit}", "entries")
        assert [each["id"] for page in pages for each in page] == expected
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    number = subject.identifiers.get()
    address = f"organisations?scheme={number.scheme}&value={number.value}&limit=2"
    pages = _follow(ask, address, "entries")
    assert [each["id"] for page in pages for each in page] == expected


def test_a_place_stays_when_the_entry_before_it_has_gone(town: Town, move: Move, ask: Ask) -> None:
    made = _licences(town, move, DAYS, builders.a_subject())
    subject = _subject_of(made[0])
    first = ask(f"organisations/{subject.pk}?limit=2")
    services.withdraw(first["entries"][1]["id"], by=town.approver, reasons="A mistake.")
    further = first["next"].removeprefix("http://testserver/api/v1/")
    rest = ask(further)["entries"]
    assert len(rest) == 2
    assert not {each["id"] for each in rest} & {each["id"] for each in first["entries"]}


def test_an_organisation_is_found_by_its_number_as_anybody_writes_it(
    town: Town, move: Move, ask: Ask
) -> None:
    entry = builders.published(town, move)
    number = _subject_of(entry).identifiers.get().value
    written = f" {number[:8].lower()}-{number[8:].lower()} "
    answer = ask("organisations", scheme="CN-USCC", value=written)
    assert [each["id"] for each in answer["entries"]] == [entry.pk]


def test_search_gives_pages_of_organisations_and_no_count_of_entries(
    town: Town, move: Move, ask: Ask
) -> None:
    for place in range(5):
        subject = builders.a_subject(f"虚构茶叶公司{'号' * place}")
        _licences(town, move, DAYS[: place + 1], subject)
    pages = _follow(ask, "search?q=茶叶&limit=2", "organisations")
    names = [each["name"] for page in pages for each in page]
    assert names == [f"虚构茶叶公司{'号' * place}" for place in range(5)]
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_search_says_by_what_each_was_found(town: Town, move: Move, ask: Ask) -> None:
    subject = builders.a_subject("Made-up Harbour Foods Ltd")
    entry = builders.published(
        town, move, Kind.LICENCE, subject=subject, decision_number="HF-2026/77"
    )

    def because(text: str) -> dict[str, Any]:
        [found] = ask("search", q=text)["organisations"]
        return dict(found["because"][0])

    told = because("harb")
    assert (told["why"], told["text"]) == ("name", "Made-up Harbour Foods Ltd")
    assert [each["text"] for each in told["pieces"] if each["matches"]] == ["Harb"]
    assert "".join(each["text"] for each in told["pieces"]) == told["text"]
    told = because(subject.identifier.value[:12])
    assert (told["why"], told["scheme"], told["entry"]) == ("identifier", "CN-USCC", None)
    told = because("hf-2026/7")
    assert (told["why"], told["entry"], told["scheme"]) == ("decision", entry.pk, None)
    renamed = replace(subject, name="Made-up Quay Foods Ltd")
    builders.published(town, move, Kind.LICENCE, subject=renamed)
    assert {because(each)["why"] for each in ("harbour", "quay")} == {"name", "written"}


def test_a_search_is_narrowed_and_stays_so_on_its_next_page(
    town: Town, move: Move, ask: Ask, client: Client
) -> None:
    for place in range(3):
        builders.published(
            town, move, Kind.LICENCE, subject=builders.a_subject(f"虚构茶叶公司{'号' * place}")
        )
    builders.published(town, move, subject=builders.a_subject("虚构茶叶公司乙"))
    narrowed = f"kind=licence&field=food-safety&authority={town.code}&place=cn&since=2026-01-01"
    pages = _follow(ask, f"search?q=茶叶&{narrowed}&until=2026-12-31&limit=2", "organisations")
    assert [len(page) for page in pages] == [2, 1]
    assert "乙" not in str(pages)
    for other in ("kind=exclusion", "field=tax", "authority=none", "place=de", "until=2020-01-01"):
        assert ask(f"search?q=茶叶&{other}")["found"] == 0, other
    for wrong in ("kind=fine", "field=speech", "place=CN", "since=2026-02-30", "until=yesterday"):
        answer = client.get(f"/api/v1/search?q=茶叶&{wrong}")
        assert answer.status_code == 400
        [named] = answer.json()["errors"]
        assert named["parameter"] == wrong.partition("=")[0]
    assert client.get("/api/v1/search?kind=licence").status_code == 400


def test_a_page_of_a_search_goes_on_though_what_stood_before_is_gone(
    town: Town, move: Move, ask: Ask
) -> None:
    gone = builders.a_subject("虚构茶叶公司")
    (entry,) = _licences(town, move, DAYS[:1], gone)
    for place in range(1, 4):
        _licences(town, move, DAYS[:1], builders.a_subject(f"虚构茶叶公司{'号' * place}"))
    first = ask("search?q=茶叶&limit=2")
    services.withdraw(entry.pk, by=town.approver, reasons="It was another's.")
    rest = ask(first["next"].removeprefix("http://testserver/api/v1/"))
    names = [each["name"] for page in (first, rest) for each in page["organisations"]]
    assert names == [f"虚构茶叶公司{'号' * place}" for place in range(4)]
    assert rest["next"] is None


def test_every_sort_of_other_name_is_in_the_document(
    town: Town, move: Move, ask: Ask, document: dict[str, Any]
) -> None:
    stated = document["components"]["schemas"]["OtherName"]["properties"]["sort"]["enum"]
    assert sorted(stated) == sorted(OrganisationName.Sort.values)
    subject = builders.a_subject("虚构茶叶公司")
    builders.published(town, move, subject=subject)
    renamed = replace(subject, name="虚构茶叶集团")
    organisation = _subject_of(builders.published(town, move, subject=renamed))
    shown = ask(f"organisations/{organisation.pk}")["organisation"]
    assert {shown["name"], *(each["name"] for each in shown["other_names"])} == {
        "虚构茶叶公司",
        "虚构茶叶集团",
    }
    assert [each["sort"] for each in shown["other_names"]] == ["written"]


def test_other_names_and_a_subject_without_a_form(town: Town, move: Move, ask: Ask) -> None:
    subject = _subject_of(builders.published(town, move))
    OrganisationName.objects.create(
        organisation=subject, name="Made-up Tea", language="en", sort="translated"
    )
    OrganisationName.objects.create(organisation=subject, name="旧名", sort="former")
    answer = ask(f"organisations/{subject.pk}")["organisation"]
    assert answer["other_names"] == [
        {"name": "旧名", "language": None, "sort": "former"},
        {"name": "Made-up Tea", "language": "en", "sort": "translated"},
    ]


def test_chinese_is_sent_as_it_is(town: Town, move: Move, client: Client) -> None:
    entry = builders.published(town, move, subject=builders.a_subject("虚构茶叶公司"))
    for address in (
        f"entries/{entry.pk}",
        f"organisations/{entry.organisation_id}",
        "search?q=茶叶",
    ):
        response = client.get(f"/api/v1/{address}")
        assert response["Content-Type"] == "application/json; charset=utf-8"
        text = response.content.decode("utf-8")
        assert "虚构茶叶公司" in text
        assert "\\u" not in text


@pytest.mark.parametrize("address", ["organisations/{}?limit=100", "search?q=茶叶&limit=100"])
def test_thirty_cost_as_many_queries_as_one(
    town: Town, move: Move, client: Client, address: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/api/v1/{address}".format(subject.pk))
        assert response.status_code == 200
        return len(queries)

    named = builders.a_subject("虚构茶叶公司")
    subject = _subject_of(_licences(town, move, DAYS[:1], named)[0])
    one = cost()
    _licences(town, move, DAYS * 6, named)
    for _ in range(5):
        _licences(town, move, DAYS[:1], builders.a_subject("虚构茶叶公司"))
    assert cost() == one
    assert 1 <= one <= 6


def test_an_entry_takes_few_queries(town: Town, move: Move, client: Client) -> None:
    entry = builders.published(town, move)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/api/v1/entries/{entry.pk}")
    assert len(queries) <= 5


def _second_version(town: Town) -> None:
    services.ensure_item(
        services.ItemDetails(
            code="market-office-penalty",
            version=2,
            kind=Kind.PENALTY,
            field=Field.FOOD_SAFETY,
            title={"en": "Made-up penalty list, again"},
            effective_from=date(2026, 1, 1),
            definition="version = 2\n",
        ),
        authority=town.authority,
    )


def test_the_catalogue_gives_the_newest_versions_and_an_item_all(town: Town, ask: Ask) -> None:
    for kind in (Kind.PENALTY, Kind.LICENCE, Kind.EXCLUSION):
        town.item(kind)
    _second_version(town)
    pages = _follow(ask, "catalogue?limit=2", "items")
    newest = [(each["code"], each["version"]) for page in pages for each in page]
    assert newest == [
        ("market-office-exclusion", 1),
        ("market-office-licence", 1),
        ("market-office-penalty", 2),
    ]
    item = ask("catalogue/market-office-penalty")
    assert [each["version"] for each in item["versions"]] == [2, 1]
    assert item["versions"][0]["definition"] == "version = 2\n"
    assert item["versions"][0]["legal_basis"] is None
    assert item["versions"][1]["legal_basis"] == {"citation": "Made-up Act, article 5", "url": None}
    authority = ask("authorities/market-office")
    assert [(each["code"], each["version"]) for each in authority["items"]] == newest
    assert authority["time_zone"] == "Asia/Shanghai"
    assert authority["website"] == "https://office.example/"


def test_the_catalogue_costs_the_same_however_long_it_is(town: Town, client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/catalogue").status_code == 200
            assert client.get("/api/v1/authorities/market-office").status_code == 200
        return len(queries)

    town.item(Kind.PENALTY)
    one = cost()
    for kind in (Kind.LICENCE, Kind.EXCLUSION, Kind.JUDGMENT):
        town.item(kind)
    assert cost() == one


def test_the_index_leads_to_every_operation(
    town: Town, move: Move, client: Client, ask: Ask
) -> None:
    entry = builders.published(town, move)
    number = _subject_of(entry).identifiers.get()
    index = ask("")
    filled = {
        "search": {"{?q,kind,field,authority,place,since,until,after,limit}": f"?q={number.value}"},
        "organisation": {"{id}": entry.organisation_id, "{?after,limit}": ""},
        "organisation_by_identifier": {
            "{?scheme,value,after,limit}": f"?scheme={number.scheme}&value={number.value}"
        },
        "entry": {"{id}": entry.pk},
        "catalogue": {"{?after,limit}": "?limit=1"},
        "item": {"{code}": "market-office-penalty"},
        "authority": {"{code}": "market-office", "{?after,limit}": ""},
        "changes": {"{?after,limit,records}": "?limit=1"},
        "problems": {},
        "openapi": {},
        # Who asks without a token is told so, at the address that the index names.
        "submissions": {},
    }
    assert set(index) == {*filled, "title", "version", "about"}
    for name, values in filled.items():
        address = index[name]
        for hole, value in values.items():
            assert hole in address
            address = address.replace(hole, value)
        assert "{" not in address
        assert json.loads(client.get(address).content)


def test_links_of_an_entry_lead_where_they_say(town: Town, move: Move, ask: Ask) -> None:
    entry = ask(f"entries/{builders.published(town, move).pk}")
    root = "http://testserver/api/v1/"
    for part in (entry, entry["organisation"], entry["authority"], entry["item"]):
        assert ask(part["api_url"].removeprefix(root))


def test_pages_for_readers_are_there(town: Town, move: Move, ask: Ask, client: Client) -> None:
    entry = ask(f"entries/{builders.published(town, move).pk}")
    parts = (entry, entry["organisation"], entry["authority"], entry["item"])
    for address in [*(each["url"] for each in parts), entry["about_url"], ask("")["about"]]:
        response = client.get(address, headers={"accept-language": "zh-hans"})
        bare = address.removeprefix("http://testserver")
        # The site redirects only to an address that it has.
        assert (response.status_code, response["Location"]) == (302, f"/zh-hans{bare}")

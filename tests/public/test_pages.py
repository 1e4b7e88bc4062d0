"""Every page in both languages: what it shows, and that its HTML is right."""

import json
import re
from datetime import date

import pytest
from django.conf import LazySettings

from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry, Organisation, OrganisationName
from tabularium.register.services import loading
from tests import builders
from tests.public.conftest import LANGUAGES, Court, Move, Reader


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def entry(town: builders.Town, move: Move) -> Entry:
    subject = builders.a_subject("虚构晨光食品有限公司")
    made = builders.published(town, move, subject=subject)
    services.answer(
        made.pk,
        by=builders.a_replier(made.organisation),
        text="我们已改正。\n今后会更加小心。",
        shown=True,
        language="zh-hans",
    )
    return made


def subject_of(entry: Entry) -> Organisation:
    assert entry.organisation is not None
    return entry.organisation


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_html(
    reader: Reader, entry: Entry, court: Court, language: str
) -> None:
    for path in (
        "",
        "?q=虚构",
        "?q=nothing-of-that-name",
        "?q=***",
        f"organisations/{subject_of(entry).pk}",
        f"organisations/{court.authority.organisation_id}",
        f"entries/{entry.pk}",
        f"entries/{court.promise.pk}",
        f"entries/{court.judgment.pk}",
        "authorities/market-office",
        "authorities/water-office",
        "catalogue",
        "catalogue/market-office-penalty",
        "about",
    ):
        html = reader.get(f"/{language}/{path}")
        other = {"en": "zh-hans", "zh-hans": "en"}[language]
        assert f'hreflang="{other}"' in html


def test_an_entry_tells_all_that_the_decision_says(reader: Reader, entry: Entry) -> None:
    html = reader.get(f"/en/entries/{entry.pk}")
    seen = words(html)
    for expected in (
        "Penalty · Food safety",
        "Made-up Office market-office",
        "虚构晨光食品有限公司",
        "Unified social credit code",
        entry.current_version.decision_number,
        "3 March 2026",
        "Made-up Act, article 5",
        "4,965.70 yuan (CNY)",
        "4 March 2026 to 1 March 2027 , that day included",
        "at midnight at the end of 1 March 2027 (Asia/Shanghai, UTC+8)",
        "By letter, 4 March 2026",
        "In writing to the office that decided.",
        "Write to the office&#x27;s counter.",
        "It closes no tender",
        f"http://testserver/entries/{entry.pk}",
    ):
        assert expected in seen
    assert "First line.\nSecond line." in html
    assert "我们已改正。\n今后会更加小心。" in html
    assert 'href="https://law.example/5"' in html
    assert 'href="https://office.example/objections"' in html
    assert 'href="https://office.example/corrections"' in html


def test_an_entry_in_chinese_leaves_the_decision_in_its_own_language(
    reader: Reader, entry: Entry
) -> None:
    html = reader.get(f"/zh-hans/entries/{entry.pk}")
    seen = words(html)
    for expected in (
        "行政处罚 · 食品安全",
        "虚构市场监管局",
        "2026年3月3日",
        "4,965.70元人民币（CNY）",
        "请致函该局窗口。",
    ):
        assert expected in seen
    assert '<h1><span lang="en">Fine</span></h1>' in html


def test_an_entry_asks_crawlers_to_forget_it_at_its_end(reader: Reader, entry: Entry) -> None:
    path = f"/en/entries/{entry.pk}"
    robots = reader.page(path, reader.get(path)).robots
    assert robots == "noarchive, unavailable_after: 2027-03-01T16:00:00+00:00"


def test_an_answer_is_shown_only_while_the_organisation_wants_it(
    reader: Reader, entry: Entry
) -> None:
    replier = builders.a_replier(subject_of(builders.Entry.objects.get(pk=entry.pk)))
    services.take_back_answer(entry.pk, by=replier)
    assert "我们已改正" not in reader.get(f"/en/entries/{entry.pk}")


def test_what_an_entry_means_is_said_for_every_kind(
    reader: Reader, town: builders.Town, move: Move, court: Court
) -> None:
    made = {kind: builders.published(town, move, kind) for kind in (Kind.LICENCE, Kind.EXCLUSION)}
    said = {
        made[Kind.LICENCE]: "It is no recommendation.",
        made[Kind.EXCLUSION]: "and of no other authority.",
        court.promise: "It does not say that the promise will be broken.",
        court.judgment: "it has not yet carried the judgment out",
    }
    for entry, sentence in said.items():
        assert sentence in words(reader.get(f"/en/entries/{entry.pk}"))


def test_an_organisations_page_lists_and_does_not_sum_up(
    reader: Reader, town: builders.Town, move: Move, entry: Entry
) -> None:
    organisation = subject_of(entry)
    subject = builders.Subject(
        builders.parse("CN-USCC", organisation.identifiers.get().value), organisation.name
    )
    for day in (10, 11, 12):
        builders.published(
            town, move, subject=subject, measure=f"Fine {day}", decided_on=date(2026, 2, day)
        )
    builders.published(town, move, Kind.LICENCE, subject=subject)
    html = reader.get(f"/en/organisations/{organisation.pk}")
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert headings[:2] == ["Licences", "Penalties, exclusions and judgments"]
    places = [html.index(f">Fine {day}<") for day in (12, 11, 10)]
    assert places == sorted(places)
    # What is left without the facts of each entry is ours, and in it is no figure at all.
    ours = re.sub(r"<(head|h1|h3|dl)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"\d", words(ours))
    assert 'id="promises"' not in html


def test_other_names_are_shown_with_what_they_are(reader: Reader, entry: Entry) -> None:
    organisation = subject_of(entry)
    sorts = OrganisationName.Sort
    for name, language, sort in (
        ("虚构晨曦食品厂", "zh-hans", sorts.FORMER),
        ("Made-up Dawn Foods", "en", sorts.TRANSLATED),
        ("虚构晨光食品（有限）公司", "", sorts.WRITTEN),
    ):
        organisation.other_names.create(name=name, language=language, sort=sort)
    for language in LANGUAGES:
        reader.get(f"/{language}/?q=虚构晨光")
        seen = words(reader.get(f"/{language}/organisations/{organisation.pk}"))
        assert "虚构晨曦食品厂" in seen
        assert "Made-up Dawn Foods" in seen
    assert "曾用名 虚构晨曦食品厂" in seen


def test_long_lists_are_turned_section_by_section(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    subject = builders.a_subject()
    entries = [
        builders.published(town, move, Kind.LICENCE, subject=subject, measure=f"Permit {place}")
        for place in range(31)
    ]
    path = f"/en/organisations/{subject_of(entries[0]).pk}"
    first = reader.get(path)
    assert first.count('class="entry"') == 30
    [further] = re.findall(r'href="([^"]*)#licences" rel="next"', first)
    second = reader.get(path + further)
    assert second.count('class="entry"') == 1
    [back] = re.findall(r'href="([^"]*)#licences" rel="prev"', second)
    again = reader.get(path + back)
    assert again.count('class="entry"') == 30
    assert 'rel="prev"' not in again
    assert f'href="{further}#licences" rel="next"' in again
    last = max(entries, key=lambda each: each.pk)
    reader.get(f"{path}?licences=older-{last.current_version.decided_on}-{last.pk}", 404)
    for wrong in ("2026-13-01", "2026-02-30", "0000-01-01"):
        reader.get(f"{path}?licences=newer-{wrong}-{last.pk}", 400)


def test_a_list_shows_each_entry_whole_and_its_parts_are_equally_easy_to_find(
    reader: Reader, entry: Entry
) -> None:
    html = reader.get(f"/en/organisations/{subject_of(entry).pk}")
    seen = words(html)
    for expected in (
        "Made-up Act, article 5",
        "4,965.70 yuan",
        "我们已改正。",
        "Read it at law.example",
    ):
        assert expected in seen
    assert entry.current_version.decision_number in seen
    for section in ("licences", "decisions"):
        assert f'<li><a href="#{section}">' in html
        assert f'<h2 id="{section}">' in html


def test_an_entry_tells_what_happened_in_order_and_how_to_cite_it(
    reader: Reader, entry: Entry, town: builders.Town
) -> None:
    html = reader.get(f"/en/entries/{entry.pk}")
    told = words(html.split('<ol class="moments">')[1].split("</ol>")[0])
    order = [
        "The authority decided.",
        "The organisation was told.",
        "The entry became public as it stands here.",
        "The organisation answered.",
    ]
    assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)
    citation = words(html.split('id="citation">')[1].split("</p>")[0])
    assert entry.current_version.decision_number in citation
    assert f"http://testserver/entries/{entry.pk}" in citation
    assert "Seen on" in citation
    # An objection that was decided against the organisation leaves no mark.
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")
    services.uphold(entry.pk, by=town.second_approver, reasons="As before.")
    after = reader.get(f"/en/entries/{entry.pk}")
    assert words(after.split('<ol class="moments">')[1].split("</ol>")[0]) == told


def test_what_a_page_is_about_stands_in_it_for_machines_and_no_text_breaks_out(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    name = "Fictional </script><script>alert(1)</script> & Sons"
    licence = builders.published(town, move, Kind.LICENCE, subject=builders.a_subject(name))
    about = subject_of(licence)
    found = {}
    for path in (
        "",
        f"organisations/{about.pk}",
        f"entries/{licence.pk}",
        "authorities/market-office",
    ):
        html = reader.get(f"/en/{path}")
        assert html.count("application/ld+json") == 1
        block = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
        found[path] = json.loads(block)
        assert found[path]["@context"] == "https://schema.org"
        assert '<meta property="og:title" content="' in html
        assert '<meta property="og:url" content="http://testserver/en/' in html
    assert found[""]["potentialAction"]["@type"] == "SearchAction"
    of_entry = found[f"entries/{licence.pk}"]
    assert of_entry["about"]["name"] == name
    assert of_entry["mainEntity"]["@type"] == "GovernmentPermit"
    of_organisation = found[f"organisations/{about.pk}"]
    assert of_organisation["name"] == name
    assert of_organisation["identifier"][0]["propertyID"] == "CN-USCC"
    assert found["authorities/market-office"]["@type"] == "GovernmentOrganization"


def test_an_authoritys_page_says_what_it_owes(reader: Reader, court: Court) -> None:
    seen = words(reader.get("/en/authorities/water-office"))
    assert "New pipes for Made-up Street" in seen
    assert "Payment for pipes delivered" in seen
    organisation = reader.get(f"/en/organisations/{court.authority.organisation_id}")
    assert "/en/authorities/water-office" in organisation
    assert 'id="promises"' in organisation


def test_details_go_by_the_labels_of_their_item(
    reader: Reader, town: builders.Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"district": {"en": "District of the office", "zh-hans": "所在区域"}}
    monkeypatch.setattr("tabularium.public.views.subjects.detail_labels", lambda _: labels)
    entry = builders.published(town, move, details={"district": "East", "ward": "Seven"})
    seen = words(reader.get(f"/zh-hans/entries/{entry.pk}"))
    assert "所在区域 East" in seen
    assert "ward Seven" in seen


def test_only_addresses_of_the_web_become_links(
    reader: Reader, town: builders.Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if they had got past the services, which refuse them.
    monkeypatch.setattr(loading, "web_address", str)
    entry = builders.published(
        town, move, legal_basis_url="javascript:alert(1)", objection_url="//office.example/x"
    )
    html = reader.get(f"/en/entries/{entry.pk}")
    assert "javascript:" not in html
    assert 'href="//office' not in html


def test_what_an_authority_wrote_is_never_markup(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    bad = "<script>alert(1)</script>"
    entry = builders.published(
        town,
        move,
        subject=builders.a_subject(f"虚构{bad}"),
        measure=bad,
        summary=bad,
        legal_basis=bad,
        objection_route=bad,
        details={bad: bad},
    )
    for path in (f"entries/{entry.pk}", f"organisations/{subject_of(entry).pk}", f"?q={bad}"):
        assert bad not in reader.get(f"/en/{path}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_made_up_data_is_said_to_be_so_on_every_page(
    reader: Reader, entry: Entry, settings: LazySettings, language: str
) -> None:
    sentence = {"en": "Made-up data.", "zh-hans": "虚构数据。"}[language]
    paths = ("", f"entries/{entry.pk}", "about", "nothing-here")
    for path in paths:
        assert sentence not in reader.answer(f"/{language}/{path}").content.decode()
    settings.REGISTER_IS_DEMO = True
    for path in paths:
        assert sentence in reader.answer(f"/{language}/{path}").content.decode()


def test_changing_the_language_keeps_the_page_and_its_query(reader: Reader, entry: Entry) -> None:
    html = reader.get(f"/en/organisations/{subject_of(entry).pk}?period=1")
    address = f"/zh-hans/organisations/{subject_of(entry).pk}?period=1"
    assert f'href="{address}"' in html
    assert f'href="/en/organisations/{subject_of(entry).pk}?period=1"' in reader.get(address)
    assert "/zh-hans/?q=%E8%99%9A%E6%9E%84" in reader.get("/en/?q=虚构")


@pytest.mark.parametrize(
    ("accepted", "language"), [("zh-CN,zh;q=0.9", "zh-hans"), ("pt-BR", "en"), ("en-GB", "en")]
)
def test_the_permanent_address_leads_to_the_readers_language(
    reader: Reader, entry: Entry, accepted: str, language: str
) -> None:
    answer = reader.client.get(f"/entries/{entry.pk}", headers={"accept-language": accepted})
    assert answer.status_code == 302
    assert answer["Location"] == f"/{language}/entries/{entry.pk}"
    assert answer["Cache-Control"] == "private, no-store"


def test_an_end_that_a_repair_brought_forward_is_told_beside_the_term(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    replier = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=replier, text="Put right.")
    services.grant_repair(entry.pk, by=town.approver, reasons="It is.")
    seen = words(reader.get(f"/en/entries/{entry.pk}"))
    assert "4 March 2026 to 1 March 2027 , that day included" in seen
    assert "at midnight at the end of 3 June 2026 (Asia/Shanghai, UTC+8)" in seen


@pytest.mark.django_db
def test_robots_and_the_old_icon(reader: Reader) -> None:
    robots = reader.answer("/robots.txt")
    said = robots.content.decode().splitlines()
    assert said[:2] == ["User-agent: *", "Disallow: /api/"]
    assert "Sitemap: http://testserver/sitemap.xml" in said
    assert robots["Content-Type"] == "text/plain; charset=utf-8"
    icon = reader.answer("/favicon.ico")
    assert icon.status_code == 301
    picture = reader.client.get(icon["Location"])
    assert picture.status_code == 200
    assert picture["Content-Type"] == "image/svg+xml"
    picture.close()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/en/", 400), ("/zh-hans/catalogue", 200), ("/en/entries/000000000000", 404), ("/no", 404)],
)
def test_a_query_of_very_many_parameters_is_no_failure_of_ours(
    reader: Reader, path: str, status: int
) -> None:
    answer = reader.answer(f"{path}?{'a=1&' * 2000}")
    assert answer.status_code == status
    assert b"a=1" not in answer.content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.PENALTY, Kind.EXCLUSION, Kind.LICENCE])
def test_an_entry_says_by_when_the_organisation_acts(
    reader: Reader, town: builders.Town, move: Move, language: str, kind: Kind
) -> None:
    entry = builders.published(town, move, kind)
    seen = words(reader.get(f"/{language}/entries/{entry.pk}"))
    until, appeal = {
        "en": ("on any day until the entry ends", "a time limit of its own"),
        "zh-hans": ("在记录终止之前的任何一天", "另有法定期限"),
    }[language]
    assert until in seen
    assert appeal in seen


def test_an_authority_does_not_object_to_its_own_promise(reader: Reader, court: Court) -> None:
    seen = reader.get(f"/en/entries/{court.promise.pk}")
    assert 'id="object"' not in seen
    assert 'id="report"' in seen

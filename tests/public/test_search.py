"""The search page, good input and bad."""

import html
import json
import re
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium.core.kinds import Kind
from tabularium.register import selectors
from tests import builders
from tests.public.conftest import LANGUAGES, Move, Reader
from tests.public.test_pages import words


@pytest.fixture
def names(town: builders.Town, move: Move) -> list[str]:
    made = ["虚构海港食品有限公司", "虚构山谷建筑公司", "Made-up Harbour Foods Ltd"]
    for name in made:
        builders.published(town, move, Kind.LICENCE, subject=builders.a_subject(name))
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("海港", [0]),
        ("食品", [0]),
        ("虚构", [0, 1]),
        ("harbour", [2]),
        ("HARB foods", [2]),
        ("不存在", []),
    ],
)
def test_a_part_of_a_name_finds(
    reader: Reader, names: list[str], text: str, found: list[int]
) -> None:
    page = reader.get(f"/en/?q={text}")
    for place, name in enumerate(names):
        assert (f"{name}</bdi></a>" in page) is (place in found)


def test_a_number_finds_however_it_is_written(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    number = builders.an_identifier()
    subject = builders.a_subject("虚构数字公司", number)
    builders.published(town, move, Kind.LICENCE, subject=subject)
    for written in (number.value, f"{number.value[:8]} {number.value[8:]}", number.value[:10]):
        assert "虚构数字公司" in reader.get(f"/en/?q={written}")


def test_results_say_nothing_about_entries(
    reader: Reader, town: builders.Town, move: Move, names: list[str]
) -> None:
    once = words(reader.get("/en/?q=海港"))
    organisation = builders.Organisation.objects.get(name=names[0])
    subject = builders.a_subject(
        names[0], builders.parse("CN-USCC", organisation.identifiers.get().value)
    )
    builders.published(town, move, subject=subject)
    assert words(reader.get("/en/?q=海港")) == once


def test_long_results_have_pages(reader: Reader, town: builders.Town, move: Move) -> None:
    for place in range(21):
        subject = builders.a_subject(f"虚构分页公司{place:02}")
        builders.published(town, move, Kind.LICENCE, subject=subject)
    first = reader.get("/en/?q=分页")
    assert "21 organisations match" in first
    assert first.count("</bdi></a></h3>") == 20
    [further] = re.findall(r'href="([^"]*)" rel="next"', first)
    assert "Go to the first page" not in first
    second = reader.get(f"/en/{html.unescape(further)}")
    assert second.count("</bdi></a></h3>") == 1
    assert "Go to the first page" in second
    assert 'rel="next"' not in second
    nowhere = reader.get(f"/en/{html.unescape(further).replace(quote('分页'), quote('海港'))}")
    assert "There are no further results" in nowhere


@pytest.mark.usefixtures("names")
def test_more_than_a_person_reads_asks_for_more_letters(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MOST_HITS", 1)
    assert "More than 1,000 organisations match" in reader.get("/en/?q=虚构")
    assert "More than 1,000" not in reader.get("/en/?q=海港")


@pytest.mark.usefixtures("names")
def test_results_say_by_what_they_were_found(reader: Reader) -> None:
    page = reader.get("/en/?q=harb")
    assert "<bdi>Made-up <mark>Harb</mark>our Foods Ltd</bdi>" in page
    assert "Found by: Name" in page
    entry = builders.Entry.objects.first()
    assert entry is not None
    page = reader.get(f"/zh-hans/?q={quote(entry.current_version.decision_number)}")
    assert "查到的依据：决定书文号" in page
    assert f'href="/zh-hans/entries/{entry.pk}"><bdi' in page


@pytest.mark.usefixtures("names")
def test_a_search_is_narrowed(reader: Reader) -> None:
    assert "海港" in reader.get("/en/?q=海港&kind=licence&place=cn&since=2020-01-01")
    narrowed = reader.get("/en/?q=海港&kind=penalty")
    assert "No organisation with a public entry matches" in narrowed
    assert '<details class="narrow" open>' in narrowed
    assert '<option value="penalty" selected>' in narrowed


def test_suggestions_come_from_two_characters_or_three_letters(
    reader: Reader, names: list[str]
) -> None:
    def suggested(text: str) -> list[str]:
        answer = reader.answer(f"/en/suggestions?q={quote(text)}")
        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("public, max-age=")
        return [each["name"] for each in json.loads(answer.content)["organisations"]]

    assert suggested("海港") == [names[0]]
    assert suggested("arb") == [names[2]]
    for text in ("海", "ar", "", "\0海港", "海" * 201, "不存在"):
        assert suggested(text) == []
    told = json.loads(reader.answer("/en/suggestions?q=arb").content)["organisations"][0]
    assert told["because"] == [
        {
            "said": "Name",
            "parts": [["Made-up H", False], ["arb", True], ["our Foods Ltd", False]],
            "is_name": True,
        }
    ]


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_says_what_that_means(reader: Reader, language: str) -> None:
    sentence = {
        "en": "No public entry today does not mean that there never was a decision.",
        "zh-hans": "今日没有公开记录，不等于从未有过决定。",
    }[language]
    assert sentence in reader.get(f"/{language}/?q=qqqq")


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=a%00b",
        f"q={'a' * 201}",
        f"q={'字' * 5000}",
        "q=a&after=0",
        "q=a&after=WzFd",
        "q=a&after=%E5%AD%97",
        f"q=a&after={'9' * 5000}",
        "after=%00",
        "q=a&kind=crime",
        "q=a&field=speech",
        "q=a&authority=nobody",
        "q=a&place=zz",
        "q=a&since=yesterday",
        "q=a&until=2026-02-30",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_input_is_told_and_breaks_nothing(reader: Reader, language: str, query: str) -> None:
    path = f"/{language}/?{query}"
    page = reader.get(path, 400)
    assert 'role="alert"' in page
    assert "noindex" in reader.page(path, page).robots


@pytest.mark.parametrize("written", ["0", "-1", "x", "²", "%00", "1e3", "9" * 5000, "100001"])
def test_a_strange_number_of_a_page_is_refused(
    reader: Reader, names: list[str], written: str
) -> None:
    organisation = builders.Organisation.objects.get(name=names[0])
    reader.get(f"/en/organisations/{organisation.pk}?licences={written}", 400)
    for section in ("promises", "judgments"):
        reader.get(f"/zh-hans/authorities/market-office?{section}={written}", 400)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "path",
    [
        "entries/%00",
        "entries/00000000000%00",
        "entries/ILOU00000000",
        "organisations/../about",
        "authorities/%E8%99%9A",
        f"authorities/{'a' * 3000}",
        "catalogue/%27",
        "catalogue/none",
        "%FF%FE",
        "about/",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strange_address_has_no_page(reader: Reader, language: str, path: str) -> None:
    reader.get(f"/{language}/{path}", 404)


@pytest.mark.usefixtures("town")
def test_an_address_without_a_language_has_a_page_that_says_so(
    reader: Reader,
) -> None:
    answer = reader.client.get("/nothing", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 404
    assert "此处没有公开内容" in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60), page=st.one_of(st.none(), st.text(max_size=6)))
def test_no_text_breaks_the_search(text: str, page: str | None) -> None:
    query = {"q": text.encode("utf-8", "surrogatepass")}
    answer = Client().get(
        "/en/", query if page is None else {**query, "after": page.encode("utf-8", "replace")}
    )
    assert answer.status_code in {200, 400}


@pytest.mark.usefixtures("town")
def test_a_host_that_is_not_ours_is_refused_without_a_stack_trace(
    reader: Reader,
) -> None:
    answer = reader.client.get("/en/about", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert b"elsewhere" not in answer.content

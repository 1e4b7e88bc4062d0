"""The search page, good input and bad."""

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
    html = reader.get(f"/en/?q={text}")
    for place, name in enumerate(names):
        assert (f"{name}</bdi></a>" in html) is (place in found)


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
    assert "Page 1 of 2" in first
    second = reader.get("/en/?q=分页&page=2")
    assert second.count("</bdi></a></h3>") == 1
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert "There is no such page of results" in reader.get("/en/?q=分页&page=3")


@pytest.mark.usefixtures("names")
def test_more_than_a_person_reads_asks_for_more_letters(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MOST_HITS", 1)
    assert "More than 1,000 organisations match" in reader.get("/en/?q=虚构")
    assert "More than 1,000" not in reader.get("/en/?q=海港")


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
        "q=a&page=0",
        "q=a&page=51",
        "q=a&page=-1",
        "q=a&page=x",
        "q=a&page=1.5",
        f"q=a&page={'9' * 5000}",
        "page=%00",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_input_is_told_and_breaks_nothing(reader: Reader, language: str, query: str) -> None:
    path = f"/{language}/?{query}"
    html = reader.get(path, 400)
    assert 'role="alert"' in html
    assert "noindex" in reader.page(path, html).robots


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
        "/en/", query if page is None else {**query, "page": page.encode("utf-8", "replace")}
    )
    assert answer.status_code in {200, 400}


@pytest.mark.usefixtures("town")
def test_a_host_that_is_not_ours_is_refused_without_a_stack_trace(
    reader: Reader,
) -> None:
    answer = reader.client.get("/en/about", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert b"elsewhere" not in answer.content

"""The page of figures on an authority's data: right numbers, plain bars, nothing about organisations."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tabularium.core.kinds import Kind
from tabularium.intake.finding_names import FINDING_NAMES, SEVERITY_NAMES, finding_name
from tabularium.intake.findings import FindingCode, Severity
from tabularium.register.models import CatalogueItem, Finding
from tabularium.register.quality_figures import BY_FINDING, Figure, Withheld
from tabularium.register.quality_words import FIGURES, WITHHELD
from tests import builders
from tests.public.conftest import LANGUAGES, Move, Reader
from tests.public.test_pages import words
from tests.register.test_quality import FEBRUARY, MAY, submission

Count = Callable[[int], AbstractContextManager[None]]
PAGE = "authorities/market-office/figures"
ERROR = Finding.Severity.ERROR


def sent(town: builders.Town, kind: Kind = Kind.PENALTY) -> CatalogueItem:
    """An item of the town with a file of February, in which two of a hundred rows have an error."""
    item = town.item(kind)
    CatalogueItem.objects.filter(pk=item.pk).update(frequency="monthly")
    found = [(2, ERROR, "identifier-check-digit"), (12, "warning", "late")]
    submission(town, FEBRUARY, rows=100, entered=98, item=item, found=found)
    return item


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_the_last_four_quarters(
    reader: Reader, town: builders.Town, move: Move, language: str
) -> None:
    move(MAY)
    sent(town)
    html = reader.get(f"/{language}/{PAGE}")
    seen = unescape(words(html))
    for shown in ("2.0%", "98.0%", "12.2%"):
        assert shown in seen
    # A bar is as long as its number, of one colour, and is not read out.
    assert '<rect class="bar-part" width="12.2%" height="100%">' in html
    plots = html.count('<svg class="plot"')
    assert html.count("<svg") == html.count('<svg class="bar" aria-hidden="true"') + plots
    # A plot says what it shows, and a table has the same numbers; where none is given, the table says why.
    assert plots == html.count("<title id=") == html.count("<desc id=") == 2
    assert html.count('<h3 id="plot-') == 4
    assert "2026-Q1: 87.8%" in html
    assert '<td class="figure">87.8%</td>' in html
    assert '<td class="figure">140.0</td>' in html
    for figure in Figure:
        definition = FIGURES[figure]
        assert (definition.meaning_en if language == "en" else definition.meaning_zh) in seen


def test_in_english_it_says_what_stands_behind_each_number(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    move(MAY)
    sent(town)
    seen = words(reader.get(f"/en/{PAGE}"))
    assert "1 April 2025 to 31 March 2026 , both days included. Files: 1. Rows: 100." in seen
    assert "12.2% 12 of 98" in seen
    assert "Identifier with a wrong check digit error 2.0% 2 of 100" in seen
    assert "overdue since 11 March 2026" in seen
    assert "Given by quarter alone: choose a quarter above." in seen
    quarter = words(reader.get(f"/en/{PAGE}?period=2026-Q1"))
    assert "1 January 2026 to 31 March 2026" in quarter
    assert WITHHELD[Withheld.TOO_FEW_DECISIONS][0] in quarter
    before = words(reader.get(f"/en/{PAGE}?period=2025-Q4"))
    assert "No file came in this period." in before


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_authority_that_has_sent_nothing_has_nothing_to_show_yet(
    reader: Reader, town: builders.Town, language: str
) -> None:
    said = {"en": "Nothing to show yet: no file has come.", "zh-hans": "尚无数据：还没有收到文件。"}
    for number in range(2):
        seen = words(reader.get(f"/{language}/{PAGE}"))
        assert said[language] in seen
        assert "%" not in seen
        if not number:
            town.item()
    assert {"en": "nothing has come yet", "zh-hans": "尚未报送"}[language] in seen


def test_each_item_of_several_has_figures_of_its_own(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    move(MAY)
    sent(town)
    assert "By catalogue item" not in reader.get(f"/en/{PAGE}")
    sent(town, Kind.LICENCE)
    seen = words(reader.get(f"/en/{PAGE}"))
    assert "By catalogue item Made-up licence list Files: 1. Rows: 100." in seen
    assert "Files: 2. Rows: 200." in seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_authoritys_page_plots_its_diligence_and_leads_to_all_figures(
    reader: Reader, town: builders.Town, move: Move, language: str
) -> None:
    move(MAY)
    page = reader.get(f"/{language}/authorities/market-office")
    assert "<svg" not in page
    sent(town)
    page = reader.get(f"/{language}/authorities/market-office")
    assert f'href="/{language}/{PAGE}"' in page
    assert (page.count('<svg class="plot"'), page.count("<table>")) == (2, 4)
    assert '<td class="figure">87.8%</td>' in page


def test_there_is_no_page_for_an_unknown_authority_or_period(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    move(MAY)
    assert town.code == "market-office"
    reader.get("/en/authorities/no-such-office/figures", 404)
    # The running quarter is not counted, one of long ago neither.
    for period in ("2026-Q2", "2025-Q1", "2026-Q5", "Year", "%00"):
        reader.get(f"/en/{PAGE}?period={period}", 404)


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow(
    reader: Reader,
    town: builders.Town,
    move: Move,
    number: int,
    django_assert_num_queries: Count,
) -> None:
    move(MAY)
    for place in range(number):
        at = datetime(2026, 1, 10, tzinfo=UTC) + timedelta(days=place)
        submission(town, at, entered=98, found=[(2, ERROR, "wrong-date")])
    with django_assert_num_queries(20):
        reader.get(f"/en/{PAGE}")


def test_every_finding_has_a_short_name_in_both_languages() -> None:
    assert set(FINDING_NAMES) == set(FindingCode)
    assert set(SEVERITY_NAMES) == set(Severity)
    assert all(english and chinese for english, chinese in FINDING_NAMES.values())
    assert len({english for english, _ in FINDING_NAMES.values()}) == len(FindingCode)
    assert finding_name("a-code-of-long-ago") == ("a-code-of-long-ago", "a-code-of-long-ago")


def test_every_figure_and_every_reason_is_explained() -> None:
    assert set(FIGURES) == set(Figure)
    assert set(WITHHELD) == set(Withheld)
    counted = {code for codes in BY_FINDING.values() for code in codes}
    assert counted <= set(FindingCode)
    for definition in FIGURES.values():
        assert definition.meaning_en.endswith(".")
        assert definition.meaning_zh.endswith("。")

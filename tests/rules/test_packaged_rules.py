import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from tabularium.core.clocks import Deadline
from tabularium.core.kinds import ADVERSE_KINDS
from tabularium.core.rules import CLOCKS, NoRulesInForce, RulePack, RulesError, Unit
from tabularium.rules import rule_book, working_calendar
from tabularium.rules.loader import calendars_in

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
FOLDER = resources.files("tabularium.rules")
JURISDICTIONS = ("br", "cn", "gb", "mx", "pe", "us", "xi")
PACKS = [pack for each in JURISDICTIONS for pack in rule_book().packs(each)]

# The earliest decisions of the public files that the register has to read, by jurisdiction.
EARLIEST = {
    "br": date(1998, 1, 1),
    "cn": date(2000, 1, 1),
    "gb": date(1958, 1, 1),
    "mx": date(2000, 1, 1),
    "pe": date(2000, 1, 1),
    "us": date(1989, 1, 1),
    "xi": date(1999, 1, 1),
}


def test_every_packaged_file_is_read() -> None:
    assert rule_book().jurisdictions == JURISDICTIONS
    files = {each.name for each in FOLDER.iterdir() if each.name.endswith(".toml")}
    assert files == {pack.name for pack in PACKS}
    calendars = {each.name for each in (FOLDER / "calendars").iterdir()}
    assert calendars == {f"{each}.toml" for each in JURISDICTIONS}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_every_number_has_a_source_or_says_that_it_is_our_own(pack: RulePack) -> None:
    numbers = pack.numbers()
    assert len(numbers) == len(CLOCKS) + 2 * (len(ADVERSE_KINDS) - 1)
    for number in numbers.values():
        assert re.search(r"\w{4}", number.source)
        assert number.own_default == ("own default" in number.source)


def test_only_the_numbers_that_a_source_gives_claim_one() -> None:
    sourced = {
        (pack.name, name): number.value
        for pack in PACKS
        for name, number in pack.numbers().items()
        if not number.own_default
    }
    assert sourced == {
        ("cn.toml", "publish_within"): 7,
        ("cn.toml", "objection_decided_within"): 3,
        ("br.toml", "publish_within"): 15,
    }


def test_china_takes_its_numbers_from_the_two_acts() -> None:
    pack = rule_book().in_force("cn", date(2026, 11, 21))
    assert "江政办发〔2020〕29号, item 4" in pack.publish_within.source
    assert "Dongying" in pack.objection_decided_within.source
    assert pack.publish_within.unit is Unit.WORKING_DAYS
    assert pack.time_zone == "Asia/Shanghai"


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_packs_reach_back_to_the_earliest_decisions_and_have_no_end(jurisdiction: str) -> None:
    book = rule_book()
    assert book.in_force(jurisdiction, EARLIEST[jurisdiction]).jurisdiction == jurisdiction
    assert book.packs(jurisdiction)[-1].effective_until is None


def test_a_decision_is_judged_by_the_law_of_its_day() -> None:
    before = rule_book().in_force("br", date(2021, 3, 31)).publish_within
    after = rule_book().in_force("br", date(2021, 4, 1)).publish_within
    assert before.own_default
    assert "14.133/2021" in after.source


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_jurisdiction_knows_its_working_days(jurisdiction: str) -> None:
    calendar = working_calendar(jurisdiction)
    assert calendar.jurisdiction == jurisdiction
    assert calendar.is_confirmed(date(2026, 11, 21))
    assert calendar.is_working_day(date(2026, 11, 24))
    assert not calendar.is_working_day(date(2026, 11, 21))


def test_england_has_its_own_bank_holidays() -> None:
    easter_monday, saint_patrick = date(2026, 4, 6), date(2026, 3, 17)
    assert not working_calendar("gb").is_working_day(easter_monday)  # not a holiday in Scotland
    assert working_calendar("gb").is_working_day(saint_patrick)  # a holiday in Northern Ireland


def test_an_international_body_takes_the_holidays_of_its_seat() -> None:
    thanksgiving = date(2026, 11, 26)
    assert not working_calendar("xi").is_working_day(thanksgiving)
    assert working_calendar("gb").is_working_day(thanksgiving)


def test_china_is_confirmed_until_the_next_notice() -> None:
    calendar = working_calendar("cn")
    assert calendar.add_working_days(date(2026, 2, 14), 7) == Deadline(
        date(2026, 3, 3), provisional=False
    )
    # 1 January 2027 has moved no day yet that we know of; its notice may move those around it.
    assert calendar.add_working_days(date(2026, 12, 24), 7).provisional
    assert not calendar.add_working_days(date(2026, 12, 14), 7).provisional


def test_an_unknown_jurisdiction_has_no_calendar() -> None:
    with pytest.raises(NoRulesInForce, match="'xx'; there are some for br, cn, gb, mx, pe, us, xi"):
        working_calendar("xx")


def test_two_calendars_of_one_jurisdiction_are_refused(tmp_path: Path) -> None:
    text = (FOLDER / "calendars" / "mx.toml").read_text(encoding="utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=r"b\.toml:1: a second calendar for 'mx'"):
        calendars_in(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mx.toml").write_bytes('jurisdiction = "mx"\nsource = "México"\n'.encode("cp1252"))
    with pytest.raises(RulesError, match=r"mx\.toml:2: the text is not UTF-8"):
        calendars_in(tmp_path)


def test_the_document_names_every_clock_and_every_packaged_file() -> None:
    for name, unit in CLOCKS.items():
        assert re.search(rf"^\| `{name}[`.].*\| {unit.value} \|", DOCUMENT, re.MULTILINE), name
    for pack in PACKS:
        assert f"`{pack.name}`" in DOCUMENT

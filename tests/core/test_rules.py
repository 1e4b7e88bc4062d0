from collections.abc import Callable
from datetime import date

import pytest

from tabularium.core.calendar_files import parse_calendar
from tabularium.core.clocks import Corrections, Deadline, WorkingCalendar
from tabularium.core.kinds import Kind
from tabularium.core.rules import (
    CLOCKS,
    NoRulesInForce,
    RuleBook,
    RulePack,
    RulesError,
    SourcedNumber,
    Unit,
    parse_pack,
)

VALUES = {
    "publish_within": 7,
    "objection_window": 3,
    "objection_decided_within": 4,
    "objection_lapses_after": 20,
    "repair_decided_within": 10,
    "promise_answered_within": 6,
    "shortest_term": 3,
    "default_term.penalty": 12,
    "default_term.exclusion": 24,
    "default_term.judgment": 36,
    "longest_term.penalty": 60,
    "longest_term.exclusion": 72,
    "longest_term.judgment": 84,
    "retention": 90,
}
HEAD = """\
jurisdiction = "cn"
version = 1
effective_from = 2020-01-01
effective_until = 2025-01-01
time_zone = "Asia/Shanghai"
"""


def pack_text() -> str:
    tables = (
        f'\n[{name}]\nvalue = {value}\nunit = "{CLOCKS[name.partition(".")[0]]}"\nsource = "Act 1, item 4"\n'
        for name, value in VALUES.items()
    )
    return HEAD + "".join(tables)


def pack(
    name: str, start: str, end: str | None, version: int = 1, jurisdiction: str = "cn"
) -> RulePack:
    text = (
        pack_text()
        .replace("version = 1", f"version = {version}")
        .replace('"cn"', f'"{jurisdiction}"')
    )
    text = text.replace("effective_from = 2020-01-01", f"effective_from = {start}")
    return parse_pack(
        text.replace("effective_until = 2025-01-01\n", f"effective_until = {end}\n" if end else ""),
        name,
    )


def test_a_pack_exposes_its_numbers_with_their_sources() -> None:
    read = parse_pack(pack_text(), "cn.toml")
    assert (read.name, read.jurisdiction, read.version) == ("cn.toml", "cn", 1)
    assert (read.effective_from, read.effective_until) == (date(2020, 1, 1), date(2025, 1, 1))
    assert read.zone.key == "Asia/Shanghai"
    assert read.publish_within == SourcedNumber(7, Unit.WORKING_DAYS, "Act 1, item 4")
    assert read.longest_term.of(Kind.EXCLUSION).value == 72
    assert read.retention.unit is Unit.DAYS
    assert {name: number.value for name, number in read.numbers().items()} == VALUES
    with pytest.raises(ValueError, match="licence"):
        read.default_term.of(Kind.LICENCE)


def test_a_number_may_have_an_address_or_be_the_registers_own() -> None:
    text = pack_text().replace(
        'unit = "days"\nsource = "Act 1, item 4"\n',
        'unit = "days"\nsource = "The register\'s own default."\nown_default = true\n',
    )
    text = text.replace('item 4"\n', 'item 4"\nsource_url = "https://law.example/1"\n', 1)
    read = parse_pack(text, "cn.toml")
    assert read.retention.own_default
    assert not read.publish_within.own_default
    assert read.publish_within.source_url == "https://law.example/1"


def test_only_a_retention_and_a_shortest_term_may_be_nothing() -> None:
    text = (
        pack_text()
        .replace("value = 90", "value = 0")
        .replace("[shortest_term]\nvalue = 3", "[shortest_term]\nvalue = 0")
    )
    read = parse_pack(text, "cn.toml")
    assert (read.retention.value, read.shortest_term.value) == (0, 0)


def test_a_clock_may_be_one_day_and_terms_may_be_as_short_and_as_long_as_each_other() -> None:
    text = (
        pack_text()
        .replace("value = 10\n", "value = 1\n")
        .replace("[shortest_term]\nvalue = 3", "[shortest_term]\nvalue = 12")
        .replace("value = 24", "value = 72")
    )
    read = parse_pack(text, "cn.toml")
    assert read.repair_decided_within.value == 1
    assert read.shortest_term.value == read.default_term.penalty.value == 12
    assert read.default_term.exclusion == read.longest_term.exclusion


MISTAKES: list[tuple[str, str, str, str]] = [
    # what stands in the text, what replaces it, the line's text, part of the message
    ("version = 1\n", "", 'jurisdiction = "cn"', "missing key 'version'"),
    ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shanghi"', "time_zone", "no IANA zone"),
    ('time_zone = "Asia/Shanghai"', 'time_zone = "../etc"', "time_zone", "no IANA zone"),
    ('"cn"', '"CHN"', "jurisdiction", "two small letters"),
    ("version = 1", "version = 0", "version", "must not be zero"),
    ("version = 1", "version = true", "version", "whole number"),
    (
        "version = 1",
        'version = 1\ncolour = "red"',
        "colour",
        "unknown key 'colour'; known are jurisdiction",
    ),
    ("= 2020-01-01", '= "2020-01-01"', "effective_from", "without quotes"),
    ("= 2020-01-01", "= 2020-01-01T00:00:00Z", "effective_from", "without quotes"),
    ("= 2020-01-01", "= 2020-02-30", "effective_from", "nvalid"),
    ("until = 2025-01-01", "until = 2020-01-01", "effective_until", "later than effective_from"),
    ("[retention]", "[retention", "[retention", "Expected"),
    ("[retention]", "[retentions]", "[retentions]", "unknown key 'retentions'"),
    ("value = 90", "value = -90", "value = -90", "retention.value must not be negative"),
    ("value = 7", "value = 0", "value = 0", "must not be zero"),
    ("value = 7", "value = 7.5", "value = 7.5", "whole number"),
    ("value = 90\n", "", "[retention]", "missing key 'value' in [retention]"),
    (
        'value = 90\nunit = "days"',
        'value = 90\nunit = "months"',
        'unit = "months"',
        "counted in 'days', not in 'months'",
    ),
    ('value = 90\nunit = "days"', "value = 90\nunit = 3", "unit = 3", "must be a text"),
    (
        'value = 90\nunit = "days"\nsource = "Act 1, item 4"',
        'value = 90\nunit = "days"',
        "[retention]",
        "missing key 'source'",
    ),
    (
        'value = 90\nunit = "days"\nsource = "Act 1, item 4"',
        'value = 90\nunit = "days"\nsource = " "',
        'source = " "',
        "says something",
    ),
    ("value = 90", 'value = 90\nsource_url = "law"', "source_url", "https://"),
    ("value = 90", 'value = 90\nown_default = "yes"', "own_default", "true or false"),
    ("value = 90", 'value = 90\nnote = "x"', "note", "unknown key 'note' in [retention]"),
    (
        "[longest_term.judgment]",
        "[longest_term.licence]",
        "[longest_term.licence]",
        "unknown key 'licence'",
    ),
    (
        "[objection_window]\nvalue = 3",
        "[objection_window]\nvalue = 7",
        "value = 7",
        "shorter than publish_within",
    ),
    ("value = 24", "value = 73", "value = 73", "longer than longest_term.exclusion"),
    (
        "[shortest_term]\nvalue = 3",
        "[shortest_term]\nvalue = 13",
        "value = 13",
        "longer than default_term.penalty",
    ),
]


@pytest.mark.parametrize(("before", "after", "at", "message"), MISTAKES)
def test_a_mistake_is_told_with_file_and_line(
    before: str, after: str, at: str, message: str
) -> None:
    assert before in pack_text()
    text = pack_text().replace(before, after, 1)
    with pytest.raises(RulesError) as caught:
        parse_pack(text, "cn.toml")
    error = caught.value
    assert message in error.message
    assert str(error) == f"{error.name}:{error.line}: {error.message}"
    assert error.name == "cn.toml"
    assert text.splitlines()[error.line - 1].startswith(at)


def test_a_missing_table_is_named() -> None:
    text = pack_text()
    text = text[: text.index("[retention]")]
    with pytest.raises(RulesError, match=r"cn\.toml:1: missing table \[retention\]"):
        parse_pack(text, "cn.toml")
    with pytest.raises(RulesError, match=r"missing table \[longest_term\.judgment\]"):
        parse_pack(
            text[: text.index("[longest_term.judgment]")]
            + pack_text()[pack_text().index("[retention]") :],
            "cn.toml",
        )


def test_a_table_in_place_of_which_something_else_stands_is_refused() -> None:
    text = pack_text()
    text = HEAD + "retention = 90\n" + text[len(HEAD) : text.index("[retention]")]
    with pytest.raises(RulesError, match=r"cn\.toml:6: retention must be a table"):
        parse_pack(text, "cn.toml")


@pytest.mark.parametrize(
    ("source", "flag", "message"),
    [
        ("Act 2", "true", "must say 'own default'"),
        ("The register's own default.", "false", "must be true"),
    ],
)
def test_an_own_default_says_so_in_words_and_in_its_flag(
    source: str, flag: str, message: str
) -> None:
    text = pack_text()
    text = text[: text.index("[retention]")] + (
        f'[retention]\nvalue = 90\nunit = "days"\nsource = "{source}"\nown_default = {flag}\n'
    )
    with pytest.raises(RulesError, match=message):
        parse_pack(text, "cn.toml")


def test_an_entry_is_judged_by_the_pack_in_force_on_its_day() -> None:
    first = pack("cn-1.toml", "2010-01-01", "2020-01-01", 1)
    second = pack("cn-2.toml", "2020-01-01", "2025-01-01", 2)
    brazil = pack("br.toml", "2000-01-01", None, 1, "br")
    book = RuleBook([second, brazil, first])
    assert book.jurisdictions == ("br", "cn")
    assert book.packs("cn") == (first, second)
    assert book.in_force("cn", date(2010, 1, 1)) is first
    assert book.in_force("cn", date(2019, 12, 31)) is first
    assert book.in_force("cn", date(2020, 1, 1)) is second
    assert book.in_force("br", date(2999, 1, 1)) is brazil
    with pytest.raises(
        NoRulesInForce, match="from 2010-01-01 and before 2025-01-01; one of 2025-01-01"
    ):
        book.in_force("cn", date(2025, 1, 1))
    with pytest.raises(NoRulesInForce, match="one of 2009-12-31"):
        book.in_force("cn", date(2009, 12, 31))
    with pytest.raises(NoRulesInForce, match="jurisdiction 'xx'; there are some for br, cn"):
        book.in_force("xx", date(2020, 1, 1))
    third = pack("cn-3.toml", "2025-01-01", "2030-01-01", 3)
    with pytest.raises(NoRulesInForce, match="from 2010-01-01 and before 2030-01-01; one of 2031"):
        RuleBook([first, second, third]).in_force("cn", date(2031, 1, 1))
    with pytest.raises(NoRulesInForce, match="some for none"):
        RuleBook([]).in_force("cn", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            lambda: pack("b.toml", "2019-12-31", None, 2),
            r"a\.toml of the same jurisdiction ends 2020-01-01",
        ),
        (
            lambda: pack("b.toml", "2010-01-01", "2020-01-01", 2),
            r"a\.toml of the same jurisdiction",
        ),
        (
            lambda: pack("b.toml", "2020-01-02", None, 2),
            r"from 2020-01-01, where a\.toml ends, to 2020-01-02",
        ),
        (lambda: pack("b.toml", "2020-01-01", None, 1), r"higher than that of a\.toml, 1"),
    ],
)
def test_packs_that_contradict_each_other_are_refused_with_both_names(
    second: Callable[[], RulePack], message: str
) -> None:
    with pytest.raises(RulesError, match=r"^b\.toml:3: .*" + message):
        RuleBook([pack("a.toml", "2010-01-01", "2020-01-01"), second()])


def test_a_pack_without_end_has_no_follower() -> None:
    with pytest.raises(RulesError, match=r"a\.toml of the same jurisdiction has no end"):
        RuleBook([pack("a.toml", "2010-01-01", None), pack("b.toml", "2020-01-01", None, 2)])


def test_a_number_counts_in_its_unit() -> None:
    calendar = WorkingCalendar("cn", Corrections(date(2026, 1, 1), date(2026, 12, 25)))
    start = date(2026, 1, 31)
    working = SourcedNumber(3, Unit.WORKING_DAYS, "x")
    assert working.deadline_after(start, calendar) == Deadline(date(2026, 2, 4), provisional=False)
    assert working.deadline_after(date(2026, 12, 30), calendar).provisional
    months = SourcedNumber(1, Unit.MONTHS, "x").deadline_after(start, calendar)
    days = SourcedNumber(400, Unit.DAYS, "x").deadline_after(start, calendar)
    assert months == Deadline(date(2026, 2, 28), provisional=False)
    assert days == Deadline(date(2027, 3, 7), provisional=False)


CALENDAR = """\
jurisdiction = "gb"
subdivision = "ENG"
confirmed_from = 2020-01-01
confirmed_through = 2027-12-31
source = "The Act"
[[holiday]]
day = 2024-03-05
name = "A day off"
source = "Proclamation"
[[working_day]]
day = 2024-05-06
name = "A day worked"
source = "Order"
"""


def test_a_calendar_file_gives_confirmed_days_and_corrections() -> None:
    calendar = parse_calendar(CALENDAR, "gb.toml")
    assert (calendar.jurisdiction, calendar.subdivision) == ("gb", "ENG")
    assert not calendar.is_working_day(date(2024, 3, 5))
    assert calendar.is_working_day(date(2024, 5, 6))
    assert calendar.is_confirmed(date(2027, 12, 31))
    assert not calendar.is_confirmed(date(2028, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("through = 2027", "through = 2019", "gb.toml:4: The confirmed days end"),
        ("2024-05-06", "2024-03-05", "gb.toml:4: 2024-03-05 is both"),
        (
            "[[working_day]]\nday = 2024-05-06",
            "[[holiday]]\nday = 2024-03-05",
            "gb.toml:11: 2024-03-05 stands",
        ),
        ('source = "Order"', "", "gb.toml:10: missing key 'source' in [working_day.0]"),
        ('source = "The Act"\n', "", "gb.toml:1: missing key 'source'"),
        ("[[holiday]]", "[holiday]", "gb.toml:6: holiday must be tables"),
        ('"gb"', '"England"', "gb.toml:1: jurisdiction"),
        ('"ENG"', "7", "gb.toml:2: subdivision must be a text"),
        ("day = 2024-03-05", "day = 5", "gb.toml:7: holiday.0.day must be a day"),
    ],
)
def test_a_mistake_in_a_calendar_file_is_told_with_its_line(
    before: str, after: str, message: str
) -> None:
    with pytest.raises(RulesError) as caught:
        parse_calendar(CALENDAR.replace(before, after, 1), "gb.toml")
    assert str(caught.value).startswith(message)

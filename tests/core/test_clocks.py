from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.core.clocks import (
    ClockValueError,
    Corrections,
    Deadline,
    WorkingCalendar,
    add_months,
    add_years,
    end_of_day,
    local_day,
    start_of_day,
)

CHINA = WorkingCalendar("cn", Corrections(date(2007, 1, 1), date(2026, 12, 25)))
ALWAYS = Corrections(date(1900, 1, 1), date(2100, 12, 31))

# General Office of the State Council, yearly notices on the arrangement of holidays: days worked
# on a Saturday or Sunday.
MAKE_UP_DAYS = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}

# First and last day off of each holiday in the notice for 2026.
DAYS_OFF_2026 = (
    ("01-01", "01-03"),
    ("02-15", "02-23"),
    ("04-04", "04-06"),
    ("05-01", "05-05"),
    ("06-19", "06-21"),
    ("09-25", "09-27"),
    ("10-01", "10-07"),
)

# Days off on weekdays, as published for the year.
PUBLISHED = {
    # Federal ministry of management, list for 2026: carnival (16 and 17 February), 20 April and Corpus
    # Christi (4 June) are optional days, not holidays.
    ("br", "", 2026): "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-20 12-25",
    # Law 14.759/2023 made 20 November national from 2024 on.
    ("br", "", 2023): "04-07 04-21 05-01 09-07 10-12 11-02 11-15 12-25",
    # gov.uk/bank-holidays, England and Wales.
    ("gb", "ENG", 2022): "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    ("gb", "ENG", 2023): "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    ("gb", "ENG", 2026): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    # Federal Labour Law, art. 74; change of government on 1 October 2024.
    ("mx", "", 2024): "01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25",
    # Office of Personnel Management, federal holidays 2026.
    ("us", "", 2026): "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    # 1 January 2022 was a Saturday: observed on the last day of 2021.
    ("us", "", 2021): "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    # Legislative Decree 713, art. 6, with the four days added in 2021 to 2023.
    (
        "pe",
        "",
        2024,
    ): "01-01 03-28 03-29 05-01 06-07 07-23 07-29 08-06 08-30 10-08 11-01 12-09 12-25",
}


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range(date(year, 12, 31).timetuple().tm_yday)
    ]


def the_days(year: int, text: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{each}") for each in text.split()}


@pytest.mark.parametrize("year", range(2007, 2027))
def test_china_agrees_with_another_package_on_every_day(year: int) -> None:
    ours = [day for day in days_of(year) if CHINA.is_working_day(day)]
    theirs = [day for day in days_of(year) if chinese_calendar.is_workday(day)]
    assert ours == theirs


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_china_works_on_exactly_the_published_weekend_days(year: int) -> None:
    worked = {day for day in days_of(year) if day.weekday() >= 5 and CHINA.is_working_day(day)}
    assert worked == the_days(year, MAKE_UP_DAYS[year])


def test_china_rests_on_exactly_the_weekdays_of_the_notice_for_2026() -> None:
    published = {
        day
        for first, last in DAYS_OFF_2026
        for day in days_of(2026)
        if first <= f"{day:%m-%d}" <= last and day.weekday() < 5
    }
    resting = {day for day in days_of(2026) if day.weekday() < 5 and not CHINA.is_working_day(day)}
    assert resting == published
    assert len([day for day in days_of(2026) if CHINA.is_working_day(day)]) == 248


def test_a_notice_moves_days_of_the_december_before() -> None:
    assert CHINA.is_working_day(date(2018, 12, 29))
    assert not CHINA.is_working_day(date(2018, 12, 31))


@pytest.mark.parametrize(("place", "text"), PUBLISHED.items())
def test_public_holidays_are_the_published_ones(place: tuple[str, str, int], text: str) -> None:
    jurisdiction, subdivision, year = place
    calendar = WorkingCalendar(jurisdiction, ALWAYS, subdivision)
    resting = {
        day for day in days_of(year) if day.weekday() < 5 and not calendar.is_working_day(day)
    }
    assert resting == the_days(year, text)


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2026, 2, 14), 7, date(2026, 3, 3)),
        (date(2026, 4, 30), 3, date(2026, 5, 8)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_the_day_of_the_event_is_not_counted(start: date, count: int, day: date) -> None:
    assert CHINA.add_working_days(start, count) == Deadline(day, provisional=False)


@pytest.mark.parametrize(
    ("start", "count", "provisional"),
    [
        (date(2026, 12, 18), 5, False),
        (date(2026, 12, 18), 6, True),
        (date(2027, 3, 1), 0, True),
        (date(2027, 3, 1), 3, True),
        (date(2006, 12, 20), 20, True),
        (date(2007, 1, 4), 20, False),
    ],
)
def test_a_deadline_outside_the_confirmed_days_is_provisional(
    start: date, count: int, provisional: bool
) -> None:
    assert CHINA.add_working_days(start, count).provisional is provisional


def test_a_deadline_over_several_years() -> None:
    assert CHINA.add_working_days(date(2024, 1, 1), 251 + 248 + 1).day == date(2026, 1, 4)
    assert CHINA.working_days_between(date(2023, 12, 31), date(2026, 12, 31)) == 251 + 248 + 248


def test_corrections_go_before_the_package() -> None:
    wrong_day, right_day = date(2024, 10, 1), date(2024, 10, 2)
    corrected = WorkingCalendar(
        "mx",
        Corrections(
            date(2024, 1, 1),
            date(2024, 12, 31),
            extra_holidays=frozenset({right_day}),
            extra_working_days=frozenset({wrong_day, date(2024, 10, 5)}),
        ),
    )
    plain = WorkingCalendar("mx", ALWAYS)
    assert (plain.is_working_day(wrong_day), plain.is_working_day(right_day)) == (False, True)
    assert (corrected.is_working_day(wrong_day), corrected.is_working_day(right_day)) == (
        True,
        False,
    )
    assert corrected.is_working_day(date(2024, 10, 5))  # a Saturday


def test_a_calendar_refuses_what_it_cannot_know() -> None:
    with pytest.raises(ClockValueError, match="negative"):
        CHINA.add_working_days(date(2026, 1, 1), -1)
    with pytest.raises(ClockValueError, match="2101"):
        CHINA.add_working_days(date(2100, 12, 1), 40)
    with pytest.raises(ClockValueError, match="1899"):
        CHINA.is_working_day(date(1899, 12, 31))
    with pytest.raises(ClockValueError, match="before they begin"):
        Corrections(date(2026, 1, 1), date(2025, 1, 1))
    both = frozenset({date(2024, 10, 1)})
    with pytest.raises(ClockValueError, match="2024-10-01"):
        Corrections(date(2024, 1, 1), date(2024, 12, 31), both, both)


DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@settings(deadline=None)  # the first day of a year asks the package
@given(DAYS, st.integers(1, 400))
def test_a_deadline_is_a_working_day_with_as_many_between(start: date, count: int) -> None:
    deadline = CHINA.add_working_days(start, count).day
    assert deadline > start
    assert CHINA.is_working_day(deadline)
    assert CHINA.working_days_between(start, deadline) == count
    assert CHINA.working_days_between(start, deadline - timedelta(days=1)) == count - 1
    assert CHINA.working_days_between(deadline, start) == 0


@settings(deadline=None)  # the first day of a year asks the package
@given(DAYS, st.integers(0, 30))
def test_a_deadline_is_what_counting_day_by_day_gives(start: date, count: int) -> None:
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= CHINA.is_working_day(day)
    assert CHINA.add_working_days(start, count).day == day


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        # An ordinary midnight, east and west of Greenwich.
        ("Asia/Shanghai", date(2026, 2, 14), datetime(2026, 2, 14, 16, tzinfo=UTC)),
        ("America/New_York", date(2026, 7, 3), datetime(2026, 7, 4, 4, tzinfo=UTC)),
        # The days on which London's clocks change.
        ("Europe/London", date(2026, 3, 28), datetime(2026, 3, 29, 0, tzinfo=UTC)),
        ("Europe/London", date(2026, 3, 29), datetime(2026, 3, 29, 23, tzinfo=UTC)),
        ("Europe/London", date(2026, 10, 25), datetime(2026, 10, 26, 0, tzinfo=UTC)),
        # Nights whose midnight did not exist: 00:00 became 01:00.
        ("America/Sao_Paulo", date(2017, 10, 14), datetime(2017, 10, 15, 3, tzinfo=UTC)),
        ("Asia/Beirut", date(2022, 3, 26), datetime(2022, 3, 26, 22, tzinfo=UTC)),
        ("Africa/Cairo", date(2023, 4, 27), datetime(2023, 4, 27, 22, tzinfo=UTC)),
        # 23:30 became 00:30, so midnight lay inside the hour that was skipped.
        ("America/Toronto", date(1919, 3, 30), datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
        # 00:00 became 23:00 of the day before, which then lasted an hour more.
        ("America/Sao_Paulo", date(2018, 2, 17), datetime(2018, 2, 18, 3, tzinfo=UTC)),
        # 01:00 became 00:00: midnight came twice, and the first one ended the day.
        ("America/Havana", date(2023, 11, 4), datetime(2023, 11, 5, 4, tzinfo=UTC)),
        # Samoa left out 30 December 2011 altogether: that day ends where it begins.
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_its_zone(zone: str, day: date, instant: datetime) -> None:
    where = ZoneInfo(zone)
    end = end_of_day(day, where)
    assert end == instant
    assert end.tzinfo is UTC
    assert end == start_of_day(day + timedelta(days=1), where)
    assert local_day(end - timedelta(microseconds=1), where) <= day < local_day(end, where)


ZONES = [
    "Africa/Cairo",
    "America/Asuncion",
    "America/Havana",
    "America/Mexico_City",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "UTC",
]


@settings(deadline=None)  # the first day of a year asks the package
@given(st.dates(date(1950, 1, 1), date(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_day_starts_at_the_first_instant_that_shows_it(day: date, zone: str) -> None:
    where = ZoneInfo(zone)
    start = start_of_day(day, where)
    assert local_day(start - timedelta(seconds=1), where) < day <= local_day(start, where)
    assert start <= end_of_day(day, where) <= start + timedelta(hours=26)


def test_instants_without_a_zone_are_refused() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    with pytest.raises(ClockValueError, match="time zone"):
        local_day(datetime(2026, 1, 1), zone)  # noqa: DTZ001 - a naive instant is what is tested
    for instant in (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(ClockValueError, match="not an instant"):
            start_of_day(instant, zone)
        with pytest.raises(ClockValueError, match="not an instant"):
            end_of_day(instant, zone)
    with pytest.raises(ClockValueError, match="last day"):
        end_of_day(date.max, zone)


class _NoOffset(tzinfo):
    def utcoffset(self, when: datetime | None) -> timedelta | None:
        del when
        return None


def test_a_zone_that_does_not_know_its_offset_is_none() -> None:
    with pytest.raises(ClockValueError, match="time zone"):
        local_day(datetime(2026, 1, 1, tzinfo=_NoOffset()), ZoneInfo("Asia/Shanghai"))


def test_one_day_alone_may_be_confirmed_and_the_days_beside_it_are_not() -> None:
    calendar = WorkingCalendar("cn", Corrections(date(2026, 3, 4), date(2026, 3, 4)))
    confirmed = [day for day in days_of(2026) if calendar.is_confirmed(day)]
    assert confirmed == [date(2026, 3, 4)]


def test_working_days_are_known_from_1900_to_2100() -> None:
    calendar = WorkingCalendar("us", ALWAYS)
    assert calendar.is_working_day(date(1900, 1, 2))
    assert calendar.is_working_day(date(2100, 12, 30))
    for day in (date(1899, 12, 29), date(2101, 1, 3)):
        with pytest.raises(ClockValueError, match=str(day.year)):
            calendar.is_working_day(day)


def test_a_new_years_day_that_is_worked_counts_once_and_in_its_own_year() -> None:
    worked = Corrections(
        date(2007, 1, 1), date(2027, 12, 31), extra_working_days=frozenset({date(2027, 1, 1)})
    )
    calendar = WorkingCalendar("us", worked)
    assert calendar.is_working_day(date(2027, 1, 1))
    assert calendar.add_working_days(date(2026, 12, 31), 1).day == date(2027, 1, 1)
    assert calendar.add_working_days(date(2026, 12, 31), 2).day == date(2027, 1, 4)
    assert calendar.working_days_between(date(2026, 12, 30), date(2027, 1, 4)) == 3


def test_months_reach_the_first_and_the_last_year_of_the_calendar() -> None:
    assert add_months(date(1, 2, 1), -1) == date(1, 1, 1)
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    with pytest.raises(ClockValueError):
        add_months(date(1, 1, 1), -1)


def test_months_end_with_the_month() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    with pytest.raises(ClockValueError):
        add_years(date(9999, 1, 1), 1)


@settings(deadline=None)  # the first day of a year asks the package
@given(DAYS, st.integers(0, 600))
def test_months_move_the_month_and_never_lengthen_the_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)

"""Days and instants: working days, the midnight that ends a day, terms in months.

Working days come from the `holidays` package, used as data, with corrections and a span of confirmed
days that are ours. The span matters because the package answers for any year, also for one whose public
notice has not come out, and does not say so. A deadline that leaves the span is marked provisional and
has to be counted again once the days are confirmed.

Nothing here asks what time it is.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

FIRST_YEAR = 1900
LAST_YEAR = 2100

_SATURDAY = 5
_MONTHS_IN_A_YEAR = 12


class ClockValueError(ValueError):
    """A day, instant or number that cannot be reckoned with. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which something can be done in time.

    Attributes:
        day: that day; it ends at midnight in the authority's zone (see `end_of_day`).
        provisional: whether the count passed a day whose public notice is not out, so that the day may
            still move.
    """

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Corrections:
    """What we know about a jurisdiction's working days beyond, or better than, the package.

    Attributes:
        confirmed_from: first day for which the public notice or the law was checked.
        confirmed_through: last such day, that day included.
        extra_holidays: days off that the package does not know.
        extra_working_days: working days that the package takes for days off.
    """

    confirmed_from: date
    confirmed_through: date
    extra_holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins, and a day that is both off and worked."""
        if self.confirmed_through < self.confirmed_from:
            raise ClockValueError("The confirmed days end before they begin.")
        both = self.extra_holidays & self.extra_working_days
        if both:
            raise ClockValueError(f"{min(both)} is both a day off and a working day.")


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked in a jurisdiction.

    Attributes:
        jurisdiction: ISO 3166-1 alpha-2 code in lower case.
        corrections: confirmed days, and corrections of the package.
        subdivision: code of a part of the country, as the package names it; "ENG" for England.
        country: whose public holidays they are, where the jurisdiction is no country; else "".
    """

    jurisdiction: str
    corrections: Corrections
    subdivision: str = ""
    country: str = ""

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked, as far as is known today.

        Raises:
            ClockValueError: the day lies outside the years 1900 to 2100.
        """
        days = self._working_days(day.year)
        ordinal = day.toordinal()
        place = bisect_left(days, ordinal)
        return place < len(days) and days[place] == ordinal

    def is_confirmed(self, day: date) -> bool:
        """Whether the public notice or the law that makes `day` worked or not is known to us."""
        return self.corrections.confirmed_from <= day <= self.corrections.confirmed_through

    def add_working_days(self, start: date, count: int) -> Deadline:
        """The `count`-th working day after `start`; the day of the event itself is not counted.

        A count of 0 gives `start` itself, worked or not.

        Raises:
            ClockValueError: the count is negative, or the years 1900 to 2100 are left.
        """
        if count < 0:
            raise ClockValueError(
                "A deadline lies after the event, so its days cannot be negative."
            )
        day = start
        if count:
            year = start.year
            days = self._working_days(year)
            place = bisect_right(days, start.toordinal()) + count - 1
            while place >= len(days):
                place -= len(days)
                year += 1
                days = self._working_days(year)
            day = date.fromordinal(days[place])
        return Deadline(day, provisional=not (self.is_confirmed(start) and self.is_confirmed(day)))

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after `start` up to and with `end`; 0 when `end` is not later.

        It undoes `add_working_days`: between a start and the deadline of n days lie n working days.

        Raises:
            ClockValueError: the years 1900 to 2100 are left.
        """
        if end <= start:
            return 0
        count = sum(len(self._working_days(year)) for year in range(start.year, end.year))
        count -= bisect_right(self._working_days(start.year), start.toordinal())
        return count + bisect_right(self._working_days(end.year), end.toordinal())

    def _working_days(self, year: int) -> tuple[int, ...]:
        country = self.country or self.jurisdiction
        return _working_days(country, self.subdivision, self.corrections, year)


@lru_cache(maxsize=512)
def _working_days(
    country: str, subdivision: str, corrections: Corrections, year: int
) -> tuple[int, ...]:
    """Proleptic ordinals of the working days of one year, in order.

    Kept for the 512 years used last (about 20 KB each), so that a deadline is one search in a tuple.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ClockValueError(f"No working days are known for the year {year}.")
    # The years beside are asked for too: a notice for one year can move days of the December before.
    known = holidays.country_holidays(
        country.upper(),
        subdiv=subdivision or None,
        years=range(year - 1, min(year + 1, LAST_YEAR) + 1),
    )
    made_up: set[date] = known.weekend_workdays | corrections.extra_working_days
    days_off = (set(known) | corrections.extra_holidays) - made_up
    every_day = (date.fromordinal(each) for each in _ordinals_of(year))
    return tuple(
        day.toordinal()
        for day in every_day
        if day in made_up or (day.weekday() < _SATURDAY and day not in days_off)
    )


def _ordinals_of(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` first show `day`.

    That is midnight, except where clocks are put forward over it: then it is the moment of the change.
    Where clocks are put back over midnight so that it comes twice, the first counts.

    Raises:
        ClockValueError: given an instant in place of a calendar day.
    """
    _check_day(day)
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    latest = midnight.astimezone(UTC)
    if latest.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return latest
    # Midnight is skipped. Read with the offset after the change it lies before the change, read with the
    # offset before the change it lies at or after it: the change is found between the two.
    earliest = midnight.replace(fold=1).astimezone(UTC)
    seconds = int((latest - earliest).total_seconds())
    change = bisect_left(
        range(seconds),
        True,
        key=lambda second: local_day(earliest + timedelta(seconds=second), zone) >= day,
    )
    return earliest + timedelta(seconds=change)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of the midnight that ends `day` in `zone`: the first that is no longer `day`.

    What holds "until" a day holds before this instant and no longer at it.

    Raises:
        ClockValueError: given an instant in place of a calendar day, or the last day of the year 9999.
    """
    _check_day(day)
    if day == date.max:
        raise ClockValueError("The last day that a calendar here can hold has no day after it.")
    return start_of_day(day + timedelta(days=1), zone)


def _check_day(day: date) -> None:
    # An instant is a day in Python's types, so the type checker lets it through.
    if isinstance(day, datetime):
        raise ClockValueError("A calendar day is needed here, not an instant.")


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that `instant` falls on in `zone`.

    Raises:
        ClockValueError: the instant does not say its time zone.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ClockValueError("An instant needs a time zone.")
    return instant.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of that month where it is shorter.

    31 January and one month is the last day of February.

    Raises:
        ClockValueError: the years 1 to 9999 are left.
    """
    year, month = divmod(day.year * _MONTHS_IN_A_YEAR + day.month - 1 + months, _MONTHS_IN_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        raise ClockValueError("The sum leaves the years that a calendar here can hold.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th in a year without one.

    Raises:
        ClockValueError: the years 1 to 9999 are left.
    """
    return add_months(day, years * _MONTHS_IN_A_YEAR)

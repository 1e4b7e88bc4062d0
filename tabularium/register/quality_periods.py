"""The periods of quality figures: calendar quarters that are over, in the authority's time zone.

Only what is over is counted. A figure then never changes from one day to the next, so nobody can tell
from its change what has just happened to a single entry.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tabularium.core.clocks import add_months, end_of_day, local_day, start_of_day

MONTHS_IN_A_QUARTER = 3
QUARTERS_IN_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, or the four last of them together.

    Attributes:
        first: its first day, in the authority's time zone.
        last: its last day, included.
        begins: the instant at which it begins, in UTC.
        before: the instant at which it is over, excluded.
    """

    first: date
    last: date
    begins: datetime
    before: datetime

    @property
    def is_quarter(self) -> bool:
        """Whether it is one quarter, and not a year of four."""
        return add_months(self.first, MONTHS_IN_A_QUARTER) > self.last

    @property
    def name(self) -> str:
        """How addresses and commands call it: "2026-Q2"; "year" for four quarters."""
        if not self.is_quarter:
            return "year"
        return f"{self.first.year}-Q{(self.first.month - 1) // MONTHS_IN_A_QUARTER + 1}"


def periods(now: datetime, time_zone: str) -> tuple[Period, ...]:
    """The year of the last four quarters that are over, and then each of these, the latest first.

    Args:
        now: an aware instant.
        time_zone: IANA name of the zone in which quarters begin and end.
    """
    zone = ZoneInfo(time_zone)
    today = local_day(now, zone)
    running = date(today.year, today.month - (today.month - 1) % MONTHS_IN_A_QUARTER, 1)
    begins = [
        add_months(running, -MONTHS_IN_A_QUARTER * number)
        for number in range(1, QUARTERS_IN_A_YEAR + 1)
    ]
    ends = [running, *begins]
    year = _period(begins[-1], running, zone)
    quarters = (_period(first, end, zone) for first, end in zip(begins, ends, strict=False))
    return (year, *quarters)


def _period(first: date, end: date, zone: ZoneInfo) -> Period:
    last = end - timedelta(days=1)
    return Period(first, last, start_of_day(first, zone), end_of_day(last, zone))

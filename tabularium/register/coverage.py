"""Coverage of the catalogue: of which items files come as often as the item says, and of which not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tabularium.core.clocks import add_months, local_day
from tabularium.core.rules import NoRulesInForce
from tabularium.register.item_versions import uses_of
from tabularium.register.models import Authority, CatalogueItem
from tabularium.register.quality import last_received
from tabularium.rules.loader import working_calendar

DAY = timedelta(days=1)
_DAYS = {"weekly": 7, "fortnightly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class Coming(StrEnum):
    """How the files of an item come."""

    IN_TIME = "in-time"
    OVERDUE = "overdue"
    NEVER = "never"
    AT_NO_FIXED_TIMES = "at-no-fixed-times"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the files of one item come.

    Attributes:
        item: the version that is used today.
        coming: in time, or not.
        last: day of the last file, in the authority's time zone; None if none has come.
        due: the last day on which the next is in time; None where nothing says so.
    """

    item: CatalogueItem
    coming: Coming
    last: date | None
    due: date | None

    @property
    def overdue_since(self) -> date | None:
        """The first day on which the file was missing; None unless it is overdue."""
        if self.coming is Coming.OVERDUE and self.due is not None:
            return self.due + DAY
        return None


def coverage(authority: Authority, now: datetime) -> tuple[Coverage, ...]:
    """How the files of each item come that the authority publishes today, by code; two queries.

    A file is in time until the end of the day on which one interval has passed since the last one: a
    working day for `daily`, 7 or 14 days, a calendar month, three, or twelve.
    """
    today = local_day(now, ZoneInfo(authority.time_zone))
    versions = CatalogueItem.objects.filter(authority=authority).defer("definition")
    received = last_received(authority, now)
    return tuple(
        _of_item(item, authority, received.get(item.code), today) for item in _used(versions, today)
    )


def _used(versions: Iterable[CatalogueItem], day: date) -> list[CatalogueItem]:
    by_code: dict[str, list[CatalogueItem]] = {}
    for each in versions:
        by_code.setdefault(each.code, []).append(each)
    return [
        use.item for code in sorted(by_code) for use in uses_of(by_code[code]) if use.holds(day)
    ]


def _of_item(
    item: CatalogueItem, authority: Authority, received: datetime | None, today: date
) -> Coverage:
    if received is None:
        return Coverage(item, Coming.NEVER, None, None)
    last = local_day(received, ZoneInfo(authority.time_zone))
    due = _next_due(item.frequency, last, authority.jurisdiction)
    if due is None:
        return Coverage(item, Coming.AT_NO_FIXED_TIMES, last, None)
    return Coverage(item, Coming.IN_TIME if today <= due else Coming.OVERDUE, last, due)


def _next_due(frequency: str, last: date, jurisdiction: str) -> date | None:
    if frequency == "daily":
        try:
            return working_calendar(jurisdiction).add_working_days(last, 1).day
        except NoRulesInForce:
            return last + DAY
    if frequency in _DAYS:
        return last + timedelta(days=_DAYS[frequency])
    if frequency in _MONTHS:
        return add_months(last, _MONTHS[frequency])
    return None

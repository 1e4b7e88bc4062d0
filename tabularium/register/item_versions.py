"""Which version of a catalogue item is used on which days.

An item has one version for each change, and at most one is used on a day: a newer one takes the place of
the one before from its first day on, whatever last day that one names. Nothing in the older is changed
for it, so that what was entered under it stays plain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.register.models import CatalogueItem

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Use:
    """The days on which one version of an item is used.

    Attributes:
        item: the version.
        first: its first day, in the authority's time zone.
        last: its last day, included; None while no end is known.
    """

    item: CatalogueItem
    first: date
    last: date | None

    @property
    def replaced_at_once(self) -> bool:
        """Whether a newer version took its place on its first day, so that it is used on none."""
        return self.last is not None and self.last < self.first

    def holds(self, day: date) -> bool:
        """Whether the version is used on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


def uses_of(versions: Iterable[CatalogueItem]) -> list[Use]:
    """When each version of one item is used, in the order of their numbers."""
    ordered = sorted(versions, key=lambda each: each.version)
    ends = [
        min(newer.effective_from - DAY, older.effective_until or date.max)
        for older, newer in pairwise(ordered)
    ]
    last = [*ends, *(each.effective_until for each in ordered[-1:])]
    return [
        Use(item, item.effective_from, until) for item, until in zip(ordered, last, strict=True)
    ]


def nearest(uses: Iterable[Use], day: date) -> Use | None:
    """The version that is used on that day, else the last that was, else the first that will be."""
    every = [each for each in uses if not each.replaced_at_once]
    begun = [each for each in every if each.first <= day]
    return begun[-1] if begun else next(iter(every), None)


def item_in_force(code: str, day: date | None = None) -> CatalogueItem | None:
    """The version of an item by which a file is read that comes on a day.

    Args:
        code: the item's.
        day: in the authority's time zone; today there if not said.

    Returns:
        None if the register does not know the item, or none of its versions is used on that day.
    """
    versions = list(
        CatalogueItem.objects.filter(code=code)
        .select_related("authority__organisation")
        .order_by("version")
    )
    if not versions:
        return None
    wanted = day or clock.today(ZoneInfo(versions[0].authority.time_zone))
    return next((each.item for each in uses_of(versions) if each.holds(wanted)), None)

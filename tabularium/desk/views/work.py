"""Today's work: what waits for somebody at the authority, the most pressing first."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.core.clocks import end_of_day, local_day
from tabularium.desk.looked import note_shown
from tabularium.notices.selectors import owed_by
from tabularium.public.instant import instant_of
from tabularium.register import desk_selectors as selectors
from tabularium.register.deadlines import working_days_left
from tabularium.register.models import Entry
from tabularium.register.reply_selectors import about_authority
from tabularium.register.services.correction_requests import open_correction_requests

SHOWN = 5
"""So many of each sort of work stand on the page; the rest is behind a link."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits for something to be done.

    Attributes:
        entry: which.
        until: by when; None where no date is set.
        days_left: working days after today until then; below 0 when it is past, None where there is no date.
    """

    entry: Entry
    until: datetime | None
    days_left: int | None

    @property
    def is_late(self) -> bool:
        """Whether the date has passed."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class Section:
    """One sort of work: what it is, what stands on the page, and whether there is more."""

    name: str
    rows: list[Waiting]
    has_more: bool


_UNTIL = {
    "objections": "decide_by",
    "running": "window_closes_at",
    "unanswered": "unanswered_from",
    "promises": "unanswered_from",
}


def waiting(entry: Entry, sort: str, now: datetime) -> Waiting:
    """How long an entry has in which one sort of work is to be done."""
    if sort in {"adverse", "others"}:
        return _to_publish(entry, now)
    until = getattr(entry, _UNTIL[sort]) if sort in _UNTIL else None
    if until is None:
        return Waiting(entry, None, None)
    left = working_days_left(entry.authority, until, now) if now < until else -1
    return Waiting(entry, until, left)


def _to_publish(entry: Entry, now: datetime) -> Waiting:
    last = selectors.due(entry)
    if last is None:
        return Waiting(entry, None, None)
    zone = ZoneInfo(entry.authority.time_zone)
    until = end_of_day(last, zone)
    late = local_day(now, zone) > last
    return Waiting(entry, until, -1 if late else working_days_left(entry.authority, until, now))


@require_safe
@for_authority(Act.LOOK)
def today(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """The desk."""
    now = instant_of(request)
    sections = []
    for name, entries in selectors.work(acting.authority, now).items():
        found = list(entries[: SHOWN + 1])
        rows = [waiting(each, name, now) for each in found[:SHOWN]]
        sections.append(Section(name, rows, len(found) > SHOWN))
    note_shown(acting, [each.entry for section in sections for each in section.rows])
    owed = owed_by(acting.authority)
    ourselves = about_authority(acting.authority, now)
    context = {
        "acting": acting,
        "sections": sections,
        "offered": selectors.offered(acting.authority)[: SHOWN + 1].count(),
        "asked": open_correction_requests(acting.authority)[: SHOWN + 1].count(),
        "missed": selectors.missed(acting.authority, now)[: selectors.MOST_COUNTED].count(),
        "owed": owed,
        "ourselves": ourselves,
        "uploads": selectors.uploads_at(acting.authority)[:3],
        "is_empty": not owed.any
        and not ourselves.waits
        and not any(each.rows for each in sections),
    }
    return render(request, "desk/today.html", context)

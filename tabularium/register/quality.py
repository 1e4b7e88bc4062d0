"""Figures on the quality of an authority's data, in a fixed number of queries.

What was found in files is added up from the figures that each submission keeps, so that it takes no longer
where there are millions of findings. Everything here is grouped by catalogue item, finding or event, and
nothing by organisation: no query names one. Drafts, suspended and ended entries appear in no figure by
themselves; see `quality_figures` for what is withheld.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import BooleanField, Count, Exists, F, Func, Max, OuterRef, Sum

from tabularium.core.life_events import EventType
from tabularium.register.models import Authority, Event, Finding, Submission
from tabularium.register.models.event import TAKING_BACK
from tabularium.register.quality_figures import (
    BY_FINDING,
    OF_ENTERED,
    Figure,
    Figures,
    FileFigures,
    KindOfFinding,
    Share,
    share_of_decisions,
    share_of_rows,
)
from tabularium.register.quality_periods import Period
from tabularium.register.submission_figures import found_in

STOPPING = {
    Figure.STOPPED_BY_ERROR: Finding.Severity.ERROR,
    Figure.SET_ASIDE: Finding.Severity.SET_ASIDE,
}

# Written out, not bound: SQLite uses a partial index only where it reads the index's own condition.
_TAKES_BACK = Func(
    F("type"),
    template="%(expressions)s IN ({})".format(", ".join(f"'{each}'" for each in TAKING_BACK)),
    output_field=BooleanField(),
)


class _Files(NamedTuple):
    """Files in a period, and what was in them.

    Attributes:
        files, rows, entered: how many.
        found: rows by severity and code of what stopped them, and of warnings.
    """

    files: int
    rows: int
    entered: int
    found: Counter[tuple[str, str]]

    def __add__(self, other: "_Files") -> "_Files":  # type: ignore[override] # no tuple is appended
        """Both together."""
        return _Files(
            self.files + other.files,
            self.rows + other.rows,
            self.entered + other.entered,
            self.found + other.found,
        )


_NO_FILES = _Files(0, 0, 0, Counter())


def figures(authority: Authority, period: Period) -> Figures:
    """The figures on an authority's files that came in a period, and on what it did in it.

    Three queries, however many files, rows and findings there are.
    """
    files = _files(authority, period)
    together = sum(files.values(), _NO_FILES)
    return Figures(
        authority=authority.pk,
        period=period,
        together=_of_files("", together),
        items=tuple(_of_files(code, files[code]) for code in sorted(files)),
        decisions=_decisions(authority, period),
    )


def last_received(authority: Authority, now: datetime) -> dict[str, datetime]:
    """When the last file of each catalogue item came, by the item's code, in one query."""
    rows = (
        Submission.objects.filter(item__authority=authority, received_at__lte=now)
        .order_by()
        .values("item__code")
        .annotate(last=Max("received_at"))
        .values_list("item__code", "last")
    )
    return dict(rows)


def _files(authority: Authority, period: Period) -> dict[str, _Files]:
    """The files of each item, by its code. Those in which the same was found are one row of the query."""
    rows = (
        Submission.objects.filter(
            item__authority=authority,
            received_at__gte=period.begins,
            received_at__lt=period.before,
        )
        .order_by()
        .values("item__code", "figures__stopped_by", "figures__warned_of")
        .annotate(files=Count("pk"), rows=Sum("rows_read"), entered=Sum("entries_made"))
        .values_list(
            *("item__code", "files", "rows", "entered"),
            *("figures__stopped_by", "figures__warned_of"),
        )
    )
    of_item: dict[str, _Files] = {}
    for code, files, read, entered, stopped_by, warned_of in rows:
        found = found_in(stopped_by, warned_of)
        alike = Counter({each: files * number for each, number in found.items()})
        of_item[code] = of_item.get(code, _NO_FILES) + _Files(files, read, entered, alike)
    return of_item


def _of_files(item: str, files: _Files) -> FileFigures:
    found = files.found
    parts = {Figure.ENTERED: files.entered}
    for figure, severity in STOPPING.items():
        parts[figure] = sum(rows for (each, _), rows in found.items() if each == severity)
    for figure, codes in BY_FINDING.items():
        parts[figure] = sum(rows for (_, each), rows in found.items() if each in codes)
    shares = {
        figure: share_of_rows(part, files.entered if figure in OF_ENTERED else files.rows)
        for figure, part in parts.items()
    }
    kinds = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return FileFigures(
        item=item,
        files=files.files,
        rows=files.rows,
        shares=MappingProxyType(shares),
        findings=tuple(
            KindOfFinding(severity, code, share_of_rows(rows, files.rows))
            for (severity, code), rows in kinds
        ),
    )


def _decisions(authority: Authority, period: Period) -> Mapping[Figure, Share]:
    """What became of the authority's decisions, of all that its files had brought until then."""
    whole = _entered_until(authority, period.before)
    events = _events(authority, period)
    withdrawn = EventType.WITHDRAWN
    parts = {
        Figure.CORRECTED: events[EventType.CORRECTED, False] + events[EventType.CORRECTED, True],
        Figure.WITHDRAWN_BY_ITSELF: events[withdrawn, False],
        Figure.WITHDRAWN_AFTER_OBJECTION: events[withdrawn, True],
        Figure.LAPSED: events[EventType.LAPSED, False] + events[EventType.LAPSED, True],
    }
    return MappingProxyType(
        {figure: share_of_decisions(part, whole, period) for figure, part in parts.items()}
    )


def _entered_until(authority: Authority, before: datetime) -> int:
    entered = Submission.objects.filter(item__authority=authority, received_at__lt=before)
    return int(entered.aggregate(entered=Sum("entries_made", default=0))["entered"])


def _events(authority: Authority, period: Period) -> Counter[tuple[str, bool]]:
    """Decisions that were corrected, withdrawn or lapsed, by event and whether one was objected to."""
    earlier_objection = Event.objects.filter(
        entry=OuterRef("entry"), number__lt=OuterRef("number"), type=EventType.OBJECTED
    )
    rows = (
        Event.objects.filter(
            _TAKES_BACK,
            at__gte=period.begins,
            at__lt=period.before,
            entry__authority=authority,
        )
        .order_by()
        .annotate(after_objection=Exists(earlier_objection))
        .values("type", "after_objection")
        .annotate(held=Count("entry", distinct=True))
        .values_list("type", "after_objection", "held")
    )
    return Counter({(type_, bool(after)): held for type_, after, held in rows})

"""How diligent an authority is, quarter by quarter: of its files and its answers, never of a subject.

Taken from the same figures as the page of a period, and withheld where these are; see `quality_figures`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.db.models import BooleanField, F, Func, OuterRef, Subquery

from tabularium.core.life_events import EventType
from tabularium.register.models import Authority, Event
from tabularium.register.quality import figures
from tabularium.register.quality_figures import SMALLEST_GROUP, Figure, Figures, Share, Withheld
from tabularium.register.quality_periods import Period

LEAST_OBJECTIONS = 20
"""Of fewer objections that were due in a quarter nothing is said: it could be told whose they were."""

_TENTH = Decimal("0.1")
_LONGEST_TO_DECIDE = timedelta(days=400)
_DECIDES = (EventType.UPHELD, EventType.CORRECTED, EventType.WITHDRAWN, EventType.LAPSED)
_TOOK_BACK = (Figure.CORRECTED, Figure.WITHDRAWN_BY_ITSELF, Figure.WITHDRAWN_AFTER_OBJECTION)

# Written out, not bound, as in `quality`: SQLite then uses the index of objections.
_IS_OBJECTION = Func(
    F("type"),
    template=f"%(expressions)s = '{EventType.OBJECTED.value}'",
    output_field=BooleanField(),
)


class Measure(StrEnum):
    """What is told of each quarter."""

    IN_TIME = "in-time"
    OBJECTIONS_IN_TIME = "objections-in-time"
    TAKEN_BACK = "taken-back"
    FINDINGS = "findings"

    @property
    def whole(self) -> int:
        """Of how many it is told: percent, or of a thousand rows."""
        return 1000 if self is Measure.FINDINGS else 100


@dataclass(frozen=True, slots=True)
class Point:
    """One quarter of a measure.

    Attributes:
        period: the quarter.
        value: of a hundred, or of a thousand for findings, to a tenth; None where it is withheld.
        withheld: why; None where the value is given.
    """

    period: Period
    value: Decimal | None
    withheld: Withheld | None = None


def by_quarter(
    authority: Authority, quarters: Sequence[Period]
) -> Mapping[Measure, Sequence[Point]]:
    """Each measure of an authority in each of some quarters, in as many queries however much there is."""
    found = [figures(authority, each) for each in quarters]
    objections = _objections(authority, quarters)
    return {
        Measure.IN_TIME: [_in_time(each) for each in found],
        Measure.OBJECTIONS_IN_TIME: [
            _objections_in_time(period, objections) for period in quarters
        ],
        Measure.TAKEN_BACK: [_taken_back(each) for each in found],
        Measure.FINDINGS: [_findings(each) for each in found],
    }


def _of(part: int, whole: int, of: int) -> Decimal:
    return (Decimal(of * part) / whole).quantize(_TENTH, ROUND_HALF_UP)


def _in_time(found: Figures) -> Point:
    late = found.together.shares[Figure.LATE]
    if late.part is None or not late.whole:
        return Point(found.period, None, late.withheld)
    return Point(found.period, _of(late.whole - late.part, late.whole, 100))


def _taken_back(found: Figures) -> Point:
    shares: list[Share] = [found.decisions[each] for each in _TOOK_BACK]
    withheld = next((each.withheld for each in shares if each.withheld), None)
    whole = shares[0].whole
    if withheld is not None or not whole:
        return Point(found.period, None, withheld)
    return Point(found.period, _of(sum(each.part or 0 for each in shares), whole, 100))


def _findings(found: Figures) -> Point:
    entered = found.together.shares[Figure.ENTERED]
    if entered.whole is None or entered.withheld:
        return Point(found.period, None, entered.withheld)
    rows = sum(each.share.part or 0 for each in found.together.findings)
    return Point(found.period, _of(rows, entered.whole, Measure.FINDINGS.whole))


def _objections(
    authority: Authority, quarters: Sequence[Period]
) -> Sequence[tuple[datetime, datetime | None]]:
    """When objections were due to be decided, and when they were; one query."""
    decided = Event.objects.filter(
        entry=OuterRef("entry"), number__gt=OuterRef("number"), type__in=_DECIDES
    ).order_by("number")
    rows = Event.objects.filter(
        _IS_OBJECTION,
        at__gte=min(each.begins for each in quarters) - _LONGEST_TO_DECIDE,
        at__lt=max(each.before for each in quarters),
        entry__authority=authority,
    ).values_list("facts", Subquery(decided.values("at")[:1]))
    return [
        (datetime.fromisoformat(facts["decide_by"]), at)
        for facts, at in rows
        if "decide_by" in facts
    ]


def _objections_in_time(
    period: Period, objections: Sequence[tuple[datetime, datetime | None]]
) -> Point:
    due = [each for each in objections if period.begins < each[0] <= period.before]
    in_time = sum(at is not None and at <= decide_by for decide_by, at in due)
    if len(due) < LEAST_OBJECTIONS:
        return Point(period, None, Withheld.TOO_FEW_OBJECTIONS)
    if any(0 < each < SMALLEST_GROUP for each in (in_time, len(due) - in_time)):
        return Point(period, None, Withheld.SMALL_NUMBER)
    return Point(period, _of(in_time, len(due), 100))

"""Plots of an authority's measures over quarters, as columns whose places the server works out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tabularium.register.diligence import Measure, Point

_FLOOR, _TALLEST, _STEP, _LEFT = 110, 90, 100, 20

NAMES: Mapping[Measure, tuple[Promise, Promise]] = {
    Measure.IN_TIME: (
        _("Sent in time"),
        _("Decisions that came within the time that the rules allow for publication, in percent."),
    ),
    Measure.OBJECTIONS_IN_TIME: (
        _("Objections decided in time"),
        _(
            "Of the objections that had to be decided in the quarter, those decided in time, in percent."
        ),
    ),
    Measure.TAKEN_BACK: (
        _("Corrected or withdrawn"),
        _(
            "Decisions corrected or withdrawn in the quarter, of all that its files brought, in percent."
        ),
    ),
    Measure.FINDINGS: (
        _("Findings per thousand rows"),
        _("What was found in its files, mistakes and warnings together, for each thousand rows."),
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One quarter of a plot, in the plot's own units; without a height where its value is withheld."""

    point: Point
    x: int
    middle: int
    y: int
    above: int
    height: int | None
    shown: str
    told: str
    quarter: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its name, what it shows, what it says in a sentence, and its columns, the first first."""

    code: str
    name: Promise
    meaning: Promise
    description: str
    columns: Sequence[Column]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a column to draw: where every value is withheld, the table says why."""
        return any(each.height is not None for each in self.columns)


def plots(measured: Mapping[Measure, Sequence[Point]]) -> list[Plot]:
    """The plots of measures; the points of each are the latest first."""
    return [_plot(measure, list(reversed(points))) for measure, points in measured.items()]


def _plot(measure: Measure, points: Sequence[Point]) -> Plot:
    given = [each.value for each in points if each.value is not None]
    # Of a hundred where it is a share; findings per thousand rows may be more, and are usually few.
    top = max([Decimal(1), *given]) if measure is Measure.FINDINGS else Decimal(100)
    columns = [_column(measure, point, place, top) for place, point in enumerate(points)]
    name, meaning = NAMES[measure]
    description = "; ".join(f"{each.quarter}: {each.shown}" for each in columns)
    return Plot(measure.value, name, meaning, description, columns)


def _column(measure: Measure, point: Point, place: int, top: Decimal) -> Column:
    height = None if point.value is None else int(point.value / top * _TALLEST)
    if point.value is None:
        told, shown = "", gettext("not given")
    else:
        told = shown = f"{point.value}%" if measure.whole == 100 else str(point.value)  # noqa: PLR2004 - percent
    return Column(
        point,
        x=_LEFT + place * _STEP,
        middle=_LEFT + place * _STEP + 30,
        y=_FLOOR - (height or 0),
        above=_FLOOR - (height or 0) - 5,
        height=height,
        shown=shown,
        told=told,
        quarter=point.period.name,
    )

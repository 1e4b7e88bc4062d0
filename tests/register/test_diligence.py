"""How diligent an authority is, quarter by quarter; few objections are not told of."""

from datetime import UTC, datetime, timedelta

import pytest

from tabularium.register.diligence import LEAST_OBJECTIONS, Measure, by_quarter
from tabularium.register.diligence import _objections as objections_of
from tabularium.register.diligence import _objections_in_time as in_time
from tabularium.register.quality_figures import Withheld
from tabularium.register.quality_periods import periods
from tests.builders import ZONE, Town, objected
from tests.register.conftest import Move

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
DUE = datetime(2026, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on_time", "late", "expected"),
    [
        (LEAST_OBJECTIONS - 1, 0, (None, Withheld.TOO_FEW_OBJECTIONS)),
        (LEAST_OBJECTIONS, 0, ("100.0", None)),
        (LEAST_OBJECTIONS, 4, (None, Withheld.SMALL_NUMBER)),
        (4, LEAST_OBJECTIONS, (None, Withheld.SMALL_NUMBER)),
        (15, 5, ("75.0", None)),
        (0, LEAST_OBJECTIONS, ("0.0", None)),
    ],
)
def test_objections_decided_in_time(
    on_time: int, late: int, expected: tuple[str | None, Withheld | None]
) -> None:
    quarter = periods(NOW, ZONE)[1]
    hour = timedelta(hours=1)
    due = [(DUE, DUE - hour)] * on_time + [(DUE, DUE + hour), (DUE, None)] * (late // 2)
    due += [(DUE, None)] * (late % 2) + [(NOW, NOW)] * 50
    point = in_time(quarter, due)
    assert (None if point.value is None else str(point.value), point.withheld) == expected


def test_an_objection_is_read_with_when_it_was_due(town: Town, move: Move) -> None:
    entry = objected(town, move)
    assert entry.decide_by is not None
    quarters = periods(entry.decide_by + timedelta(days=100), ZONE)[1:]
    assert objections_of(town.authority, quarters) == [(entry.decide_by, None)]
    measured = by_quarter(town.authority, quarters)
    told = {point.withheld for point in measured[Measure.OBJECTIONS_IN_TIME]}
    assert told == {Withheld.TOO_FEW_OBJECTIONS}
    assert [len(points) for points in measured.values()] == [4, 4, 4, 4]

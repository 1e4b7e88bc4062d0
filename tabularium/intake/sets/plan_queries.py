"""The queries of a plan for DuckDB, kept for the next file of the same item.

To write one takes about a second, as long as to screen 50,000 rows by it, and an authority sends files of
the same item again and again.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock

from tabularium.intake.sets.apart import Parted, parted
from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.queries import BLOCK, table_for, written
from tabularium.intake.sets.texts import fits

WHOLE = f"whole_{BLOCK}"
"""Name of the table that the undivided query reads."""
_MOST_KEPT = 16


class PlanQueries:
    """What DuckDB is asked for a plan, some of whose columns are asked apart.

    Attributes:
        summed: column that says whether check digits fit, and their scheme, by the column that has them.
        rest: the query for the rows, without what is asked apart.
        facts: by the name of a column that is asked apart, the query for its distinct values, if any.
    """

    def __init__(
        self, plan: Plan, wanted: Sequence[str], apart: frozenset[str], *, looked: bool
    ) -> None:
        """Write the queries; see `screen.Manner` for `apart` and `looked`."""
        self._plan, self._wanted = plan, wanted
        done = range(len(plan.names)) if looked else ()
        bounded = [number for number in done if plan.names[number] not in apart]
        summed = sorted(set(plan.summed) & set(bounded))
        self.summed = {plan.names[each]: (fits(each), plan.summed[each]) for each in summed}
        screened = plan.screened(table_for(plan, bounded, summed=summed), done)
        whole: Parted = parted(screened.select(*wanted), apart, BLOCK)
        self.rest = written(whole.rest, "duckdb")
        self.facts: Mapping[str, str] = {
            name: written(facts, "duckdb") for name, facts in whole.facts.items()
        }

    @cached_property
    def whole(self) -> str:
        """The query for rows of which nothing is known; it is seldom needed."""
        screened = self._plan.screened(table_for(self._plan, name=WHOLE))
        return written(screened.select(*self._wanted), "duckdb")


_kept: deque[tuple[object, PlanQueries]] = deque(maxlen=_MOST_KEPT)
_keeping = Lock()


def queries_for(
    plan: Plan, wanted: tuple[str, ...], apart: frozenset[str], *, looked: bool
) -> PlanQueries:
    """The queries of a plan, written once for plans that are equal: of the same item, rules and day."""
    asked = (plan, wanted, apart, looked)
    with _keeping:
        for known, queries in _kept:
            if known == asked:
                return queries
        queries = PlanQueries(plan, wanted, apart, looked=looked)
        _kept.append((asked, queries))
        return queries

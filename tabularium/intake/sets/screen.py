"""A plan run on one machine, block after block, by DuckDB."""

import duckdb
import pyarrow as pa

from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.queries import BLOCK, filled, query_of

MEMORY = "512MB"
"""Of DuckDB; a block and what is made of it need less."""
_ROWS_AT_ONCE = 4096
"""Rows that one thread takes at once: a block is to be shared among all of them."""


class Screen:
    """The checks of a plan, made ready once for any number of blocks.

    The query is planned once: with all its patterns that takes as long as some ten thousand rows.
    """

    def __init__(self, plan: Plan) -> None:
        """Translate the plan; the columns of a block are those of `Plan.names`."""
        self._names = ("row", *plan.names)
        self._connection = duckdb.connect(config={"memory_limit": MEMORY})
        self._connection.execute(f"ATTACH ':memory:' AS blocks (ROW_GROUP_SIZE {_ROWS_AT_ONCE})")
        self._connection.execute("USE blocks")
        empty = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in plan.names)])
        given = empty.empty_table()
        self._connection.register("given", given)
        self._connection.execute(f"CREATE TABLE {BLOCK} AS FROM given")
        self._connection.unregister("given")
        self._connection.execute(f"PREPARE screened AS {query_of(plan, 'duckdb')}")

    def of(self, table: pa.Table) -> pa.Table:
        """The table screened, in the order of rows; see `Plan.screened`."""
        given = filled(table.select(self._names))
        self._connection.execute(f"TRUNCATE {BLOCK}")
        self._connection.from_arrow(given).insert_into(BLOCK)
        screened = self._connection.execute("EXECUTE screened").to_arrow_table()
        return screened if _in_order(screened) else screened.sort_by("row")

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()


def _in_order(table: pa.Table) -> bool:
    rows = table["row"].to_numpy()
    return bool((rows[1:] > rows[:-1]).all())

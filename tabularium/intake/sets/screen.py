"""A plan run on one machine, block after block, by DuckDB."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import duckdb
import pyarrow as pa

from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.queries import BLOCK, filled, query_of

MEMORY = "128MB"
"""Of each DuckDB; a part of a block and what is made of it need less."""
MOST_WORKERS = 4
_FEWEST_ROWS = 8_000
"""Rows below which a block is not shared: making a query ready takes as long as some thousand rows."""


class Screen:
    """The checks of a plan, made ready once for any number of blocks.

    A block is shared among workers, each with a DuckDB of its own: threads of one DuckDB share its compiled
    patterns, and wait for each other at every text.
    """

    def __init__(self, plan: Plan, workers: int | None = None) -> None:
        """Translate the plan; the columns of a block are those of `Plan.names`.

        Args:
            plan: what to run.
            workers: how many parts of a block are screened at once; None for one a processor.
        """
        count = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        query = query_of(plan, "duckdb")
        self._names = ("row", *plan.names)
        self._query, self._workers = query, [_Worker(query, self._names)]
        self._count = count
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="screen")

    def of(self, table: pa.Table) -> pa.Table:
        """The table screened, in the order of rows; see `Plan.screened`."""
        given = filled(table.select(self._names))
        share = max(-(-given.num_rows // self._count), _FEWEST_ROWS)
        starts = [*range(0, max(given.num_rows, 1), share), given.num_rows]
        parts = [given.slice(start, end - start) for start, end in pairwise(starts)]
        while len(self._workers) < len(parts):
            self._workers.append(_Worker(self._query, self._names))
        if len(parts) == 1:
            return self._workers[0].screened(parts[0])
        return pa.concat_tables(self._threads.map(_Worker.screened, self._workers, parts))

    def close(self) -> None:
        """Let go of threads and memory."""
        self._threads.shutdown()
        for worker in self._workers:
            worker.close()


class _Worker:
    """One DuckDB of one thread, with the query planned."""

    def __init__(self, query: str, names: tuple[str, ...]) -> None:
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
        types = (f'"{name}" {"BIGINT" if name == "row" else "VARCHAR"}' for name in names)
        self._connection.execute(f"CREATE TABLE {BLOCK} ({', '.join(types)})")
        self._connection.execute(f"PREPARE screened AS {query}")

    def screened(self, table: pa.Table) -> pa.Table:
        self._connection.execute(f"TRUNCATE {BLOCK}")
        self._connection.from_arrow(table).insert_into(BLOCK)
        screened = self._connection.execute("EXECUTE screened").to_arrow_table()
        return screened if _in_order(screened) else screened.sort_by("row")

    def close(self) -> None:
        self._connection.close()


def _in_order(table: pa.Table) -> bool:
    rows = table["row"].to_numpy()
    return bool((rows[1:] > rows[:-1]).all())

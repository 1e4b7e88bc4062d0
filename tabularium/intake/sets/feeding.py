"""Queries of DuckDB that are planned once and take one table after the other, as they lie in memory."""

from typing import Any

import duckdb
import pyarrow as pa


class Fed:
    """One DuckDB of one thread, and queries each over one table, which changes from question to question."""

    def __init__(self, memory: str) -> None:
        """Make ready; `memory` is the most that DuckDB takes, as it writes sizes."""
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": memory})
        self._feeds: dict[str, _Feed] = {}

    def answer(self, name: str, query: str, table: pa.Table) -> pa.Table:
        """The answer of the query for a table.

        Args:
            name: of the table that the query reads; one name stands for one query.
            query: what is asked.
            table: every table of that name has the columns of the first.
        """
        feed = self._feeds.get(name)
        if feed is None:
            feed = _Feed(table)
            self._connection.register(name, feed)
            self._connection.execute(f"PREPARE asked_{name} AS {query}")
            self._feeds[name] = feed
        feed.table = table
        try:
            return self._connection.execute(f"EXECUTE asked_{name}").to_arrow_table()
        finally:
            feed.table = table.slice(0, 0)

    def close(self) -> None:
        """Let go of its memory."""
        self._connection.close()


class _Feed:
    """What DuckDB asks for its table whenever the query runs (Arrow's PyCapsule interface)."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_schema__(self) -> Any:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)

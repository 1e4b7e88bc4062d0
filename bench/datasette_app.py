"""Datasette as an application that uvicorn runs in several processes, on the table that `reading` makes."""

import os
from importlib import import_module
from typing import Any

CANNED = (
    "SELECT * FROM entries WHERE organisation = :organisation ORDER BY decided_on DESC, id LIMIT 20"
)
"""The same entries in the same order as our answer."""


def application() -> Any:
    """The application; the environment names the database."""
    datasette: Any = import_module("datasette.app")  # a peer, which only the bench installs
    queries = {"of_organisation": {"sql": CANNED}}
    return datasette.Datasette(
        immutables=[os.environ["BENCH_DATASETTE"]],
        metadata={"databases": {"entries": {"queries": queries}}},
        settings={"num_sql_threads": 1},
    ).app()

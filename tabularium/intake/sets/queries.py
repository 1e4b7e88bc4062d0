"""A plan in the language of an engine, and tables as engines take them."""

from typing import Literal

import ibis
import pyarrow as pa
from pyarrow import compute

from tabularium.intake.sets.plan import Plan

BLOCK = "block"
"""Name of the table that a query reads."""


def query_of(plan: Plan, dialect: Literal["duckdb", "pyspark"]) -> str:
    """The query that screens the table `block`.

    Its stages stay apart: put into each other, as Ibis does of itself, they would repeat each expression
    wherever it is used, and grow beyond what an engine plans.
    """
    columns = {"row": "int64", **dict.fromkeys(plan.names, "string")}
    screened = plan.screened(ibis.table(columns, name=BLOCK))
    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        return str(ibis.to_sql(screened, dialect=dialect))
    finally:
        ibis.options.sql.fuse_selects = fused


def filled(table: pa.Table) -> pa.Table:
    """The table with empty texts in the place of absent ones, which means the same to every check."""
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if column.null_count:
            table = table.set_column(place, field, compute.fill_null(column, ""))
    return table

"""A plan in the language of an engine, and tables as engines take them."""

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Literal

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from pyarrow import compute

from tabularium.intake.sets.plan import OUTCOME, Plan
from tabularium.intake.sets.texts import bound, fits

Dialect = Literal["duckdb", "pyspark"]

BLOCK = "block"
"""Name of the table that a query reads."""
_WRITING = Lock()
"""Held while an option of Ibis, which is the whole process's, is another."""


def query_of(plan: Plan, dialect: Dialect, outcome: Sequence[str] = OUTCOME) -> str:
    """The query that screens the table `block`, for some columns of the outcome."""
    return written(plan.screened(table_for(plan)).select(*outcome), dialect)


def table_for(
    plan: Plan, bounded: Iterable[int] = (), name: str = BLOCK, summed: Iterable[int] = ()
) -> ir.Table:
    """The table that a plan screens, to which nothing is bound yet.

    Args:
        plan: whose columns it has.
        bounded: numbers of the columns that come with the length of their cells.
        name: of the table.
        summed: numbers of the columns that come with what is known of their check digits.
    """
    columns = {"row": "int64", **dict.fromkeys(plan.names, "string")}
    columns |= {bound(number): "int64" for number in bounded}
    columns |= {fits(number): "boolean" for number in summed}
    return ibis.table(columns, name=name)


def written(table: ir.Table, dialect: Dialect) -> str:
    """A table in the language of an engine.

    Its stages stay apart: put into each other, as Ibis does of itself, they would repeat each expression
    wherever it is used, and grow beyond what an engine plans.
    """
    with _WRITING:
        fused = ibis.options.sql.fuse_selects
        ibis.options.sql.fuse_selects = False
        try:
            return str(ibis.to_sql(table, dialect=dialect, pretty=False))
        finally:
            ibis.options.sql.fuse_selects = fused


def filled(table: pa.Table) -> pa.Table:
    """The table with empty texts in the place of absent ones, which means the same to every check."""
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if column.null_count:
            table = table.set_column(place, field, compute.fill_null(column, ""))
    return table

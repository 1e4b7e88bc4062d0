"""Runs of rows that come too late: one finding where the same is to be said of rows behind one another."""

from typing import Any

import numpy as np
import pyarrow as pa

from tabularium.intake.findings import Finding, FindingCode, Notes
from tabularium.intake.lateness import Lateness

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def late_runs(
    lateness: Lateness, column: str, numbers: Numbers, rows: Numbers, days: pa.ChunkedArray
) -> list[Finding]:
    """A warning for each run of rows whose decisions come too late, in the order of rows.

    Args:
        lateness: judges the days.
        column: in which the days stand.
        numbers: of all rows of a block, in order: two rows are behind one another if no third is between.
        rows: those to judge, in order.
        days: of their decisions.
    """
    encoded = days.combine_chunks().dictionary_encode()
    within_of_day = [lateness.exceeded(day) or 0 for day in encoded.dictionary.to_pylist()]
    within = np.asarray(within_of_day, np.int64)[encoded.indices.to_numpy()]
    rows, within = rows[within > 0], within[within > 0]
    places = np.searchsorted(numbers, rows)
    starts = np.flatnonzero((np.diff(places, prepend=-2) != 1) | (np.diff(within, prepend=0) != 0))
    lengths = np.diff(starts, append=rows.size)
    said: dict[int, Finding] = {}
    runs: list[Finding] = []
    for row, length, most in zip(
        rows[starts].tolist(), lengths.tolist(), within[starts].tolist(), strict=True
    ):
        one = said.get(most) or said.setdefault(most, _late(row, column, most))
        runs.append(Finding(one.code, one.severity, row, column, one.parameters, length))
    return runs


def _late(row: int, column: str, within: int) -> Finding:
    notes = Notes(row)
    notes.warning(FindingCode.LATE, column, within=within)
    return notes.found[0]

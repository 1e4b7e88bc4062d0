"""Lines put together column by column are those that Python's own writers make of each record."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.intake.safe_cells import guarded
from tabularium.opendata.lines import END, csv_lines, json_objects, with_ends
from tabularium.register.open_columns import Records
from tabularium.register.open_records import FIELDS, as_json, type_of, with_texts_of_time
from tabularium.register.open_rows import SCHEMA
from tabularium.register.shared_texts import shared

_ODD = [
    '"',
    ",",
    "\r\n",
    "\n",
    "\\",
    "'",
    "=1+1",
    "-5",
    " ",
    "\t=",
    "\x00",
    "\x1f",
    "\u2028",
    "𠮷",
    "",
    ";+",
]
_TEXTS = st.lists(st.sampled_from(_ODD) | st.text(max_size=3), max_size=4).map("".join)
_VALUES = {
    "string": _TEXTS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "datetime": st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(  # noqa: DTZ001 - below
        lambda each: each.replace(tzinfo=UTC)
    ),
}
_RECORDS = st.lists(
    st.fixed_dictionaries({name: st.none() | _VALUES[type_of(name)] for name in FIELDS}),
    min_size=1,
    max_size=4,
)


def _csv_by_python(row: list[Any]) -> str:
    cells = [
        guarded(cell) if isinstance(cell, str) and type_of(name) == "string" else cell
        for name, cell in zip(FIELDS, with_texts_of_time(row), strict=True)
    ]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=END).writerow(cells)
    return written.getvalue()


def _json_by_python(row: list[Any]) -> str:
    return json.dumps(as_json(row), ensure_ascii=False, separators=(",", ":")) + "\n"


@given(said=_RECORDS)
@pytest.mark.parametrize("once", [False, True], ids=["texts", "texts kept once"])
def test_they_are_those_of_python(said: list[dict[str, Any]], once: bool) -> None:
    table = pa.Table.from_pylist(said, SCHEMA)
    records = Records(shared(table) if once else table)
    made = bytes(with_ends(csv_lines(records), END)).decode()
    assert made == "".join(map(_csv_by_python, records.rows))
    made = bytes(with_ends(json_objects(records), "}\n")).decode()
    assert made == "".join(map(_json_by_python, records.rows))


@pytest.mark.parametrize(("start", "length"), [(0, 3), (2, 2), (4, 1), (3, 0)])
def test_some_of_many_records_are_those_alone(start: int, length: int) -> None:
    table = shared(
        pa.Table.from_pylist(
            [{"id": f"{each}", "measure": f"m{each}"} for each in range(5)], SCHEMA
        )
    )
    every = bytes(with_ends(csv_lines(Records(table)), END)).decode().splitlines(keepends=True)
    some = with_ends(csv_lines(Records(table.slice(start, length))), END)
    assert bytes(some).decode() == "".join(every[start : start + length])
    of_all = csv_lines(Records(table)).slice(start, length)
    assert bytes(with_ends(of_all, END)) == bytes(some)

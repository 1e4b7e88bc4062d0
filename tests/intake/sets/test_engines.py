"""One plan on two engines: the same outcome, row by row, and the same findings for a file.

All tests that need Spark are in this module, so that one process starts it once.
"""

import json
import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from tabularium import clock
from tabularium.cli import main
from tabularium.intake.checks import Reopened, examine
from tabularium.intake.findings import Finding
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.readers import Row, look, open_rows
from tabularium.intake.sets import engines
from tabularium.intake.sets.checking import check_file
from tabularium.intake.sets.engines import Engine, OnDuckDB, OnSpark
from tabularium.intake.sets.plan import plan_for
from tabularium.intake.sets.queries import BLOCK
from tabularium.intake.sets.screen import Screen
from tabularium.rules.loader import rule_book
from tests.conftest import START
from tests.intake.conftest import ITEM, ROW
from tests.intake.conftest import TODAY as DAY
from tests.intake.real_files import FILES, Whole, item_text
from tests.intake.sets.comparing import table_of
from tests.intake.sets.conftest import TODAY
from tests.intake.sets.test_check_sums import STRICT, on_duckdb, query
from tests.intake.sets.test_soundness import POOLS

Said = list[tuple[Finding, bool]]

# One file of each item: a second one of the same has the same plan, and Spark plans for some seconds.
ONE_OF_EACH = list({file.item: file for file in FILES}.values())
# What is said of every file row by row and in blocks is held against each other in test_outcomes besides.
AS_A_FILE = FILES if os.environ.get("TABULARIUM_SOAK") else ONE_OF_EACH
MOST_ROWS = 250
"""Rows of a file that are shown to Spark, from all over it."""
DEMO_ITEMS = (
    "suilan-data-penalties",
    "suilan-site-penalties",
    "suilan-supplier-admissions",
    "suilan-unpaid-judgments",
)


def said_by_row_path(path: Path, item: ItemSpec, today: date) -> Said:
    shape = look(path, item.file).shape
    rows = Reopened(lambda: open_rows(path, shape))
    examined = examine(item, rows, rule_book(), today)
    return [(finding, finding is each.primary) for each in examined for finding in each.findings]


def said_on(engine: Engine, path: Path, item: ItemSpec, today: date) -> Said:
    shape = look(path, item.file).shape
    checked = check_file(path, shape, item, rule_book(), today, engine)
    numbers = [row.number for row in open_rows(path, shape)]
    with checked.findings:
        return [
            each for said in checked.findings.with_primary() for each in one_by_one(said, numbers)
        ]


def one_by_one(
    said: tuple[Finding, bool], numbers: Sequence[int]
) -> Iterator[tuple[Finding, bool]]:
    """A finding that holds for rows behind one another, as one for each of them."""
    finding, is_primary = said
    first = bisect_left(numbers, finding.row)
    for row in numbers[first : first + finding.rows]:
        yield replace(finding, row=row, rows=1), is_primary


@pytest.mark.data
@pytest.mark.parametrize("file", AS_A_FILE, ids=lambda file: f"{file.item}-{file.today}")
def test_a_public_file_has_the_findings_of_the_row_path(file: Whole, shared_data: Path) -> None:
    item, path = parse_item(item_text(file.item), file.item), shared_data / file.path
    expected = said_by_row_path(path, item, file.today)
    assert said_on(OnDuckDB(), path, item, file.today) == expected


@pytest.mark.data
@pytest.mark.parametrize("file", ONE_OF_EACH, ids=lambda file: file.item)
def test_a_public_file_has_the_same_outcome_on_spark(
    file: Whole, on_spark: OnSpark, shared_data: Path
) -> None:
    item = parse_item(item_text(file.item), file.item)
    rows = list(open_rows(shared_data / file.path, item.file))
    some = rows[:: len(rows) // MOST_ROWS + 1]
    assert_same_outcome(item, some, file.today, on_spark)


@pytest.mark.parametrize("code", DEMO_ITEMS)
def test_the_demo_has_the_same_outcome_on_spark(
    code: str, on_spark: OnSpark, demo_rows: Mapping[str, tuple[ItemSpec, list[Row]]]
) -> None:
    assert_same_outcome(*demo_rows[code], TODAY, on_spark)


def test_whatever_a_cell_holds_the_outcome_is_the_same_on_spark(on_spark: OnSpark) -> None:
    cells = [{**ROW, column: value} for column, pool in POOLS.items() for value in pool]
    rows = [Row(number, each) for number, each in enumerate(cells, start=2)]
    assert_same_outcome(parse_item(ITEM, "made-up.toml"), rows, DAY, on_spark)


def assert_same_outcome(
    item: ItemSpec, rows: Sequence[Row], today: date, on_spark: OnSpark
) -> None:
    plan = plan_for(item, rule_book(), today)
    table = table_of(plan, [row for row in rows if row.trouble is None])
    there = on_spark.screen(plan, lambda: iter([table]))
    here = Screen(plan).of(table)
    assert there.of(table).to_pylist() == here.to_pylist()
    there.close()


def on_spark_says(engine: OnSpark, scheme: str, values: list[str], folder: Path) -> list[bool]:
    # By way of files: PySpark leaves the sockets open through which it hands rows to Python.
    parquet.write_table(pa.table({"place": range(len(values)), "value": values}), folder / "in")
    session = engine.session()
    session.read.parquet(str(folder / "in")).createOrReplaceTempView(BLOCK)
    session.sql(query(scheme, "pyspark")).coalesce(1).write.parquet(str(folder / "out"))
    (part,) = (folder / "out").glob("part-*.parquet")
    right: list[bool] = parquet.read_table(part).sort_by("place")["right"].to_pylist()
    return right


@pytest.mark.parametrize("scheme", sorted(STRICT))
def test_spark_tells_damaged_numbers_as_duckdb_does(
    scheme: str, on_spark: OnSpark, damaged: list[tuple[str, str]], tmp_path: Path
) -> None:
    values = [value for each, value in damaged if each == scheme]
    assert on_spark_says(on_spark, scheme, values, tmp_path) == on_duckdb(scheme, values)


@pytest.fixture
def small_file(tmp_path: Path) -> tuple[Path, Path]:
    """A file with a duplicate, a wrong number and a row with a cell too many, and its item."""
    lines = [",".join(ROW), *(",".join(f'"{cell}"' for cell in row.values()) for row in _rows())]
    path, item = tmp_path / "rows.csv", tmp_path / "item.toml"
    path.write_text("\n".join([*lines, lines[-1] + ",x"]) + "\n", "utf-8")
    item.write_text(ITEM, "utf-8")
    return path, item


def _rows() -> Iterator[Mapping[str, str]]:
    yield from (
        {**ROW, "case": "C-1"},
        {**ROW, "case": "C-2", "number": "11.222.333/0001-82"},
        {**ROW, "case": "C-1"},
        {**ROW, "case": "C-3", "summary": "Call 020 7946 0958."},
        {**ROW, "case": "C-4", "status": "cleared"},
        {**ROW, "case": "C-3", "decided": "3/2/2026"},
    )


def test_what_lies_across_rows_and_what_has_no_form_is_said_too(
    small_file: tuple[Path, Path],
) -> None:
    path, item_file = small_file
    item = parse_item(item_file.read_text("utf-8"), "item.toml")
    expected = said_by_row_path(path, item, DAY)
    assert said_on(OnDuckDB(), path, item, DAY) == expected
    assert [str(finding.code) for finding, primary in expected if primary] == [
        "identifier-check-digit",
        "duplicate-in-file",
        "phone-in-text",
        "not-a-decision",
        "row-shape",
    ]


def test_the_command_says_the_same_on_both_engines(
    small_file: tuple[Path, Path], on_spark: OnSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, item = small_file
    monkeypatch.setitem(engines.ENGINES, engines.EngineName.SPARK, lambda: on_spark)
    said = {}
    with clock.simulated(START):
        for engine in ("duckdb", "spark"):
            arguments = ["check-file", str(path), "--item", str(item), "--engine", engine]
            in_words = CliRunner().invoke(main, arguments)
            as_json = CliRunner().invoke(main, [*arguments, "--json"])
            assert (in_words.exit_code, as_json.exit_code) == (1, 1)
            said[engine] = in_words.output, json.loads(as_json.output)
    assert said["duckdb"] == said["spark"]
    words, answer = said["duckdb"]
    assert (answer["rows_read"], answer["rows_stopped"], answer["rows_with_errors"]) == (7, 5, 4)
    assert answer["rows_passed_as_a_set"] == 3
    assert "7 rows read, 5 stopped, of which 4 to mend. Nothing was recorded." in words
    assert [each["row"] for each in answer["findings"] if each["severity"] == "error"] == [
        3,
        4,
        5,
        8,
    ]


def test_a_file_without_anything_to_mend_ends_with_0(tmp_path: Path) -> None:
    path, item = tmp_path / "rows.csv", tmp_path / "item.toml"
    path.write_text(",".join(ROW) + "\n" + ",".join(f'"{cell}"' for cell in ROW.values()), "utf-8")
    item.write_text(ITEM, "utf-8")
    with clock.simulated(START):
        answered = CliRunner().invoke(main, ["check-file", str(path), "--item", str(item)])
    assert answered.exit_code == 0, answered.output
    assert "1 rows pass the set-based checks as they are." in answered.output


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("absent.toml", None, "cannot be read"),
        ("wrong.toml", "code = 1", "wrong.toml:1"),
        ("latin.toml", b'code = "\xe9"', "not in UTF-8"),
    ],
)
def test_an_item_that_cannot_be_used_is_one_line(
    tmp_path: Path, name: str, text: str | bytes | None, said: str
) -> None:
    item = tmp_path / name
    if text is not None:
        item.write_bytes(text if isinstance(text, bytes) else text.encode())
    answered = CliRunner().invoke(main, ["check-file", "rows.csv", "--item", str(item)])
    assert answered.exit_code == 2
    assert said in answered.output
    assert len(answered.output.splitlines()) == 1


def test_without_java_spark_is_refused_in_one_line(
    small_file: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    path, item = small_file
    arguments = ["check-file", str(path), "--item", str(item), "--engine", "spark"]
    answered = CliRunner().invoke(main, arguments)
    assert answered.exit_code == 2
    assert (
        answered.output == "Error: Spark needs Java 17 or newer, and there is none. Install it.\n"
    )


def test_a_file_that_changed_meanwhile_is_noticed(on_spark: OnSpark) -> None:
    plan = plan_for(parse_item(ITEM, "made-up.toml"), rule_book(), DAY)
    first, other = (table_of(plan, [Row(number, ROW)]) for number in (2, 3))
    screened = on_spark.screen(plan, lambda: iter([first]))
    with pytest.raises(RuntimeError, match="changed"):
        screened.of(other)
    screened.close()


def test_a_file_without_rows_is_screened_on_spark(on_spark: OnSpark) -> None:
    plan = plan_for(parse_item(ITEM, "made-up.toml"), rule_book(), DAY)
    screened = on_spark.screen(plan, lambda: iter(()))
    assert screened.of(table_of(plan, [])).num_rows == 0
    screened.close()


def test_blocks_are_screened_in_the_order_of_rows() -> None:
    plan = plan_for(parse_item(ITEM, "made-up.toml"), rule_book(), DAY)
    screen = Screen(plan)
    rows = [Row(number, {**ROW, "case": f"C-{number}"}) for number in range(2, 12_002)]
    parts = [rows[:9_000], rows[9_000:9_001], rows[9_001:]]
    screened = pa.concat_tables([screen.of(table_of(plan, part)) for part in parts])
    assert screened["row"].to_pylist() == [row.number for row in rows]
    assert screened["decision_number"].to_pylist() == [row.cells["case"] for row in rows]
    assert set(screened["reasons"].to_pylist()) == {0}

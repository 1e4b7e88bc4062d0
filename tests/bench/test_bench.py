"""The benchmark runs from end to end and would not praise a run that is quick and wrong."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from bench import conditions, numbers, ours, peers
from bench.facts import ITEM, planted
from bench.measurements import MOST_MEMORY, Bench, Measured, WrongCountError, check
from bench.processes import Outcome, TaskFailedError, run
from bench.tasks import TASKS
from bench.town import TownFile
from tabularium.core.check_digits import is_number_of_a_person, uscc_holds
from tabularium.demo.numbers import credit_code, with_wrong_check_character
from tabularium.intake.checks import examine
from tabularium.intake.items import parse_item
from tabularium.intake.readers import open_rows
from tabularium.rules.loader import rule_book

if TYPE_CHECKING:
    from bench.databases import Registers

ROOT = Path(__file__).resolve().parents[2]
ROWS = 4_000
DAY = date(2026, 11, 20)
RATIO_AND_TARGET = {"name", "ratio", "target"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "town.csv"
    TownFile(ROWS, DAY).write(file)
    return file


@pytest.fixture(scope="module")
def rows(town: Path) -> list[dict[str, str]]:
    with town.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- the file


def test_the_file_holds_what_is_planted_and_nothing_else_wrong(town: Path) -> None:
    item = parse_item(ITEM.read_text("utf-8"), ITEM.name)
    examined = list(examine(item, open_rows(town, item.file), rule_book(), DAY))
    stopped = Counter(each.primary.code for each in examined if each.primary)
    assert stopped == planted(ROWS)
    assert len(examined) == ROWS
    findings = [finding for each in examined for finding in each.findings]
    assert {str(each.code) for each in findings} - set(map(str, stopped)) <= {"late"}


def test_the_checks_alone_find_what_is_planted(town: Path) -> None:
    checked = ours.check(town)
    assert checked.stopped_by == {str(code): count for code, count in planted(ROWS).items()}
    assert (checked.rows_read, checked.entries_made) == (ROWS, ROWS - sum(planted(ROWS).values()))
    assert set(checked.warned_of) <= {"late"}


def test_the_file_is_the_same_every_time_and_another_on_another_day(
    town: Path, tmp_path: Path
) -> None:
    again, later = tmp_path / "again.csv", tmp_path / "later.csv"
    TownFile(ROWS, DAY).write(again)
    TownFile(ROWS, date(2026, 11, 21)).write(later)
    assert again.read_bytes() == town.read_bytes()
    assert later.read_bytes() != town.read_bytes()


def test_a_row_is_as_large_as_it_is_said_to_be(town: Path, rows: list[dict[str, str]]) -> None:
    assert len(rows) == ROWS
    assert len(rows[0]) == 12
    assert 760 < town.stat().st_size / ROWS < 840
    lengths = [len(row["事由"]) for row in rows]
    assert 180 < sum(lengths) / ROWS < 220
    assert any("\n" in row["事由"] for row in rows)


def test_organisations_come_back_under_one_name(rows: list[dict[str, str]]) -> None:
    of_code: dict[str, set[str]] = {}
    for row in rows:
        if uscc_holds(row["统一社会信用代码"]):
            of_code.setdefault(row["统一社会信用代码"], set()).add(row["组织名称"])
    assert 0.9 * ROWS / 5 < len(of_code) <= ROWS / 5
    assert {len(names) for names in of_code.values()} == {1}
    assert len({name for names in of_code.values() for name in names}) == len(of_code)


def test_a_copy_comes_after_its_original(rows: list[dict[str, str]]) -> None:
    first: dict[str, int] = {}
    copies = []
    for number, row in enumerate(rows):
        earlier = first.setdefault(row["文书号"], number)
        if earlier != number:
            assert row == rows[earlier]
            copies.append(number)
    assert len(copies) == planted(ROWS)["duplicate-in-file"]


def test_numbers_in_columns_are_those_of_the_demo() -> None:
    categories = ["91", "93", "12", "52"]
    given = np.array([0, 7, 123_456, 99_999_999])
    codes = numbers.credit_codes(np.array([list(each.encode()) for each in categories]), given)
    made = numbers.as_texts(codes).to_pylist()
    assert made == [credit_code(*each) for each in zip(categories, given.tolist(), strict=True)]
    spoil = np.array([False, True, True, False])
    spoilt = numbers.as_texts(numbers.with_wrong_check_characters(codes, spoil)).to_pylist()
    assert spoilt == [
        with_wrong_check_character(code) if wrong else code
        for code, wrong in zip(made, spoil.tolist(), strict=True)
    ]


def test_identity_numbers_are_right_and_of_no_district() -> None:
    drawn = numbers.draws(1, 2, np.arange(500))
    made = numbers.as_texts(numbers.identity_numbers(drawn)).to_pylist()
    assert all(is_number_of_a_person(each) for each in made)
    assert {each[:6] for each in made} == {"999900"}
    assert len(set(made)) == 500


# ---- the peers


def test_the_schema_that_a_peer_gets_is_the_items() -> None:
    fields = {each["name"]: each for each in peers.table_schema(ITEM)["fields"]}
    assert fields["统一社会信用代码"] == {
        "name": "统一社会信用代码",
        "type": "string",
        "constraints": {"required": True, "pattern": "[0-9A-HJ-NP-RTUWXY]{18}"},
    }
    assert fields["决定日期"]["format"] == "%Y-%m-%d"
    assert fields["事由"]["constraints"] == {"maxLength": 1000}
    assert fields["金额（元）"]["type"] == "number"
    assert fields["状态"]["constraints"]["enum"] == ["拟处罚", "有效"]


def test_a_bare_executemany_inserts_every_row(town: Path, tmp_path: Path) -> None:
    database = tmp_path / "bare.sqlite3"
    peers.make_sqlite_table(database, [f"c{place}" for place in range(12)])
    assert peers.executemany(town, database) == ROWS


# ---- what a run has to find


def _outcome(**changed: object) -> Outcome:
    stopped = {str(code): count for code, count in planted(ROWS).items()}
    right = ROWS - sum(stopped.values())
    said = {"stopped_by": stopped, "entries_made": right, "warned_of": {}}
    kept = {"entries": right, "versions": right, "events": right}
    given = {"said": said | changed.pop("said", {}), "kept": kept | changed.pop("kept", {})}  # type: ignore[operator] - dictionaries, all
    return Outcome(1.0, ROWS, 0, 0, 0, given)


def test_a_right_run_is_taken() -> None:
    check(_outcome(), ROWS, kept=_outcome().said["said"]["entries_made"])


@pytest.mark.parametrize(
    "changed",
    [
        {"said": {"stopped_by": {"identifier-check-digit": 3}}},
        {"said": {"entries_made": ROWS}},
        {"said": {"warned_of": {"name-differs": 1}}},
        {"kept": {"events": 0}},
    ],
)
def test_a_wrong_run_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(WrongCountError):
        check(_outcome(**changed), ROWS, kept=_outcome().said["said"]["entries_made"])


def test_a_task_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(TaskFailedError, match="no-such"):
        run("executemany", {}, tmp_path, file=str(tmp_path / "no-such"), database=":memory:")


def test_a_log_is_measured_by_what_is_right(tmp_path: Path) -> None:
    grown = TASKS["grow_log"](leaves=300)
    assert (grown["rows"], grown["root"], grown["files"]) == (300, True, 5)
    published = TASKS["publish_log"](leaves=300, folder=str(tmp_path / "log"))
    assert (published["rows"], TASKS["hash_alone"](leaves=300)["rows"]) == (300, 300)
    assert len(list((tmp_path / "log" / "public").rglob("*.p/*"))) == 3


def test_the_median_counts_and_the_largest_memory() -> None:
    outcomes = [Outcome(seconds, 100, seconds * 7, 0, 0) for seconds in (4, 1, 2)]
    measured = Measured(100, outcomes)
    assert (measured.seconds, measured.rate, measured.peak_memory) == (2, 50, 28)


def test_sizes_are_ten_times_apart(tmp_path: Path) -> None:
    def sizes(rows: int) -> list[int]:
        return Bench(tmp_path, rows=rows, runs=1, today=DAY, say=print).sizes

    assert sizes(10_000_000) == [100_000, 1_000_000, 10_000_000]
    assert sizes(1_000_000) == [100_000, 1_000_000]
    assert sizes(2_000) == [200, 2_000]


def test_each_size_is_compared_with_the_smallest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcome(_bench: Bench, rows: int, *_registers: object) -> Outcome:
        # Ten times the rows take twelve and a half times as long here.
        seconds = {100_000: 2.0, 1_000_000: 25.0, 10_000_000: 312.5}[rows]
        return Outcome(seconds, rows, MOST_MEMORY // 4, 0, 0)

    monkeypatch.setattr(Bench, "_checks", outcome)
    monkeypatch.setattr(Bench, "_submission", outcome)
    bench = Bench(tmp_path, rows=10_000_000, runs=1, today=DAY, say=lambda _: None)
    grown = list(bench.growth(cast("Registers", SimpleNamespace(name="SQLite"))))
    of_one = [(0.8, 0.8, 10**6), (4.0, 1, 10**6), (0.64, 0.8, 10**7), (4.0, 1, 10**7)]
    said = [(round(each.ratio, 6), each.target, each.ours.rows) for each in grown]
    assert said == of_one * 2
    assert grown[0].name == "checks alone, rows/s at 1,000,000 rows of those at 100,000"
    assert grown[4].name.startswith("submission on SQLite")


def test_the_noise_of_a_loop_is_in_order() -> None:
    noise = conditions.noise(conditions.loop_times(2))
    assert 0 < noise.lowest <= noise.median <= noise.highest


# ---- from end to end


def _bench(results: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    options = ["--rows=2000", "--runs=1", f"--results={results}", f"--work={results.parent}/work"]
    return subprocess.run(
        [sys.executable, "-m", "bench", *options, *more],
        cwd=ROOT,
        env={**os.environ, "TABULARIUM_BENCH_DATABASE": "", "TABULARIUM_DATABASE": ""}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _parts() -> Iterator[tuple[str, int]]:
    yield "sqlite", 1
    if os.environ.get("TABULARIUM_SOAK"):
        yield "growth", 4
        yield "log", 2
    if find_spec("frictionless"):
        yield "checks", 1


@pytest.mark.whole
def test_the_benchmark_runs_and_writes_its_results(tmp_path: Path) -> None:
    parts = dict(_parts())
    results = tmp_path / "results.json"
    done = _bench(results, *(f"--only={part}" for part in parts))
    assert done.returncode == 0, done.stderr
    written = json.loads(results.read_text("utf-8"))
    assert len(written) == sum(parts.values())
    for each in written:
        assert each.keys() >= RATIO_AND_TARGET
        assert each["ratio"] > 0
        assert each["target"] > 0
        assert each["name"] in done.stdout
        assert each["ours"]["peak_memory_mib"] > 10
        assert each["ours"]["rows"] == (200 if each["name"].startswith("log, ") else 2000)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.whole
def test_the_benchmark_runs_on_postgresql(tmp_path: Path) -> None:
    address = os.environ.get("TABULARIUM_TEST_DATABASE")
    if not address:
        if "postgresql" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("TABULARIUM_TEST_DATABASE names no database.")
        pytest.skip("TABULARIUM_TEST_DATABASE names no database.")
    results = tmp_path / "results.json"
    done = _bench(results, "--only=postgresql", TABULARIUM_BENCH_DATABASE=address)
    assert done.returncode == 0, done.stderr
    (written,) = json.loads(results.read_text("utf-8"))
    assert written["target"] == 0.333
    assert written["peer"]["rows"] == 2000


def test_a_database_that_is_named_is_the_one_that_is_used() -> None:
    done = subprocess.run(
        ["sh", "bench/with-postgresql.sh", "NAMED", "sh", "-c", "echo $NAMED; exit 3"],
        cwd=ROOT,
        env={**os.environ, "NAMED": "postgresql://elsewhere.example/x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "postgresql://elsewhere.example/x\n")


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    done = _bench(tmp_path / "results.json", "--only=postgresql")
    assert done.returncode == 2
    assert "TABULARIUM_BENCH_DATABASE" in done.stderr

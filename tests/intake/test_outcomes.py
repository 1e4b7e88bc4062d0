"""A file gone through in blocks, as sets and row by row, says what going through it row by row says."""

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium.core.content import Draft
from tabularium.intake import outcomes
from tabularium.intake.checks import Reopened, examine
from tabularium.intake.findings import Finding, FindingCode
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.outcomes import Outcome, Outcomes
from tabularium.intake.readers import look, open_rows
from tabularium.intake.sets import cutting
from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.screen import Screen
from tabularium.register.services.batches import SCHEMA, drafts_of
from tabularium.rules.loader import rule_book
from tests.intake.conftest import ITEM, ROW, TODAY
from tests.intake.real_files import FILES, Whole, item_text

Said = tuple[FindingCode, str, str, tuple[tuple[str, str], ...], bool]


@dataclass
class Through:
    """What became of a file: its rows, its drafts, and what was said of each row, in any order."""

    rows: list[int]
    drafts: list[Draft]
    said: dict[int, list[Said]]
    held: list[str]
    by_set: int = 0


def said(finding: Finding, is_primary: bool) -> Said:
    parameters = tuple(sorted(finding.parameters.items()))
    return finding.code, finding.severity, finding.column, parameters, is_primary


def row_by_row(path: Path, item: ItemSpec, today: date = TODAY) -> Through:
    shape = look(path, item.file).shape
    through = Through([], [], {}, [])
    for each in examine(item, Reopened(lambda: open_rows(path, shape)), rule_book(), today):
        through.rows.append(each.row)
        through.drafts += [each.draft] if each.draft else []
        if each.findings:
            through.said[each.row] = sorted(said(one, one is each.primary) for one in each.findings)
    return through


def in_blocks(path: Path, item: ItemSpec, today: date = TODAY) -> Through:
    shape = look(path, item.file).shape
    gone = Outcomes(path, shape, item, rule_book(), today)
    through = Through([], [], {}, [])
    for outcome in gone:
        assert outcome.drafts.schema == SCHEMA
        through.rows += outcome.numbers.tolist()
        through.drafts += drafts_of(outcome.drafts)
        through.held += outcome.held_keys
        for finding, is_primary in [*outcome.findings, *gone.late(outcome)]:
            for row in rows_of(finding, outcome):
                through.said.setdefault(row, []).append(said(finding, is_primary))
    for each in through.said.values():
        each.sort()
    through.by_set = 0 if gone._screen is None else 1
    return through


def rows_of(finding: Finding, outcome: Outcome) -> list[int]:
    """The numbers of the rows that a finding holds for: consecutive in the file, whatever their numbers."""
    place = int(np.searchsorted(outcome.numbers, finding.row))
    numbers: list[int] = outcome.numbers[place : place + finding.rows].tolist()
    assert len(numbers) == finding.rows
    return numbers


def agree(path: Path, item: ItemSpec, today: date = TODAY) -> Through:
    """What both ways say, which is the same."""
    expected, found = row_by_row(path, item, today), in_blocks(path, item, today)
    assert found.rows == expected.rows
    assert found.drafts == expected.drafts
    assert found.said == expected.said
    return found


@pytest.fixture
def as_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block is screened, however small."""
    monkeypatch.setattr(outcomes, "WORTH_A_SCREEN", 1)


@pytest.fixture
def one_screen(monkeypatch: pytest.MonkeyPatch, as_sets: None) -> None:  # noqa: ARG001 - by being asked for
    """The screen of the first file serves for all of a test: making one ready takes a second."""
    made: list[Screen] = []

    def screen(plan: Plan) -> Screen:
        if not made:
            made.append(Screen(plan))
        return made[0]

    monkeypatch.setattr(outcomes, "Screen", screen)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 900)
    monkeypatch.setattr(cutting, "SMALL_BLOCK_BYTES", 300)
    monkeypatch.setattr(cutting, "FEW_ROWS", 2)
    monkeypatch.setattr(cutting, "BLOCK_ROWS", 5)


def an_item(*changes: tuple[str, str]) -> ItemSpec:
    text = ITEM
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_item(text, "made-up.toml")


def a_file(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "rows.csv") -> Path:
    """A file of rows, each given as what differs from a good one."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ROW, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def codes(through: Through) -> dict[int, list[FindingCode]]:
    return {row: [each[0] for each in found] for row, found in through.said.items()}


def cases(numbers: Iterable[int]) -> list[dict[str, str]]:
    return [{"case": f"C-{number}"} for number in numbers]


# ---- any rows

CELLS: Mapping[str, Sequence[str]] = {
    "name": [
        "Brass & Sons Ltd",
        "Brass and Sons",
        "",
        "ACME plc; Other Ltd",
        "Ana 李 Ltd",
        "x" * 61,
    ],
    "number": ["11.222.333/0001-81", "11222333000181", "11.222.333/0001-82", "", "1.1222333E+13"],
    "form": ["Company", "Trader", "", "Guild"],
    "case": ["C-1", "C-2", "C-3", "C-17", " C-1 ", "D-1", "", "NA", "C-1\u00a0"],
    "decided": ["03/02/2026", "05/01/2026", "2026-01-05", "2027-01-05", "", "31/02/2026", "46025"],
    "begins": ["2026-02-10", "", "2026-12-31"],
    "ends": ["2027-02-09", "2999-12-31", "2026-02-09", "2026-02-28", "", "soon"],
    "measure": ["Fine", "Warning", "Ban", "NA"],
    "summary": [
        "Smoke.",
        "",
        'He said "no"\nand\\left, twice',
        "Call 020 7946 0958",
        "a@b.example",
    ],
    "amount": ["£1,200.50", "none", "", "0012", "1,2", "#REF!"],
    "currency": ["GBP", "gbp", "", "XXQ"],
    "count": ["3", "", "many"],
    "status": ["Final", "Presumed", "Case cleared", "", "Caf\u00c3\u00a9", "😀 line\r\nline"],
}
A_ROW = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in CELLS.items()}
)
NOT_A_DECISION = '[[not_a_decision]]\ncolumn = "status"\nvalues'
SUPERSEDING = '[superseding]\ncolumn = "status"\npattern = "^Final"\nsame = ["case"]\n\n'
ITEMS: Mapping[str, Sequence[tuple[str, str]]] = {
    "plain": [],
    "key-alone": [('key = ["case", "number"]', 'key = ["number"]')],
    "days-in-columns": [
        ('{ column = "decided", format', '{ columns = ["decided", "begins"], format')
    ],
    "by-case": [
        (
            'identifier = { scheme = "BR-CNPJ", column = "number" }',
            'case = { number = { column = "case" }, party = { column = "name" } }',
        )
    ],
    "superseding": [(NOT_A_DECISION, SUPERSEDING + NOT_A_DECISION)],
    "whole-list": [("version = 1", "version = 1\nwhole_list = true")],
}
over_all = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60 if os.environ.get("TABULARIUM_SOAK") else 8,
    deadline=None,
)


@pytest.mark.usefixtures("one_screen", "small_blocks")
@pytest.mark.parametrize("kind", ITEMS)
@over_all
@given(rows=st.lists(A_ROW, min_size=1, max_size=20))
def test_any_rows_are_said_the_same_of(
    tmp_path: Path, kind: str, rows: list[dict[str, str]]
) -> None:
    agree(a_file(tmp_path, rows), an_item(*ITEMS[kind]))


@pytest.mark.usefixtures("small_blocks")
@over_all
@given(rows=st.lists(A_ROW, min_size=1, max_size=12))
def test_rows_that_are_not_worth_a_screen_are_examined(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    assert agree(a_file(tmp_path, rows), an_item()).by_set == 0


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_good_rows_go_through_as_sets_and_the_others_by_themselves(tmp_path: Path) -> None:
    rows = [*cases(range(1, 30)), {"case": "C-30", "measure": "Ban"}, *cases(range(31, 40))]
    through = agree(a_file(tmp_path, rows), an_item())
    assert through.by_set
    assert len(through.drafts) == 38
    assert codes(through) == {31: [FindingCode.NOT_ALLOWED_VALUE]}


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_rows_of_a_wrong_form_stand_among_the_others(tmp_path: Path) -> None:
    path = a_file(tmp_path, cases(range(1, 12)))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace(",Final", "")
    lines[5] = "\n" + lines[5]
    lines[7] = lines[7].replace("Smoke.", '"Smoke.\nMore."')
    lines[9] = lines[9].replace("Smoke.", 'Smo"ke.')
    path.write_text("".join(lines), "utf-8")
    through = agree(path, an_item())
    assert codes(through) == {4: [FindingCode.ROW_SHAPE]}
    assert [draft.row for draft in through.drafts] == [2, 3, 5, 7, 8, 9, 11, 12, 13, 14]


@pytest.mark.usefixtures("as_sets")
def test_a_column_that_the_file_lacks_is_empty_in_all_rows(tmp_path: Path) -> None:
    path = a_file(tmp_path, cases(range(3)))
    table = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    with path.open("w", encoding="utf-8", newline="") as file:
        kept = [name for name in ROW if name not in {"count", "summary"}]
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    item = an_item()
    item = replace(item, file=replace(item.file, needed=frozenset()))
    through = agree(path, item)
    assert {draft.content.summary for draft in through.drafts} == {""}


@pytest.mark.usefixtures("as_sets")
def test_a_file_that_is_no_text_with_delimiters_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([{**ROW, "case": f"C-{n % 7}"} for n in range(9)]), "utf-8")
    through = agree(path, an_item(('format = "csv"', 'format = "json"')))
    assert through.by_set == 0
    assert codes(through) == {number: [FindingCode.DUPLICATE_IN_FILE] for number in (8, 9)}


def test_a_file_without_rows_has_no_outcome(tmp_path: Path) -> None:
    assert agree(a_file(tmp_path, []), an_item()).rows == []


# ---- across rows


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_a_decision_that_stands_twice_is_one_across_blocks(tmp_path: Path) -> None:
    numbers = [*range(1, 21), 1, 20, 21, 1, 21, 21]
    through = agree(a_file(tmp_path, cases(numbers)), an_item())
    others = {
        row: dict(parameters)["other_row"]
        for row, found in through.said.items()
        for _, _, _, parameters, _ in found
    }
    assert others == {22: "2", 23: "21", 25: "2", 26: "24", 27: "24"}
    assert all(primary for found in through.said.values() for *_, primary in found)


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_a_row_that_was_stopped_is_not_the_first_of_its_decision(tmp_path: Path) -> None:
    rows = [
        {"case": "C-1", "measure": "Ban"},
        *cases([2, 3, 4, 5, 6, 7, 8, 1, 1]),
    ]
    through = agree(a_file(tmp_path, rows), an_item())
    assert codes(through) == {
        2: [FindingCode.NOT_ALLOWED_VALUE],
        11: [FindingCode.DUPLICATE_IN_FILE],
    }
    assert dict(through.said[11][0][3]) == {"other_row": "10"}


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_a_later_decision_takes_the_place_of_earlier_ones_in_other_blocks(tmp_path: Path) -> None:
    rows = [*cases(range(1, 20)), {"case": "C-1", "decided": "05/02/2026", "number": ROW["number"]}]
    through = agree(a_file(tmp_path, rows), an_item(*ITEMS["superseding"]))
    assert codes(through) == {2: [FindingCode.NOT_A_DECISION]}


@pytest.mark.usefixtures("as_sets", "small_blocks")
def test_two_names_under_one_case_are_told_apart_across_blocks(tmp_path: Path) -> None:
    rows = [
        *({"case": f"C-{number}", "number": f"{number}"} for number in range(1, 20)),
        {"case": "C-2", "number": "other", "name": "Brass Daughters Ltd"},
        {"case": "C-3", "number": "other", "name": "BRASS & SONS LTD."},
    ]
    by_case = (ITEMS["by-case"][0][0], 'case = { number = { column = "case" } }')
    through = agree(a_file(tmp_path, rows), an_item(by_case))
    assert codes(through) == {21: [FindingCode.CASE_NAMES_DIFFER]}
    assert through.by_set == 0


@pytest.mark.usefixtures("as_sets", "small_blocks")
@pytest.mark.parametrize("whole", [True, False])
def test_of_a_whole_list_the_keys_of_rows_with_errors_are_held(tmp_path: Path, whole: bool) -> None:
    rows = [
        *cases([1, 2]),
        {"case": "C-3", "measure": "Ban"},
        {"case": "C-4", "status": "Presumed"},
        {"case": " C-5 ", "amount": "1,2"},
    ]
    through = agree(a_file(tmp_path, rows), an_item(*(ITEMS["whole-list"] if whole else [])))
    assert through.held == (
        [f'["C-{number}","{ROW["number"]}"]' for number in (3, 5)] if whole else []
    )


# ---- late decisions

LATE = date(2026, 3, 20)


def runs(path: Path, item: ItemSpec, today: date = LATE) -> list[tuple[int, int]]:
    """Where runs of late decisions begin, and how many rows they hold for."""
    gone = Outcomes(path, look(path, item.file).shape, item, rule_book(), today)
    return [
        (finding.row, finding.rows)
        for outcome in gone
        for finding, is_primary in gone.late(outcome)
        if not is_primary
    ]


@pytest.mark.usefixtures("as_sets")
def test_lateness_is_said_once_of_a_run_of_rows(tmp_path: Path) -> None:
    days = ["03/02/2026"] * 4 + ["10/03/2026"] * 2 + ["04/02/2026", "03/02/2026"]
    term = {"begins": "2026-03-12", "ends": "2027-03-11"}
    rows = [{"case": f"C-{number}", "decided": day, **term} for number, day in enumerate(days)]
    path = a_file(tmp_path, rows)
    assert runs(path, an_item()) == [(2, 4), (8, 2)]
    through = agree(path, an_item(), LATE)
    assert codes(through) == {row: [FindingCode.LATE] for row in (2, 3, 4, 5, 8, 9)}


@pytest.mark.usefixtures("as_sets")
def test_a_run_ends_where_a_row_is_stopped_and_none_is_late_that_is(tmp_path: Path) -> None:
    rows = [*cases([1, 2, 1, 3]), {"case": "C-9", "measure": "Ban"}, *cases([4, 3])]
    path = a_file(tmp_path, rows)
    assert runs(path, an_item()) == [(2, 2), (5, 1), (7, 1)]
    through = agree(path, an_item(), LATE)
    assert [row for row, found in codes(through).items() if FindingCode.LATE in found] == [
        2,
        3,
        5,
        7,
    ]


@pytest.mark.usefixtures("as_sets")
def test_a_run_goes_on_over_lines_that_are_no_rows(tmp_path: Path) -> None:
    path = a_file(tmp_path, cases([1, 2, 3]))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace("Smoke.", '"Smoke.\nMore."')
    lines[3] = "\n\n" + lines[3]
    path.write_text("".join(lines), "utf-8")
    assert runs(path, an_item()) == [(2, 3)]
    assert sorted(agree(path, an_item(), LATE).said) == [2, 4, 7]


@pytest.mark.usefixtures("as_sets")
def test_lateness_of_rows_that_were_examined_is_said_once(tmp_path: Path) -> None:
    rows = [{**case, "summary": "Caf\u00e9\u200b"} for case in cases([1, 2])] + cases([3])
    through = agree(a_file(tmp_path, rows), an_item(), LATE)
    assert [len(found) for found in through.said.values()] == [1, 1, 1]


@pytest.mark.usefixtures("as_sets")
def test_a_late_day_lies_in_the_column_that_it_came_from(tmp_path: Path) -> None:
    rows = [{"case": "C-1", "decided": ""}, {"case": "C-2"}]
    changed = {"begins": "2026-02-03", "ends": "2027-02-02"}
    path = a_file(tmp_path, [{**row, **changed} for row in rows])
    through = agree(path, an_item(*ITEMS["days-in-columns"]), LATE)
    assert [found[0][2] for found in through.said.values()] == ["begins", "decided"]


@pytest.mark.usefixtures("as_sets")
def test_who_is_stopped_later_is_not_called_late(tmp_path: Path) -> None:
    item = an_item()
    path = a_file(tmp_path, [*cases([1, 2]), {"case": "C-3", "summary": "Caf\u00e9\u200b"}])
    gone = Outcomes(path, look(path, item.file).shape, item, rule_book(), LATE)
    (outcome,) = gone
    examined = [each.row for each, _ in outcome.findings]
    assert examined == [4], "the last row was examined by itself, and is late"
    outcome.stop(np.array([True, False, True]))
    assert outcome.findings == []
    assert [(each.row, each.rows) for each, _ in gone.late(outcome)] == [(3, 1)]
    outcome.stop(np.array([True]))
    assert gone.late(outcome) == []


# ---- public files


@pytest.mark.data
@pytest.mark.usefixtures("as_sets")
@pytest.mark.parametrize(
    "file",
    [each for each in FILES if each.path.endswith(".csv") and each.rows < 1600],
    ids=lambda file: f"{file.item}-{file.today}",
)
def test_public_files_are_said_the_same_of(
    file: Whole, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 1 << 16)
    monkeypatch.setattr(cutting, "SMALL_BLOCK_BYTES", 1 << 14)
    item = parse_item(item_text(file.item), file.item)
    through = agree(shared_data / file.path, item, file.today)
    assert (len(through.rows), len(through.drafts)) == (file.rows, file.drafts)

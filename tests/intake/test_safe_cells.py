"""No cell that we write is run as a formula, and every text can be read back."""

import csv
import io
import re
import time
import unicodedata
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyarrow import compute

import tabularium
from tabularium.intake.safe_cells import (
    LONGEST_CELL,
    MAY_BE_GUARDED,
    DelimitedTable,
    exact_number,
    fits_a_cell,
    guarded,
    plain_cell,
    unguarded,
    visible,
)
from tabularium.intake.safe_workbook import WorkbookTable
from tabularium.opendata.writers import CsvWriter
from tabularium.register.open_columns import Records
from tabularium.register.open_rows import SCHEMA

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1-1",
    "@SUM(A1:A9)",
    "-5",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("https://example.org/"&A1,"more")',
    "＝1+1",
    "－5",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '"=1+1"',
    "'=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "\0=1+1",
    "a;=1+1",
    "a,  @SUM(1)",
    'a\n"=1+1',
    "a\t+1",
    "a|-1",
    '";=1+1;"',
)
# Whatever a program drops first and wherever it splits: no cell then begins as a formula does.
SPLIT = re.compile("[,;|\t\r\n]")
STARTS = tuple("=+-@＝＋－＠")
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="=+-@＝＋'\" ,;|\t\r\n\ufeff1A"),
    st.sampled_from(FORMULAS),
    st.builds(str.__add__, st.text(alphabet=" \t\r\n\"',;"), st.sampled_from(FORMULAS)),
)


def looks_like_a_formula(cell: str) -> bool:
    kept = "".join(each for each in cell if unicodedata.category(each) not in {"Cc", "Cf"})
    return kept.strip(' "`“”‘’\u3000\xa0').startswith(STARTS)


def delimited(rows: list[list[str]]) -> str:
    target = io.StringIO(newline="")
    table = DelimitedTable(target, rows[0])
    for row in rows[1:]:
        table.append(row)
    table.finish()
    return target.getvalue()


def workbook(rows: list[list[str]], **options: int) -> io.BytesIO:
    target = io.BytesIO()
    table = WorkbookTable(target, rows[0], title="made up", widths=[10], **options)
    for row in rows[1:]:
        table.append(row, at_fault={0})
    table.finish()
    return target


@pytest.mark.parametrize("text", FORMULAS)
def test_the_check_itself_sees_a_formula(text: str) -> None:
    bare = text.replace("'", "") if text.startswith("'") else text
    assert any(map(looks_like_a_formula, [bare, *SPLIT.split(bare)]))


@given(TEXTS)
@example("'-5")
@example("\x80=")
@example("\xad=1+1")
@example("\U000e0041@SUM(1)")
@example("'\t'=")
@example(",\n;'=")
def test_no_part_of_a_guarded_text_is_a_formula_and_it_can_be_taken_back(text: str) -> None:
    written = guarded(text)
    assert not any(map(looks_like_a_formula, [written, *SPLIT.split(written)]))
    assert not written.startswith(("\t", "\r", "\n", *STARTS))
    assert unguarded(written) == text


@pytest.mark.parametrize(
    "text", ["\t" * 300_000 + "a=", " " * 300_000 + "a=", ";'" * 150_000 + "a="]
)
def test_a_long_run_of_blanks_is_passed_over_once(text: str) -> None:
    began = time.process_time()
    assert unguarded(guarded(text)) == text
    assert time.process_time() - began < 5, "seconds; it would be minutes if each place began anew"


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_a_file_with_delimiters_holds_no_formula(rows: list[list[str]]) -> None:
    written = delimited(rows)
    assert written.startswith("\ufeff"), "by this a spreadsheet program knows UTF-8"
    written.encode("utf-8")
    read = list(csv.reader(io.StringIO(written[1:], newline=""), strict=True))
    for row in read:
        assert not any(map(looks_like_a_formula, row))
    assert [[unguarded(cell) for cell in row] for row in read] == [
        [visible(cell) for cell in row] for row in rows
    ]
    # A program that splits elsewhere and minds no quotation mark.
    assert not any(map(looks_like_a_formula, SPLIT.split(written)))


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_a_workbook_holds_text_and_no_formula(rows: list[list[str]]) -> None:
    target = workbook(rows)
    book = load_workbook(target)
    read = []
    for row in book.worksheets[0].iter_rows(max_col=3):
        assert all(cell.data_type in {"s", "n"} for cell in row)
        assert all(cell.quotePrefix and cell.number_format == "@" for cell in row)
        assert all(cell.value is None or isinstance(cell.value, str) for cell in row)
        read.append([cell.value or "" for cell in row])
    assert read == [
        [visible(cell).replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows
    ]
    with zipfile.ZipFile(target) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert not re.search(rb"<(?:\w+:)?f[ >/]", sheet)
        assert not any("calcChain" in name or "externalLink" in name for name in parts.namelist())


def test_what_openpyxl_takes_for_an_error_stays_text() -> None:
    book = load_workbook(workbook([["a"], ["#N/A"], ["#REF!"]]))
    assert [cell.data_type for cell in book.worksheets[0]["A"]] == ["s", "s", "s"]


@given(st.text())
def test_what_is_not_seen_is_shown(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert not re.search("[\0-\b\v\f\x0e-\x1f\x7f\ud800-\udfff]", shown)
    if text.isprintable():
        assert shown == text


def test_control_characters_become_their_pictures() -> None:
    assert visible("a\0b\x1bc\td\ne\udc80") == "a␀b␛c\td\ne\ufffd"


def test_a_table_longer_than_a_sheet_goes_on_in_another(tmp_path: Path) -> None:
    target = tmp_path / "long.xlsx"
    table = WorkbookTable(target, ["number"], title="rows", widths=[10], rows=4)
    for number in range(7):
        table.append([number])
    table.finish()
    book = load_workbook(target)
    assert {sheet.title: [cell.value for cell in sheet["A"]] for sheet in book.worksheets} == {
        "rows": ["number", 0, 1, 2],
        "rows 2": ["number", 3, 4, 5],
        "rows 3": ["number", 6],
    }
    assert all(sheet.freeze_panes == "B2" for sheet in book.worksheets)


def test_a_table_that_is_let_go_leaves_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    target = tmp_path / "never.xlsx"
    table = WorkbookTable(target, ["a"], title="t", widths=[10], rows=2)
    for _ in range(3):
        table.append(["x"])
    table.discard()
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", 1234.5),
        ("-0.25", -0.25),
        ("123456789012345", 123456789012345),
        ("1234567890123456", None),
        ("0.1234567890123456", None),
        ("NaN", None),
        ("none", None),
        ("1E+300", 1e300),
        ("1E+999999", None),
        ("-1E-999999", None),
        ("0E-999999", None),
        ("1E+999999999999999999", None),
        ("1E+9999999999999999999", None),
    ],
)
def test_a_number_is_kept_digit_by_digit_or_not_at_all(text: str, number: float | None) -> None:
    assert exact_number(text) == number


def test_a_cell_has_an_end() -> None:
    assert fits_a_cell("a" * LONGEST_CELL)
    assert not fits_a_cell("a" * (LONGEST_CELL + 1))
    assert not fits_a_cell("𠀀" * (LONGEST_CELL // 2 + 1))


def test_a_value_without_looks_is_text_too() -> None:
    target = io.BytesIO()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([plain_cell(sheet, value) for value in ("=1+1", 5, None, "#N/A")])
    book.save(target)
    (row,) = load_workbook(target).worksheets[0].iter_rows()
    assert [(cell.value, cell.data_type) for cell in row] == [
        ("=1+1", "s"),
        (5, "n"),
        (None, "n"),
        ("#N/A", "s"),
    ]


@given(
    st.lists(
        st.sampled_from(
            [*"=+-@,;|'a9 ", "＝", "−", "\t", "\n", "\r", "\x00", "\u200b", "\u3000", "字"]
        )
    ).map("".join)
)
def test_whether_a_text_is_changed_is_found_for_many_at_once(text: str) -> None:
    found = compute.match_substring_regex(pa.array([text]), MAY_BE_GUARDED)
    assert found.to_pylist() == [guarded(text) != text]


def test_cells_of_workbooks_are_written_in_one_place_alone() -> None:
    """`Workbook` may be made elsewhere; whatever goes into one comes from here."""
    root = Path(tabularium.__file__).parent
    makers = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"\bWorkbook\(|\bcsv\.(?:Dict)?[wW]riter\(", path.read_text("utf-8"))
    }
    # The made-up town's files are what authorities send, and go through the same door as theirs. The files of
    # open data are no intake, and guard each of their texts.
    assert makers == {
        *("intake/safe_cells.py", "intake/safe_workbook.py"),
        *("demo/files.py", "opendata/lines.py"),
    }
    row = {each.name: "=1+1" if each.type == pa.string() else None for each in SCHEMA}
    (line,) = CsvWriter.encoded(Records(pa.Table.from_pylist([row], SCHEMA))).to_pylist()
    assert set(line.split(",")) == {"'=1+1", ""}
    assert "plain_cell(sheet" in (root / "demo/files.py").read_text("utf-8")

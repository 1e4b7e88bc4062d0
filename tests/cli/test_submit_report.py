"""What `tabularium submit` says and writes: on the screen, as JSON, and as a spreadsheet to mend."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tabularium.cli.submitting import FORMATS, NO_QUOTE
from tabularium.cli.submitting import submit as submit_command
from tabularium.intake import readers
from tests.cli.conftest import Shell

MESSY = ("Smoke.", "write to a.b@mail.example", "presumed", "=1+1")


def submit(shell: Shell, file: str, *options: str, kind: str = "licence") -> dict[str, object]:
    ran = shell.run("submit", file, "--item", shell.item(kind), "--json", *options)
    assert ran.code in {0, 1}, ran.err
    said = ran.json
    assert isinstance(said, dict)
    return said


def mend(path: Path, row: int, column: str, value: str) -> None:
    """Write into the spreadsheet as a person does; rows are those of the spreadsheet, from 2."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        head = [cell.value for cell in book.worksheets[0][1]]
        book.worksheets[0].cell(row, head.index(column) + 1).value = value
        book.save(path)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def test_report_that_cannot_be_written(register: Shell) -> None:
    decisions, item = register.decisions("Smoke."), register.item("penalty")
    before = (register.folder / decisions).read_bytes()
    (register.folder / "folder.csv").mkdir()
    for report, said in (
        ("absent/report.json", "cannot be written"),
        ("folder.csv", "it is a folder"),
        ("report.pdf", "another ending"),
        (decisions, "take the place"),
    ):
        refused = register.run("submit", decisions, "--item", item, "--report", report)
        assert refused.code == 2
        assert said in refused.err
    assert (register.folder / decisions).read_bytes() == before
    assert register.run("check", "--json").json["entries"] == 0


@pytest.mark.parametrize("report", ["report.json", "report.csv", "report.xlsx"])
def test_a_submission_that_fails_leaves_the_report_as_it_was(register: Shell, report: str) -> None:
    register.write(report, "the old one")
    before = {each.name for each in register.folder.iterdir()}
    broken = register.write("decisions.csv", "no,such,columns\n1,2,3\n")
    refused = register.run("submit", broken, "--item", register.item("licence"), "--report", report)
    assert refused.code == 2
    after = {each.name for each in register.folder.iterdir()}
    assert after - before == {"decisions.csv", "licence.toml"}
    assert (register.folder / report).read_text("utf-8") == "the old one"


def test_an_item_that_is_no_file(register: Shell) -> None:
    (register.folder / "folder.toml").mkdir()
    refused = register.run("submit", register.decisions("Smoke."), "--item", "folder.toml")
    assert refused.code == 2
    assert "is no file" in refused.err


def test_it_says_how_the_file_was_read_and_what_is_to_mend(register: Shell) -> None:
    ran = register.run("submit", register.decisions(*MESSY), "--item", register.item("licence"))
    assert ran.code == 1
    assert "decisions.csv: read as CSV (declared), encoding utf-8, cells apart by commas" in ran.out
    assert "4 rows read: 2 became drafts, 2 stopped, of which 1 to mend." in ran.out
    assert "to mend    e-mail-in-text" in ran.out
    assert "set aside  not-a-decision" in ran.out
    assert "row 3: text: " in ran.out
    assert "a.b@mail.example" not in ran.out + ran.err
    assert "--report findings.xlsx" in ran.out


def test_it_says_so_in_chinese(register: Shell) -> None:
    ran = register.run(
        "submit",
        register.decisions(*MESSY),
        "--item",
        register.item("licence"),
        "--language",
        "zh-hans",
        "--report",
        "findings.xlsx",
    )
    assert "共读取 4 行：2 行成为草稿，2 行未登记，其中 1 行需更正。" in ran.out
    assert "第 3 行：text" in ran.out
    assert "findings.xlsx 列出各行及其问题" in ran.out
    assert "row " not in ran.out
    sheet = load_workbook(register.folder / "findings.xlsx").worksheets[0]
    assert sheet.title == "待更正"
    assert sheet["A1"].value == "登记簿：行号"


def test_the_report_as_json_is_what_the_screen_gets_as_json(register: Shell) -> None:
    said = submit(register, register.decisions(*MESSY), "--report", "report.json")
    written = json.loads((register.folder / "report.json").read_text("utf-8"))
    assert written == said
    assert said["rows_stopped_by"] == {"e-mail-in-text": 1, "not-a-decision": 1}
    assert said["rows_with_errors"] == 1
    entries, findings = said["entries"], said["findings"]
    assert isinstance(entries, list)
    assert isinstance(findings, list)
    assert len(set(entries)) == said["entries_made"] == 2
    assert [each["row"] for each in findings] == [3, 4]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rows_are_mended_in_the_report_and_submitted_again(register: Shell, ending: str) -> None:
    report = f"findings.{ending}"
    first = submit(register, register.decisions(*MESSY), "--report", report, "--report-rows", "all")
    assert (first["rows_read"], first["entries_made"]) == (4, 2)
    mend(register.folder / report, 3, "text", "Write to the office.")
    again = submit(register, report, "--report", f"second.{ending}")
    assert again["rows_read"] == 4
    assert again["entries_made"] == 1
    assert again["rows_stopped_by"] == {"already-in-register": 2, "not-a-decision": 1}
    third = submit(register, "decisions.csv")
    assert third["entries_made"] == 0, "what is there is not entered twice"
    assert register.run("check", "--json").json["entries"] == 3
    shown = [register.run("show", each, "--json").json for each in _entries(first)]
    assert "=1+1" in json.dumps(shown), "what the file says is recorded without a guard"


def _entries(said: dict[str, object]) -> list[str]:
    entries = said["entries"]
    assert isinstance(entries, list)
    return entries


def test_all_or_nothing_records_nothing_if_a_row_has_an_error(register: Shell) -> None:
    file, item = register.decisions(*MESSY), register.item("licence")
    arguments = ("submit", file, "--item", item, "--all-or-nothing", "--report", "findings.xlsx")
    held = register.run(*arguments)
    assert held.code == 1
    assert "nothing was recorded (--all-or-nothing); rows with an error: 1." in held.out
    assert register.run("check", "--json").json["entries"] == 0
    sheet = load_workbook(register.folder / "findings.xlsx").worksheets[0]
    assert sheet.max_row == 5, "every row, for none was taken"
    mend(register.folder / "findings.xlsx", 3, "text", "Write to the office.")
    taken = register.run("submit", "findings.xlsx", "--item", item, "--all-or-nothing", "--json")
    assert (taken.code, taken.json["entries_made"]) == (0, 3), "set aside is no error"
    assert register.run("check", "--json").json["entries"] == 3


def test_the_shape_can_be_said_on_the_command_line(register: Shell) -> None:
    text = (register.folder / register.decisions("环境", "食品")).read_text("utf-8")
    (register.folder / "decisions.csv").write_bytes(text.replace(",", "\t").encode("utf-16-be"))
    wrong = register.run(
        "submit", "decisions.csv", "--item", register.item("licence"), "--encoding", "latin-1"
    )
    assert wrong.code == 2
    said = submit(
        register,
        "decisions.csv",
        "--encoding",
        "utf-16-be",
        "--delimiter",
        "tab",
        "--format",
        "csv",
    )
    assert said["entries_made"] == 2
    read_as = said["read_as"]
    assert isinstance(read_as, dict)
    assert (read_as["delimiter"], read_as["encoding"]) == ("\t", "utf-16-be")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--delimiter", "::", "one character"), ("--quote", "<", "The quote is")],
)
def test_a_shape_that_cannot_be_is_refused(
    register: Shell, option: str, value: str, said: str
) -> None:
    refused = register.run(
        "submit", register.decisions("a"), "--item", register.item("licence"), option, value
    )
    assert refused.code == 2
    assert said in refused.err


def test_every_format_can_be_said() -> None:
    assert set(FORMATS) == set(readers.FileFormat)
    assert NO_QUOTE == readers.NO_QUOTE


def test_a_decision_that_says_something_else_now_is_offered_as_a_correction(
    register: Shell,
) -> None:
    item = register.item("licence")
    first = register.run("submit", register.decisions("bread", "milk"), "--item", item)
    assert "2 became drafts, none was stopped." in first.out
    assert "Organisations that the register did not know: 2." in first.out
    again = register.run("submit", register.decisions("bread", "cheese"), "--item", item)
    assert again.code == 0
    assert "0 became drafts, 2 stopped with nothing to mend." in again.out
    assert "tabularium corrections list" in again.out
    assert "set aside  changed-decision" in again.out


def test_the_document_names_every_option() -> None:
    document = (Path(__file__).parents[2] / "docs/command-line.md").read_text("utf-8")
    options = {name for each in submit_command.params for name in each.opts}
    absent = {name for name in options if name.startswith("--") and f"`{name}" not in document}
    assert absent == set()

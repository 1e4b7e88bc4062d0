"""What is said about a file: as JSON, and as a spreadsheet that is mended and sent again."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined, Finding, FindingCode, Severity
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    How,
    Looked,
    Row,
    UnreadableFile,
    look,
    open_rows,
)
from tabularium.intake.readers.mended import HEADS, OURS, Mended, mended_form
from tabularium.intake.reports import (
    Language,
    figures_as_json,
    finding_as_json,
    put_in_place,
    report_as_json,
    rows_with_errors,
    write_json,
)
from tabularium.intake.reports_spreadsheet import RowsShown, Wanted, write_spreadsheet
from tabularium.rules.loader import rule_book

TODAY = date(2026, 3, 1)
ENDINGS = ["xlsx", "csv"]


@dataclass
class MadeUpReport:
    """What a submission of made-up findings would answer."""

    findings: list[Finding]
    stopped_by: Mapping[tuple[Severity, FindingCode], int] = field(default_factory=dict)
    warned_of: Mapping[FindingCode, int] = field(default_factory=dict)
    looked: Looked = field(default_factory=lambda: Looked(FileShape(FileFormat.CSV), How.CONTENT))
    submission: None = None
    rows_read: int = 10
    entries_made: int = 7
    rows_stopped: int = 3
    organisations_new: int = 2
    corrections_offered: int = 1
    disappeared: int | None = None


def wrong_date(row: int, column: str = "decided") -> Finding:
    return Finding(FindingCode.WRONG_DATE, Severity.ERROR, row, column, {"length": "9"})


@pytest.fixture
def report() -> Any:
    late = Finding(FindingCode.LATE, Severity.WARNING, 5, "decided", {"within": "7"}, rows=4)
    return MadeUpReport(
        findings=[wrong_date(2), wrong_date(3), late],
        stopped_by={
            (Severity.ERROR, FindingCode.WRONG_DATE): 2,
            (Severity.SET_ASIDE, FindingCode.NOT_A_DECISION): 1,
        },
        warned_of={FindingCode.LATE: 4},
    )


def test_a_finding_as_json_speaks_both_languages_and_says_for_how_many_rows(report: Any) -> None:
    one, _, many = map(finding_as_json, report.findings)
    assert one.keys() == {
        "row",
        "column",
        "code",
        "severity",
        "message",
        "what_to_do",
        "message_zh",
        "what_to_do_zh",
    }
    assert (one["row"], one["code"], one["severity"]) == (2, "wrong-date", "error")
    assert "decided" in one["message"]
    assert "decided" in one["message_zh"]
    assert (many["row"], many["rows"]) == (5, 4)


def test_the_figures_count_rows_by_what_stopped_them(report: Any) -> None:
    figures = figures_as_json(report)
    assert figures["rows_stopped_by"] == {"wrong-date": 2, "not-a-decision": 1}
    assert figures["rows_warned_of"] == {"late": 4}
    assert figures["rows_with_errors"] == rows_with_errors(report) == 2
    assert figures["read_as"]["format"] == "csv"
    assert (figures["organisations_new"], figures["disappeared"]) == (2, None)


@pytest.mark.parametrize("entries", [[], ["a", "b"]])
def test_json_that_is_written_bit_by_bit_is_the_whole_report(
    report: Any, entries: list[str]
) -> None:
    target = io.StringIO()
    write_json(target, report, entries)
    assert json.loads(target.getvalue()) == {**report_as_json(report), "entries": entries}
    report.findings = []
    write_json(target := io.StringIO(), report)
    assert json.loads(target.getvalue())["findings"] == []


def test_a_file_is_put_in_place_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("the old one")

    def fail_halfway() -> None:
        with put_in_place(target) as part:
            part.write_text("half of")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]
    assert target.read_text() == "the old one"
    with put_in_place(target) as part:
        part.write_text("the new one")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["the new one"]


# The spreadsheet


def item(text: str, *changes: tuple[str, str]) -> ItemSpec:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_item(text, "made-up.toml")


def examined(spec: ItemSpec, path: Path) -> list[Examined]:
    return list(examine(spec, open_rows(path, spec.file), rule_book(), TODAY))


def findings_of(rows: Iterable[Examined]) -> Iterator[Finding]:
    return (finding for each in rows for finding in each.findings)


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], **form: Any) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **form)
        writer.writeheader()
        writer.writerows(rows)
    return path


def report_on(spec: ItemSpec, source: Path, ending: str, **wanted: Any) -> Path:
    target = source.with_name(f"findings of {source.stem}.{ending}")
    write_spreadsheet(
        target,
        source=source,
        shape=look(source, spec.file).shape,
        findings=findings_of(examined(spec, source)),
        wanted=Wanted(**wanted),
    )
    return target


def texts(path: Path) -> list[list[str]]:
    """The cells as a spreadsheet program has them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    book = load_workbook(path)
    return [
        ["" if cell.value is None else str(cell.value) for cell in row]
        for sheet in book.worksheets
        for row in sheet.iter_rows()
    ]


def mend(path: Path, changes: Mapping[tuple[str, str], str]) -> None:
    """Write in the spreadsheet, as a person does: the cell of that row (as sent) and column."""
    written = texts(path)
    head, rows = written[0], written[1:]
    for (row, column), value in changes.items():
        next(each for each in rows if each[0] == row)[head.index(column)] = value
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(written)
        return
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(min_row=2)):
        for place, cell in enumerate(cells):
            if str(cell.value or "") != rows[number][place]:
                cell.value = rows[number][place]
    book.save(path)


@pytest.fixture
def messy(tmp_path: Path, good_row: dict[str, str]) -> Path:
    """Rows 2 to 7: good, two to mend, one set aside, one whose form is wrong, good."""
    rows = [
        good_row,
        good_row | {"case": "C-18", "decided": "31/02/2026", "summary": "-see, =file; 第一"},
        good_row | {"case": "C-19", "number": "11.222.333/0001-82", "ends": ""},
        good_row | {"case": "C-20", "status": "Presumed"},
        good_row | {"case": "C-21", "count": "3,too,many"},
        good_row | {"case": "C-22"},
    ]
    path = write_csv(tmp_path / "decisions.csv", rows)
    path.write_text(path.read_text("utf-8").replace('"3,too,many"', "3,too,many"), "utf-8")
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_only_rows_to_mend_are_listed_each_with_what_is_wrong(
    messy: Path, item_text: str, ending: str
) -> None:
    head, *rows = texts(report_on(item(item_text), messy, ending))
    assert head[1:3] == list(HEADS["en"][1:3])
    assert head[3:-1] == list(next(open_rows(messy, FileShape(FileFormat.CSV))).cells)
    assert [row[0] for row in rows] == ["3", "4", "6"]
    assert "decided" in rows[0][1]
    assert "number" in rows[1][1]
    assert all(row[1] and row[2] for row in rows)
    at = head.index("summary")
    assert rows[0][at] == ("-see, =file; 第一" if ending == "xlsx" else "'-see, '=file; 第一")


def test_the_workbook_shows_where_to_look(messy: Path, item_text: str) -> None:
    book = load_workbook(report_on(item(item_text), messy, "xlsx", language=Language.CHINESE))
    (sheet,) = book.worksheets
    assert (sheet.title, sheet.freeze_panes) == ("待更正", "B2")
    head = [cell.value for cell in sheet[1]]
    assert head[:3] == list(HEADS["zh-hans"][:3])
    colours = {cell.fill.fgColor.rgb for cell in sheet[2][:3]}
    coloured = [
        head[place]
        for place, cell in enumerate(sheet[2])
        if cell.fill.fill_type and cell.fill.fgColor.rgb not in colours
    ]
    assert coloured == ["decided"]
    assert "日" in sheet["B2"].value


@pytest.mark.parametrize(
    ("shown", "rows"),
    [
        (RowsShown.TO_MEND, ["3", "4", "6"]),
        (RowsShown.WITH_FINDINGS, ["3", "4", "5", "6"]),
        (RowsShown.ALL, ["2", "3", "4", "5", "6", "7"]),
    ],
)
def test_more_rows_are_listed_for_who_asks(
    messy: Path, item_text: str, shown: RowsShown, rows: list[str]
) -> None:
    written = texts(report_on(item(item_text), messy, "csv", rows=shown))
    assert [row[0] for row in written[1:]] == rows


def test_a_finding_that_holds_for_many_rows_stands_beside_each(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text('a,b\n1,x\n\n2,"x\ny"\n3,x\n4,x\n')
    run = Finding(FindingCode.WRONG_DATE, Severity.ERROR, 2, "a", {"length": "1"}, rows=3)
    other = Finding(FindingCode.TOO_LONG, Severity.ERROR, 6, "b", {"length": "9", "longest": "8"})
    target = tmp_path / "report.csv"
    shape = look(source).shape
    written = write_spreadsheet(
        target, source=source, shape=shape, findings=[run, other], wanted=Wanted()
    )
    assert written == 3
    rows = texts(target)[1:]
    assert [row[0] for row in rows] == ["2", "4", "6"], "blank lines and broken ones are no rows"
    assert [row[1].count("\n") + 1 for row in rows] == [1, 1, 2]


@pytest.mark.parametrize(
    "findings",
    [
        [wrong_date(4)],
        [wrong_date(9)],
        [wrong_date(1)],
        [Finding(FindingCode.LATE, Severity.WARNING, 2, "decided", {"within": "7"}, rows=9)],
    ],
)
def test_a_source_that_is_another_now_is_refused(tmp_path: Path, findings: list[Finding]) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "report.xlsx"
    source.write_text("a,b\n1,x\n2,x\n\n3,x\n")
    with pytest.raises(UnreadableFile, match="no longer the one"):
        write_spreadsheet(
            target, source=source, shape=look(source).shape, findings=findings, wanted=Wanted()
        )
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_row_of_a_wrong_form_is_not_mended_by_being_written_anew(
    messy: Path, item_text: str, ending: str
) -> None:
    spec = item(item_text)
    target = report_on(spec, messy, ending)
    _head, *rows = texts(target)
    row = next(each for each in rows if each[0] == "6")
    assert not any(row[3:-1]), "no cell stands in a column that it may not belong to"
    assert "C-21" in row[-1]
    assert "too" in row[-1]
    again = examined(spec, target)
    assert len(again) == 3
    assert all(each.draft is None for each in again), "nothing was mended yet"


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_mended_in_the_report_is_accepted(messy: Path, item_text: str, ending: str) -> None:
    spec = item(item_text)
    first = examined(spec, messy)
    target = report_on(spec, messy, ending)
    mend(
        target,
        {
            ("3", "decided"): "28/02/2026",
            ("3", "begins"): "2026-03-01",
            ("4", "number"): "11.222.333/0001-81",
            ("4", "ends"): "2027-02-09",
        },
    )
    again = examined(spec, target)
    drafts = {each.draft.key: each.draft for each in (*first, *again) if each.draft}
    assert len(drafts) == 4
    assert [each.draft is not None for each in again] == [True, True, False]
    mended = again[0].draft
    assert mended is not None
    assert mended.content.summary == "-see, =file; 第一", "no guard is left in what is recorded"
    assert mended.content.decided_on == date(2026, 2, 28)


@pytest.mark.parametrize("ending", ENDINGS)
def test_rows_that_were_taken_before_are_the_same_when_they_come_back(
    messy: Path, item_text: str, ending: str
) -> None:
    spec = item(item_text)
    first = [each.draft for each in examined(spec, messy) if each.draft]
    target = report_on(spec, messy, ending, rows=RowsShown.ALL)
    again = [each.draft for each in examined(spec, target) if each.draft]
    assert [(each.key, each.subject, each.content) for each in again] == [
        (each.key, each.subject, each.content) for each in first
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_report_on_a_report_has_the_authoritys_columns_once(
    messy: Path, item_text: str, ending: str
) -> None:
    spec = item(item_text)
    once = report_on(spec, messy, ending)
    twice = report_on(spec, once, ending)
    assert texts(twice)[0] == texts(once)[0]
    assert [row[0] for row in texts(twice)[1:]] == ["2", "3", "4"]
    rows = open_rows(twice, spec.file)
    assert next(row.cells["summary"] for row in rows) == "-see, =file; 第一"


@pytest.mark.parametrize("ending", ENDINGS)
def test_numbers_of_a_workbook_stay_the_same_sums(
    tmp_path: Path, item_text: str, good_row: dict[str, str], ending: str
) -> None:
    spec = item(
        item_text,
        ('format = "csv"', 'format = "xlsx"\nheader_row = 3\nsheet = "2026"'),
        ('grouping = ","', 'decimal = ","\ngrouping = "."'),
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2026"
    sheet.append(["A title"])
    sheet.append([])
    sheet.append(list(good_row))
    for case, amount in (("C-1", 1234.5), ("C-2", 1234567), ("C-3", "1.234,567")):
        row: dict[str, Any] = good_row | {"case": case, "measure": "None such", "amount": amount}
        sheet.append(list(row.values()))
    source = tmp_path / "sums.xlsx"
    book.save(source)
    target = report_on(spec, source, ending, decimal_marks={"amount": ","})
    mend(target, {(str(row), "measure"): "Fine" for row in (4, 5, 6)})
    drafts = [each.draft for each in examined(spec, target)]
    assert [each and each.content.amount for each in drafts] == ["1234.5", "1234567", "1234.567"]


def test_records_of_json_become_columns_that_the_item_knows(
    tmp_path: Path, item_text: str, good_row: dict[str, str]
) -> None:
    spec = item(item_text, ('format = "csv"', 'format = "json"\nrecords = "data.rows"'))
    rows: list[dict[str, Any]] = [
        {name: value for name, value in good_row.items() if name != "ends"},
        good_row | {"case": "C-18", "extra": {"deep": 1.25}},
        good_row | {"case": "wrong"},
    ]
    source = tmp_path / "records.json"
    source.write_text(json.dumps({"data": {"rows": rows}}), "utf-8")
    target = report_on(spec, source, "xlsx")
    assert set(texts(target)[0]) - OURS == {*good_row, "extra.deep"}
    mend(target, {("1", "ends"): "2027-02-09", ("3", "case"): "C-19"})
    assert [each.draft is not None for each in examined(spec, target)] == [True, True]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_number_that_would_fill_the_memory_in_plain_digits_stays_short(
    ending: str, tmp_path: Path, item_text: str, good_row: dict[str, str]
) -> None:
    spec = item(item_text, ('format = "csv"', 'format = "jsonl"'))
    source = tmp_path / "records.jsonl"
    large = ("1E+999999", "1E-999999", "1E+999999999999999999", "1E+9999999999999999999")
    lines = [
        json.dumps(good_row | {"amount": "THE AMOUNT"}).replace('"THE AMOUNT"', n) for n in large
    ]
    source.write_text("\n".join(lines), "utf-8")
    target = report_on(spec, source, ending)
    assert [max(map(len, row)) < 200 for row in texts(target)[1:]] == [True] * len(large)
    assert [each.draft for each in examined(spec, source)] == [None] * len(large)


def test_a_cell_that_no_workbook_holds_is_not_cut_off_in_silence(
    tmp_path: Path, item_text: str, good_row: dict[str, str]
) -> None:
    spec = item(item_text)
    long = good_row | {"measure": "None such", "remarks": "x" * 40_000}
    source = write_csv(tmp_path / "long.csv", [long])
    target = report_on(spec, source, "xlsx")
    (row,) = texts(target)[1:]
    assert not any(row[3:-1])
    assert "in the source" in row[2]
    assert len(row[-1]) < 32_767
    assert examined(spec, target)[0].draft is None
    with_commas = report_on(spec, source, "csv")
    mend(with_commas, {("2", "measure"): "Fine"})
    assert examined(spec, with_commas)[0].draft is not None
    (row,) = texts(with_commas)[1:]
    assert "x" * 40_000 in row


def test_what_no_cell_holds_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_bytes(b"a,b\n1,bell\x07\n")
    for ending in ENDINGS:
        target = tmp_path / f"report.{ending}"
        write_spreadsheet(
            target,
            source=source,
            shape=look(source).shape,
            findings=[wrong_date(2, "a")],
            wanted=Wanted(),
        )
        assert texts(target)[1][4] == "bell␇"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("language", list(Language))
def test_a_report_is_known_again_whatever_a_program_made_of_it(
    messy: Path, item_text: str, encoding: str, delimiter: str, language: Language
) -> None:
    spec = item(item_text)
    target = report_on(spec, messy, "csv", language=language)
    rows = texts(target)
    with target.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert mended_form(target) is Mended.GUARDED
    assert [each.row for each in examined(spec, target)] == [2, 3, 4]
    assert [row.cells["case"] for row in open_rows(target, spec.file)] == ["C-18", "C-19", ""]


def test_other_files_are_no_reports(messy: Path, tmp_path: Path) -> None:
    assert mended_form(messy) is None
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    assert mended_form(broken) is None
    book = Workbook()
    book.save(tmp_path / "empty.xlsx")
    assert mended_form(tmp_path / "empty.xlsx") is None


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.text(
    "=+-@＝'\" ,;\t\r\n", max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4), st.sampled_from(ENDINGS))
def test_every_row_comes_back_as_it_was_sent(
    tmp_path: Path, rows: list[tuple[str, str]], ending: str
) -> None:
    source, target = tmp_path / "any.csv", tmp_path / f"report.{ending}"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
            [("key", "=a", "b"), *[("k", *row) for row in rows]]
        )
    shape = FileShape(FileFormat.CSV, "utf-8", ",", '"', 1, needed=frozenset({"=a"}))
    sent = list(open_rows(source, shape))
    write_spreadsheet(
        target,
        source=source,
        shape=shape,
        findings=[wrong_date(row.number, "b") for row in sent],
        wanted=Wanted(),
    )
    again = list(open_rows(target, shape))
    assert [_without_ours(row, ending) for row in again] == [
        _same(row.cells, ending) for row in sent
    ]


def _without_ours(row: Row, ending: str) -> dict[str, str]:
    return _same({name: text for name, text in row.cells.items() if name not in OURS}, ending)


def _same(cells: Mapping[str, str | None], ending: str) -> dict[str, str]:
    """An empty cell is none; a workbook has one end of a line."""
    ends = [] if ending == "csv" else [("\r\n", "\n"), ("\r", "\n")]
    said = {name: text or "" for name, text in cells.items()}
    for old, new in ends:
        said = {name: text.replace(old, new) for name, text in said.items()}
    return said

"""Sheets of XLSX and ODS: what each kind of cell becomes, and what hostile ones must not do."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook

from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
    open_document,
    open_rows,
    workbook_parts,
)
from tabularium.intake.readers.sheet_rows import number_text
from tests.fuzz.made_up import (
    SHARED,
    SHEET,
    ods,
    ods_cell,
    ods_content,
    ods_row,
    packed,
    parts_of,
    shared_workbook,
    xlsx,
    xlsx_parts,
)

ODS = FileShape(FileFormat.ODS, header_row=1)
XLSX = FileShape(FileFormat.XLSX, header_row=1)
HEAD = ods_row(ods_cell("name"), ods_cell("fine"))
EMPTY = "<table:table-cell/>"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Row]]:
    def rows(content: bytes, shape: FileShape) -> list[Row]:
        (tmp_path / "list").write_bytes(content)
        return list(open_rows(tmp_path / "list", shape))

    return rows


Read = Callable[..., list[Row]]


def refusal(read: Read, content: bytes, shape: FileShape) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(content, shape)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def one_cell(read: Read, cell: str) -> Row:
    (row,) = read(ods(ods_content(HEAD + ods_row(ods_cell("Brass Ltd"), cell))), ODS)
    return row


def value(kind: str, **attributes: str) -> str:
    return " ".join(
        [f'office:value-type="{kind}"', *(f'office:{k}="{v}"' for k, v in attributes.items())]
    )


@pytest.mark.parametrize(
    ("attributes", "shown", "expected"),
    [
        (value("string"), "A  b", "A b"),
        (value("float", value="1234.5"), "1.234,50", "1234.5"),
        (value("float", value="1.2E3"), "1200", "1200"),
        (value("float", value="0.1"), "0,1", "0.1"),
        (value("percentage", value="0.25"), "25 %", "0.25"),
        (value("currency", value="99.9", currency="BRL"), "R$ 99,90", "99.9"),
        (value("boolean", **{"boolean-value": "true"}), "WAHR", "true"),
        (value("date", **{"date-value": "2024-01-31"}), "31/01/24", "2024-01-31"),
        (value("date", **{"date-value": "2024-01-31T00:00:00"}), "31/01/24", "2024-01-31"),
        (
            value("date", **{"date-value": "2024-01-31T10:20:30.500000000"}),
            "31/01/24",
            "2024-01-31 10:20:30.5",
        ),
        (value("time", **{"time-value": "PT9H05M00S"}), "9:05", "09:05:00"),
        (value("string") + ' table:formula="of:=[.A1]"', "kept", "kept"),
        (value("float", value="1e999"), "many", "1e999"),
        ("", "no type", "no type"),
    ],
)
def test_typed_cells_of_ods(attributes: str, shown: str, expected: str, read: Read) -> None:
    row = one_cell(read, ods_cell(shown, attributes))
    assert row.trouble is None
    assert row.cells["fine"] == expected
    is_number = any(f'"{kind}"' in attributes for kind in ("float", "percentage", "currency"))
    assert isinstance(row.cells["fine"], PlainNumber) == (is_number and expected != "1e999")


def test_blanks_breaks_links_and_notes_in_a_cell(read: Read) -> None:
    cell = (
        '<table:table-cell office:value-type="string">'
        "<office:annotation><text:p>a note</text:p></office:annotation>"
        '<text:p>a<text:s text:c="3"/>b<text:tab/><text:a>c</text:a><text:line-break/>d</text:p>'
        "<text:p>e</text:p></table:table-cell>"
    )
    assert one_cell(read, cell).cells["fine"] == "a   b\tc\nd\ne"


FAILED_CELLS = (
    """<table:table-cell table:formula="of:=1+1"/>""",
    """<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">
    <text:p>#DIV/0!</text:p></table:table-cell>""",
    """<table:table-cell table:formula="of:=NA()" office:value-type="string"
    calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>""",
    """<table:table-cell table:formula="of:=x" office:value-type="float" office:value="0">
    <text:p>Err:508</text:p></table:table-cell>""",
)


@pytest.mark.parametrize("cell", FAILED_CELLS)
def test_a_formula_without_a_value_stops_its_row(cell: str, read: Read) -> None:
    row = one_cell(read, cell)
    assert (row.trouble, row.column) == (Trouble.FORMULA_WITHOUT_VALUE, "fine")
    assert row.cells == {"name": "Brass Ltd", "fine": None}
    content = ods(ods_content(HEAD + ods_row(ods_cell("Brass Ltd"), cell)))
    needed = FileShape(FileFormat.ODS, header_row=1, needed=frozenset({"name"}))
    assert [each.trouble for each in read(content, needed)] == [None]


def test_repeated_covered_and_trailing_cells_and_rows(read: Read) -> None:
    covered = "<table:covered-table-cell/>"
    rows = (
        ods_row(EMPTY, attributes='table:number-rows-repeated="2"')
        + ods_row(ods_cell("name"), ods_cell("town"), ods_cell("fine"), EMPTY)
        + "<table:table-header-rows>"
        + ods_row(ods_cell("A"), covered, ods_cell("1"))
        + "</table:table-header-rows>"
        + ods_row(
            '<table:table-cell table:number-columns-repeated="2"><text:p>B</text:p>'
            "</table:table-cell>",
            '<table:table-cell table:number-columns-repeated="16382"/>',
            attributes='table:number-rows-repeated="2"',
        )
        + ods_row(EMPTY, attributes='table:number-rows-repeated="1048000"')
    )
    found = read(ods(ods_content(rows)), FileShape(FileFormat.ODS))
    assert [(row.number, list(row.cells.values())) for row in found] == [
        (4, ["A", None, "1"]),
        (5, ["B", "B", None]),
        (6, ["B", "B", None]),
    ]


BILLIONS = "4000000000"


def test_repetitions_in_the_billions(read: Read) -> None:
    empty = f'<table:table-cell table:number-columns-repeated="{BILLIONS}"/>'
    blank = ods_row(empty, attributes=f'table:number-rows-repeated="{BILLIONS}"')
    (row,) = read(ods(ods_content(HEAD + ods_row(ods_cell("A"), empty) + blank)), ODS)
    assert row.cells == {"name": "A", "fine": None}
    repeated = f'<table:table-cell table:number-columns-repeated="{BILLIONS}"'
    wide = f"{repeated}><text:p>x</text:p></table:table-cell>"
    assert "where a sheet ends" in refusal(read, ods(ods_content(ods_row(wide))), ODS)
    long = ods_row(ods_cell("x"), attributes=f'table:number-rows-repeated="{BILLIONS}"')
    assert "where a sheet ends" in refusal(read, ods(ods_content(HEAD + long)), ODS)
    behind = ods_row(ods_cell("x"))
    assert "where a sheet ends" in refusal(read, ods(ods_content(HEAD + blank + behind)), ODS)
    block = ods_row(
        wide.replace(BILLIONS, "16000"), attributes='table:number-rows-repeated="1000000"'
    )
    assert "repeats rows" in refusal(read, ods(ods_content(block)), FileShape(FileFormat.ODS))
    blanks = f'<table:table-cell><text:p><text:s text:c="{BILLIONS}"/></text:p></table:table-cell>'
    assert "more than 16 MiB" in refusal(read, ods(ods_content(HEAD + ods_row(blanks))), ODS)
    wrong = ods_row(EMPTY, attributes='table:number-rows-repeated="-1"')
    assert "damaged" in refusal(read, ods(ods_content(HEAD + wrong)), ODS)


def test_a_sheet_of_ods_is_read_by_its_name(read: Read) -> None:
    first = f'<table:table table:name="Notes">{ods_row(ods_cell("x"))}</table:table>'
    content = ods(ods_content(HEAD + ods_row(ods_cell("A")), name="Data", before=first))
    named = FileShape(FileFormat.ODS, sheet="Data", header_row=1)
    assert [row.cells["name"] for row in read(content, named)] == ["A"]
    other = FileShape(FileFormat.ODS, sheet="Other")
    assert "no sheet 'Other'; it has: 'Notes', 'Data'" in refusal(read, content, other)
    elsewhere = ods_content("").replace(b"spreadsheet>", b"text>")
    assert "no sheet of cells" in refusal(read, ods(elsewhere), ODS)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + each)} "{f"&{chr(97 + each)};" * 20}">' for each in range(12)
)


def test_entities_of_xml_are_not_opened(read: Read) -> None:
    content = ods_content(
        HEAD + ods_row("&m;"), prologue=f'<!DOCTYPE x [<!ENTITY a "ha">{ENTITIES}]>'
    )
    assert "declares entities" in refusal(read, ods(content), ODS)
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    content = ods_content(HEAD + ods_row(ods_cell("&e;")), prologue=outside)
    assert "declares entities" in refusal(read, ods(content), ODS)
    parts = xlsx_parts(b"")
    parts[SHEET] = b'<!DOCTYPE x [<!ENTITY e "x">]>' + parts[SHEET]
    assert "declares entities" in refusal(read, packed(parts), XLSX)


def test_a_password_is_one_clear_line(read: Read) -> None:
    manifest = b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
    content = ods(b"\x8f\x00 no text", **{"META-INF/manifest.xml": manifest})
    assert "protected by a password" in refusal(read, content, ODS)


@pytest.mark.parametrize("content", [b"", b"<x", b"no xml", ods_content(HEAD)[:-100], b"\xff\xfe<"])
def test_a_damaged_spreadsheet_is_one_clear_line(content: bytes, read: Read) -> None:
    assert "damaged" in refusal(read, ods(content), ODS)


def test_a_small_file_that_unpacks_to_much(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(ods_content("").partition(b"</table:table>")[0])
            part.write(b"<")
            for _ in range(80):
                part.write(b"a" * (1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UnreadableFile, match="tag longer than any"):
        list(open_rows(path, ODS))


def test_parts_in_the_tens_of_thousands(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(45_000):
            archive.writestr(f"{'part' * 12}{number}", b"")
    with pytest.raises(UnreadableFile, match="too many parts"):
        list(open_rows(path, XLSX))


# ---- workbooks


def test_each_kind_of_cell_of_a_workbook(read: Read) -> None:
    content = packed(shared_workbook())
    third, fourth, fifth = read(content, XLSX)
    assert (third.number, dict(third.cells)) == (3, {"name": "name", "fine": "1.5"})
    assert (fourth.trouble, fourth.column) == (Trouble.FORMULA_WITHOUT_VALUE, "fine")
    assert dict(fifth.cells) == {"name": "x\r", "fine": "2024-01-02"}


def test_a_formula_that_was_never_reckoned_stops_its_row(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["name", "fine"], ["A", "=1+1"], ["B", 2]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    formula, number = open_rows(tmp_path / "list.xlsx", XLSX)
    assert (formula.number, formula.trouble) == (2, Trouble.FORMULA_WITHOUT_VALUE)
    assert number.trouble is None


@pytest.mark.parametrize(
    ("style", "expected"), [(31, "2024-01-31"), (14, "2024-01-31"), (4, "45322")]
)
def test_days_are_known_by_the_forms_of_their_cells(style: int, expected: str, read: Read) -> None:
    """Number 31 is the year, month and day of Chinese programs, which they write without its form."""
    parts = xlsx_parts(b'<row><c t="str"><v>name</v></c></row><row><c s="1"><v>45322</v></c></row>')
    styles = parts["xl/styles.xml"]
    begins, ends = styles.find(b"<cellXfs"), styles.find(b"</cellXfs>")
    forms = f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{style}"/>'.encode()
    parts["xl/styles.xml"] = styles[:begins] + forms + styles[ends:]
    (row,) = read(packed(parts), XLSX)
    assert row.cells["name"] == expected


def test_days_from_1904_and_numbers_that_are_no_day(read: Read) -> None:
    rows = (["name"], [date(2024, 1, 31)])
    parts = parts_of(xlsx(rows))
    parts["xl/workbook.xml"] = re.sub(
        rb"<workbookPr ?/>", b'<workbookPr date1904="1"/>', parts["xl/workbook.xml"]
    )
    (row,) = read(packed(parts), XLSX)
    assert row.cells["name"] == "2028-02-01"
    parts = parts_of(xlsx(rows))
    parts[SHEET] = parts[SHEET].replace(b"45322", b"99999999")
    (row,) = read(packed(parts), XLSX)
    assert row.cells["name"] == "99999999"


def test_shared_texts_are_read_as_far_as_needed_and_not_without_end(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = shared_workbook()
    parts[SHARED] = parts[SHARED].replace(
        b"<si>", b"<si><rPh><t>reading</t></rPh><r><t>x </t></r>", 1
    )
    assert list(read(packed(parts), XLSX)[0].cells) == ["x name", "fine"]
    parts[SHEET] = parts[SHEET].replace(b"<v>0</v>", b"<v>7</v>")
    assert "damaged" in refusal(read, packed(parts), XLSX)
    monkeypatch.setattr(workbook_parts, "MOST_SHARED_TEXTS", 1)
    assert "share more than" in refusal(read, packed(shared_workbook()), XLSX)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (b'<row r="2"/><row r="1"/>', "damaged"),
        (b'<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "damaged"),
        (b'<row><c r="AAAA1"><v>1</v></c></row>', "where a sheet ends"),
        (b'<row><c r="?1"><v>1</v></c></row>', "damaged"),
        (b'<row><c t="s"><v>x</v></c></row>', "damaged"),
        (b'<row><c t="what"><v>x</v></c></row>', "damaged"),
        (b"<x>" * 400, "damaged"),
    ],
)
def test_sheets_that_no_program_writes(cells: bytes, said: str, read: Read) -> None:
    assert said in refusal(read, packed(xlsx_parts(cells)), XLSX)


@pytest.mark.parametrize(
    "written", ["1" * 1_000_001 + ".5", "1" * 2_000_000 + "e5", "1e999", "." + "0" * 400 + "1"]
)
def test_a_number_that_no_sheet_holds_is_a_text(written: str) -> None:
    text = number_text(written)
    assert text == written
    assert not isinstance(text, PlainNumber)


def test_a_number_that_is_none_stays_as_it_is_written(read: Read) -> None:
    cells = b'<row><c t="str"><v>name</v></c></row>' + b"".join(
        b"<row><c><v>%s</v></c></row>" % each
        for each in (b"nan", b"1_0", b"007", b"1E+3", b"1E999")
    )
    texts = [row.cells["name"] for row in read(packed(xlsx_parts(cells)), XLSX)]
    assert texts == ["nan", "1_0", "7", "1000", "1E999"]


def test_ten_thousand_columns_are_read_and_more_than_a_sheet_has_are_not(read: Read) -> None:
    names = [f"n{place}" for place in range(10_000)]
    (row,) = read(xlsx([names, names]), XLSX)
    assert len(row.cells) == 10_000
    text = ",".join(names * 2).encode()
    assert "more than 16,384 columns" in refusal(read, text, FileShape(FileFormat.CSV))


def test_a_sheet_is_let_go_when_enough_is_read(tmp_path: Path) -> None:
    content = ods_content(HEAD + ods_row(ods_cell("x")) * 5_000)
    (tmp_path / "list.ods").write_bytes(ods(content))
    rows = open_rows(tmp_path / "list.ods", ODS)
    assert [row.number for row in islice(rows, 2)] == [2, 3]
    rows.close()  # type: ignore[attr-defined] # a generator
    assert open_document.MOST_REPEATED_CELLS > 1_048_576

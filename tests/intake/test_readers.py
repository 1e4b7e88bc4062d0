"""Files become rows; what cannot be read is one clear line, or one row with its trouble."""

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
    open_rows,
    packages,
)

Write = Callable[[bytes | str], Path]
CSV = FileShape(FileFormat.CSV)
XLSX = FileShape(FileFormat.XLSX)
JSON = FileShape(FileFormat.JSON)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes | str) -> Path:
        path = tmp_path / "file.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def saved(*rows: list[Any], sheet: str = "Sheet") -> Path:
        book = Workbook(write_only=True)
        page = book.create_sheet(sheet)
        for row in rows:
            page.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return saved


def rows_of(path: Path, shape: FileShape) -> list[Row]:
    return list(open_rows(path, shape))


def refused(path: Path, shape: FileShape) -> str:
    with pytest.raises(UnreadableFile) as error:
        rows_of(path, shape)
    message = str(error.value)
    assert message.startswith(path.name)
    assert "\n" not in message
    return message


def test_rows_are_numbered_as_a_person_counts_lines(write: Write) -> None:
    path = write('Title, with "marks\n\na;b\n1;"x\ny"\n\n2;z\n')
    shape = FileShape(FileFormat.CSV, delimiter=";", header_row=3)
    assert [(row.number, dict(row.cells)) for row in rows_of(path, shape)] == [
        (4, {"a": "1", "b": "x\ny"}),
        (7, {"a": "2", "b": "z"}),
    ]


def test_names_of_columns_lose_only_a_mark_and_outer_blanks(write: Write) -> None:
    (row,) = rows_of(write("\ufeff Número de Expediente  ,B  b,\n1,2,3\n"), CSV)
    assert list(row.cells) == ["Número de Expediente", "B  b", "[3]"]


def test_a_row_of_another_length_is_kept_with_its_trouble(write: Write) -> None:
    short, long, good = rows_of(write("a,b\n1\n1,2,3\n1,2\n"), CSV)
    assert (short.trouble, short.expected, short.found) == (Trouble.TOO_FEW_CELLS, 2, 1)
    assert (long.trouble, long.expected, long.found) == (Trouble.TOO_MANY_CELLS, 2, 3)
    assert good.trouble is None


def test_a_column_that_comes_twice_troubles_rows_where_it_differs(write: Write) -> None:
    same, differs = rows_of(write("a,b,a\n1,2,1\n1,2,9\n"), CSV)
    assert same.trouble is None
    assert (differs.trouble, differs.column) == (Trouble.SAME_COLUMN_TWICE, "a")


def test_a_quotation_mark_in_the_wrong_place_stops_its_own_row(write: Write) -> None:
    broken, good = rows_of(write('a,b\n"x"y,1\n2,3\n'), CSV)
    assert (broken.number, broken.trouble) == (2, Trouble.BROKEN_QUOTING)
    assert dict(good.cells) == {"a": "2", "b": "3"}


def test_a_quotation_mark_that_never_closes_is_named_with_its_line(write: Write) -> None:
    assert "line 3" in refused(write('a,b\n1,2\n3,"x\n4,5\n'), CSV)


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        ("a\ncafé\n".encode(), "", "café"),
        ("a\ncafé\n".encode("utf-8-sig"), "", "café"),
        ("a\ncafé\n".encode("utf-8-sig"), "utf-8", "café"),
        ("a\ncafé\n".encode("utf-16"), "", "café"),
        ("a\n“café”\n".encode("cp1252"), "iso-8859-1", "“café”"),
        ("a\n“café”\n".encode("cp1252"), "latin-1", "“café”"),
        ("a\n名称\n".encode("gb18030"), "gb18030", "名称"),
    ],
)
def test_encodings(content: bytes, declared: str, expected: str, write: Write) -> None:
    (row,) = rows_of(write(content), FileShape(FileFormat.CSV, encoding=declared))
    assert dict(row.cells) == {"a": expected}


def test_bytes_that_are_no_text_trouble_their_row_alone(write: Write) -> None:
    path = write(b"a,b\n1,caf\xe9\n2,x\0y\n3,z\n")
    bad, nul, good = rows_of(path, FileShape(FileFormat.CSV, encoding="utf-8"))
    assert bad.trouble is Trouble.UNDECODABLE
    assert nul.trouble is Trouble.NUL_BYTE
    assert good.trouble is None
    # 0x81 is in no place of Windows-1252 either.
    (bad,) = rows_of(write(b"a\ncaf\xe9\x81\n"), CSV)
    assert bad.trouble is Trouble.UNDECODABLE


def test_what_is_wrong_with_a_whole_file_is_said_in_one_line(write: Write, tmp_path: Path) -> None:
    assert "names of the columns" in refused(write(""), CSV)
    assert "names of the columns" in refused(
        write("a,b\n"), FileShape(FileFormat.CSV, header_row=9)
    )
    needed = FileShape(FileFormat.CSV, needed=frozenset({"RFC", "a"}))
    assert "has no column 'RFC'" in refused(write("a,b\n1,2\n"), needed)
    # Other libraries in the process set the limit of Python's reader too.
    csv.field_size_limit(10_000_000)
    assert "longer than" in refused(write("a\n" + "x" * 2_000_000 + "\n"), CSV)
    assert "not known" in refused(write("a\n"), FileShape(FileFormat.CSV, encoding="klingon"))
    assert "no such file" in refused(tmp_path / "absent.csv", CSV)
    assert "folder" in refused(tmp_path, CSV)
    assert "encoding" in refused(
        write(b"\xff\xfea"), FileShape(FileFormat.CSV, encoding="utf-16-le")
    )


def test_a_file_without_header_has_its_columns_from_the_item(write: Write) -> None:
    shape = FileShape(FileFormat.CSV, header_row=0, columns=("x", "y"))
    assert [dict(row.cells) for row in rows_of(write("1,2\n3,4\n"), shape)] == [
        {"x": "1", "y": "2"},
        {"x": "3", "y": "4"},
    ]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_no_row_of_a_rightly_written_file_is_lost(pairs: list[tuple[str, str]]) -> None:
    import csv  # noqa: PLC0415 - the writer is the peer here, and the reader under test uses the module too
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(["a", "b"])
            writer.writerows(pairs)
        read = [(row.cells["a"], row.cells["b"]) for row in open_rows(path, CSV)]
    assert read == [pair for pair in pairs if any(pair)]


def test_a_workbook_gives_texts_in_one_form(save: Callable[..., Path]) -> None:
    path = save(
        ["Title"],
        ["day", "number", "text", "truth", "whole"],
        [date(2024, 1, 2), 1.5, "x", True, 7],
        [],
        [datetime(2024, 1, 2, 3, 4), 4.0, None, None],  # noqa: DTZ001 - a cell has no zone
    )
    first, second = rows_of(path, FileShape(FileFormat.XLSX, header_row=2))
    assert first.number == 3
    assert dict(first.cells) == {
        "day": "2024-01-02",
        "number": "1.5",
        "text": "x",
        "truth": "true",
        "whole": "7",
    }
    assert isinstance(first.cells["number"], PlainNumber)
    assert not isinstance(first.cells["text"], PlainNumber)
    assert second.number == 5
    assert second.cells["day"] == "2024-01-02 03:04:00"
    assert (second.cells["number"], second.cells["whole"]) == ("4", None)


def test_a_workbook_is_read_by_the_sheet_that_is_named(save: Callable[..., Path]) -> None:
    path = save(["a"], ["1"], sheet="Data")
    assert len(rows_of(path, FileShape(FileFormat.XLSX, sheet="Data"))) == 1
    assert "it has: 'Data'" in refused(path, FileShape(FileFormat.XLSX, sheet="Other"))
    assert "ends before it" in refused(path, FileShape(FileFormat.XLSX, header_row=9))


def test_a_row_wider_than_its_header_is_kept_with_its_trouble(save: Callable[..., Path]) -> None:
    wide, good = rows_of(
        save(["a"], ["1", "2"], ["3", ""]), FileShape(FileFormat.XLSX, header_row=1)
    )
    assert (wide.trouble, wide.expected, wide.found) == (Trouble.TOO_MANY_CELLS, 1, 2)
    assert good.trouble is None


def test_a_damaged_workbook_is_one_clear_line(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "damaged" in refused(write("no workbook"), XLSX)
    empty = tmp_path / "empty.xlsx"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("nothing.txt", "nothing")
    assert "damaged" in refused(empty, XLSX)
    whole = tmp_path / "whole.xlsx"
    book = Workbook()
    for number in range(5000):
        book.active.append([str(number)])  # type: ignore[union-attr]
    book.save(whole)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            cut = content[: len(content) // 2] if "sheet1" in part.filename else content
            target.writestr(part, cut)
    assert "damaged after row" in refused(broken, XLSX)
    monkeypatch.setattr(packages, "LARGEST_UNPACKED", 100)
    assert "Unpacked" in refused(whole, XLSX)


def test_records_of_json_wherever_they_stand(write: Write) -> None:
    document = {"meta": 1, "data": {"rows": [{"a": 1, "b": None, "c": {"d": "x"}}, {"a": 1.50}]}}
    path = write(json.dumps(document))
    first, second = rows_of(path, FileShape(FileFormat.JSON, records="data.rows"))
    assert (first.number, dict(first.cells)) == (1, {"a": "1", "b": None, "c.d": "x"})
    assert (second.number, second.cells["a"]) == (2, "1.5")
    assert isinstance(second.cells["a"], PlainNumber)


def test_arrays_take_their_names_from_the_item(write: Write) -> None:
    shape = FileShape(FileFormat.JSON, columns=("x", "y"))
    good, short, text = rows_of(write('[["1", true], ["2"], "3"]'), shape)
    assert dict(good.cells) == {"x": "1", "y": "true"}
    assert short.trouble is Trouble.TOO_FEW_CELLS
    assert text.trouble is Trouble.NOT_A_RECORD


def test_a_nested_list_is_unfolded_and_no_record_is_lost(write: Write) -> None:
    records = [
        {"id": 1, "parties": [{"name": "A"}, {"name": "B"}], "tags": ["x", "y"]},
        {"id": 2, "parties": []},
    ]
    rows = rows_of(write(json.dumps(records)), FileShape(FileFormat.JSON, unfold="parties"))
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (1, {"id": "1", "tags": "x; y", "parties.name": "A"}),
        (2, {"id": "1", "tags": "x; y", "parties.name": "B"}),
        (3, {"id": "2"}),
    ]


@pytest.mark.parametrize(
    "content",
    ['[{"a": 1}, {"a": ', '[{"a": 1} {"a": 2}]', "not json", b'[{"a": "\xff"}]', b'[{"a": "\0"}]'],
)
def test_broken_json_is_one_clear_line(content: bytes | str, write: Write) -> None:
    assert "after record" in refused(write(content), JSON)


def test_json_without_the_list_is_told_from_an_empty_one(write: Write) -> None:
    shape = FileShape(FileFormat.JSON, records="data")
    assert rows_of(write('{"data": []}'), shape) == []
    assert "no list of records at 'data'" in refused(write('{"rows": []}'), shape)
    assert rows_of(write(b"\xef\xbb\xbf[]"), JSON) == []

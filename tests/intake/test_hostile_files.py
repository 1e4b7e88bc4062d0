"""Files that nobody should send: each is refused in one clear line, soon, and without a crash."""

import os
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    How,
    Trouble,
    UnreadableFile,
    json_records,
    look,
    open_rows,
)
from tabularium.intake.readers.json_lexis import DEEPEST, MOST_DIGITS

CSV, JSON, XLSX = (FileShape(each) for each in (FileFormat.CSV, FileFormat.JSON, FileFormat.XLSX))
SHEET = "xl/worksheets/sheet1.xml"


def refusal(path: Path, shape: FileShape) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(open_rows(path, shape))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def workbook() -> bytes:
    book = Workbook()
    for row in (["name", "town"], ["Brass Ltd", "Ely"], ["#N/A", "#REF!"]):
        book.active.append(row)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_sheet(
    path: Path, rows: bytes, times: int = 1, end: bytes = b"", begin: bytes = b""
) -> Path:
    """A workbook with `begin`, `rows` so many times, and `end` behind the other rows."""
    with zipfile.ZipFile(BytesIO(workbook())) as old, zipfile.ZipFile(path, "w", 8) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
                continue
            before, after = old.read(name).split(b"</sheetData>")
            with new.open(name, "w") as sheet:
                sheet.write(before + begin)
                for _ in range(times):
                    sheet.write(rows)
                sheet.write(end + b"</sheetData>" + after)
    return path


@pytest.mark.parametrize("shape", [CSV, JSON, XLSX])
def test_what_has_no_end_is_not_waited_for(shape: FileShape, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no file with an end" in refusal(tmp_path / "pipe", shape)
    assert "no file with an end" in refusal(Path("/dev/zero"), shape)


def test_another_encoding_is_guessed_and_the_guess_is_shown(tmp_path: Path) -> None:
    """Before, no encoding but UTF-8 was read without a declaration; now it is shown what was taken for it."""
    path = tmp_path / "list.csv"
    path.write_bytes("名称\n虚构有限公司\nBrass Ltd\n".encode("gb18030"))
    looked = look(path)
    assert (looked.shape.encoding, looked.encoding) == ("gb18030", How.GUESS)
    assert "gb18030 (a guess; override with --encoding)" in looked.text_en
    assert "gb18030（推测；可用 --encoding 指定）" in looked.text_zh
    first, second = open_rows(path)
    assert (first.trouble, dict(first.cells)) == (None, {"名称": "虚构有限公司"})
    assert second.trouble is None
    declared = replace(CSV, encoding="utf-8")
    assert "Save the file as UTF-8" in refusal(path, declared)


def test_a_line_of_blanks_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,town\nBrass Ltd,Ely\n \n\t\n", "utf-8")
    assert len(list(open_rows(path, CSV))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 200_000 + "]" * 200_000, "nested more than"),
        ('[{"a":' + '{"b":' * 100_000 + "1" + "}" * 100_001 + "]", "nested more than"),
        ('[{"a":' + "9" * (MOST_DIGITS + 1) + "}]", "digits in a row"),
        ('[{"a":' + "9" * 3_000_000 + "}]", "digits in a row"),
        ('[{"a":1E9999999999999999999}]', "more than 6 digits in its exponent"),
        ('[{"a":-0.5e-9999999999999999999}]', "more than 6 digits in its exponent"),
        ('{"rows":[{"a":1}],"b":0e+99999999999999999999}', "more than 6 digits in its exponent"),
        # Cut out of what a fuzzer wrote; the mark at its end opens a text.
        ("[[1,99999999999999999999999E99999999999999999999:9: " + '"]', "exponent"),
    ],
)
def test_json_that_no_parser_survives(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(text, "utf-8")
    assert said in refusal(path, JSON)


@pytest.mark.parametrize("text", ['[{"a":1E%s}]', '{"rows":[{"a":1E%s}]}'])
def test_a_number_that_its_parser_cannot_hold(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser's own word on it, should the look before it let one pass."""
    path = tmp_path / "list.json"
    path.write_text(text % ("9" * 20), "utf-8")
    assert "exponent" in refusal(path, FileShape())
    monkeypatch.setattr(json_records, "check_lexis", lambda *_, **__: None)
    for declared in (JSON, replace(JSON, records="rows"), replace(JSON, records="none")):
        with pytest.raises(UnreadableFile, match="is wrong after record 0"):
            list(json_records.read_json(path, declared))
    assert json_records.width_of_first(path, JSON) == 0
    with path.open("rb") as file:
        with pytest.raises(UnreadableFile, match="is wrong after record 0"):
            json_records._check_path(file, replace(JSON, records="none"))
        assert json_records.records_path(file) in {"", "rows"}


def test_json_as_deep_as_allowed_and_brackets_in_texts(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    deep = "[" * (DEEPEST - 2) + "]" * (DEEPEST - 2)
    path.write_text('[{"a":' + deep + r',"b":"' + r"[{\"" * 400_000 + '"}]', "utf-8")
    (row,) = open_rows(path, JSON)
    assert row.trouble is None
    assert row.cells["b"] == '[{"' * 400_000


@pytest.mark.parametrize(
    "record",
    ['{"name":"a","name":"b"}', '{"x":{"name":"a","name":"b"}}', '{"x":[{"n":1,"n":2}]}'],
)
def test_a_key_that_comes_again_with_another_value(record: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(f'[{record}, {{"name":"a","name":"a"}}]', "utf-8")
    again, same = open_rows(path, JSON)
    assert (again.trouble, again.column) == (Trouble.SAME_COLUMN_TWICE, "")
    assert same.trouble is None


def test_formulas_that_failed_leave_no_value(tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(workbook())
    rows = list(open_rows(tmp_path / "list.xlsx", XLSX))
    assert [dict(row.cells) for row in rows] == [
        {"name": "Brass Ltd", "town": "Ely"},
        {"name": None, "town": None},
    ]


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    assert "without a password" in refusal(path, XLSX)


@pytest.mark.parametrize(
    ("signature", "offset", "value"),
    [
        (b"PK\x01\x02", 8, 0x1),  # parts marked as encrypted
        (b"PK\x01\x02", 10, 97),  # packed in a way that is not known
    ],
)
def test_parts_that_cannot_be_unpacked(
    signature: bytes, offset: int, value: int, tmp_path: Path
) -> None:
    packed = bytearray(workbook())
    place = packed.find(signature)
    while place >= 0:
        struct.pack_into("<H", packed, place + offset, value)
        place = packed.find(signature, place + 1)
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed)
    assert "damaged" in refusal(path, XLSX)


def test_parts_with_wrong_bytes(tmp_path: Path) -> None:
    packed = bytearray(workbook())
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        part = archive.getinfo("xl/workbook.xml")
    begins = part.header_offset + 30 + len(part.filename)
    packed[begins + 20 : begins + 60] = b"\xff" * 40
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed)
    assert "damaged" in refusal(path, XLSX)


def test_a_row_that_fills_the_memory(tmp_path: Path) -> None:
    many = with_sheet(tmp_path / "list.xlsx", b"<row>" + b"<c><v>1</v></c>" * 20_000, end=b"</row>")
    assert "where a sheet ends" in refusal(many, XLSX)
    text = b'<c t="str"><v>' + b"x" * 10_000 + b"</v></c>"
    long = with_sheet(tmp_path / "list.xlsx", text * 100, times=20, end=b"</row>", begin=b"<row>")
    assert "more than 16 MiB" in refusal(long, XLSX)


def test_a_row_far_below_the_end_of_a_sheet(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "list.xlsx", b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    )
    assert "where a sheet ends" in refusal(path, XLSX)


_IN_UTF_8 = 0x800
_LOCAL, _LISTED = (b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)
"""How a part and its line in the list begin, and where their flags and names stand (APPNOTE.TXT, 4.3)."""


def _misnamed(package: bytes, *, listed: bool) -> bytes:
    """The first part says that its name is in UTF-8, and it is not: in the list, or before the part."""
    changed = bytearray(package)
    for begin, flags, name in (_LOCAL, _LISTED):
        place = package.index(begin)
        (said,) = struct.unpack_from("<H", package, place + flags)
        struct.pack_into("<H", changed, place + flags, said | _IN_UTF_8)
        if listed is (begin == _LISTED[0]):
            changed[place + name] = 0xB4
    return bytes(changed)


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("shape", [FileShape(FileFormat.AUTO), XLSX])
def test_a_part_whose_name_is_in_no_encoding_is_refused(
    tmp_path: Path, shape: FileShape, listed: bool
) -> None:
    path = tmp_path / "list.xlsx"
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    path.write_bytes(_misnamed(package.getvalue(), listed=listed))
    with pytest.raises(UnreadableFile) as caught:
        list(open_rows(path, look(path, shape).shape))
    assert "\n" not in str(caught.value)

"""A look at a file: format, encoding, delimiter, quote and header, and how each is known."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.readers import (
    NO_QUOTE,
    FileFormat,
    FileShape,
    How,
    Row,
    Trouble,
    UnreadableFile,
    look,
    open_rows,
)
from tabularium.intake.readers.encoding import codec_of
from tabularium.intake.readers.encoding_guess import guessed_encoding
from tests.fuzz import made_up

ROOT = Path(__file__).resolve().parents[2]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes | str, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def rows_of(path: Path, shape: FileShape | None = None) -> list[Row]:
    return list(open_rows(path, shape))


# ---- encoding

CHINESE = """决定书文号,名称,事由
穗环罚〔2024〕12号,穗澜市虚构建材有限公司,未按规定报批环境影响评价文件
穗环罚〔2024〕13号,虚构铜业股份有限公司,超标排放水污染物，责令改正
"""
TRADITIONAL = "文號,名稱,事由\n環罰一號,虛構建材有限公司,未依規定申報環境影響評估\n"
PORTUGUESE = """Número,Razão Social,Sanção
1,Construções São João Ltda,Suspensão temporária de participação em licitação
2,Açaí & Irmãos Comércio S.A.,Declaração de inidoneidade
"""
SPANISH = """Número,Razón Social,Situación
1,Compañía Minera Peña Ñandú S.A. de C.V.,Inhabilitación por tres años
2,Construcciones Martínez,Resolución definitiva — sanción económica
"""
ENGLISH = "Reference,Name,Reason\n1,Brass & Sons’ Café Ltd,“Unsafe” storage – £5 000 fine\n"
POLISH = "Nazwa,Miejscowość\nPrzedsiębiorstwo Usługowe Żółw,Łódź\nSpółka z ograniczoną,Gdańsk\n"
HUNGARIAN = "Cégnév,Város\nÉpítőipari Vállalkozás,Győr\nSütőipari Művek,Székesfehérvár\n"
CZECH = "Název,Obec\nStavební společnost Říčany,Žďár\nPěší stráž,České Budějovice\n"
RUSSIAN = "Название,Город\nСтроительная компания Маяк,Москва\nЗавод меди,Тула\n"
JAPANESE = "会社名,住所\n架空建設株式会社,東京都のどこか\nカクウ商事,おおさか\n"
KOREAN = "회사명,주소\n가상건설 주식회사,서울특별시 어딘가에\n구리공업 주식회사,부산광역시\n"


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "big5", "big5"),
        (PORTUGUESE, "cp1252", "windows-1252"),
        (PORTUGUESE, "utf-16-le", "utf-16-le"),
        (PORTUGUESE, "mac_roman", "macintosh"),
        (PORTUGUESE, "cp850", "ibm850"),
        (SPANISH, "cp1252", "windows-1252"),
        (SPANISH.replace("—", "-"), "cp850", "ibm850"),
        (ENGLISH, "cp1252", "windows-1252"),
        (POLISH, "cp1250", "windows-1250"),
        (POLISH, "iso8859_2", "iso-8859-2"),
        (HUNGARIAN, "cp1250", "windows-1250"),
        (CZECH, "cp1250", "windows-1250"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8_r", "koi8-r"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (KOREAN, "cp949", "euc-kr"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-32", "utf-32"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_encodings_are_told(text: str, encoding: str, expected: str, write: Write) -> None:
    path = write(text.encode(encoding))
    looked = look(path)
    assert looked.shape.encoding == expected
    marked = encoding in {"utf-8-sig", "utf-16", "utf-32"}
    sure = encoding in {"utf-8", "ascii"}
    assert looked.encoding is (How.MARK if marked else How.CONTENT if sure else How.GUESS)
    lines = [line.split(",") for line in text.splitlines()]
    assert [list(row.cells.values()) for row in rows_of(path)] == lines[1:]


@pytest.mark.parametrize("text", [CHINESE, PORTUGUESE, SPANISH, ENGLISH])
def test_a_few_damaged_bytes_leave_a_text_in_utf_8(text: str, write: Write) -> None:
    path = write(text.encode() * 3 + b"x,caf\xe9,y\n")
    looked = look(path)
    assert (looked.shape.encoding, looked.encoding) == ("utf-8", How.GUESS)
    *good, bad = rows_of(path)
    assert bad.trouble is Trouble.UNDECODABLE
    assert not any(row.trouble for row in good)


def test_lines_of_two_encodings_are_read_in_one_and_the_others_have_trouble(write: Write) -> None:
    path = write(CHINESE.encode("gb18030") * 5 + b"x,\xff\xff,y\n")
    assert look(path).shape.encoding == "gb18030"
    assert [row.trouble for row in rows_of(path)][-1] is Trouble.UNDECODABLE
    both = write(CHINESE.encode() * 5 + CHINESE.encode("gb18030"))
    assert look(both).shape.encoding == "utf-8"
    assert len(rows_of(both)) == 3 * 6 - 1
    assert sum(row.trouble is Trouble.UNDECODABLE for row in rows_of(both)) == 3


def test_the_text_that_tells_an_encoding_may_stand_far_below(write: Write) -> None:
    path = write(
        b"number,name\n" + b"1,Brass Ltd\n" * 300_000 + "2,São João Construções\n".encode("cp1252")
    )
    assert look(path).shape.encoding == "windows-1252"


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "br-ceis-2020/ceis.csv",
        "br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv",
        "mx-sfp-proveedores-sancionados-2017/ProveedoresyContratistasSancionados.csv",
        "int-worldbank-debarred-2024/debarred_firms.csv",
        "uk-fsa-approved-food-establishments/ApprovedEstablishments01102024.csv",
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "utf-16-le", "mac_roman"])
def test_real_texts_saved_in_other_encodings(
    name: str, encoding: str, shared_data: Path, write: Write
) -> None:
    text = (shared_data / name).read_text("utf-8-sig").encode(encoding, "ignore").decode(encoding)
    told = look(write(text.encode(encoding))).shape.encoding
    assert codec_of(told) == codec_of(encoding)


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "idna", "undefined", "utf-7", "x\0", "klingon"]
)
def test_codecs_that_are_no_encodings_of_texts(name: str, write: Write) -> None:
    assert codec_of(name) is None
    with pytest.raises(UnreadableFile, match="not known"):
        rows_of(write("a\n"), FileShape(FileFormat.CSV, encoding=name))


@given(st.binary(max_size=300))
def test_a_guess_is_always_an_encoding(sample: bytes) -> None:
    assert codec_of(guessed_encoding(sample)) is not None


# ---- delimiter and quote


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", "^", "~", "#", "§", "\x1f", "!"])
@pytest.mark.parametrize("quote", ['"', "'", NO_QUOTE])
def test_delimiters_and_quotes_are_told(delimiter: str, quote: str, write: Write) -> None:
    target = io.StringIO()
    plain = quote == NO_QUOTE
    fine = "1.234" if plain and delimiter == "," else "1.234,50"
    writer = csv.writer(
        target,
        delimiter=delimiter,
        quotechar=None if plain else quote,
        quoting=csv.QUOTE_NONE if plain else csv.QUOTE_ALL,
    )
    writer.writerow(["reference", "name", "fine", "place"])
    for number in range(30):
        name = f'"Brass {number}" Ltd' if plain else f"Brass, {number}; {delimiter} Ltd"
        writer.writerow([f"F-{number}", name, fine, "Ely"])
    path = write(target.getvalue())
    looked = look(path)
    assert (looked.shape.delimiter, looked.shape.quote) == (delimiter, quote)
    rows = rows_of(path)
    assert len(rows) == 30
    assert not any(row.trouble for row in rows)
    assert rows[3].cells["fine"] == fine


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"),
        ("name;no\nBrass, Ltd;1\nTin, Ltd;2\n", ";"),
        ("Title, with comma\n\nname;town;day\nBrass;Ely;10:30\nTin;Ely;11:30\n", ";"),
        ("name\tnote\nBrass\tx, y, z\nTin\tx; y\n", "\t"),
        ("time,name\n10:30,Brass\n11:30,Tin\n", ","),
        ("name\nBrass Ltd\nTin Ltd\n", ","),
        ("F-1;Brass;1.001,50;1\nF-2;Tin;2.002,50;2\n", ";"),
        ("name, town\nBrass, Ely\n", ","),
        ("2024-01-02 10:30|Brass|x\n2024-01-03 11:30|Tin|y\n", "|"),
    ],
)
def test_delimiters_among_other_signs(text: str, delimiter: str, write: Write) -> None:
    assert look(write(text)).shape.delimiter == delimiter


def test_the_columns_that_an_item_needs_tell_delimiter_and_header(write: Write) -> None:
    text = "As of, 2024, Ely\nx;y\nname;fine\n1,5,5;2\n1,5,5;2\n"
    shape = FileShape(needed=frozenset({"name", "fine"}))
    looked = look(write(text), shape)
    assert (looked.shape.delimiter, looked.delimiter) == (";", How.CONTENT)
    assert (looked.shape.header_row, looked.header_row) == (3, How.CONTENT)
    assert looked.guesses == ()


def test_one_mark_in_a_wrong_place_is_no_sign_of_a_text_without_quotation(write: Write) -> None:
    broken, good = rows_of(write('name,town\n"Brass" Ltd,Ely\nTin,Ely\n'))
    assert broken.trouble is Trouble.BROKEN_QUOTING
    assert good.trouble is None


def test_what_is_declared_stands(write: Write) -> None:
    path = write("a;b\n1;2\n")
    looked = look(path, FileShape(FileFormat.CSV, "latin-1", ",", '"', 1))
    assert looked.shape.delimiter == ","
    assert {looked.format, looked.encoding, looked.delimiter, looked.quote, looked.header_row} == {
        How.DECLARED
    }
    assert looked.text_en == (
        "CSV (declared), encoding latin-1 (declared), cells apart by commas (declared), "
        'quoted with " (declared), header in row 1 (declared).'
    )


def test_a_guess_is_shown_with_how_to_override_it(write: Write) -> None:
    looked = look(write(PORTUGUESE.encode("cp1252")))
    assert looked.guesses == ("encoding", "header_row")
    assert "windows-1252 (a guess; override with --encoding)" in looked.text_en
    assert "编码 windows-1252（推测；可用 --encoding 指定）" in looked.text_zh
    assert "以逗号分隔" in looked.text_zh
    again = look(write(PORTUGUESE.encode("cp1252")), replace(looked.shape, encoding="cp1250"))
    assert again.encoding is How.DECLARED


# ---- titles, notes and rows of other lengths


def test_titles_blank_lines_and_notes(write: Write) -> None:
    head = "Fines of 2024\n\nMade-up Office, Ely\nname,town,fine\n"
    path = write(head + "Brass,Ely,1\n\n  \nTin,Ely,2\n\nSource: us\n")
    assert look(path).shape.header_row == 4
    first, second, note = rows_of(path)
    assert [(row.number, row.trouble) for row in (first, second, note)] == [
        (5, None),
        (8, None),
        (10, Trouble.TOO_FEW_CELLS),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines_of_every_kind_and_mixed(end: str, write: Write) -> None:
    rows = rows_of(write(f"name,town{end}A,Ely\r\nB,Ely\nC,Ely\r\n"))
    assert [row.cells["name"] for row in rows] == ["A", "B", "C"]
    assert not any(row.trouble for row in rows)


def test_delimiters_behind_the_last_cell(write: Write) -> None:
    for text in ("a;b;\n1;2;\n3;4;\n", "a;b\n1;2;\n3;4;;\n", "a;b;\n1;2\n3;4\n"):
        rows = rows_of(write(text), FileShape(needed=frozenset({"a", "b"})))
        assert [row.trouble for row in rows] == [None, None], text
        assert [(row.cells["a"], row.cells["b"]) for row in rows] == [("1", "2"), ("3", "4")]
    (short,) = rows_of(write("a;b;c;\n1;2\n"), FileShape(delimiter=";", header_row=1))
    assert (short.trouble, short.expected, short.found) == (Trouble.TOO_FEW_CELLS, 4, 2)


def test_texts_that_excel_was_made_to_keep(write: Write) -> None:
    text = 'name,="code",note\nA,="0012",=1+1\nB,"=""0""12""","=""a"" & b"\n'
    first, second = rows_of(write(text))
    assert dict(first.cells) == {"name": "A", "code": "0012", "note": "=1+1"}
    assert dict(second.cells) == {"name": "B", "code": '="0"12"', "note": '="a" & b'}


def test_a_row_over_very_many_lines_and_a_very_long_cell(write: Write) -> None:
    cell = '"' + "x\n" * 400_000 + '",'
    assert "longer than 16,000,000" in _refusal(write("a,b\n" + cell * 25))
    assert "never closes" in _refusal(write('a,b\n1,2\n"' + "y\n" * 1_000))
    assert "longer than" in _refusal(write(b"a,b\n1," + b"x" * 20_000_000 + b"\n"))


def _refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        rows_of(path, FileShape(FileFormat.CSV, delimiter=",", header_row=1))
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ---- format


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (made_up.xlsx(), "list.csv", FileFormat.XLSX),
        (made_up.ods(), "list.xlsx", FileFormat.ODS),
        (made_up.parquet(), "list", FileFormat.PARQUET),
        (made_up.json_document(), "list.txt", FileFormat.JSON),
        (made_up.json_lines(), "list.json", FileFormat.JSON_LINES),
        (b'{"a": 1}\n', "list.jsonl", FileFormat.JSON_LINES),
        (b'[\n{"a": 1}\n]', "list", FileFormat.JSON),
        (b'["a", 1]\n["b", 2]\n', "list", FileFormat.JSON_LINES),
        (b'\xef\xbb\xbf[{"a": 1}]', "list", FileFormat.JSON),
        (b"[id],name\n1,x\n", "list.csv", FileFormat.CSV),
        (b"{x},y\n1,2\n", "list", FileFormat.CSV),
    ],
)
def test_formats_are_told_by_the_content(
    content: bytes, name: str, expected: FileFormat, write: Write
) -> None:
    looked = look(write(content, name))
    assert looked.shape.format is expected
    assert looked.format in {How.CONTENT, How.GUESS}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x1f\x8b\x08 packed", "packed with gzip"),
        (b"<!DOCTYPE html><html><table>", "a web page"),
        (b"\r\n <html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "a web page"),
        (b"<?xml version='1.0'?><rows/>", "an XML document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "before 2007"),
        (made_up.packed({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "XLSB"),
        (
            made_up.packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
            "no spreadsheet",
        ),
        (b"\n \n", "empty"),
    ],
)
@pytest.mark.parametrize("file_format", [FileFormat.AUTO, FileFormat.CSV])
def test_what_is_no_table_is_named(
    content: bytes, said: str, file_format: FileFormat, write: Write
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        look(write(content, "list.xls"), FileShape(file_format))


def test_a_file_in_another_format_than_declared_is_said_so(write: Write) -> None:
    complete = FileShape(FileFormat.CSV, "utf-8", ",", '"', 1)
    with pytest.raises(UnreadableFile, match="The file is XLSX, and CSV is declared"):
        rows_of(write(made_up.xlsx()), complete)


@pytest.mark.data
@pytest.mark.parametrize("item", sorted((ROOT / "examples" / "catalogue").glob("*.toml")))
def test_what_an_item_declares_would_have_been_found_out(item: Path, shared_data: Path) -> None:
    """But for the path of records and nested lists, which only a person can know."""
    declared = parse_item(item.read_text("utf-8"), item.name).file
    files = [
        path for path in shared_data.glob(f"{_folder(item)}*/*") if path.suffix in {".csv", ".json"}
    ]
    for path in files:
        looked = look(path, FileShape(needed=declared.needed, records=declared.records))
        if declared.format is FileFormat.CSV and looked.header_row is How.CONTENT:
            told = looked.shape
            with_declared = look(path, declared).shape
            assert told.header_row == with_declared.header_row
            assert told.delimiter == with_declared.delimiter
            assert codec_of(told.encoding) == codec_of(with_declared.encoding)
        assert looked.shape.format is declared.format


def _folder(item: Path) -> str:
    return item.stem.rsplit("-", 1)[0] if item.stem.startswith("mx-sfp") else item.stem


# ---- what an item may say

FILE = '[file]\nformat = "csv"\n'


@pytest.mark.parametrize("section", ["", "[file]\n", '[file]\nformat = "auto"\n'])
def test_an_item_may_say_nothing_of_its_file(section: str, item_text: str) -> None:
    assert FILE in item_text
    shape = parse_item(item_text.replace(FILE, section), "item.toml").file
    assert shape == FileShape(needed=shape.needed)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('encoding = "rot13"', "encoding 'rot13' is not known"),
        ('delimiter = ";;"', "delimiter is one character"),
        ('delimiter = ""', "delimiter is one character"),
        ("delimiter = '\"'", "delimiter is another character than quote"),
        ('quote = "`"', "quote is one of"),
        ('format = "xls"', "format is"),
        ("header_row = 0", "columns have to be named"),
    ],
)
def test_mistakes_in_what_an_item_says_of_its_file(line: str, said: str, item_text: str) -> None:
    with pytest.raises(ItemError, match=said):
        parse_item(item_text.replace(FILE, f"[file]\n{line}\n"), "item.toml")
    quoted = "[file]\nquote = 'none'\ndelimiter = '\"'\n"
    assert parse_item(item_text.replace(FILE, quoted), "item.toml").file.delimiter == '"'

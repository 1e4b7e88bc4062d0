"""What was read in the wrong encoding is met; right texts of many languages are not."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.intake.findings import Examined, FindingCode
from tabularium.intake.garbled_text import SCREEN, is_garbled

WORDS = ["café", "São Paulo", "Ação", "à Paris", "Nº 3", "20°C", "“x”", "it’s", "CÔTE", "Ñandú"]
WORDS += ["Größe", "Łódź", "Привет", "Ελλάδα", "有限公司", "日本国", "naïve", "张家港市环境科技"]


def misread(word: str, codec: str, times: int = 1) -> str:
    """UTF-8 read in a codec; what Windows-1252 has no character for is a control, as browsers read it."""
    for _ in range(times):
        bytes_of_word = word.encode("utf-8")
        gaps = (0x81, 0x8D, 0x8F, 0x90, 0x9D) if codec == "cp1252" else ()
        word = "".join(
            chr(each) if each in gaps else bytes((each,)).decode(codec) for each in bytes_of_word
        )
    return word


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("word", WORDS)
def test_utf_8_read_as_a_single_byte_encoding(word: str, codec: str) -> None:
    assert is_garbled(misread(word, codec))
    assert is_garbled(f"The {misread(word, codec)} Company")


@pytest.mark.parametrize("word", ["Đầu tư", "Öl", "Åsa", "Ó", "é", "；（）", "😀"])
def test_utf_8_read_as_windows_1252_once_and_twice(word: str) -> None:
    assert is_garbled(misread(word, "cp1252"))
    assert is_garbled(misread(word, "cp1252", times=2))


CHINESE = ["中国建设银行", "张家港市环境科技有限公司", "环境处罚决定书", "北京某某公司（分公司）"]


@pytest.mark.parametrize("errors", ["ignore", "replace"])
@pytest.mark.parametrize("codec", ["gbk", "gb18030"])
@pytest.mark.parametrize("name", CHINESE)
def test_utf_8_read_as_gbk(name: str, codec: str, errors: str) -> None:
    assert is_garbled(name.encode("utf-8").decode(codec, errors=errors))


@pytest.mark.parametrize("name", ["有限公司", *CHINESE])
def test_gbk_read_as_latin_1(name: str) -> None:
    assert is_garbled(name.encode("gbk").decode("latin-1"))


@pytest.mark.parametrize(
    "text",
    [
        "锟斤拷",
        "锟斤拷锟斤拷有限公司",
        "烫烫烫烫",
        "屯屯屯屯",
        "caf\ufffd",
        "????????",
        "涓\ue15e浗",
    ],
)
def test_what_is_left_in_place_of_what_could_not_be_read(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        *("“IRMÔ e “AMANHÃ…”", "« café\xa0»", "“café” ‘café’”", "CAFÉ® Ltda", "“HÄMÄ”", "à\xa0€5"),
        *("CONSTRUÇÕES E COMÉRCIO LTDA", "São João d'El-Rei – Ação", "N.º 5, 1ª VARA", "CÂMARA"),
        *("ESPAÑA", "«ESPAÑ»", "ÁÉÍÓÚ", "ÑANDÚ S.A. de C.V.", "Société générale à 5 €"),
        *("Công ty TNHH Đầu tư Xây dựng Hà Nội", "NGUYỄN THỊ ÁNH", "Ân Ất Ưu", "Łódź", "Größe"),
        *(
            "张家港市环境科技有限公司",
            "漯河市源汇区",
            "洹水浜河工程有限公司",
            "臺灣電力公司",
            "東京電力株式会社",
        ),
        *(
            "What????  no",
            "20 °C, 5 m²",
            "√ água",
            "····",
            "°°°°",
            "±±±±",
            "****",
            "½ ¼ ¾",
            "PÅ–GRUND",
        ),
        *("Þýðing hf.", "Ελληνικά", "Привет, мир", "주식회사", "ÉLECTRICITÉ—GAZ", "?", ""),
    ],
)
def test_right_texts_raise_no_alarm(text: str) -> None:
    assert not is_garbled(text)
    assert not is_garbled(text.upper())
    assert not is_garbled(text.lower())


def test_the_chinese_of_this_project_raises_no_alarm() -> None:
    root = Path(__file__).resolve().parents[2] / "tabularium"
    written = ("demo/**/*.py", "demo/**/*.toml", "rules/*.toml", "intake/message_*.py", "**/*.po")
    lines = {
        line
        for pattern in written
        for path in root.glob(pattern)
        for line in path.read_text("utf-8").splitlines()
    }
    assert sum(not line.isascii() for line in lines) > 500
    assert [line for line in lines if is_garbled(line)] == []


@pytest.mark.data
def test_only_what_is_garbled_is_met_in_the_public_files(shared_data: Path) -> None:
    """The contractors' board of Louisiana has eight such lines; each says "Ãƒâ€š", "Ã‚" or "â€™"."""
    met = {}
    for path in sorted(shared_data.rglob("*")):
        if path.suffix.lower() not in {".csv", ".json"}:
            continue
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            text = path.read_text("cp1252", errors="ignore")
        lines = text.splitlines() if path.suffix.lower() == ".csv" else _texts(json.loads(text))
        found = [line for line in lines if is_garbled(line)]
        assert all("â€" in line or "Ã‚" in line for line in found)
        if found:
            met[path.parent.name] = len(found)
    assert met == {"us-la-contractors-board-2024": 8}


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("column", ["name", "summary", "status", "measure"])
def test_a_garbled_text_stops_its_row_before_all_else(
    column: str, examine_rows: Callable[..., list[Examined]]
) -> None:
    (examined,) = examine_rows({column: "Café Ltd".encode().decode("cp1252")})
    assert examined.primary is not None
    assert (examined.primary.code, examined.primary.column) == (FindingCode.MOJIBAKE, column)


def test_a_control_that_cleaning_takes_away_is_seen_first(
    examine_rows: Callable[..., list[Examined]],
) -> None:
    (examined,) = examine_rows({"summary": "Ã\x81ngel"})
    assert examined.primary is not None
    assert examined.primary.code is FindingCode.MOJIBAKE


PIECES = st.sampled_from(
    [*"aé ÃÂâ€™?\xa0锟斤拷涓浗鏈夐檺鍏\ufffd中国√©├®ä¸\xad", "Ã©", "ä¸", "????", *WORDS, *CHINESE]
)
CODECS = st.sampled_from(["utf-8", "cp1252", "latin-1", "mac_roman", "cp850", "gbk", "gb18030"])


@given(st.lists(PIECES, max_size=8).map("".join), CODECS, CODECS)
def test_the_screen_for_other_engines_lets_nothing_through(
    text: str, written_in: str, read_in: str
) -> None:
    misread = text.encode(written_in, errors="ignore").decode(read_in, errors="replace")
    for each in (text, misread):
        assert not is_garbled(each) or re.search(SCREEN, each)


@pytest.mark.data
def test_the_screen_holds_back_few_right_texts(shared_data: Path) -> None:
    path = shared_data / "mx-sat-69b" / "Listado_Completo_69-B_2022-11-30.csv"
    lines = path.read_text("cp1252", errors="ignore").splitlines()
    held_back = sum(re.search(SCREEN, line) is not None for line in lines)
    assert held_back * 100 < len(lines)

"""Expressions for days, sums, lengths of time and patterns, each beside the function of the row path."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.core.legal_form_patterns import LEGAL_FORMS, patterns_of
from tabularium.core.legal_forms import names_natural_person
from tabularium.intake.cells import clean
from tabularium.intake.garbled_text import is_garbled
from tabularium.intake.items import parse_item
from tabularium.intake.lateness import Lateness
from tabularium.intake.mapping import RowMapper, _form_of_name
from tabularium.intake.person_words import names_a_person_beside
from tabularium.intake.personal import find_personal, find_personal_number
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import USUAL, USUAL_CLASS
from tabularium.intake.sets.columns import reference_cells, text_cells
from tabularium.intake.sets.days import Days
from tabularium.intake.sets.form_names import form_told, own_name, plain_name
from tabularium.intake.sets.lateness import late_spans
from tabularium.intake.sets.portable import NotPortableError, portable
from tabularium.intake.sets.tell_tales import garbled
from tabularium.intake.sets.texts import search
from tabularium.intake.values import parse_day
from tabularium.rules.loader import rule_book
from tests.intake.real_files import CATALOGUE
from tests.intake.sets.conftest import TODAY

USUAL_TEXT = st.text(
    st.sampled_from(sorted(each for each in USUAL if each < "\u3400")), max_size=25
)


def answered(texts: Sequence[str], question: Any) -> list[Any]:
    """What DuckDB answers for each text; the question is a function of the text as an expression."""
    table = ibis.table({"place": "int64", "text": "string"}, name="given")
    asked = question(table)
    fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
    try:
        query = str(ibis.to_sql(asked.order_by("place"), dialect="duckdb"))
    finally:
        ibis.options.sql.fuse_selects = fused
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"place": range(len(texts)), "text": list(texts)}))
        return [row[1] for row in connection.execute(query).fetchall()]


def found(texts: Sequence[str], pattern: str) -> list[bool]:
    return answered(texts, lambda table: table.select("place", f=table.text.re_search(pattern)))


FORMS = (
    ("%d/%m/%Y",),
    ("%m/%d/%Y", "%d/%m/%Y"),
    ("%Y年%m月%d日",),
    ("%d de %B de %Y", "%d de %B del %Y", "%d %B %Y"),
    ("%b %d, %Y",),
    ("%Y%m%d",),
    ("%d.%m.%Y", "%Y/%m/%d"),
    ("%%%d-%m-%Y",),
    (),
)
DAYS = (
    *(
        "31/01/2026",
        "1/2/2026",
        "29/02/2023",
        "29/02/2024",
        "02/30/2026",
        "13/01/2026",
        "01/13/2026",
    ),
    *(
        "2026年03月04日",
        "2026年3月4日",
        "2026年02月30日",
        "2026-03-04",
        "2026-3-4",
        "2026-02-30",
        "20260304",
    ),
    *(
        "5 de marzo de 2021",
        "05 de MARÇO del 2021",
        "5 setiembre 2021",
        "5 Sept 2021",
        "Mar 5, 2021",
    ),
    *("Mar. 5, 2021", "May 5, 2021", "Mon 5, 2021", "5 de mrz de 2021", "04.03.2026", "2026/03/04"),
    *(
        "2026-03-04 10:00",
        "2026-03-04T10:00:59.25",
        "04/03/2026 9:00 a.m.",
        "2026-03-04Z",
        "%04-03-2026",
    ),
    *(
        "0001-01-01",
        "1799-12-31",
        "1800-01-01",
        "2999-12-31",
        "3000-01-01",
        "9999-12-31",
        "10000-01-01",
    ),
    *(
        "",
        "-",
        "2026-03",
        "2026-03-04-05",
        "2026-03-04 (BC)",
        "epoch",
        "infinity",
        "today",
        "45292",
    ),
    *("04-03-2026", "2026 03 04", "x" * 70, "00/00/0000", "12/31/1999", "31/12/1999", "4/3/26"),
)


@pytest.mark.parametrize("forms", FORMS, ids=str)
def test_a_day_is_the_one_that_the_row_path_reads(forms: tuple[str, ...]) -> None:
    written = [
        day.strftime(form) for form in forms for day in (date(2024, 2, 29), date(1999, 12, 1))
    ]
    texts = [*DAYS, *written]

    def read(table: Any) -> Any:
        days = Days()
        name = days.column("text", forms, table.text)
        return days.read(table).select("place", name)

    answers = answered(texts, read)
    expected = [parse_day(text, forms) for text in texts]
    wrong = [
        each
        for each in zip(texts, expected, answers, strict=True)
        if each[2] not in {each[1], None}
    ]
    assert wrong == []
    # What is written with all its digits in the form that comes first is always read.
    assert all(answer is not None for answer in answers[len(DAYS) :][:2])


PATTERNS = (
    *(
        r"^(?P<value>.+?)\s*(?://.*)?$",
        r"\d{2,3}-[A-Z]+",
        r"(?i)cleared|acquitted",
        r"^X+$",
        r"[^\s,]+$",
    ),
    *(
        r"(?s)^a.b$",
        r"^(?!FINAL$)",
        r"^(?=[A-Z])\w+",
        r"a{2}|b{3,}",
        r"[-a-c]x",
        r"[a-]x",
        r"\(x\)\.",
        r"x/y#z",
    ),
    *(
        r"(?i)[a-f]0",
        r"(?i)são",
        r"\w+ç\w+",
        r"^\S+ de (?P<value>[0-9]{1,2})",
        r"[\w.-]+",
        r"",
        r"\AFine\Z",
    ),
)
TRIED = (
    *(
        "ACME // note",
        "ACME",
        "12-AB",
        "123-A",
        "Cleared",
        "ACQUITTED",
        "XXX",
        "XxX",
        "a b,c",
        "a\nb",
        "aXb",
    ),
    *(
        "FINAL",
        "FINALLY",
        "final",
        "Abc",
        "aa",
        "bb",
        "bbb",
        "-x",
        "ax",
        "cx",
        "dx",
        "(x).",
        "x/y#z",
        "F0",
    ),
    *(
        "SÃO",
        "são",
        "Sao",
        "Açúcar",
        "x de 12",
        "xy de 123",
        "a_b",
        "中文字",
        "",
        "Fine",
        "Fine.",
        "a-b.c",
    ),
)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_portable_pattern_finds_what_python_finds(pattern: str, whole: bool) -> None:
    compiled = re.compile(pattern)
    written = portable(compiled, whole=whole)
    answers = answered(
        TRIED, lambda table: table.select("place", f=search(table.text, written).found)
    )
    looked = compiled.fullmatch if whole else compiled.search
    expected = [looked(text) is not None for text in TRIED]
    assert [t for t, e, a in zip(TRIED, expected, answers, strict=True) if e != a] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"a(?!b)",
            r"(?<=a)b",
            r"(a)\1",
            r"\bword\b",
            r"a(?=b)|c",
            r"(?m)^a$",
            r"a{2000}",
            r"[\D]x",
        ),
        *(r"(?i)[à-ý]", r"x{", r"a++", r"(?P<a>x)(?P=a)", r"\p{L}"),
    ],
)
def test_a_pattern_that_engines_read_otherwise_is_not_portable(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error:
        pytest.skip("Python does not know it either.")
    with pytest.raises(NotPortableError):
        portable(compiled)


def test_usual_characters_are_clean_and_single() -> None:
    assert all(clean(f"a{each}a") == f"a{each}a" for each in USUAL)
    assert all(ord(each) < 0x10000 and each.casefold() in {each.lower(), "ss"} for each in USUAL)
    texts = sorted(USUAL - {" ", "\n"})
    assert not any(found(texts, f"[^{USUAL_CLASS}]"))
    others = [
        "\t",
        "\r",
        "\u00a0",
        "\u200b",
        "\u3000",
        "e\u0301",
        "😀",
        "１",
        "ﬁ",
        "\ufffd",
        "ı",
        "²",
    ]
    assert all(found(others, f"[^{USUAL_CLASS}]"))


@pytest.mark.parametrize("region", ["cn", "br", "mx", "pe", "us", "gb"])
def test_every_way_to_write_a_form_of_people_is_found(region: str) -> None:
    ways = [
        way
        for form in LEGAL_FORMS.values()
        if form.natural_person and form.jurisdiction in {region, ""}
        for way in (*form.written, *form.beginning, *form.anywhere)
    ]
    names = [f"Latão & Filhos {each}" for way in ways for each in (way, way.upper(), way.lower())]
    names += [f"{way} 铜匠" for way in ways]
    names += [
        "Sra. Latão",
        "Mr Tin",
        "Tin t/a Brass",
        "Tin d.b.a. Brass",
        "Tin, owner of Brass",
        "王先生",
    ]
    said = found(names, people.person_in_name(region))
    missed = [
        name
        for name, is_found in zip(names, said, strict=True)
        if not is_found and (names_natural_person(name, region) or names_a_person_beside(name))
    ]
    assert missed == []
    assert not any(
        found(["Brass Ltd", "铜匠有限公司", "Latão S.A."], people.person_in_name(region))
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(USUAL_TEXT, min_size=1, max_size=80), st.sampled_from(["cn", "br", "us", "gb", "xi"])
)
def test_whatever_is_personal_is_found_at_the_first_look(texts: list[str], region: str) -> None:
    texts = [
        *texts,
        "tel 020 7946 0958",
        "4930123456",
        "110101199003074477",
        "123.456.789-09",
        "a@b.co",
    ]
    at_text = found(texts, people.first_look_at_text(region))
    at_reference = found(texts, people.first_look_at_reference(region))
    for text, first, second in zip(texts, at_text, at_reference, strict=True):
        assert first or find_personal(text, region) is None, text
        assert second or find_personal_number(text, region) is None, text


_HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)
_IN_USE = st.text(
    st.sampled_from("处罚决定书经营地址广州市公司有限责任安全生产许可证环境保护"),
    min_size=2,
    max_size=12,
)
_LATIN = st.text(st.sampled_from("açãoéèôüßñ ÇÕÉÂÔ“”–œŽ"), min_size=2, max_size=12)
_WAYS = [
    *(("utf-8", "gb18030"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "mac_roman")),
    *(("utf-8", "cp850"), ("gb2312", "latin-1"), ("utf-8", "utf-8")),
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(_HAN, _IN_USE, _LATIN), st.sampled_from(_WAYS)),
        min_size=20,
        max_size=80,
    )
)
def test_text_in_a_wrong_encoding_is_found(right: list[tuple[str, tuple[str, str]]]) -> None:
    texts = [
        *("缁忚惀鍦板潃锛氬箍宸炲競", "锟斤拷", "????", "ÖÐÐÄÕ"),
        *(
            text.encode(written, errors="ignore").decode(read, errors="ignore")
            for text, (written, read) in right
        ),
    ]
    usual = [text for text in texts if set(text) <= USUAL]
    assert [
        text
        for text, is_found in zip(usual, found(usual, garbled()), strict=True)
        if not is_found and is_garbled(text)
    ] == []


def test_right_text_is_not_taken_for_text_in_a_wrong_encoding() -> None:
    right = [
        "处罚决定书，罚款120000元。",
        "ação é “sic”",
        "Größe",
        "naïve café",
        "穗环罚〔2026〕12号",
    ]
    assert not any(found(right, garbled()))


@pytest.mark.parametrize("jurisdiction", ["cn", "br", "mx", "pe", "us", "gb", "", "fr"])
def test_a_form_is_told_from_a_name_as_the_row_path_tells_it(jurisdiction: str) -> None:
    forms = patterns_of(jurisdiction).forms
    ways = sorted(
        {way for form in forms for way in (*form.written, *form.beginning, *form.anywhere)}
    )
    patterns = (
        "Brass {}",
        "BRASS, {}",
        "Latão & Cia {}",
        "铜匠{}",
        "{} Brass",
        "Brass {} (North)",
        "Brass ({})",
    )
    patterns += (
        "Brass {} x",
        "Brass - {} ME",
        "O'Brass {}.",
        "Brass {} a.k.a. Tin {}",
        "Tin; Brass {}",
    )
    patterns += (
        "Brass{}",
        "Cooperativa Brass {}",
        "Brass {} // note",
        "Brass {} em recuperação judicial",
    )
    written = {
        way
        for each in ways
        for way in (each, each.upper(), each.replace(".", ""), each.replace(".", ". "))
    }
    names = sorted(p.replace("{}", way) for p in patterns for way in written)

    def told(table: Any) -> Any:
        table = table.mutate(own=own_name(table.text))
        table = table.mutate(plain=plain_name(table.own))
        return table.select("place", f=form_told(table.own, table.plain, jurisdiction))

    usual = [name for name in names if set(name) <= USUAL and "ß" not in name]
    answers = answered(usual, told)
    expected = [_form_of_name(name, jurisdiction) for name in usual]
    wrong = [
        each for each in zip(usual, expected, answers, strict=True) if each[2] not in {"", each[1]}
    ]
    assert wrong == []
    simple = {f"Brass {way}" for way in ways}
    told_of_simple = [
        answer
        for name, form, answer in zip(usual, expected, answers, strict=True)
        if form and name in simple
    ]
    assert sum(map(bool, told_of_simple)) > len(told_of_simple) * 0.6


def test_the_cells_looked_through_are_those_of_the_row_path() -> None:
    for path in sorted(CATALOGUE.glob("*.toml")):
        item = parse_item(path.read_text("utf-8"), path.name)
        mapper = RowMapper(item, rule_book(), TODAY)
        assert set(text_cells(item)) == set(mapper._texts)
        assert set(reference_cells(item)) == set(mapper._references)


@pytest.mark.parametrize("jurisdiction", ["cn", "br", "gb", "xx"])
def test_late_days_are_the_spans_of_late_days(jurisdiction: str) -> None:
    book = rule_book()
    lateness = Lateness(book, jurisdiction, TODAY)
    spans = late_spans(lateness, book.packs(jurisdiction), TODAY)
    for age in (*range(60), *range(60, 12_000, 97)):
        day = TODAY - timedelta(days=age)
        within = any(first <= day <= last for first, last in spans)
        assert within == (lateness.exceeded(day) is not None), day

"""Every code that a page can meet has a name in both languages; figures are in the reader's form."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Field, Kind, NoticeChannel
from tabularium.core.legal_forms import LEGAL_FORMS
from tabularium.intake.item_parts import FieldType, Frequency, TermRule
from tabularium.public import languages, words
from tabularium.public.legal_form_words import LEGAL_FORM_NAMES
from tabularium.public.templatetags import figures_of_register as figures
from tabularium.public.templatetags import words_of_register as shown

CLOSED = [
    (words.KINDS, Kind),
    (words.FIELDS, Field),
    (words.NOTICE_CHANNELS, NoticeChannel),
    (words.FREQUENCIES, Frequency),
    (words.TERM_RULES, TermRule),
    (words.COLUMN_TYPES, FieldType),
]


@pytest.mark.parametrize(("table", "codes"), CLOSED, ids=lambda each: getattr(each, "__name__", ""))
def test_every_code_has_its_own_name_in_both_languages(table: dict, codes: type) -> None:
    assert set(table) == set(codes)
    for language in ("en", "zh-hans"):
        with override(language):
            names = [words.word(table, code) for code in codes]
        assert len(set(names)) == len(names)
        assert set(names).isdisjoint(set(codes))


def test_every_scheme_and_legal_form_of_an_organisation_has_a_name() -> None:
    forms = {form.name_en for form in LEGAL_FORMS.values() if not form.natural_person}
    assert set(LEGAL_FORM_NAMES) == forms
    for language in ("en", "zh-hans"):
        with override(language):
            for code in SCHEMES:
                assert words.scheme(code) != code
            for code, form in LEGAL_FORMS.items():
                if not form.natural_person:
                    assert words.legal_form(code)[0]
    with override("zh-hans"):
        assert words.legal_form("cn-youxian") == ("有限责任公司", "", "cn")


def test_a_code_that_is_not_known_stands_for_itself() -> None:
    assert words.word(words.CURRENCIES, "XXX") == "XXX"
    assert words.place("zz") == "ZZ"
    assert words.scheme("ZZ-NEW") == "ZZ-NEW"
    assert words.legal_form("zz-new") == ("", "", "")


def test_a_legal_form_is_told_with_its_name_in_law() -> None:
    with override("en"):
        assert shown.legal_form_name("br-ltda") == (
            'Limited company (<span lang="pt-BR">Sociedade limitada</span>)'
        )
        assert shown.legal_form_name("gb-ltd") == "Private limited company"
        assert shown.legal_form_name("zz") == ""


def test_authority_and_case_are_told_apart() -> None:
    written = shown.identifier_value("office%2Feast/Case 7/2026#2", "AUTHORITY-CASE")
    assert written == "office/east / Case 7/2026 / 2"
    assert shown.identifier_value("12%2F3", "GB-COH") == "12%2F3"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        ("4965.70", "BRL", "4,965.70 Brazilian reais (BRL)", "4,965.70巴西雷亚尔（BRL）"),
        ("1000000", "CNY", "1,000,000 yuan (CNY)", "1,000,000元人民币（CNY）"),
        ("0.5", "XXX", "0.5 XXX", "0.5 XXX"),
        ("about 5", "EUR", "about 5 euros (EUR)", "about 5欧元（EUR）"),
        ("1E+3", "EUR", "1,000 euros (EUR)", "1,000欧元（EUR）"),
    ],
)
def test_money(amount: str, currency: str, english: str, chinese: str) -> None:
    with override("en"):
        assert figures.money(amount, currency) == english
    with override("zh-hans"):
        assert figures.money(amount, currency) == chinese


@pytest.mark.parametrize(
    ("instant", "zone", "last", "at", "named"),
    [
        ("2027-12-31T16:00", "Asia/Shanghai", "2027-12-31", None, "Asia/Shanghai, UTC+8"),
        ("2028-01-01T03:00", "America/Sao_Paulo", "2027-12-31", None, "America/Sao Paulo, UTC−3"),
        ("2027-12-31T18:30", "Asia/Kolkata", "2027-12-31", None, "Asia/Kolkata, UTC+5:30"),
        ("2028-01-01T00:00", "Europe/London", "2027-12-31", None, "Europe/London, UTC"),
        ("2027-06-30T23:00", "Europe/London", "2027-06-30", None, "Europe/London, UTC+1"),
        ("2027-06-30T10:15", "Europe/London", "2027-06-30", "11:15:00", "Europe/London, UTC+1"),
    ],
)
def test_ends_are_told_in_the_authoritys_own_time(
    instant: str, zone: str, last: str, at: str | None, named: str
) -> None:
    end = figures.local_end(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone)
    assert end is not None
    assert end.last_day == date.fromisoformat(last)
    assert (end.at.isoformat() if end.at else None) == at
    assert end.zone == named


def test_days_and_terms() -> None:
    first, last = date(2026, 1, 2), date(2027, 12, 31)
    with override("en"):
        assert figures.day(first) == '<time datetime="2026-01-02">2 January 2026</time>'
        assert figures.day(None) == ""
        assert figures.term(None, None) == "without an end"
        assert figures.term(first, None).startswith("from <time")
        assert figures.term(None, last).endswith("</time>, that day included")
    with override("zh-hans"):
        assert "2026年1月2日</time>至<time" in figures.term(first, last)
        assert figures.local_end(None, "UTC") is None


@pytest.mark.parametrize(
    ("page", "texts", "chosen"),
    [
        ("en", {"zh-hans": "局", "en": "Office"}, ("Office", "en")),
        ("zh-hans", {"en": "Office", "zh-Hans": "局"}, ("局", "zh-Hans")),
        ("zh-hans", {"zh-Hant": "署", "en": "Office"}, ("Office", "en")),
        ("zh-hans", {"zh": "局", "en": "Office"}, ("局", "zh")),
        ("en", {"pt-BR": "Secretaria"}, ("Secretaria", "pt-BR")),
        ("en", {"en-GB": "Office"}, ("Office", "en-GB")),
        ("en", {"en": "", "es": "Oficina"}, ("Oficina", "es")),
        ("en", {}, ("", "")),
    ],
)
def test_the_reader_gets_the_text_that_is_closest(
    page: str, texts: dict[str, str], chosen: tuple[str, str]
) -> None:
    with override(page):
        found = languages.choose(texts)
    assert (found.text, found.language) == chosen


@pytest.mark.parametrize(
    ("page", "name", "html"),
    [
        ("en", "Foods <Ltd>", "<bdi>Foods &lt;Ltd&gt;</bdi>"),
        ("en", "虚构公司", '<bdi lang="zh">虚构公司</bdi>'),
        ("en", "かいしゃ会社", '<bdi lang="ja">かいしゃ会社</bdi>'),
        ("en", "주식회사", '<bdi lang="ko">주식회사</bdi>'),
        ("zh-hans", "虚构公司", "<bdi>虚构公司</bdi>"),
        ("zh-hans", "Foods Ltd", '<bdi lang="">Foods Ltd</bdi>'),
    ],
)
def test_names_are_marked_with_the_language_of_their_script(
    page: str, name: str, html: str
) -> None:
    with override(page):
        assert shown.name(name) == html


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" https://law.example/5 ", "https://law.example/5"),
        ("http://law.example", "http://law.example"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//law.example", ""),
        ("law.example", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_are_links(written: str, address: str) -> None:
    assert shown.web_address(written) == address

"""Rows that try to bring a person in: written oddly, in any column, behind an organisation's form."""

from collections.abc import Callable

import pytest

from tabularium.intake.findings import Examined, FindingCode
from tabularium.intake.mapping import LONGEST_KEY
from tabularium.intake.person_words import names_a_person_beside
from tabularium.intake.personal import find_personal

Examine = Callable[..., list[Examined]]
IDENTITY = "11010519491231002X"  # the example of GB 11643-1999
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    "between",
    [
        *("\u200b", "\u200c", "\u200d", "\u2060", "\u200e", "\u200f", "\u202e", "\u00ad", "\ufeff"),
        *(
            "\ufe0f",
            "-",
            "\u2013",
            "\uff0e",
            "\u00b7",
            "/",
            "_",
            ",",
            " ",
            "\u3000",
            "\u00a0",
            "\n",
        ),
    ],
)
def test_an_identity_number_with_anything_between_its_digits(between: str) -> None:
    assert find_personal(f"某{between.join(IDENTITY)}某", "cn")
    assert find_personal(between.join([IDENTITY[:6], IDENTITY[6:14], IDENTITY[14:]]), "cn")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (IDENTITY.translate(FULL_WIDTH), "cn"),
        (IDENTITY.translate(ARABIC), "cn"),
        (f"ID{IDENTITY.lower()}", "cn"),
        (f"{IDENTITY[:6]}<b>{IDENTITY[6:]}</b>", "cn"),
        ("身份证号：110105491231002", "cn"),
        ("护照 E12345678", "cn"),
        ("529 982 247 25", "br"),
        ("529.982\u200b.247-25", "br"),
        ("CPF nº 111222333", "br"),
        ("219 09 9999", "us"),
        ("219\u201309\u20139999", "us"),
        ("219-09-9999", "us"),
        ("GOMC/800101/HDFLRR09", "mx"),
        ("a@\u200bexample.org", "cn"),
        ("13800\u200b138000", "cn"),
    ],
)
def test_odd_writings(text: str, region: str) -> None:
    assert find_personal(text, region)


@pytest.mark.parametrize(
    "text",
    [
        "合同金额1,234,567.00元，2019年5月1日至2020年4月30日，共12期。",
        "Processo 08500.001234/2019-12, Lei 8.666/1993",
        "100, 200, 300, 400, 500, 600",
        "The company holds permits 12 34 56 and 78.",
    ],
)
def test_ordinary_figures_are_no_persons(text: str) -> None:
    assert find_personal(text, "br") is None


@pytest.mark.parametrize("column", ["name", "number", "measure", "summary", "status", "case"])
def test_no_column_that_is_kept_holds_one(column: str, examine_rows: Examine) -> None:
    hidden = "\u200b".join(IDENTITY)
    by_case = (
        'identifier = { scheme = "BR-CNPJ", column = "number" }',
        'case = { number = { column = "number" } }',
    )
    others = [
        ('constraints = { required = true, pattern = "C-[0-9]+" }', ""),
        ('constraints = { enum = ["Fine", "Warning"] }', ""),
    ]
    (examined,) = examine_rows({column: f"Brass {hidden} Ltd"}, replace=[by_case, *others])
    assert examined.draft is None
    assert FindingCode.PERSONAL_NUMBER_IN_TEXT in {each.code for each in examined.findings}
    assert IDENTITY not in repr(examined)


@pytest.mark.parametrize(
    "name",
    [
        "John Doe, president of Example Inc.",
        "Director of Example Ltd",
        "John Doe, individually and Example LLC",
        "Sócio da Exemplo Ltda",
        "虚构有限公司（法定代表人：某甲）",
        "某甲先生",
        "某甲個體工商戶",
        "某甲（个体）",
        "某甲 个体 工商户",
        "农村承包经营户某甲",
    ],
)
def test_a_person_beside_an_organisations_form(name: str, examine_rows: Examine) -> None:
    assert names_a_person_beside(name)
    (examined,) = examine_rows({"name": name})
    assert examined.draft is None


@pytest.mark.parametrize("name", ["Brass & Sons Ltd", "Directors Box Ltd", "个体防护装备有限公司"])
def test_an_organisation_is_none(name: str) -> None:
    assert not names_a_person_beside(name)


def test_invisible_characters_are_not_kept(examine_rows: Examine) -> None:
    bare, hidden = examine_rows(
        {"summary": "Smoke."}, {"case": "C-18", "summary": "\u202eSm\u200boke.\ud800"}
    )
    assert bare.draft is not None
    assert hidden.draft is not None
    assert hidden.draft.content.summary == bare.draft.content.summary
    (blank,) = examine_rows({"name": "\u200b"})
    assert blank.primary is not None
    assert blank.primary.code is FindingCode.MISSING_VALUE


def test_a_long_key_still_tells_decisions_apart(examine_rows: Examine) -> None:
    loose = [('constraints = { required = true, pattern = "C-[0-9]+" }', "")]
    long = "C" * 400
    first, second, again = examine_rows(
        {"case": long + "1"}, {"case": long + "2"}, {"case": long + "1"}, replace=loose
    )
    assert first.draft is not None
    assert second.draft is not None
    assert first.draft.key != second.draft.key
    assert len(first.draft.key) <= LONGEST_KEY
    assert again.draft is None

"""What a spreadsheet program did to a row: told by its own name, and never mended by a guess."""

from collections.abc import Callable

import pytest

from tabularium.core.identifiers import SCHEMES, IdentifierError, parse
from tabularium.intake.damage import identifier_damage
from tabularium.intake.findings import Examined, FindingCode
from tabularium.intake.readers import PlainNumber

Examine = Callable[..., list[Examined]]
FLOAT, ZEROS = FindingCode.IDENTIFIER_AS_FLOAT, FindingCode.LEADING_ZEROS_LOST


def said(examined: Examined) -> list[tuple[FindingCode, str]]:
    return [(each.code, each.column) for each in examined.findings]


@pytest.mark.parametrize(
    "written", ["45292", "46056.5", "46056,75", "36526", "60000", PlainNumber("45292")]
)
@pytest.mark.parametrize("column", ["decided", "begins", "ends"])
def test_a_day_that_became_a_number(column: str, written: str, examine_rows: Examine) -> None:
    (examined,) = examine_rows({column: written})
    assert examined.draft is None
    assert said(examined) == [(FindingCode.DATE_AS_NUMBER, column)]


@pytest.mark.parametrize("written", ["4529", "452920", "2026", "20260203", "soon", "45292 days"])
def test_another_text_is_a_wrong_day(written: str, examine_rows: Examine) -> None:
    (examined,) = examine_rows({"decided": written})
    assert said(examined) == [(FindingCode.WRONG_DATE, "decided")]


def test_five_digits_that_the_item_reads_otherwise_are_no_day(examine_rows: Examine) -> None:
    licence = [('kind = "penalty"', 'kind = "licence"'), ('"2999-12-31"', '"99999"')]
    (examined,) = examine_rows({"ends": "99999"}, replace=licence)
    assert examined.draft is not None
    assert examined.draft.content.term_ends is None


@pytest.mark.parametrize(
    ("scheme", "written", "code"),
    [
        ("CN-USCC", "9.11101E+17", FLOAT),
        ("CN-USCC", "9,11101E+17", FLOAT),
        ("CN-USCC", "91110108551385082.0", FLOAT),
        ("CN-USCC", "911101085513850000", FLOAT),
        ("CN-USCC", PlainNumber("911101085513850880"), FLOAT),  # as a double holds it
        ("BR-CNPJ", "1.1222E+13", FLOAT),
        ("BR-CNPJ", "11222333000181.0", FLOAT),
        ("BR-CNPJ", "11222333000181,00", FLOAT),
        ("BR-CNPJ", "191", ZEROS),
        ("BR-CNPJ", PlainNumber("191"), ZEROS),
        ("BR-CNPJ", "360305000104", ZEROS),
        ("BR-ANS", "5711", ZEROS),
    ],
)
def test_damaged_numbers(scheme: str, written: str, code: FindingCode) -> None:
    assert identifier_damage(scheme, written) is code
    try:
        passed = parse(scheme, written).value
    except IdentifierError:
        passed = ""
    assert not passed or code is FLOAT


@pytest.mark.parametrize(
    ("scheme", "written"),
    [
        ("BR-CNPJ", "11.222.333/0001-81"),
        ("BR-CNPJ", "11222333000181"),
        ("BR-CNPJ", "11222333000182"),  # a wrong check digit, and no damage
        ("BR-CNPJ", "192"),
        ("BR-CNPJ", "52998224725"),  # a person's: told as such
        ("BR-CNPJ", "0"),
        ("GB-COH", "123456"),  # the scheme itself fills these up
        ("BR-ANS", "11"),
        ("MX-RFC", "12"),
        ("CN-USCC", "91110108MA00000000"),
        ("CN-USCC", PlainNumber("911101085513850827")),  # exact: no double has this value
        ("CN-USCC", PlainNumber("1" * 400)),
        ("GB-CHC", "12345"),  # numbers of several lengths: nothing says how many zeros
    ],
)
def test_numbers_without_damage(scheme: str, written: str) -> None:
    assert identifier_damage(scheme, written) is None


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_right_number_is_never_called_damaged(scheme: str) -> None:
    for written in ("000000", "100000000000000", "123456789012345000", "5E12", "12345"):
        try:
            parse(scheme, written)
        except IdentifierError:
            continue
        assert identifier_damage(scheme, written) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [("1.1222E+13", FLOAT), ("11222333000181.0", FLOAT), ("191", ZEROS)],
)
def test_a_damaged_number_is_told_before_its_form(
    written: str, code: FindingCode, examine_rows: Examine
) -> None:
    pattern = [
        ('name = "number"\n', 'name = "number"\nconstraints = { pattern = "[0-9./-]{14,18}" }\n')
    ]
    (examined,) = examine_rows({"number": written}, replace=pattern)
    assert said(examined) == [(code, "number")]
    assert written not in repr(examined.findings)


def test_a_point_that_a_scheme_leaves_out_makes_no_other_number(examine_rows: Examine) -> None:
    """A number that lost a zero and got ".0" can be a right one without its point."""
    passing = [
        f"{first}.0"
        for first in range(1122233300000, 1122233300400)
        if _is_right("BR-CNPJ", f"{first}0")
    ]
    assert passing
    for written in passing:
        (examined,) = examine_rows({"number": written})
        assert said(examined) == [(FLOAT, "number")]


def _is_right(scheme: str, written: str) -> bool:
    try:
        parse(scheme, written)
    except IdentifierError:
        return False
    return True


def test_the_first_number_that_is_given_counts(examine_rows: Examine) -> None:
    first = '{ scheme = "BR-CNPJ", column = "number" }'
    second = '{ scheme = "CN-USCC", column = "status" }'
    two = [(f"identifier = {first}", f"identifier = [{first}, {second}]")]
    (examined,) = examine_rows({"status": "9.11101E+17"}, replace=two)
    assert FLOAT not in {each.code for each in examined.findings}
    (examined,) = examine_rows({"number": "", "status": "9.11101E+17"}, replace=two)
    assert (FLOAT, "status") in said(examined)


@pytest.mark.parametrize("column", ["case", "status"])
def test_a_reference_in_float_notation(column: str, examine_rows: Examine) -> None:
    loose = [('constraints = { required = true, pattern = "C-[0-9]+" }', "")]
    keyed = [*loose, ('key = ["case", "number"]', f'key = ["{column}", "number"]')]
    detail = '[mapping.details.town]\ncolumn = "status"\n'
    (examined,) = examine_rows(
        {column: "2.02401E+11"}, replace=[*keyed, (detail, detail.replace("status", "count"))]
    )
    assert (FLOAT, column) in said(examined)
    (examined,) = examine_rows({"case": "5E12"}, replace=loose)
    assert examined.draft is not None


ERRORS = ["#REF!", "#N/A", "#N/D", "#VALUE!", "#¡VALOR!", "#NAME?", "#DIV/0!", "#####", "Err:502"]


@pytest.mark.parametrize("column", ["name", "number", "decided", "amount", "summary", "count"])
@pytest.mark.parametrize("written", ERRORS)
def test_a_sign_of_an_error_is_no_value(written: str, column: str, examine_rows: Examine) -> None:
    (examined,) = examine_rows({column: written})
    assert examined.primary is not None
    assert (examined.primary.code, examined.primary.column) == (FindingCode.CELL_ERROR, column)


def test_what_the_item_takes_for_missing_is_no_error(examine_rows: Examine) -> None:
    missing = [('missingValues = ["", "NA"]', 'missingValues = ["", "NA", "#N/A"]')]
    (examined,) = examine_rows({"amount": "#N/A"}, replace=missing)
    assert examined.draft is not None


@pytest.mark.parametrize(
    "written", ["#1", "Case #7!", "Error: 502", "##", "Err", "#fine!", "# N/A"]
)
def test_other_texts_are_values(written: str, examine_rows: Examine) -> None:
    (examined,) = examine_rows({"summary": written})
    assert examined.draft is not None


def test_each_column_is_told_once(examine_rows: Examine) -> None:
    (examined,) = examine_rows({"begins": "45292", "count": "#REF!", "summary": "CafÃ© Ltd"})
    assert said(examined) == [
        (FindingCode.CELL_ERROR, "count"),
        (FindingCode.MOJIBAKE, "summary"),
        (FindingCode.DATE_AS_NUMBER, "begins"),
    ]

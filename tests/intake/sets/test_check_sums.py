"""Check digits as expressions, against python-stdnum and the row path, number by number."""

from collections.abc import Callable, Mapping

import duckdb
import ibis
import pyarrow as pa
import pytest
from stdnum import lei
from stdnum.au import abn
from stdnum.br import cnpj
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.jp import cn as corporate_number
from stdnum.no import orgnr
from stdnum.pe import ruc

from tabularium.core.identifiers import SCHEMES, IdentifierError
from tabularium.intake.sets.check_sums import FITS, LENGTHS, known_fits
from tabularium.intake.sets.identifiers import form_of
from tabularium.intake.sets.queries import BLOCK

Judge = Callable[[str], bool]


def strictly(validate: Callable[[str], str], length: int) -> Judge:
    """Whether python-stdnum takes a value just as it is written: it passes over separators itself."""

    def holds(value: str) -> bool:
        try:
            return len(value) == length and validate(value) == value
        except ValidationError:
            return False

    return holds


def _uscc_holds(value: str) -> bool:
    # python-stdnum wants eight digits in front, and takes sole traders, which are people.
    letters = value[:1] in {"N", "A", "Y"} and uscc_of_letters(value)
    return (strictly(uscc.validate, 18)(value) or letters) and not value.startswith("92")


def uscc_of_letters(value: str) -> bool:
    """Whether a code with a letter in front has its form and its check character."""
    if len(value) != 18 or not value[2:8].isdigit() or not value[2:8].isascii():
        return False
    alphabet = set("0123456789ABCDEFGHJKLMNPQRTUWXY")
    return set(value) <= alphabet and uscc.calc_check_digit(value[:17]) == value[17]


def _lei_holds(value: str) -> bool:
    canonical = value[-2:] not in {"00", "01", "99"}
    return canonical and value[-2:].isdecimal() and strictly(lei.validate, 20)(value)


STRICT: Mapping[str, Judge] = {
    "CN-USCC": _uscc_holds,
    "BR-CNPJ": strictly(cnpj.validate, 14),
    "XI-LEI": _lei_holds,
}
"""python-stdnum's answer, with what `docs/checks.md` says it does not settle."""


def query(scheme: str, dialect: str) -> str:
    table = ibis.table({"place": "int64", "value": "string"}, name=BLOCK)
    value = table["value"]
    right = form_of(SCHEMES[scheme], value, value) & FITS[scheme](value)
    return str(ibis.to_sql(table.select("place", right=right), dialect=dialect))


def on_duckdb(scheme: str, values: list[str]) -> list[bool]:
    with duckdb.connect() as connection:
        connection.register(BLOCK, pa.table({"place": range(len(values)), "value": values}))
        rows = connection.execute(query(scheme, "duckdb")).fetchall()
    return [right for _, right in sorted(rows)]


def fits(scheme: str, values: list[str]) -> list[bool]:
    """What the expression says of the check digits alone."""
    value = ibis.table({"place": "int64", "value": "string"}, name=BLOCK)["value"]
    sums = value.as_table().select(right=FITS[scheme](value))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register(BLOCK, pa.table({"place": range(len(values)), "value": values}))
        rows = connection.execute(str(ibis.to_sql(sums, dialect="duckdb"))).fetchall()
    return [right for (right,) in rows]


DAMAGED_AT_AN_END = ("91350100M000100Y4３", "11222333000181\n", "１1222333000181")


@pytest.mark.parametrize("scheme", sorted(STRICT))
def test_damaged_numbers_are_told_as_by_stdnum(scheme: str, damaged: list[tuple[str, str]]) -> None:
    values = [value for each, value in damaged if each == scheme]
    expected = [STRICT[scheme](value) for value in values]
    assert 0.1 < sum(expected) / len(values) < 0.6
    answered = on_duckdb(scheme, values)
    assert [v for v, e, a in zip(values, expected, answered, strict=True) if e != a] == []


@pytest.mark.parametrize("scheme", sorted(FITS))
def test_what_passes_is_what_the_scheme_takes(scheme: str, damaged: list[tuple[str, str]]) -> None:
    numbers = {
        "CN-USCC": "91350100M000100Y43",
        "BR-CNPJ": "11222333000181",
        "XI-LEI": "213800KUD8LAJWSQ9D15",
        "PE-RUC": "20512333797",
        "AU-ABN": "83914571673",
        "JP-JCN": "5835678256246",
        "NO-BRC": "988077917",
    }
    right = numbers[scheme]
    digits = [right[:place] + d + right[place + 1 :] for place in range(len(right)) for d in "0379"]
    values = [right, *digits, *(value for each, value in damaged if each == scheme)]

    def takes(value: str) -> bool:
        try:
            return SCHEMES[scheme].parse(value) == value
        except IdentifierError:
            return False

    assert takes(right)
    assert on_duckdb(scheme, values) == [takes(value) for value in values]


def test_the_stdnum_modules_agree_on_the_examples() -> None:
    examples = {ruc: "20512333797", abn: "83914571673", corporate_number: "5835678256246"}
    for module, value in (*examples.items(), (orgnr, "988077917")):
        assert module.is_valid(value), module


@pytest.mark.parametrize("scheme", sorted(LENGTHS))
def test_sums_over_bytes_are_those_of_the_expression_or_left_open(
    scheme: str, damaged: list[tuple[str, str]]
) -> None:
    values = [value for each, value in damaged if each == scheme] or [
        f"{number * 4_321_987_654_321 % 10 ** LENGTHS[scheme]:0{LENGTHS[scheme]}d}"
        for number in range(1, 3_000)
    ]
    values += ["", "é" * LENGTHS[scheme], "x", values[0] + " ", *DAMAGED_AT_AN_END]
    # A part of a column in memory, as a block is shared among workers.
    known = known_fits(pa.array(["before", *values, "behind"]).slice(1, len(values)), scheme)
    plainly = [answer for answer in known.to_pylist() if answer is not None]
    assert 0 < sum(plainly) < len(plainly)
    for value, answer, right in zip(values, known.to_pylist(), fits(scheme, values), strict=True):
        assert answer in {None, right}, value


def test_a_cell_that_is_no_number_as_it_stands_is_left_open() -> None:
    cells = [
        "91350100M000100Y43",
        "91350100M000100Y4",
        "91350100M000100Yé",
        " 1350100M000100Y43",
        "",
    ]
    assert known_fits(pa.array(cells), "CN-USCC").to_pylist() == [True, *[None] * 4]
    assert known_fits(pa.array([], pa.string()), "CN-USCC").to_pylist() == []

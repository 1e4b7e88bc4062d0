"""Identifiers: what is read, what is refused, and that no message repeats a value."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import lei as stdnum_lei
from stdnum.cn import uscc as stdnum_uscc
from stdnum.us import ein as stdnum_ein

from tabularium.core.check_digits import is_cpf, is_number_of_a_person
from tabularium.core.identifier_errors import MESSAGES_EN, MESSAGES_ZH
from tabularium.core.identifier_schemes import fold
from tabularium.core.identifiers import (
    AUTHORITY_CASE,
    SCHEMES,
    Identifier,
    IdentifierError,
    IdentifierProblem,
    Scheme,
    admit,
    by_case,
    cnpj_check_digits,
    lei_check_digits,
    parse,
    uscc_check_character,
)

USCC = "91110000600037341L"  # the example of python-stdnum
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CNPJ = "00000000000191"  # Banco do Brasil
CNPJ_WITH_LETTERS = "12ABC34501DE35"  # the example of the Receita Federal
LEI = "213800KUD8LAJWSQ9D15"  # the example of python-stdnum
RUC = "20512333797"  # the example of python-stdnum
RFC = "GODE561231GR8"  # a person's: the example of the Mexican tax authority

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public files of ../shared/data are not on this machine"
)


def problem_of(scheme: str, value: str) -> IdentifierProblem:
    with pytest.raises(IdentifierError) as caught:
        parse(scheme, value)
    return caught.value.code


def uscc_of(first17: str) -> str:
    return first17 + uscc_check_character(first17)


def chinese_person_number(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first17, weights, strict=True))
    return first17 + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    ("scheme", "written", "value"),
    [
        ("CN-USCC", USCC, USCC),
        ("CN-USCC", "9111 0000 6000 3734 1l", USCC),
        ("CN-USCC", "９１１１００００６０００３７３４１Ｌ", USCC),
        ("CN-USCC", f"{USCC}\n", USCC),
        ("CN-USCC", f"\u3000{USCC}\u00a0\ufeff", USCC),
        ("BR-CNPJ", "00.000.000/0001-91", CNPJ),
        ("BR-CNPJ", "00.000.000/0001\u201391\u200b", CNPJ),
        ("BR-CNPJ", "12.abc.345/01de-35", CNPJ_WITH_LETTERS),
        ("XI-LEI", "213800 KUD8LAJWSQ9D 15", LEI),
        ("XI-LEI", LEI.lower(), LEI),
        ("PE-RUC", "20512333797", RUC),
        ("JP-JCN", "5-8356-7825-6246", "5835678256246"),
        ("NO-BRC", "988 077 917", "988077917"),
        ("AU-ABN", "83 914 571 673", "83914571673"),
        ("GB-COH", "14501286    ", "14501286"),
        ("GB-COH", "5234567", "05234567"),
        ("GB-COH", "oc370574", "OC370574"),
        ("GB-COH", "IP21143R", "IP21143R"),
        ("GB-CHC", "1089464-1", "1089464-1"),
        ("GB-SC", "sc 005336", "SC005336"),
        ("GB-NIC", "NIC100002", "NIC100002"),
        ("US-EIN", "91-1144442", "911144442"),
        ("US-CCN", "015019", "015019"),
        ("IN-CIN", "L17110MH1973PLC019786", "L17110MH1973PLC019786"),
        ("BR-ANS", "326305", "326305"),
        ("GB-CQC", "1-21268168552", "1-21268168552"),
        ("GB-CQC", "RX3LD", "RX3LD"),
        ("GB-EA", "CBDL10036", "CBDL10036"),
        ("GB-EA", "MI/S/06/04412/O/001", "MI/S/06/04412/O/001"),
        ("GB-FSA", "CI  016 ", "CI 016"),
        ("GB-FSA", "TH 017.003", "TH 017.003"),
        ("MX-RFC", "ABC-680524-P76", "ABC680524P76"),
        ("MX-RFC", "Ñ&a010203ab1", "Ñ&A010203AB1"),
    ],
)
def test_a_number_is_read_into_its_canonical_form_and_stays_so(
    scheme: str, written: str, value: str
) -> None:
    identifier = parse(scheme, written)
    assert identifier == Identifier(scheme, value)
    assert str(identifier) == f"{scheme} {value}"
    assert parse(scheme, identifier.value) == identifier


@pytest.mark.parametrize(
    ("scheme", "written", "problem"),
    [
        ("XX-NONE", "1", "unknown-scheme"),
        ("CN-USCC", " ", "empty"),
        ("CN-USCC", USCC[:-1], "wrong-length"),
        ("CN-USCC", USCC[:-1] + "M", "wrong-check-digit"),
        ("CN-USCC", USCC[:9] + "I" + USCC[10:], "wrong-format"),
        ("CN-USCC", "9111000060\n0037341L", "wrong-length"),
        ("CN-USCC", "٩" + USCC[1:], "wrong-format"),
        ("BR-CNPJ", "00.000.000/0001-92", "wrong-check-digit"),
        ("BR-CNPJ", "0" * 14, "wrong-format"),
        ("BR-CNPJ", "2442944", "wrong-length"),
        ("BR-CNPJ", CNPJ[:-1] + "A", "wrong-format"),
        ("XI-LEI", LEI[:-1] + "6", "wrong-check-digit"),
        ("PE-RUC", "20512333798", "wrong-check-digit"),
        ("JP-JCN", "2-8356-7825-6246", "wrong-check-digit"),
        ("NO-BRC", "988 077 918", "wrong-check-digit"),
        ("AU-ABN", "99 999 999 999", "wrong-check-digit"),
        ("MX-RFC", "ABC681324P76", "wrong-format"),
        ("MX-RFC", "XXXXXXXXXXXX", "placeholder"),
        ("MX-RFC", "XAXX010101000", "placeholder"),
        ("MX-RFC", "xexx-010101-000", "placeholder"),
        ("MX-RFC", "EXT990101NI1", "placeholder"),
        ("GB-COH", "1234", "wrong-length"),
        ("GB-SC", "12345678", "wrong-format"),
        ("US-EIN", "07-1144442", "wrong-format"),
        ("US-CCN", "15019", "wrong-length"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(scheme: str, written: str, problem: str) -> None:
    assert problem_of(scheme, written) == problem


@pytest.mark.parametrize(
    ("scheme", "written"),
    [
        ("CN-USCC", uscc_of("92110000600037341")),
        ("CN-USCC", "92" + "0" * 16),
        ("CN-USCC", chinese_person_number("11010519491231002")),
        ("CN-USCC", "34052419800101001x"),
        ("GB-FSA", chinese_person_number("11010519491231002")),
        ("BR-CNPJ", "111.444.777-35"),
        ("BR-CNPJ", "11144477735"),
        ("BR-CNPJ", "***.444.777-**"),
        ("GB-FSA", "111.444.777-35"),
        ("MX-RFC", RFC),
        ("MX-RFC", "GODE-561231"),
        ("MX-RFC", "BOXW310820HNERXN09"),
        ("XI-LEI", "BOXW310820HNERXN09"),
        ("PE-RUC", "10000000000"),
        ("PE-RUC", "15000000000"),
        ("PE-RUC", "17000000000"),
        ("PE-RUC", "00000001"),
        ("US-EIN", "536-90-4399"),
    ],
)
def test_the_number_of_a_person_is_refused_as_such(scheme: str, written: str) -> None:
    assert problem_of(scheme, written) is IdentifierProblem.NATURAL_PERSON


def test_python_stdnum_accepts_sole_traders_and_we_do_not() -> None:
    sole_trader = uscc_of("92110000600037341")
    assert stdnum_uscc.is_valid(sole_trader)
    assert problem_of("CN-USCC", sole_trader) is IdentifierProblem.NATURAL_PERSON
    with pytest.raises(IdentifierError) as caught:
        admit(Identifier("CN-USCC", sole_trader), "cn-youxian")
    assert caught.value.code is IdentifierProblem.NATURAL_PERSON


@pytest.mark.parametrize("prefix", ["N2", "A1", "Y1"])
def test_codes_with_a_letter_in_front_are_organisations(prefix: str) -> None:
    code = uscc_of(f"{prefix}110000600037341")
    assert not stdnum_uscc.is_valid(code)
    admit(parse("CN-USCC", code), "")


def test_a_code_that_looks_like_an_identity_number_is_taken_for_a_code_in_its_own_scheme() -> None:
    code = next(
        uscc_of(first17)
        for number in range(1000)
        if chinese_person_number(first17 := f"11010519491231{number:03}") == uscc_of(first17)
    )
    admit(parse("CN-USCC", code), "")
    assert problem_of("GB-FSA", code) is IdentifierProblem.NATURAL_PERSON
    assert problem_of("CN-USCC", code[:-2] + "XX") is not IdentifierProblem.NATURAL_PERSON


def test_letters_in_front_are_checked_too_and_others_are_refused() -> None:
    code = uscc_of("N2110000600037341")
    other = USCC_ALPHABET[(USCC_ALPHABET.index(code[-1]) + 1) % 31]
    assert problem_of("CN-USCC", code[:-1] + other) is IdentifierProblem.WRONG_CHECK_DIGIT
    assert problem_of("CN-USCC", uscc_of("B2110000600037341")) is IdentifierProblem.WRONG_FORMAT


def test_python_stdnum_accepts_an_lei_of_five_characters_and_we_do_not() -> None:
    short = next(
        f"ABC{digits:02}" for digits in range(100) if stdnum_lei.is_valid(f"ABC{digits:02}")
    )
    assert problem_of("XI-LEI", short) is IdentifierProblem.WRONG_LENGTH


def test_an_lei_has_the_check_digits_that_the_standard_computes_not_others_of_the_same_remainder() -> (
    None
):
    first18 = next(
        f"5493000000000000{number:02}"
        for number in range(100)
        if lei_check_digits(f"5493000000000000{number:02}") == "98"
    )
    assert stdnum_lei.is_valid(f"{first18}01")
    assert problem_of("XI-LEI", f"{first18}01") is IdentifierProblem.WRONG_CHECK_DIGIT
    assert parse("XI-LEI", f"{first18}98").value == f"{first18}98"


def test_canonical_values_end_where_they_end() -> None:
    for scheme, value in (
        ("CN-USCC", USCC),
        ("BR-CNPJ", CNPJ),
        ("XI-LEI", LEI),
        ("US-CCN", "015019"),
    ):
        with pytest.raises(IdentifierError):
            SCHEMES[scheme].validate(f"{value}\n")


def test_full_width_characters_become_those_of_ascii_and_no_others_do() -> None:
    ascii_ones = "".join(map(chr, range(ord("!"), ord("~") + 1)))
    assert fold("".join(chr(ord(each) + 0xFEE0) for each in ascii_ones)) == ascii_ones
    assert fold("｟甲｠") == "｟甲｠"


def test_check_characters() -> None:
    assert uscc_check_character(USCC[:-1]) == USCC[-1]
    assert cnpj_check_digits(CNPJ_WITH_LETTERS[:-2]) == "35"
    assert lei_check_digits(LEI[:-2]) == LEI[-2:]


@pytest.mark.parametrize("function", [uscc_check_character, cnpj_check_digits, lei_check_digits])
@pytest.mark.parametrize("value", ["", "1", "ab", "1" * 30, "１" * 12, "1" * 11 + "\n"])
def test_check_characters_are_for_whole_beginnings_alone(
    function: Callable[[str], str], value: str
) -> None:
    with pytest.raises(ValueError, match="Give the first"):
        function(value)


@given(
    st.sampled_from(["91", "11", "51", "93", "N1", "A1", "Y1"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
    st.integers(0, 17),
    st.sampled_from(USCC_ALPHABET),
)
def test_one_wrong_character_of_a_uscc_is_always_found(
    prefix: str, region: str, body: str, place: int, other: str
) -> None:
    code = uscc_of(prefix + region + body)
    assert parse("CN-USCC", code).value == code
    assume(code[place] != other)
    with pytest.raises(IdentifierError):
        parse("CN-USCC", code[:place] + other + code[place + 1 :])


@given(
    st.text(LETTERS_AND_DIGITS, min_size=18, max_size=18),
    st.integers(0, 19),
    st.sampled_from(LETTERS_AND_DIGITS),
)
def test_one_wrong_character_of_an_lei_is_found_or_is_another_right_lei(
    first18: str, place: int, other: str
) -> None:
    code = first18 + lei_check_digits(first18)
    assert parse("XI-LEI", code).value == code
    assume(code[place] != other)
    changed = code[:place] + other + code[place + 1 :]
    same_width = code[place].isdigit() == other.isdigit()
    try:
        found = parse("XI-LEI", changed)
    except IdentifierError:
        return
    assert not same_width, "mod 97 finds every digit taken for a digit and letter for a letter"
    assert found.value == changed
    assert lei_check_digits(found.value[:-2]) == found.value[-2:]


@given(
    st.text(LETTERS_AND_DIGITS, min_size=12, max_size=12).filter(lambda text: text != "0" * 12),
    st.integers(0, 13),
    st.sampled_from(LETTERS_AND_DIGITS),
)
def test_one_wrong_character_of_a_cnpj_is_found_or_is_another_right_cnpj(
    first12: str, place: int, other: str
) -> None:
    number = first12 + cnpj_check_digits(first12)
    assert parse("BR-CNPJ", number).value == number
    assume(number[place] != other)
    changed = number[:place] + other + number[place + 1 :]
    try:
        found = parse("BR-CNPJ", changed)
    except IdentifierError:
        return
    assert place < 12, "a wrong check digit is always found"
    assert found.value == changed
    assert cnpj_check_digits(found.value[:-2]) == found.value[-2:]


@given(st.from_regex(r"\A[0-9]{9}\Z", fullmatch=True))
def test_prefixes_of_an_ein_are_those_in_use(number: str) -> None:
    number = "".join(str(int(digit)) for digit in number)
    try:
        parse("US-EIN", number)
    except IdentifierError:
        assert not stdnum_ein.is_valid(number)
    else:
        assert stdnum_ein.is_valid(number)


# --- who is admitted ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("CN-USCC", USCC),
        ("MX-RFC", "ABC680524P76"),
        ("PE-RUC", RUC),
        ("GB-COH", "14501286"),
        ("BR-ANS", "326305"),
    ],
)
def test_schemes_of_organisations_alone_need_no_form_but_a_persons_form_is_refused(
    scheme: str, value: str
) -> None:
    identifier = parse(scheme, value)
    admit(identifier, "")
    admit(identifier, "int-organisation")
    with pytest.raises(IdentifierError) as caught:
        admit(identifier, "int-sole-trader")
    assert caught.value.code is IdentifierProblem.NATURAL_PERSON


@pytest.mark.parametrize(
    "scheme", sorted(code for code, each in SCHEMES.items() if not each.admits_only_organisations)
)
def test_schemes_that_do_not_tell_need_a_form_of_organisations(scheme: str) -> None:
    identifier = EXAMPLES[scheme]
    for form, problem in (
        ("", IdentifierProblem.LEGAL_FORM_MISSING),
        ("br-mei", IdentifierProblem.NATURAL_PERSON),
        ("br-empresario-individual", IdentifierProblem.NATURAL_PERSON),
        ("cn-getihu", IdentifierProblem.NATURAL_PERSON),
        ("gb-partnership", IdentifierProblem.NATURAL_PERSON),
        ("ltda", IdentifierProblem.LEGAL_FORM_UNKNOWN),
    ):
        with pytest.raises(IdentifierError) as caught:
            admit(identifier, form)
        assert caught.value.code is problem
    admit(identifier, "br-ltda")


def test_which_lists_also_number_people_is_known_of_each() -> None:
    both = {code for code, each in SCHEMES.items() if not each.admits_only_organisations}
    assert both == set(EXAMPLES)


def test_which_lists_lost_zeros_or_keep_small_letters_is_known_of_each() -> None:
    filled = {code: list(each.zero_filled) for code, each in SCHEMES.items() if each.zero_filled}
    assert filled["GB-COH"] == [5, 6, 7]
    assert [code for code, each in SCHEMES.items() if each.keeps_case] == [AUTHORITY_CASE]


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("GB-CHC", "108946"),
        ("GB-CHC", "1089464-1234"),
        ("GB-NIC", "100002"),
        ("GB-NIC", "NIC100002"),
        ("GB-SC", "SC005336"),
        ("GB-COH", "R5234567"),
    ],
)
def test_the_shortest_and_the_longest_value_of_a_list_are_read(scheme: str, value: str) -> None:
    assert parse(scheme, value).value == value


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("GB-CHC", "10894"),
        ("GB-CHC", "1089464-12345"),
        ("GB-NIC", "NIC1000021"),
        ("GB-NIC", "10000"),
        ("GB-SC", "SC0053361"),
        ("BR-CNPJ", CNPJ + "1"),
        ("XI-LEI", LEI + "1"),
        ("JP-JCN", "58356782562461"),
        ("AU-ABN", "839145716731"),
        ("NO-BRC", "9880779171"),
        ("CN-USCC", USCC + "1"),
        ("GB-COH", "145012861"),
    ],
)
def test_a_value_shorter_or_longer_than_any_of_its_list_is_said_to_be_so(
    scheme: str, value: str
) -> None:
    assert problem_of(scheme, value) is IdentifierProblem.WRONG_LENGTH


LENGTHS = {
    "US-EIN": (9, 9),
    "US-CCN": (6, 6),
    "IN-CIN": (21, 21),
    "BR-ANS": (6, 6),
    "GB-CQC": (3, 14),
    "GB-EA": (5, 24),
    "GB-FSA": (3, 20),
    AUTHORITY_CASE: (3, 255),
}


@pytest.mark.parametrize(("scheme", "lengths"), LENGTHS.items())
def test_a_list_without_check_digits_has_values_of_these_lengths(
    scheme: str, lengths: tuple[int, int]
) -> None:
    shortest, longest = lengths
    for length in (shortest - 1, shortest, longest, longest + 1):
        try:
            SCHEMES[scheme].validate("A" * length)
            problem = None
        except IdentifierError as error:
            problem = error.code
        outside = not shortest <= length <= longest
        assert (problem is IdentifierProblem.WRONG_LENGTH) is outside


@pytest.mark.parametrize("blank", ["！", "～"])
def test_the_first_and_the_last_full_width_character_are_half_width_too(blank: str) -> None:
    assert fold(blank) == {"！": "!", "～": "~"}[blank]


def test_what_only_looks_like_a_persons_number_is_none() -> None:
    right = chinese_person_number("11010519491231002")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert is_number_of_a_person(right)
    assert not is_number_of_a_person(wrong)
    assert not is_number_of_a_person("110105194913310021")
    assert is_cpf("11144477735")
    assert not is_cpf("11144477736")
    assert not is_cpf("111.444.777-35")


def test_a_case_of_the_longest_value_is_kept_and_one_more_character_is_refused() -> None:
    assert by_case("a", "1").value == "a/1"
    assert len(by_case("a", "b" * 253).value) == 255
    with pytest.raises(IdentifierError) as caught:
        by_case("a", "b" * 254)
    assert caught.value.code is IdentifierProblem.WRONG_LENGTH


EXAMPLES = {
    "BR-CNPJ": parse("BR-CNPJ", CNPJ),
    "XI-LEI": parse("XI-LEI", LEI),
    "AU-ABN": parse("AU-ABN", "83 914 571 673"),
    "NO-BRC": parse("NO-BRC", "988 077 917"),
    "US-EIN": parse("US-EIN", "91-1144442"),
    "US-CCN": parse("US-CCN", "015019"),
    "GB-CQC": parse("GB-CQC", "1-21268168552"),
    "GB-EA": parse("GB-EA", "CBDL10036"),
    "GB-FSA": parse("GB-FSA", "AR 001"),
    AUTHORITY_CASE: by_case("cn-jiangshan", "江市监罚〔2020〕29号"),
}


@pytest.mark.parametrize(
    "identifier",
    [
        Identifier("BR-CNPJ", "11144477735"),
        Identifier("MX-RFC", RFC),
        Identifier("CN-USCC", chinese_person_number("11010519491231002")),
        Identifier("GB-EA", "BOXW310820HNERXN09"),
    ],
)
def test_a_persons_number_that_came_past_the_parser_is_not_admitted(identifier: Identifier) -> None:
    with pytest.raises(IdentifierError) as caught:
        admit(identifier, "int-organisation")
    assert caught.value.code is IdentifierProblem.NATURAL_PERSON


def test_what_did_not_come_from_the_parser_is_not_admitted() -> None:
    with pytest.raises(IdentifierError) as caught:
        admit(Identifier("BR-CNPJ", "00.000.000/0001-91"), "br-sa")
    assert caught.value.code is IdentifierProblem.WRONG_LENGTH
    with pytest.raises(IdentifierError) as caught:
        admit(Identifier("XX-NONE", "1"), "br-sa")
    assert caught.value.code is IdentifierProblem.UNKNOWN_SCHEME


# --- authority and case ---------------------------------------------------------------------------

codes = st.text("aB#%25. -", min_size=1, max_size=4).filter(str.strip)
parts = st.text("aB/#%2 35é\u0301\uff03\u00a0", min_size=1, max_size=6).filter(fold)


@given(codes, parts, st.just("") | parts, codes, parts, st.just("") | parts)
def test_two_cases_never_give_one_identifier(
    authority: str, case: str, party: str, other_authority: str, other_case: str, other_party: str
) -> None:
    try:
        one = by_case(authority, case, party)
        other = by_case(other_authority, other_case, other_party)
    except IdentifierError:
        assume(False)
    same = [fold(part) for part in (authority, case, party)] == [
        fold(part) for part in (other_authority, other_case, other_party)
    ]
    assert (one == other) == same
    assert parse(one.scheme, one.value) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b/c"), ("a", "b", "c")),
        (("a", "b#c"), ("a", "b", "c")),
        (("a", "b%23c"), ("a", "b#c")),
        (("a", "b", "c#d"), ("a", "b#c", "d")),
        (("ab", "c"), ("a", "bc")),
        (("A", "1"), ("a", "1")),
    ],
)
def test_separators_keep_cases_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert by_case(*one) != by_case(*other)


def test_a_case_is_the_same_however_its_blanks_and_widths_are_written() -> None:
    assert by_case("a", "Nº 12  /2020 ") == by_case(" a", "Nº\u00a012 ／2020")


@pytest.mark.parametrize(
    ("authority", "case", "problem"),
    [
        ("", "1", "empty"),
        ("a", " \u200b", "empty"),
        ("a/b", "1", "wrong-format"),
        ("a", "1\n2", "wrong-format"),
        ("a", "1" * 300, "wrong-length"),
        ("a", "111.444.777-35", "natural-person"),
        ("a", chinese_person_number("11010519491231002").lower(), "natural-person"),
    ],
)
def test_what_is_no_case_is_refused(authority: str, case: str, problem: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        by_case(authority, case)
    assert caught.value.code == problem


# --- messages and the table -----------------------------------------------------------------------


@given(
    st.sampled_from([*SCHEMES, "XX-NONE"]),
    st.text(min_size=8)
    | st.from_regex(r"\A[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\Z")
    | st.from_regex(r"\A[0-9]{11,18}\Z"),
)
def test_no_message_holds_the_value(scheme: str, value: str) -> None:
    try:
        parse(scheme, value)
    except IdentifierError as error:
        for text in (
            str(error),
            error.message_en,
            error.message_zh,
            repr(error),
            repr(vars(error)),
        ):
            assert value not in text


def test_every_problem_has_a_message_in_both_languages_that_says_what_to_do() -> None:
    assert set(MESSAGES_EN) == set(MESSAGES_ZH) == set(IdentifierProblem)
    error = IdentifierError(
        IdentifierProblem.WRONG_LENGTH, "BR-ANS", shape_en="6 digits", shape_zh="6位"
    )
    assert str(error) == "BR-ANS: the number is too short or too long. It has 6 digits."
    assert error.message_zh == "BR-ANS：号码过短或过长。应为6位。"
    assert error.scheme == "BR-ANS"


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_every_scheme_is_told_in_both_languages(scheme: Scheme) -> None:
    assert SCHEMES[scheme.code] is scheme
    assert scheme.name_en
    assert scheme.shape_en
    assert scheme.name_en.isascii()
    assert not scheme.name_zh.isascii()
    assert not scheme.shape_zh.isascii() or not scheme.shape_zh
    assert scheme.code == AUTHORITY_CASE or scheme.url_of_list.startswith("https://")
    prefix = scheme.code.split("-")[0].lower()
    assert scheme.jurisdiction in {prefix, ""}


# --- the public files -----------------------------------------------------------------------------


def column(
    path: str,
    name: str,
    *,
    encoding: str = "utf-8-sig",
    title_lines: int = 0,
    delimiter: str = ",",
) -> list[str]:
    with (SHARED / path).open(encoding=encoding, newline="") as file:
        for _ in range(title_lines):
            next(file)
        return [row[name] for row in csv.DictReader(file, delimiter=delimiter)]


def outcomes(scheme: str, values: list[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value in values:
        try:
            parse(scheme, value)
            found["right"] += 1
        except IdentifierError as error:
            found[error.code.value] += 1
    return found


@needs_data
@pytest.mark.data
def test_the_numbers_of_the_public_files_are_read() -> None:
    ans = {"encoding": "latin-1", "title_lines": 2, "delimiter": ";"}
    cadop = "br-ans-operadoras-2022/Relatorio_cadop.csv"
    assert outcomes("BR-ANS", column(cadop, "Registro ANS", **ans)) == {"right": 1155}
    assert outcomes("BR-CNPJ", column(cadop, "CNPJ", **ans)) == {"right": 1155}
    minas = column(
        "br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv", "cnpj", delimiter=";"
    )
    assert outcomes("BR-CNPJ", minas) == {"right": 40, "wrong-check-digit": 1}
    with (SHARED / "br-cgu-cnep-leniencia-2023/cnep_102023.json").open(encoding="utf-8") as file:
        cnep = [row["cpfCnpj"] for row in json.load(file)["data"]]
    assert outcomes("BR-CNPJ", cnep) == {"right": 780, "wrong-length": 4}
    rfc = column(
        "mx-sat-69b/Listado_Completo_69-B_2022-11-30.csv", "RFC", encoding="latin-1", title_lines=2
    )
    assert outcomes("MX-RFC", rfc) == {"right": 9959, "placeholder": 86}
    care = "uk-cqc-locations-2026/Locations-head.csv"
    assert outcomes("GB-CQC", column(care, "Location ID")) == {"right": 962}
    assert outcomes("GB-CQC", column(care, "Provider ID")) == {"right": 962}
    companies = column(care, "Provider Companies House Number")
    assert outcomes("GB-COH", companies) == {"right": 945, "empty": 17}
    permits = column("uk-ea-public-registers-2020/output.csv", "registrationNumber")
    assert outcomes("GB-EA", permits) == {"right": 267}
    food = "uk-fsa-approved-food-establishments/ApprovedEstablishments01102024.csv"
    assert outcomes("GB-FSA", column(food, "AppNo")) == {"right": 2932}
    homes = column("us-cms-nursing-home-penalties-2017/Penalties.csv", "Federal Provider Number")
    assert outcomes("US-CCN", homes) == {"right": 4007}


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_the_check_character_of_a_uscc_is_the_one_that_stdnum_computes(first17: str) -> None:
    assert uscc_check_character(first17) == stdnum_uscc.calc_check_digit(first17)

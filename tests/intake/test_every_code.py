"""Each code of a finding is raised by a row, with its place and with words in two languages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined, Finding, FindingCode, Severity
from tabularium.intake.items import parse_item
from tabularium.intake.messages import describe
from tabularium.intake.readers import Row, Trouble
from tabularium.rules.loader import rule_book
from tests.intake.conftest import ROW, TODAY

CASE = (
    'identifier = { scheme = "BR-CNPJ", column = "number" }',
    'case = { number = { column = "case" } }',
)
BY_NAME = ('key = ["case", "number"]', 'key = ["case", "name"]')
DURATION = (('rule = "columns"', 'rule = "duration-text"'), ("\nends = {", "\nduration = {"))
LAW = (('citation = "A made-up Act 2001, section 3"', 'column = "summary"'),)


@dataclass(frozen=True)
class Example:
    """A column, what the row holds there, and where the finding points if not at that column.

    `beside` is what else the row holds, and `rows` come before it.
    """

    column: str
    written: str
    at: str | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()
    replace: Sequence[tuple[str, str]] = ()
    severity: Severity = Severity.ERROR


ASIDE, WARNING = Severity.SET_ASIDE, Severity.WARNING
EXAMPLES: dict[FindingCode, Example] = {
    FindingCode.NOT_A_DECISION: Example("status", "Presumed", severity=ASIDE),
    FindingCode.MISSING_VALUE: Example("name", ""),
    FindingCode.WRONG_DATE: Example("decided", "31/02/2026"),
    FindingCode.WRONG_NUMBER: Example("count", "three"),
    FindingCode.NOT_ALLOWED_VALUE: Example("measure", "Praise"),
    FindingCode.PATTERN: Example("case", "17"),
    FindingCode.TOO_LONG: Example("name", "Brass Ltd" + "d" * 60),
    FindingCode.IDENTIFIER_FORMAT: Example("number", "EXODB"),
    FindingCode.IDENTIFIER_CHECK_DIGIT: Example("number", "11.222.333/0001-82"),
    FindingCode.NATURAL_PERSON: Example("form", "Trader", at="number"),
    FindingCode.LEGAL_FORM_MISSING: Example("form", "", at="name", beside={"name": "Brass"}),
    FindingCode.PERSONAL_NUMBER_IN_TEXT: Example("summary", "Of 529.982.247-25."),
    FindingCode.PHONE_IN_TEXT: Example("summary", "Ring +44 20 7946 0018."),
    FindingCode.EMAIL_IN_TEXT: Example("summary", "Ask someone@example.org."),
    FindingCode.DATE_IN_FUTURE: Example("decided", "02/03/2026"),
    FindingCode.DATES_OUT_OF_ORDER: Example("ends", "2026-02-09"),
    FindingCode.TERM_MISSING: Example("ends", ""),
    FindingCode.TERM_UNREADABLE: Example("ends", "for ever", replace=DURATION),
    FindingCode.TERM_TOO_LONG: Example("ends", "2126-02-09"),
    FindingCode.TERM_ENDED: Example("ends", "2026-02-28", severity=ASIDE),
    FindingCode.AMOUNT_WRONG: Example("amount", "about 12"),
    FindingCode.AMOUNT_WITHOUT_CURRENCY: Example("currency", "", at="amount"),
    FindingCode.CURRENCY_UNKNOWN: Example("currency", "UKP"),
    FindingCode.LEGAL_BASIS_MISSING: Example("summary", "", replace=LAW),
    FindingCode.SEVERAL_ORGANISATIONS: Example("name", "Brass Ltd; Tin Ltd"),
    FindingCode.DUPLICATE_IN_FILE: Example("summary", "Again.", at="case", rows=({},)),
    FindingCode.CASE_NAMES_DIFFER: Example("name", "Tin Ltd", rows=({},), replace=(CASE, BY_NAME)),
    FindingCode.NO_RULES_IN_FORCE: Example("decided", "03/02/1850"),
    FindingCode.LATE: Example("decided", "05/01/2026", severity=WARNING),
    FindingCode.MOJIBAKE: Example("name", "CafÃ© Ltd"),
    FindingCode.DATE_AS_NUMBER: Example("begins", "46063"),
    FindingCode.IDENTIFIER_AS_FLOAT: Example("number", "1.1222E+13"),
    FindingCode.LEADING_ZEROS_LOST: Example("number", "191"),
    FindingCode.CELL_ERROR: Example("amount", "#REF!"),
}
OF_THE_READER = {
    FindingCode.ROW_SHAPE: Trouble.SAME_COLUMN_TWICE,
    FindingCode.UNDECODABLE_TEXT: Trouble.UNDECODABLE,
}
ASKS_THE_REGISTER = {
    FindingCode.ALREADY_IN_REGISTER,
    FindingCode.ORGANISATION_NOT_KNOWN,
    FindingCode.NAME_DIFFERS,
    FindingCode.CHANGED_DECISION,
}
SAYS_DAYS = {
    FindingCode.DATES_OUT_OF_ORDER,
    FindingCode.TERM_TOO_LONG,
    FindingCode.TERM_ENDED,
}
"""Days of a decision are no secret, and without them these could not be understood."""
REFUSED_WITH_THE_ITEM = {FindingCode.IDENTIFIER_SCHEME}


def test_every_code_has_its_example() -> None:
    shown = [*EXAMPLES, *OF_THE_READER, *ASKS_THE_REGISTER, *REFUSED_WITH_THE_ITEM]
    assert sorted(shown) == sorted(FindingCode)


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_row_raises_it_with_its_place_and_what_to_do(
    code: FindingCode, examine_rows: Callable[..., list[Examined]]
) -> None:
    example = EXAMPLES[code]
    changes = [*example.rows, {**example.beside, example.column: example.written}]
    result = examine_rows(*changes, replace=example.replace)[-1]
    finding = next(each for each in result.findings if each.code is code)
    assert finding.severity is example.severity
    assert (result.draft is None) is (finding.severity is not WARNING)
    assert finding.row == len(changes) + 1
    assert finding.column == (example.column if example.at is None else example.at)
    _check_words(finding, example.written)


@pytest.mark.parametrize("code", OF_THE_READER)
def test_a_row_that_the_reader_finds_broken_raises_it(code: FindingCode, item_text: str) -> None:
    row = Row(5, dict(ROW), OF_THE_READER[code], 3, 2, "status")
    (result,) = examine(parse_item(item_text, "made-up.toml"), [row], rule_book(), TODAY)
    assert result.primary is not None
    assert (result.primary.code, result.primary.row) == (code, 5)
    _check_words(result.primary, "")


@pytest.mark.parametrize(
    ("code", "parameters"),
    [
        (FindingCode.ORGANISATION_NOT_KNOWN, {}),
        (FindingCode.NAME_DIFFERS, {}),
        (FindingCode.ALREADY_IN_REGISTER, {}),
        (FindingCode.CHANGED_DECISION, {"entry": "e1", "changed": "amount, term_ends, town"}),
    ],
)
def test_what_the_register_raises_has_words(
    code: FindingCode, parameters: Mapping[str, str]
) -> None:
    _check_words(Finding(code, Severity.ERROR, 2, "name", parameters), "")


def test_what_changed_is_said_in_words_and_a_detail_by_its_name() -> None:
    parameters = {"entry": "e1", "changed": "amount, term_ends, town"}
    said = describe(Finding(FindingCode.CHANGED_DECISION, Severity.SET_ASIDE, 2, "", parameters))
    assert "amount, last day, town" in said.en
    assert "金额、截止日、town" in said.zh


def _check_words(finding: Finding, written: str) -> None:
    said = describe(finding)
    for sentence in (said.en, said.zh, said.action_en, said.action_zh):
        assert sentence.endswith((".", "。"))
        assert not re.search(r"[{}]", sentence)
        assert not written or finding.code in SAYS_DAYS or written not in sentence
    chinese = re.compile("[\u4e00-\u9fff]")
    assert chinese.search(said.zh)
    assert chinese.search(said.action_zh)
    assert not chinese.search(said.en + said.action_en)
    if finding.column and "{column}" in said.en:
        assert finding.column in said.en
        assert finding.column in said.zh

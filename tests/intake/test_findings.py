"""Every finding code has a row that makes it occur, and words in both languages."""

from datetime import date
from typing import Any

import pytest

from tabularium.core.content import LONGEST_TEXT
from tabularium.intake import mapping
from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined, Finding, FindingCode, Severity
from tabularium.intake.items import parse_item
from tabularium.intake.mapping_parts import NoDecision
from tabularium.intake.messages import WORDINGS, WORDS, describe
from tabularium.intake.personal import PersonalKind
from tabularium.intake.readers import Row, Trouble
from tabularium.rules.loader import rule_book

CASE = (
    'identifier = { scheme = "BR-CNPJ", column = "number" }',
    'case = { number = { column = "case" } }',
)
OF_A_PERSON = "11010519491231002X"  # the example of GB 11643-1999


def only(results: list[Examined]) -> Examined:
    assert len(results) == 1
    return results[0]


def test_a_good_row_becomes_a_draft(examine_rows: Any) -> None:
    result = only(examine_rows({}))
    assert result.findings == ()
    assert result.primary is None
    draft = result.draft
    assert draft is not None
    assert (draft.row, draft.key) == (2, '["C-17","11.222.333/0001-81"]')
    assert draft.subject.identifier.value == "11222333000181"
    assert (draft.subject.name, draft.subject.legal_form) == ("Brass & Sons Ltd", "gb-ltd")
    content = draft.content
    assert content.decided_on == date(2026, 2, 3)
    assert (content.amount, content.currency) == ("1200.50", "GBP")
    assert (content.term_begins, content.term_ends) == (date(2026, 2, 10), date(2027, 2, 9))
    assert content.legal_basis == "A made-up Act 2001, section 3"
    assert content.objection_route == "Write within a month."
    assert content.notice_channel == "letter"
    assert dict(content.details) == {"town": "Final"}


STOPPED: list[tuple[FindingCode, str, dict[str, str | None]]] = [
    (FindingCode.MISSING_VALUE, "name", {"name": " "}),
    (FindingCode.MISSING_VALUE, "name", {"name": None}),
    (FindingCode.MISSING_VALUE, "case", {"case": "NA"}),
    (FindingCode.MISSING_VALUE, "number", {"number": ""}),
    (FindingCode.MISSING_VALUE, "decided", {"decided": ""}),
    (FindingCode.MISSING_VALUE, "measure", {"measure": ""}),
    (FindingCode.TOO_LONG, "name", {"name": "A" * 57 + " Ltd"}),
    (FindingCode.PATTERN, "case", {"case": "17"}),
    (FindingCode.WRONG_DATE, "begins", {"begins": "tomorrow"}),
    (FindingCode.WRONG_DATE, "decided", {"decided": "31/02/2026"}),
    (FindingCode.WRONG_DATE, "ends", {"ends": "some day"}),
    (FindingCode.WRONG_NUMBER, "count", {"count": "3.5"}),
    (FindingCode.NOT_ALLOWED_VALUE, "measure", {"measure": "Praise"}),
    (FindingCode.IDENTIFIER_FORMAT, "number", {"number": "EXODB"}),
    (FindingCode.IDENTIFIER_CHECK_DIGIT, "number", {"number": "11.222.333/0001-82"}),
    (FindingCode.NATURAL_PERSON, "number", {"form": "Trader"}),
    (FindingCode.NATURAL_PERSON, "number", {"number": "529.982.247-25"}),
    (FindingCode.LEGAL_FORM_MISSING, "name", {"form": "", "name": "Brass"}),
    (FindingCode.SEVERAL_ORGANISATIONS, "name", {"name": "Brass Ltd; Tin Ltd"}),
    (FindingCode.PERSONAL_NUMBER_IN_TEXT, "summary", {"summary": f"It hit {OF_A_PERSON} badly."}),
    (FindingCode.PERSONAL_NUMBER_IN_TEXT, "name", {"name": "Brass 529.982.247-25 Ltd"}),
    (FindingCode.PHONE_IN_TEXT, "summary", {"summary": "Ring +44 20 7946 0018 for more."}),
    (FindingCode.EMAIL_IN_TEXT, "summary", {"summary": "Ask someone@example.org about it."}),
    (FindingCode.DATE_IN_FUTURE, "decided", {"decided": "02/03/2026", "begins": "2026-03-02"}),
    (FindingCode.DATES_OUT_OF_ORDER, "ends", {"ends": "2026-02-09"}),
    (FindingCode.DATES_OUT_OF_ORDER, "begins", {"begins": "2026-02-02"}),
    (FindingCode.TERM_MISSING, "ends", {"ends": ""}),
    (FindingCode.TERM_MISSING, "ends", {"ends": "2999-12-31"}),
    (FindingCode.TERM_TOO_LONG, "ends", {"ends": "2126-02-09"}),
    (FindingCode.TERM_ENDED, "ends", {"ends": "2026-02-28"}),
    (FindingCode.AMOUNT_WRONG, "amount", {"amount": "about 12"}),
    (FindingCode.AMOUNT_WRONG, "amount", {"amount": "12,0"}),
    (FindingCode.AMOUNT_WITHOUT_CURRENCY, "amount", {"currency": ""}),
    (FindingCode.NO_RULES_IN_FORCE, "decided", {"decided": "03/02/1850", "begins": ""}),
]


@pytest.mark.parametrize(("code", "column", "change"), STOPPED)
def test_a_row_is_stopped_by(
    code: FindingCode, column: str, change: dict[str, str | None], examine_rows: Any
) -> None:
    result = only(examine_rows(change))
    assert result.draft is None
    assert result.primary is not None
    assert (result.primary.code, result.primary.column) == (code, column)
    set_aside = code is FindingCode.TERM_ENDED
    assert result.primary.severity is (Severity.SET_ASIDE if set_aside else Severity.ERROR)


@pytest.mark.parametrize(("code", "change"), [(code, change) for code, _, change in STOPPED])
def test_no_finding_repeats_what_stood_in_the_row(
    code: FindingCode, change: dict[str, str | None], examine_rows: Any
) -> None:
    for finding in only(examine_rows(change)).findings:
        wording = describe(finding)
        said = " ".join((wording.en, wording.zh, wording.action_en, *finding.parameters.values()))
        held = change.get(finding.column) or ""
        is_a_day = code in {
            FindingCode.DATES_OUT_OF_ORDER,
            FindingCode.TERM_ENDED,
            FindingCode.TERM_TOO_LONG,
        }
        assert is_a_day or not held.strip() or held not in said


@pytest.mark.parametrize(
    ("status", "reason"),
    [("Presumed", NoDecision.PRESUMED), ("Was CLEARED on appeal", NoDecision.CLEARED)],
)
def test_what_is_no_decision_says_why_and_nothing_else(
    status: str, reason: NoDecision, examine_rows: Any
) -> None:
    result = only(examine_rows({"status": status, "number": "wrong", "case": ""}))
    assert result.draft is None
    (finding,) = result.findings
    assert finding.severity is Severity.SET_ASIDE
    assert finding.parameters == {"reason": reason}


def test_a_row_says_all_that_its_fields_are_wrong_in_and_the_first_is_primary(
    examine_rows: Any,
) -> None:
    result = only(examine_rows({"begins": "soon", "count": "many", "summary": "a@example.org"}))
    assert [finding.code for finding in result.findings] == [
        FindingCode.WRONG_DATE,
        FindingCode.WRONG_NUMBER,
        FindingCode.EMAIL_IN_TEXT,
    ]
    assert result.primary == result.findings[0]


def test_the_same_key_again_names_the_row_before(examine_rows: Any) -> None:
    first, second, third = examine_rows({}, {"summary": "Again."}, {"case": "C-18"})
    assert first.draft is not None
    assert third.draft is not None
    assert second.primary is not None
    assert second.primary.code is FindingCode.DUPLICATE_IN_FILE
    assert second.primary.parameters == {"other_row": "2"}


def test_a_row_that_was_stopped_does_not_make_the_next_a_duplicate(examine_rows: Any) -> None:
    stopped, good = examine_rows({"count": "many"}, {})
    assert stopped.draft is None
    assert good.draft is not None


def test_two_names_under_one_case_are_not_merged(examine_rows: Any) -> None:
    change = [CASE, ('key = ["case", "number"]', 'key = ["case", "name"]')]
    first, other, same = examine_rows(
        {}, {"name": "Tin Ltd"}, {"name": "BRASS & SONS, Ltd."}, replace=change
    )
    assert first.draft is not None
    assert first.draft.subject.identifier.value == "gb-authority/C-17"
    assert other.primary is not None
    assert other.primary.code is FindingCode.CASE_NAMES_DIFFER
    assert other.primary.parameters == {"other_row": "2"}
    assert same.draft is not None


def test_a_party_tells_two_names_of_one_case_apart(examine_rows: Any) -> None:
    party = CASE[1].replace("} }", '}, party = { column = "name" } }')
    change = [(CASE[0], party), ('key = ["case", "number"]', 'key = ["case", "name"]')]
    first, other = examine_rows({}, {"name": "Tin Ltd"}, replace=change)
    assert first.draft is not None
    assert other.draft is not None
    assert first.draft.subject.identifier != other.draft.subject.identifier


def test_a_missing_legal_basis_stops_a_row(examine_rows: Any) -> None:
    change = [('citation = "A made-up Act 2001, section 3"', 'column = "summary"')]
    good, bare = examine_rows({}, {"case": "C-18", "summary": ""}, replace=change)
    assert good.draft is not None
    assert good.draft.content.legal_basis == "Smoke."
    assert bare.primary is not None
    assert bare.primary.code is FindingCode.LEGAL_BASIS_MISSING


@pytest.mark.parametrize("written", ["for ever", "0 days", "2 lunar months"])
def test_a_duration_that_cannot_be_read_stops_a_row(written: str, examine_rows: Any) -> None:
    change = [('rule = "columns"', 'rule = "duration-text"'), ("\nends = {", "\nduration = {")]
    result = only(examine_rows({"ends": written}, replace=change))
    assert result.primary is not None
    assert result.primary.code is FindingCode.TERM_UNREADABLE


def test_terms_in_words_in_days_and_by_default(examine_rows: Any) -> None:
    words = [('rule = "columns"', 'rule = "duration-text"'), ("\nends = {", "\nduration = {")]
    days = [('rule = "columns"', 'rule = "days-column"'), ("\nends = {", "\ndays = {")]
    default = [("open_ended = [", "default_when_empty = true\nopen_ended = [")]
    ends = [
        only(examine_rows({"ends": "1 AÑO 3 MESES"}, replace=words)),
        only(examine_rows({"ends": "27"}, replace=days)),
        only(examine_rows({"ends": ""}, replace=default)),
    ]
    assert [each.draft.content.term_ends for each in ends if each.draft] == [
        date(2027, 5, 9),
        date(2026, 3, 8),
        date(2029, 2, 9),
    ]


def test_a_licence_may_be_without_an_end(examine_rows: Any) -> None:
    change = [('kind = "penalty"', 'kind = "licence"')]
    result = only(examine_rows({"ends": ""}, replace=change))
    assert result.draft is not None
    assert result.draft.content.term_ends is None


def test_a_later_decision_takes_the_place_of_the_one_before(examine_rows: Any) -> None:
    rule = '[superseding]\ncolumn = "status"\npattern = "^Reheard"\nsame = ["number"]\n\n'
    first = '[[not_a_decision]]\ncolumn = "status"\nvalues'
    change = [(first, rule + first)]
    before, later, after = examine_rows(
        {},
        {"case": "C-18", "decided": "05/02/2026", "status": "Reheard. Fined."},
        {"case": "C-19", "decided": "06/02/2026"},
        replace=change,
    )
    assert before.primary is not None
    assert before.primary.parameters == {"reason": "superseded"}
    assert later.draft is not None
    assert after.draft is not None


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble.TOO_FEW_CELLS, FindingCode.ROW_SHAPE),
        (Trouble.SAME_COLUMN_TWICE, FindingCode.ROW_SHAPE),
        (Trouble.UNDECODABLE, FindingCode.UNDECODABLE_TEXT),
        (Trouble.NUL_BYTE, FindingCode.UNDECODABLE_TEXT),
    ],
)
def test_trouble_of_the_reader_stops_a_row(
    trouble: Trouble, code: FindingCode, item_text: str, good_row: dict[str, str]
) -> None:
    rows = [Row(5, good_row, trouble, 3, 2)]
    result = only(list(examine(parse_item(item_text, "x"), rows, rule_book(), date(2026, 3, 1))))
    assert result.primary is not None
    assert (result.row, result.primary.code) == (5, code)
    assert describe(result.primary).en


def test_an_unknown_scheme_is_a_mistake_of_the_item_so_no_row_ever_meets_it() -> None:
    wording = describe(Finding(FindingCode.IDENTIFIER_SCHEME, Severity.ERROR, 2, "number"))
    assert wording.en == "number: the register does not know this scheme of identifiers."


def test_every_code_has_words_in_both_languages() -> None:
    assert set(WORDINGS) == set(FindingCode)
    for wording in WORDINGS.values():
        assert all((wording.en, wording.zh, wording.action_en, wording.action_zh))
    coded = {each.value for kinds in (NoDecision, Trouble, PersonalKind) for each in kinds}
    assert coded <= set(WORDS)


@pytest.mark.parametrize(
    "name",
    [
        "John Smith; Smith LLC",
        "John Smith (Acme Inc.)",
        "John Smith a/k/a Acme Inc.",
        "John Smith, also known as Acme LLC",
    ],
)
def test_a_form_that_another_name_says_is_not_the_subjects(name: str) -> None:
    assert mapping._form_of_name(name, "us") == ""


@pytest.mark.parametrize(
    "name", ["Acme LLC", "Acme LLC; Bcme Inc.", "Acme (Texas) LLC", "Acme Inc. a/k/a The Acme"]
)
def test_a_form_that_each_name_says_is(name: str) -> None:
    assert mapping._form_of_name(name, "us")


def test_a_text_that_fills_a_book_is_stopped(examine_rows: Any) -> None:
    result = only(examine_rows({"summary": "a " * (LONGEST_TEXT // 2 + 1)}))
    assert result.primary is not None
    assert result.primary.code is FindingCode.TOO_LONG
    assert result.primary.parameters == {"length": "10001", "longest": "10000"}

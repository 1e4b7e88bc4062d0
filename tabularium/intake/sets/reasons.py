"""Why the set-based checks do not let a row pass: one bit each, and what it may turn out to be."""

from collections.abc import Mapping
from enum import IntFlag, auto
from types import MappingProxyType

from tabularium.intake.findings import FindingCode


class Reason(IntFlag):
    """What a row does not plainly pass. No finding yet: the row path looks at the row and says."""

    UNUSUAL_CHARACTERS = auto()
    LENGTH = auto()
    NOT_A_DECISION = auto()
    SCHEMA = auto()
    NAME = auto()
    PERSON = auto()
    SEVERAL = auto()
    IDENTIFIER_FORM = auto()
    IDENTIFIER_CHECK_DIGIT = auto()
    LEGAL_FORM = auto()
    DECISION_NUMBER = auto()
    DAY_OF_DECISION = auto()
    FUTURE = auto()
    RULES = auto()
    MEASURE = auto()
    LEGAL_BASIS = auto()
    AMOUNT = auto()
    CURRENCY = auto()
    TERM_FORM = auto()
    DATES_IN_ORDER = auto()
    TERM_LENGTH = auto()
    TERM_ENDED = auto()
    PERSONAL_NUMBER = auto()
    PHONE = auto()
    EMAIL = auto()
    CUT_OUT = auto()
    KEY = auto()


_CODE = FindingCode

MAY_BE: Mapping[Reason, frozenset[FindingCode]] = MappingProxyType(
    {
        # Characters that are seldom seen change how every other check reads the cell.
        Reason.UNUSUAL_CHARACTERS: frozenset(FindingCode),
        Reason.LENGTH: frozenset({_CODE.TOO_LONG}),
        Reason.NOT_A_DECISION: frozenset({_CODE.NOT_A_DECISION}),
        Reason.SCHEMA: frozenset(
            {
                _CODE.MISSING_VALUE,
                _CODE.WRONG_DATE,
                _CODE.WRONG_NUMBER,
                _CODE.NOT_ALLOWED_VALUE,
                _CODE.PATTERN,
                _CODE.TOO_LONG,
                _CODE.DATE_AS_NUMBER,
                _CODE.CELL_ERROR,
            }
        ),
        Reason.NAME: frozenset({_CODE.MISSING_VALUE, _CODE.TOO_LONG}),
        Reason.PERSON: frozenset({_CODE.NATURAL_PERSON}),
        Reason.SEVERAL: frozenset({_CODE.SEVERAL_ORGANISATIONS}),
        Reason.IDENTIFIER_FORM: frozenset(
            {
                _CODE.MISSING_VALUE,
                _CODE.IDENTIFIER_FORMAT,
                # Of an unusual form, and wrong when it is read all the same.
                _CODE.IDENTIFIER_CHECK_DIGIT,
                _CODE.IDENTIFIER_SCHEME,
                _CODE.IDENTIFIER_AS_FLOAT,
                _CODE.LEADING_ZEROS_LOST,
                _CODE.NATURAL_PERSON,
            }
        ),
        Reason.IDENTIFIER_CHECK_DIGIT: frozenset(
            {_CODE.IDENTIFIER_CHECK_DIGIT, _CODE.NATURAL_PERSON}
        ),
        Reason.LEGAL_FORM: frozenset({_CODE.LEGAL_FORM_MISSING, _CODE.NATURAL_PERSON}),
        Reason.DECISION_NUMBER: frozenset({_CODE.MISSING_VALUE}),
        Reason.DAY_OF_DECISION: frozenset(
            {_CODE.MISSING_VALUE, _CODE.WRONG_DATE, _CODE.DATE_AS_NUMBER}
        ),
        Reason.FUTURE: frozenset({_CODE.DATE_IN_FUTURE}),
        Reason.RULES: frozenset({_CODE.NO_RULES_IN_FORCE}),
        Reason.MEASURE: frozenset({_CODE.MISSING_VALUE, _CODE.NOT_ALLOWED_VALUE}),
        Reason.LEGAL_BASIS: frozenset({_CODE.LEGAL_BASIS_MISSING}),
        Reason.AMOUNT: frozenset({_CODE.AMOUNT_WRONG}),
        Reason.CURRENCY: frozenset({_CODE.AMOUNT_WITHOUT_CURRENCY, _CODE.CURRENCY_UNKNOWN}),
        Reason.TERM_FORM: frozenset(
            {_CODE.TERM_MISSING, _CODE.TERM_UNREADABLE, _CODE.WRONG_DATE, _CODE.DATE_AS_NUMBER}
        ),
        Reason.DATES_IN_ORDER: frozenset({_CODE.DATES_OUT_OF_ORDER}),
        Reason.TERM_LENGTH: frozenset({_CODE.TERM_TOO_LONG}),
        Reason.TERM_ENDED: frozenset({_CODE.TERM_ENDED}),
        Reason.PERSONAL_NUMBER: frozenset({_CODE.PERSONAL_NUMBER_IN_TEXT}),
        Reason.PHONE: frozenset({_CODE.PHONE_IN_TEXT}),
        Reason.EMAIL: frozenset({_CODE.EMAIL_IN_TEXT}),
        # A text out of which the item cuts a part or takes tags, in a form for which engines may differ.
        Reason.CUT_OUT: frozenset(FindingCode),
        Reason.KEY: frozenset(),
    }
)
"""The findings that a reason may turn out to be; a row may also turn out to have none."""

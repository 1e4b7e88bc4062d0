"""What is said about a row: findings by stable code, never with the value that was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from tabularium.core.content import Draft


class Severity(StrEnum):
    """What a finding does to its row."""

    ERROR = "error"  # the row is stopped, the authority should mend it
    SET_ASIDE = "set-aside"  # the row is stopped, and there is nothing to mend
    WARNING = "warning"  # the row goes on


class FindingCode(StrEnum):
    """Stable codes of findings; texts by code are in `tabularium.intake.messages`."""

    ROW_SHAPE = "row-shape"
    UNDECODABLE_TEXT = "undecodable-text"
    NOT_A_DECISION = "not-a-decision"
    MISSING_VALUE = "missing-value"
    WRONG_DATE = "wrong-date"
    WRONG_NUMBER = "wrong-number"
    NOT_ALLOWED_VALUE = "not-allowed-value"
    PATTERN = "pattern"
    TOO_LONG = "too-long"
    IDENTIFIER_FORMAT = "identifier-format"
    IDENTIFIER_CHECK_DIGIT = "identifier-check-digit"
    IDENTIFIER_SCHEME = "identifier-scheme"
    NATURAL_PERSON = "natural-person"
    LEGAL_FORM_MISSING = "legal-form-missing"
    PERSONAL_NUMBER_IN_TEXT = "personal-number-in-text"
    PHONE_IN_TEXT = "phone-in-text"
    EMAIL_IN_TEXT = "e-mail-in-text"
    DATE_IN_FUTURE = "date-in-future"
    DATES_OUT_OF_ORDER = "dates-out-of-order"
    TERM_MISSING = "term-missing"
    TERM_UNREADABLE = "term-unreadable"
    TERM_TOO_LONG = "term-too-long"
    TERM_ENDED = "term-ended"
    AMOUNT_WRONG = "amount-wrong"
    AMOUNT_WITHOUT_CURRENCY = "amount-without-currency"
    LEGAL_BASIS_MISSING = "legal-basis-missing"
    SEVERAL_ORGANISATIONS = "several-organisations"
    DUPLICATE_IN_FILE = "duplicate-in-file"
    ALREADY_IN_REGISTER = "already-in-register"
    CASE_NAMES_DIFFER = "case-names-differ"
    NO_RULES_IN_FORCE = "no-rules-in-force"
    ORGANISATION_NOT_KNOWN = "organisation-not-known"
    NAME_DIFFERS = "name-differs"
    CHANGED_DECISION = "changed-decision"
    LATE = "late"
    MOJIBAKE = "mojibake"
    DATE_AS_NUMBER = "date-as-number"
    IDENTIFIER_AS_FLOAT = "identifier-as-float"
    LEADING_ZEROS_LOST = "leading-zeros-lost"
    CELL_ERROR = "cell-error"
    CURRENCY_UNKNOWN = "currency-unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one row.

    Attributes:
        code: what is the case.
        severity: what it does to the row.
        row: number of the row, as in `Row.number`.
        column: the column it lies in; "" where it lies in the row as a whole.
        parameters: what the message needs: lengths, limits, row numbers, dates, codes. Never the
            offending value itself, which may be personal.
        rows: how many consecutive rows, of which `row` is the first, it holds for in the same words.
    """

    code: FindingCode
    severity: Severity
    row: int
    column: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rows: int = 1


class Notes:
    """Findings of one row while it is being read."""

    __slots__ = ("_stopped", "found", "row")

    def __init__(self, row: int) -> None:
        self.row = row
        self.found: list[Finding] = []
        self._stopped = False

    def stopped(self) -> bool:
        """Whether something noted so far stops the row."""
        return self._stopped

    def says(self, code: FindingCode, column: str) -> bool:
        """Whether that is noted of that column."""
        return any(each.code is code and each.column == column for each in self.found)

    def columns(self) -> frozenset[str]:
        """The columns that something is noted of."""
        return frozenset(each.column for each in self.found)

    def error(self, code: FindingCode, column: str = "", **parameters: str | int) -> None:
        """Note what stops the row until it is mended."""
        self._add(code, Severity.ERROR, column, parameters)
        self._stopped = True

    def set_aside(self, code: FindingCode, column: str = "", **parameters: str | int) -> None:
        """Note that the row may be right and yet is nothing to record."""
        self._add(code, Severity.SET_ASIDE, column, parameters)
        self._stopped = True

    def warning(self, code: FindingCode, column: str = "", **parameters: str | int) -> None:
        """Note what a person should know; the row goes on."""
        self._add(code, Severity.WARNING, column, parameters)

    def _add(
        self,
        code: FindingCode,
        severity: Severity,
        column: str,
        parameters: Mapping[str, str | int],
    ) -> None:
        said = MappingProxyType({name: str(value) for name, value in parameters.items()})
        self.found.append(Finding(code, severity, self.row, column, said))


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of one row: a draft, or findings that stopped it; never both of these.

    Attributes:
        row: number of the row.
        draft: the decision, ready to be recorded; None when the row was stopped.
        findings: everything said about the row; beside a draft only warnings.
    """

    row: int
    draft: Draft | None
    findings: tuple[Finding, ...] = ()

    @property
    def primary(self) -> Finding | None:
        """The finding that stopped the row, the first that does; None where there is a draft."""
        for finding in self.findings:
            if finding.severity is not Severity.WARNING:
                return finding
        return None

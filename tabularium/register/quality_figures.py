"""What the figures on the quality of an authority's data are, and when one is not given.

They are about files and the authority that sends them. None is about an organisation, and none can be
grouped by one. Small numbers are withheld, since they could be told of a single organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from tabularium.register.quality_periods import Period

LEAST_ROWS = 50
"""Of fewer rows no share is given: one row more or less would change it too much."""
LEAST_DECISIONS = 100
"""Of an authority with fewer decisions nothing is said about what became of them."""
SMALLEST_GROUP = 5
"""What became of fewer decisions than this, but of some, is not said: it could be told whose they are."""

_TENTH = Decimal("0.1")


class Figure(StrEnum):
    """A figure on an authority's files, or on what it did with the decisions that they brought."""

    ENTERED = "entered"
    STOPPED_BY_ERROR = "stopped-by-error"
    SET_ASIDE = "set-aside"
    LATE = "late"
    DUPLICATE_IN_FILE = "duplicate-in-file"
    SENT_AGAIN = "sent-again"
    SENT_CHANGED = "sent-changed"
    IDENTIFIER_FORMAT = "identifier-format"
    IDENTIFIER_CHECK_DIGIT = "identifier-check-digit"
    IDENTIFIER_DAMAGED = "identifier-damaged"
    CORRECTED = "corrected"
    WITHDRAWN_BY_ITSELF = "withdrawn-by-itself"
    WITHDRAWN_AFTER_OBJECTION = "withdrawn-after-objection"
    LAPSED = "lapsed"


# Findings, by severity and code, whose rows a figure adds up.
BY_FINDING: Mapping[Figure, frozenset[str]] = MappingProxyType(
    {
        Figure.LATE: frozenset({"late"}),
        Figure.DUPLICATE_IN_FILE: frozenset({"duplicate-in-file"}),
        Figure.SENT_AGAIN: frozenset({"already-in-register"}),
        Figure.SENT_CHANGED: frozenset({"changed-decision"}),
        Figure.IDENTIFIER_FORMAT: frozenset({"identifier-format", "identifier-scheme"}),
        Figure.IDENTIFIER_CHECK_DIGIT: frozenset({"identifier-check-digit"}),
        Figure.IDENTIFIER_DAMAGED: frozenset({"identifier-as-float", "leading-zeros-lost"}),
    }
)
OF_ENTERED = frozenset({Figure.LATE})
"""Figures whose whole is the rows that were entered, and not all rows."""
OF_DECISIONS = frozenset(
    {
        Figure.CORRECTED,
        Figure.WITHDRAWN_BY_ITSELF,
        Figure.WITHDRAWN_AFTER_OBJECTION,
        Figure.LAPSED,
    }
)
"""Figures on what became of decisions: of the authority alone, never of an item, and by quarter alone.
Two of them that overlap could be subtracted from each other, down to a single decision."""


class Withheld(StrEnum):
    """Why a figure is not given."""

    NOTHING_YET = "nothing-yet"
    TOO_FEW_ROWS = "too-few-rows"
    TOO_FEW_DECISIONS = "too-few-decisions"
    TOO_FEW_OBJECTIONS = "too-few-objections"
    SMALL_NUMBER = "small-number"
    NOT_OF_A_YEAR = "not-of-a-year"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole.

    Attributes:
        part: the numerator; None where it is withheld.
        whole: the denominator; None where it is withheld too.
        percent: the share in percent, rounded to a tenth; None where it is withheld.
        withheld: why; None where the share is given.
    """

    part: int | None
    whole: int | None
    percent: Decimal | None
    withheld: Withheld | None = None


def share_of_rows(part: int, whole: int) -> Share:
    """A share of rows; withheld where there are too few."""
    if not whole:
        return Share(None, None, None, Withheld.NOTHING_YET)
    if whole < LEAST_ROWS:
        return Share(None, whole, None, Withheld.TOO_FEW_ROWS)
    return Share(part, whole, _percent(part, whole))


def share_of_decisions(part: int, whole: int, period: Period) -> Share:
    """A share of decisions; withheld also where it would be of a few that can be told."""
    if not period.is_quarter:
        return Share(None, None, None, Withheld.NOT_OF_A_YEAR)
    if whole < LEAST_DECISIONS:
        return Share(None, None, None, Withheld.TOO_FEW_DECISIONS)
    if 0 < part < SMALLEST_GROUP:
        return Share(None, whole, None, Withheld.SMALL_NUMBER)
    return Share(part, whole, _percent(part, whole))


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class KindOfFinding:
    """The rows about which one thing was found; `severity` and `code` as in `models.Finding`."""

    severity: str
    code: str
    share: Share


@dataclass(frozen=True, slots=True)
class FileFigures:
    """The figures on the files of one catalogue item, or of all items of an authority.

    Attributes:
        item: code of the item; "" for all together.
        files: submissions in the period.
        rows: rows in them.
        shares: by figure.
        findings: rows by what was found, most first. A row that was stopped is in one of them, under
            what stopped it first; besides, it may be in several warnings.
    """

    item: str
    files: int
    rows: int
    shares: Mapping[Figure, Share]
    findings: tuple[KindOfFinding, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one authority and period.

    Attributes:
        authority: its code.
        period: what is counted.
        together: of all its files.
        items: of the files of each item that had any, by code.
        decisions: what became of its decisions, by figure.
    """

    authority: str
    period: Period
    together: FileFigures
    items: tuple[FileFigures, ...]
    decisions: Mapping[Figure, Share]

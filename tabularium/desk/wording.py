"""Findings in the reader's language."""

from dataclasses import dataclass

from tabularium.intake import findings as intake
from tabularium.intake.kept_findings import as_found
from tabularium.intake.reports import Language, said
from tabularium.register.models import Finding


@dataclass(frozen=True, slots=True)
class Worded:
    """A finding as somebody reads it.

    Attributes:
        row: as a person counts it in the file.
        last: the last row of which it is the case.
        column: the column, or "".
        severity: code of it.
        what: what is the case.
        action: what to do.
    """

    row: int
    last: int
    column: str
    severity: str
    what: str
    action: str


def worded(row: Finding, language: Language) -> Worded:
    """A finding of the register in words."""
    return worded_finding(as_found(row), language)


def worded_finding(found: intake.Finding, language: Language) -> Worded:
    """A finding in words."""
    what, action = said(found, language)
    last = found.row + found.rows - 1
    return Worded(found.row, last, found.column, str(found.severity), what, action)

"""Findings that the register keeps, as the checks made them."""

from tabularium.intake.findings import Finding, FindingCode, Severity
from tabularium.register import models


def as_found(row: models.Finding) -> Finding:
    """A finding of the register, to be said in words."""
    return Finding(
        code=FindingCode(row.code),
        severity=Severity(row.severity),
        row=row.row,
        column=row.column,
        parameters=row.parameters,
        rows=row.rows,
    )

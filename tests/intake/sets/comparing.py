"""What a plan says of rows beside what the row path says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from tabularium.core.content import Draft
from tabularium.intake.across_rows import AcrossRows
from tabularium.intake.checks import Examination
from tabularium.intake.findings import Examined, FindingCode
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.readers import Row
from tabularium.intake.sets.engines import Screened
from tabularium.intake.sets.plan import Plan
from tabularium.intake.sets.reasons import MAY_BE, Reason
from tabularium.rules.loader import rule_book


class NobodyElse(AcrossRows):
    """Each row is examined as if it were alone."""

    def row_of_key(self, key: str) -> int | None:
        del key
        return None

    def keep_key(self, key: str, row: int) -> None:
        del key, row

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        del case, name, row
        return None


@dataclass
class Compared:
    """What a comparison found."""

    rows: int = 0
    drafts: int = 0
    passed: int = 0
    unsound: list[str] = field(default_factory=list)


def table_of(plan: Plan, rows: Sequence[Row]) -> pa.Table:
    columns: dict[str, Any] = {"row": pa.array([row.number for row in rows], pa.int64())}
    for name, column in zip(plan.names, plan.columns, strict=True):
        columns[name] = pa.array([row.cells.get(column) for row in rows], pa.string())
    return pa.table(columns)


def compare(
    item: ItemSpec, rows: Sequence[Row], today: date, plan: Plan, screen: Screened
) -> Compared:
    """Screen the rows, and hold what passes against what the row path says of it."""
    formed = [row for row in rows if row.trouble is None]
    found = Compared(len(formed))
    examination = Examination(item, rule_book(), today, NobodyElse())
    screened = screen.of(table_of(plan, formed)).to_pylist()
    for row, said in zip(formed, screened, strict=True):
        examined = examination.examined(row)
        found.drafts += examined.draft is not None
        problem = _problem(examined, said)
        found.passed += said["reasons"] == 0
        if problem:
            found.unsound.append(f"row {row.number}: {problem}")
    return found


def _problem(examined: Examined, said: dict[str, Any]) -> str:
    codes = {finding.code for finding in examined.findings} - {FindingCode.LATE}
    reasons = Reason(said["reasons"])
    if reasons:
        may_be = set().union(*(MAY_BE[reason] for reason in Reason if reason in reasons))
        return f"{reasons!r} cannot be {codes}" if codes and not codes & may_be else ""
    if codes or examined.draft is None:
        return f"passed, and is {codes}"
    expected = _kept(examined, examined.draft)
    kept = {**said, "details": json.loads(said["details"])}
    different = {name for name, value in expected.items() if kept[name] != value}
    return f"kept otherwise: {different}" if different else ""


def _kept(examined: Examined, draft: Draft) -> dict[str, Any]:
    subject, content = draft.subject, draft.content
    named = ("decision_number", "decided_on", "measure", "summary", "legal_basis", "amount")
    more = ("currency", "term_begins", "term_ends")
    return {name: getattr(content, name) for name in (*named, *more)} | {
        "row": draft.row,
        "key": draft.key,
        "scheme": subject.identifier.scheme,
        "identifier": subject.identifier.value,
        "subject_name": subject.name,
        "legal_form": subject.legal_form,
        "jurisdiction": subject.jurisdiction,
        "details": dict(content.details),
        "late": any(each.code is FindingCode.LATE for each in examined.findings),
    }

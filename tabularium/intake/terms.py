"""The first and the last day of a decision, by the item's rule and the rules of the jurisdiction."""

from dataclasses import dataclass
from datetime import date

from tabularium.core.kinds import Kind
from tabularium.core.rules import RulePack
from tabularium.intake.cells import Cells
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.item_parts import TermRule, TermSpec
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.values import Duration, parse_day, parse_duration

_LONGEST_COUNT = 6
"""Digits of the longest number of days that is read."""


@dataclass(frozen=True, slots=True)
class Term:
    """When a decision has effect: both days included, no last day for what has no end."""

    begins: date
    ends: date | None


class TermReader:
    """Reads the terms of one item's rows."""

    def __init__(self, spec: TermSpec, kind: Kind, today: date) -> None:
        self._spec = spec
        self._kind = kind
        self._today = today

    def read(self, cells: Cells, decided_on: date, pack: RulePack, notes: Notes) -> Term | None:
        """The term of a row, or None with a note of what is wrong with it."""
        begins = self._begins(cells, decided_on, notes)
        if begins is None:
            return None
        ends = self._ends(cells, begins, pack, notes)
        if notes.stopped():
            return None
        term = Term(begins, ends)
        where = _end_cell(self._spec)
        self._check(term, pack, cells.column_of(where) if where else "", notes)
        return None if notes.stopped() else term

    def _begins(self, cells: Cells, decided_on: date, notes: Notes) -> date | None:
        where = self._spec.begins
        if where is None or not cells.value(where.cell):
            return decided_on
        begins = _day(cells, where, notes)
        if begins and begins < decided_on and self._kind.is_adverse:
            column = cells.column_of(where.cell)
            notes.error(
                FindingCode.DATES_OUT_OF_ORDER, column, first=str(decided_on), second=str(begins)
            )
            return None
        return begins

    def _ends(self, cells: Cells, begins: date, pack: RulePack, notes: Notes) -> date | None:
        spec = self._spec
        if spec.rule is TermRule.OPEN:
            return None
        where = _end_cell(spec)
        written = cells.value(where) if where else ""
        if where is None or (not written and spec.default_when_empty):
            months = pack.default_term.of(self._kind).value
            return Duration(months=months).last_day_from(begins)
        if not written or written in spec.open_ended:
            if self._kind is not Kind.LICENCE:
                reason = "open-ended" if written else "empty"
                notes.error(FindingCode.TERM_MISSING, cells.column_of(where), reason=reason)
            return None
        if spec.ends is not None:
            return _day(cells, spec.ends, notes)
        duration = _days(written) if spec.rule is TermRule.DAYS_COLUMN else parse_duration(written)
        ends = duration.last_day_from(begins) if duration else None
        if ends is None:
            column = cells.column_of(where)
            notes.error(FindingCode.TERM_UNREADABLE, column, length=len(written))
        return ends

    def _check(self, term: Term, pack: RulePack, column: str, notes: Notes) -> None:
        if term.ends is None:
            return
        if term.ends < term.begins:
            notes.error(
                FindingCode.DATES_OUT_OF_ORDER,
                column,
                first=str(term.begins),
                second=str(term.ends),
            )
        elif self._kind.is_adverse and self._is_too_long(term, pack):
            months = pack.longest_term.of(self._kind).value
            notes.error(FindingCode.TERM_TOO_LONG, column, months=months, ends=str(term.ends))
        elif term.ends < self._today:
            notes.set_aside(FindingCode.TERM_ENDED, column, ends=str(term.ends))

    def _is_too_long(self, term: Term, pack: RulePack) -> bool:
        longest = Duration(months=pack.longest_term.of(self._kind).value, days=1)
        last = longest.last_day_from(term.begins)
        return term.ends is not None and last is not None and term.ends > last


def _end_cell(spec: TermSpec) -> Cell | None:
    return spec.ends.cell if spec.ends else spec.duration or spec.days


def _days(written: str) -> Duration | None:
    if not written.isdecimal() or not written.isascii() or len(written) > _LONGEST_COUNT:
        return None
    count = int(written)
    return Duration(days=count) if count else None


def _day(cells: Cells, where: DateCell, notes: Notes) -> date | None:
    written = cells.value(where.cell)
    day = parse_day(written, where.formats)
    if day is None:
        notes.error(FindingCode.WRONG_DATE, cells.column_of(where.cell), length=len(written))
    return day

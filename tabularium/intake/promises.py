"""The day by which an authority promises something."""

from datetime import date

from tabularium.core.clocks import ClockValueError
from tabularium.core.rules import RulePack
from tabularium.intake.cells import Cells
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.mapping_parts import DateCell
from tabularium.intake.terms import Term
from tabularium.intake.values import parse_day
from tabularium.rules.loader import working_calendar


def read_due_day(where: DateCell, cells: Cells, notes: Notes) -> date | None:
    """The promised day of a row, or None with a note of what is wrong with it."""
    column, written = cells.column_of(where.cell), cells.value(where.cell)
    if not written:
        notes.error(FindingCode.MISSING_VALUE, column)
        return None
    day = parse_day(written, where.formats)
    if day is None:
        notes.error(FindingCode.WRONG_DATE, column, length=len(written))
    return day


def check_due_day(
    due_on: date, decided_on: date, term: Term, pack: RulePack, column: str, notes: Notes
) -> None:
    """Note a promised day before its decision, and a term too short for an answer to the promise."""
    if due_on < decided_on:
        notes.error(
            FindingCode.DATES_OUT_OF_ORDER, column, first=str(decided_on), second=str(due_on)
        )
        return
    try:
        calendar = working_calendar(pack.jurisdiction)
        last = pack.promise_answered_within.deadline_after(due_on, calendar).day
    except ClockValueError:
        notes.error(FindingCode.WRONG_DATE, column, length=len(str(due_on)))
        return
    if term.ends is not None and term.ends <= last:
        notes.error(FindingCode.DATES_OUT_OF_ORDER, column, first=str(last), second=str(term.ends))

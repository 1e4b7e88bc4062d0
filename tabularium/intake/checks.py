"""Examining a file's rows against its catalogue item: every row becomes a draft, or findings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tabularium.core.content import Draft
from tabularium.core.identifiers import AUTHORITY_CASE
from tabularium.core.rules import RuleBook
from tabularium.intake.cells import Cells
from tabularium.intake.findings import Examined, FindingCode, Notes
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.mapping import RowMapper
from tabularium.intake.mapping_parts import NoDecision
from tabularium.intake.readers.shape import Row
from tabularium.intake.schema_checks import (
    check_fields,
    fields_to_check,
    note_not_a_decision,
    note_trouble,
)
from tabularium.intake.values import parse_day

_NOT_LETTERS = re.compile(r"[\W_]+")


def examine(item: ItemSpec, rows: Iterable[Row], book: RuleBook, today: date) -> Iterator[Examined]:
    """What becomes of each row: exactly one answer a row, in the order of the rows.

    Rows are taken one at a time, except for an item with [superseding], whose rows are held in memory:
    only the whole file tells which decisions a later one took the place of.

    Args:
        item: what the file is.
        rows: from `open_rows(path, item.file)`.
        book: the rules by which the decisions are judged.
        today: the day in the authority's zone on which the submission came in.
    """
    examination = _Examination(item, book, today)
    if item.superseding is not None:
        rows = list(rows)
        examination.note_later_decisions(rows)
    for row in rows:
        yield examination.examined(row)


class _Examination:
    def __init__(self, item: ItemSpec, book: RuleBook, today: date) -> None:
        self._item = item
        self._mapper = RowMapper(item, book, today)
        self._fields = fields_to_check(item.schema)
        self._row_of_key: dict[str, int] = {}
        self._name_in_case: dict[str, tuple[str, int]] = {}
        self._last_decided: Mapping[tuple[str, ...], date] = {}

    def note_later_decisions(self, rows: Iterable[Row]) -> None:
        """Remember for which cases a row takes the place of earlier ones, and its day."""
        rule = self._item.superseding
        last: dict[tuple[str, ...], date] = {}
        for row in rows:
            cells = self._cells(row)
            day = self._decided_on(cells)
            if rule and day and row.trouble is None and cells.meets(rule.condition):
                case = tuple(cells[column] for column in rule.same)
                last[case] = max(day, last.get(case, day))
        self._last_decided = last

    def examined(self, row: Row) -> Examined:
        """What becomes of one row; rows before it are remembered, rows after it are not looked at."""
        notes = Notes(row.number)
        note_trouble(row, notes)
        draft = None if notes.stopped() else self._draft(row, self._cells(row), notes)
        return Examined(row.number, draft, tuple(notes.found))

    def _cells(self, row: Row) -> Cells:
        return Cells(row.cells, self._item.schema.missing_values)

    def _draft(self, row: Row, cells: Cells, notes: Notes) -> Draft | None:
        note_not_a_decision(self._item.not_a_decision, cells, notes)
        if not notes.stopped():
            self._note_superseded(cells, notes)
        if notes.stopped():
            return None
        check_fields(self._fields, cells, notes)
        if notes.stopped():
            self._mapper.note_personal(cells, notes)
            return None
        subject = self._mapper.subject(cells, notes)
        content = self._mapper.content(cells, notes)
        self._mapper.note_personal(cells, notes)
        if subject is None or content is None or notes.stopped():
            return None
        draft = Draft(row.number, self._mapper.key(cells), subject, content)
        self._note_duplicate(draft, notes)
        self._note_other_name(draft, notes)
        if notes.stopped():
            return None
        self._row_of_key[draft.key] = row.number
        return draft

    def _decided_on(self, cells: Cells) -> date | None:
        where = self._item.mapping.decided_on
        return parse_day(cells.value(where.cell), where.formats)

    def _note_superseded(self, cells: Cells, notes: Notes) -> None:
        rule = self._item.superseding
        if rule is None or not self._last_decided:
            return
        last = self._last_decided.get(tuple(cells[column] for column in rule.same))
        day = self._decided_on(cells)
        if last is not None and day is not None and day < last:
            notes.set_aside(
                FindingCode.NOT_A_DECISION, rule.condition.column, reason=NoDecision.SUPERSEDED
            )

    def _note_duplicate(self, draft: Draft, notes: Notes) -> None:
        earlier = self._row_of_key.get(draft.key)
        if earlier is not None:
            notes.error(FindingCode.DUPLICATE_IN_FILE, self._item.mapping.key[0], other_row=earlier)

    def _note_other_name(self, draft: Draft, notes: Notes) -> None:
        """Two names under one case would become one organisation, which nobody has said they are."""
        if draft.subject.identifier.scheme != AUTHORITY_CASE:
            return
        name = _NOT_LETTERS.sub("", draft.subject.name).casefold()
        known, row = self._name_in_case.setdefault(
            draft.subject.identifier.value, (name, draft.row)
        )
        if known != name:
            column = self._item.mapping.name.columns[0]
            notes.error(FindingCode.CASE_NAMES_DIFFER, column, other_row=row)

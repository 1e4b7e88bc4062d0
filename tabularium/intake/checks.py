"""Examining a file's rows against its catalogue item: every row becomes a draft, or findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from tabularium.core.content import Draft
from tabularium.core.identifiers import AUTHORITY_CASE
from tabularium.core.rules import RuleBook
from tabularium.intake.across_rows import AcrossRows, RowsBefore
from tabularium.intake.cells import Cells
from tabularium.intake.findings import Examined, FindingCode, Notes
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.lateness import Lateness
from tabularium.intake.mapping import RowMapper
from tabularium.intake.mapping_parts import NoDecision
from tabularium.intake.readers.shape import Row
from tabularium.intake.schema_checks import (
    check_fields,
    fields_to_check,
    note_not_a_decision,
    note_trouble,
)
from tabularium.intake.values import folded_name, parse_day


class Reopened:
    """Rows that can be taken again: each iteration opens the file anew."""

    def __init__(self, open_again: Callable[[], Iterator[Row]]) -> None:
        self._open_again = open_again

    def __iter__(self) -> Iterator[Row]:
        return self._open_again()


def examine(
    item: ItemSpec,
    rows: Iterable[Row],
    book: RuleBook,
    today: date,
    across: AcrossRows | None = None,
) -> Iterator[Examined]:
    """What becomes of each row: exactly one answer a row, in the order of the rows.

    Rows are taken one at a time. An item with [superseding] needs two passes, for only the whole file tells
    which decisions a later one took the place of: give rows that can be iterated twice, such as `Reopened`.
    Of an iterator, which can be taken once, such an item's rows are held in memory.

    Args:
        item: what the file is.
        rows: from `open_rows(path, item.file)`.
        book: the rules by which the decisions are judged.
        today: the day in the authority's zone on which the submission came in.
        across: what is known of the other rows; without it, the rows that went before are remembered.
    """
    examination = Examination(item, book, today, across)
    if item.superseding is not None:
        if isinstance(rows, Iterator):
            rows = list(rows)
        examination.note_later_decisions(rows)
    for row in rows:
        yield examination.examined(row)


class Examination:
    """Examines rows of one file, in any number of calls: `examine` for all of them.

    For an item with [superseding], `note_later_decisions` comes first, with every row of the file.
    """

    def __init__(
        self, item: ItemSpec, book: RuleBook, today: date, across: AcrossRows | None = None
    ) -> None:
        """Begin; the arguments are those of `examine`."""
        self._item = item
        self._mapper = RowMapper(item, book, today)
        self._fields = fields_to_check(item.schema)
        self._lateness = Lateness(book, item.authority.jurisdiction, today)
        self._across = RowsBefore() if across is None else across
        self._last_decided: Mapping[tuple[str, ...], date] = {}

    def note_later_decisions(self, rows: Iterable[Row]) -> None:
        """Remember for which cases a row takes the place of earlier ones, and its day."""
        rule = self._item.superseding
        last: dict[tuple[str, ...], date] = {}
        for row in rows:
            cells = self._cells(row)
            if rule is None or row.trouble is not None or not cells.meets(rule.condition):
                continue
            day = self._decided_on(cells)
            if day is not None:
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
        self._mapper.note_damage(cells, notes)
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
        self._note_late(cells, content.decided_on, notes)
        self._across.keep_key(draft.key, row.number)
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
        earlier = self._across.row_of_key(draft.key)
        if earlier is not None:
            notes.error(FindingCode.DUPLICATE_IN_FILE, self._item.mapping.key[0], other_row=earlier)

    def _note_other_name(self, draft: Draft, notes: Notes) -> None:
        """Two names under one case would become one organisation, which nobody has said they are."""
        if draft.subject.identifier.scheme != AUTHORITY_CASE:
            return
        name = folded_name(draft.subject.name)
        other = self._across.row_of_other_name(draft.subject.identifier.value, name, draft.row)
        if other is not None:
            column = self._item.mapping.name.columns[0]
            notes.error(FindingCode.CASE_NAMES_DIFFER, column, other_row=other)

    def _note_late(self, cells: Cells, decided_on: date, notes: Notes) -> None:
        within = self._lateness.exceeded(decided_on)
        if within is not None:
            column = cells.column_of(self._item.mapping.decided_on.cell)
            notes.warning(FindingCode.LATE, column, within=within)

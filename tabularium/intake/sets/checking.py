"""A whole file checked on an engine: as a set first, and what does not plainly pass row by row.

The findings are those of `intake.checks.examine`, in the order of rows, whichever engine did the first
part: an engine says which rows plainly pass, and no engine says why one does not.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.core.content import Draft
from tabularium.core.identifiers import AUTHORITY_CASE
from tabularium.core.rules import RuleBook
from tabularium.intake.across_rows import AcrossRows, RowsBefore
from tabularium.intake.ahead import ahead
from tabularium.intake.checks import Examination, Reopened
from tabularium.intake.finding_store import FindingStore
from tabularium.intake.findings import Examined, Finding, FindingCode, Notes
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.late_runs import late_runs
from tabularium.intake.lateness import Lateness
from tabularium.intake.readers import FileShape, Row, open_rows
from tabularium.intake.sets.cutting import Block, cut
from tabularium.intake.sets.engines import Engine, Screened
from tabularium.intake.sets.keys_seen import KeysSeen
from tabularium.intake.sets.plan import Plan, plan_for
from tabularium.intake.values import folded_name

_HALF = re.compile("[\ud800-\udfff]")
_NOTHING = pa.schema(
    [("row", pa.int64()), ("late", pa.bool_()), ("decided_on", pa.date32()), ("key", pa.string())]
)
"""The part of a screened table that is used here, where rows are compared by their keys alone."""
_OF_CASES = ("scheme", "identifier", "subject_name")
"""What is used besides where they are compared by case and name."""
_BLOCK_BYTES = 16 << 20
"""Bytes of a block. Twice as many take no less time, and with the keys of 10 million rows over 1 GiB."""
_BLOCKS_AHEAD = 2
"""Blocks that are screened or wait for it, each some 15 MiB, while one is gone through."""


@dataclass(slots=True)
class Checked:
    """What the checks say of a file.

    Attributes:
        findings: everything said, in the order of rows, on disk; close it when it was read.
        rows_read: rows of the file.
        rows_by_set: rows of which the set-based checks alone said that they pass.
        rows_stopped: rows that a finding stopped.
        why_by_row: why every row was looked at by itself; "" where that was not so.
    """

    findings: FindingStore
    rows_read: int = 0
    rows_by_set: int = 0
    rows_stopped: int = 0
    why_by_row: str = ""


def check_file(
    path: Path, shape: FileShape, item: ItemSpec, book: RuleBook, today: date, engine: Engine
) -> Checked:
    """Check every row of a file; nothing is asked of a register and nothing recorded.

    Args:
        path: the file.
        shape: complete, as `readers.look` gives it.
        item: what the file is.
        book: the rules by which the decisions are judged.
        today: the day in the authority's zone on which it would be submitted.
        engine: what runs the set-based checks.

    Raises:
        UnreadableFile: the file cannot be read.
        EngineMissing: the engine is not installed.
    """
    return _FileCheck(path, shape, item, book, today).on(engine)


class _Answers(AcrossRows):
    """What is known of the rows before the one that is examined, found out beforehand."""

    def __init__(self) -> None:
        self.before: int | None = None
        self.other_name: int | None = None

    def row_of_key(self, key: str) -> int | None:
        del key
        return self.before

    def keep_key(self, key: str, row: int) -> None:
        del key, row

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        del case, name, row
        return self.other_name


@dataclass(frozen=True, slots=True)
class _Passed:
    """A row that passed its own checks, by what it is compared with others."""

    row: int
    key: str
    scheme: str
    identifier: str
    name: str


class _FileCheck:
    def __init__(
        self, path: Path, shape: FileShape, item: ItemSpec, book: RuleBook, today: date
    ) -> None:
        self._path, self._shape, self._item = path, shape, item
        self._plan: Plan = plan_for(item, book, today)
        self._lateness = Lateness(book, item.authority.jurisdiction, today)
        self._answers = _Answers()
        self._examination = Examination(item, book, today, self._answers)
        self._keys = KeysSeen()
        self._before = RowsBefore()

    def on(self, engine: Engine) -> Checked:
        checked = Checked(FindingStore(), why_by_row=self._plan.whole_item_by_row)
        if self._item.superseding is not None:
            rows = Reopened(lambda: open_rows(self._path, self._shape))
            self._examination.note_later_decisions(rows)
        if checked.why_by_row:
            self._go_through(None, checked)
            return checked
        wanted = ["row", "reasons", *_NOTHING.names[1:]]
        wanted += _OF_CASES if self._item.mapping.case is not None else ()
        tables = lambda: map(self._table, self._blocks())  # noqa: E731 - asked for anew each time
        screen = engine.screen(self._plan, tables, wanted)
        try:
            self._go_through(screen, checked)
        finally:
            screen.close()
        return checked

    def _blocks(self) -> Iterator[Block]:
        return cut(self._path, self._shape, self._plan.columns, _BLOCK_BYTES)

    def _table(self, block: Block) -> pa.Table:
        """The rows of a block that are texts in columns, those that the reader gave one by one too."""
        rows = [row for row in block.odd if _is_of_texts(row)]
        if not rows:
            return block.table
        columns: dict[str, Any] = {"row": [row.number for row in rows]}
        for name, column in zip(self._plan.names, self._plan.columns, strict=True):
            columns[name] = [row.cells.get(column) for row in rows]
        table = pa.table(columns, schema=block.table.schema)
        return pa.concat_tables([block.table, table]).sort_by("row")

    def _screened(
        self, screen: Screened | None
    ) -> Iterator[tuple[Block, pa.Table, pa.Table | None]]:
        """Each block, its rows of texts, and what the engine says of them; the next ones are under way."""
        waiting: deque[tuple[Block, pa.Table, Callable[[], pa.Table] | None]] = deque()
        for block in ahead(self._blocks()):
            table = self._table(block)
            waiting.append((block, table, screen.begin(table) if screen else None))
            if len(waiting) > _BLOCKS_AHEAD:
                first, its_table, outcome = waiting.popleft()
                yield first, its_table, outcome and outcome()
        for each, its_table, outcome in waiting:
            yield each, its_table, outcome and outcome()

    def _go_through(self, screen: Screened | None, checked: Checked) -> None:
        for block, table, screened in self._screened(screen):
            by_number = {row.number: row for row in block.odd}
            passed, left = _NOTHING.empty_table(), table
            if screened is not None:
                passes = self._passes(screened)
                passed, left = screened.filter(passes), table.filter(compute.invert(passes))
            rows = self._rows(left, by_number)
            rows += [row for row in block.odd if not _is_of_texts(row)]
            said = {row.number: self._examination.examined(row) for row in rows}
            drafts = [each.draft for each in said.values() if each.draft is not None]
            compared = self._compare(passed, drafts)
            duplicates = self._duplicates(compared, said)
            others = {row: each for row, each in compared.items() if row not in duplicates}
            said |= self._again(others, table, by_number)
            found = [(each, each is it.primary) for it in said.values() for each in it.findings]
            found += [(each, True) for each in duplicates.values()]
            found += [(each, False) for each in self._late(passed, compared, table, block)]
            for finding, is_primary in sorted(found, key=lambda each: each[0].row):
                checked.findings.add(finding, primary=is_primary)
            checked.rows_read += block.size
            checked.rows_by_set += passed.num_rows
            checked.rows_stopped += sum(is_primary for _, is_primary in found)

    def _passes(self, screened: pa.Table) -> Any:
        """Which rows need no other look."""
        passes = compute.equal(screened["reasons"], 0)
        if len(self._item.mapping.decided_on.cell.columns) == 1:
            return passes
        # In which of several columns a late day stands, only the row itself tells.
        return compute.and_(passes, compute.invert(screened["late"]))

    def _rows(self, table: pa.Table, by_number: Mapping[int, Row]) -> list[Row]:
        """Rows as the reader gives them: where it has given them, the same ones."""
        names = dict(zip(self._plan.columns, self._plan.names, strict=True))
        return [
            by_number.get(cells["row"])
            or Row(cells["row"], {column: cells[name] for column, name in names.items()})
            for cells in table.to_pylist()
        ]

    def _late(
        self, passed: pa.Table, compared: Mapping[int, Any], table: pa.Table, block: Block
    ) -> list[Finding]:
        """The warning that rows come too late, for those of which nothing else is to be said."""
        rows = passed["row"].to_numpy()
        late = passed["late"].to_numpy() & ~np.isin(rows, np.fromiter(compared, np.int64))
        others = [row.number for row in block.odd if not _is_of_texts(row)]
        numbers = np.concatenate([table["row"].to_numpy(), np.asarray(others, np.int64)])
        column = self._item.mapping.decided_on.cell.columns[0]
        days = passed["decided_on"].filter(pa.array(late))
        return late_runs(self._lateness, column, np.sort(numbers), rows[late], days)

    def _compare(
        self, passed: pa.Table, drafts: list[Draft]
    ) -> dict[int, tuple[int | None, int | None]]:
        """For rows that others come before: the row of the same key, and that of another name."""
        if self._item.mapping.case is None:
            rows = [passed["row"].to_numpy(), np.asarray([each.row for each in drafts], np.int64)]
            keys = [*passed["key"].chunks, pa.array([each.key for each in drafts], pa.string())]
            numbers = np.concatenate(rows)
            order = np.argsort(numbers, kind="stable")
            column = pa.chunked_array(keys, pa.string())
            column = column.take(pa.array(order)) if drafts else column
            numbers = numbers[order]
            first = self._keys.first_rows_of(column, numbers)
            again = np.flatnonzero(first)
            return {
                row: (before, None)
                for row, before in zip(numbers[again].tolist(), first[again].tolist(), strict=True)
            }
        candidates = [*_compared_by(passed), *map(_of_draft, drafts)]
        candidates.sort(key=lambda each: each.row)
        found: dict[int, tuple[int | None, int | None]] = {}
        for each in candidates:
            before, other = self._before.row_of_key(each.key), None
            if each.scheme == AUTHORITY_CASE:
                name = folded_name(each.name)
                other = self._before.row_of_other_name(each.identifier, name, each.row)
            if before is None and other is None:
                self._before.keep_key(each.key, each.row)
            else:
                found[each.row] = before, other
        return found

    def _duplicates(
        self, compared: Mapping[int, tuple[int | None, int | None]], said: Mapping[int, Examined]
    ) -> dict[int, Finding]:
        """What is to be said of rows that passed as a set and whose key alone came before, by row."""
        found = {}
        for row, (before, other) in compared.items():
            if row not in said and before is not None and other is None:
                notes = Notes(row)
                column = self._item.mapping.key[0]
                notes.error(FindingCode.DUPLICATE_IN_FILE, column, other_row=before)
                found[row] = notes.found[0]
        return found

    def _again(
        self,
        compared: Mapping[int, tuple[int | None, int | None]],
        table: pa.Table,
        by_number: Mapping[int, Row],
    ) -> dict[int, Examined]:
        """What is to be said of rows that others come before."""
        mask = compute.is_in(table["row"], value_set=pa.array(compared, pa.int64()))
        said = {}
        for row in self._rows(table.filter(mask), by_number):
            self._answers.before, self._answers.other_name = compared[row.number]
            said[row.number] = self._examination.examined(row)
        self._answers.before = self._answers.other_name = None
        return said


def _is_of_texts(row: Row) -> bool:
    """Whether a row has its form, and its cells can be written down: JSON may hold half a character."""
    return row.trouble is None and not any(map(_HALF.search, filter(None, row.cells.values())))


def _compared_by(passed: pa.Table) -> Iterator[_Passed]:
    names = ("row", "key", *_OF_CASES)
    if not passed.num_rows:
        return
    for values in zip(*(passed[name].to_pylist() for name in names), strict=True):
        yield _Passed(*values)


def _of_draft(draft: Draft) -> _Passed:
    subject = draft.subject
    return _Passed(
        draft.row, draft.key, subject.identifier.scheme, subject.identifier.value, subject.name
    )

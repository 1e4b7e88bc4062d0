"""What becomes of a file's rows, block by block, before the register is asked.

Each block is screened as a set (`sets.plan`); rows that pass are drafts as they are, and the others are
examined one by one, which words what is wrong. Both agree on what a draft says, so it does not matter to
anybody which way a row went.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.core.rules import RuleBook
from tabularium.intake.across_rows import AcrossRows, RowsBefore
from tabularium.intake.cells import Cells
from tabularium.intake.checks import Examination
from tabularium.intake.findings import Finding, FindingCode, Notes, Severity
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.late_runs import late_runs
from tabularium.intake.lateness import Lateness
from tabularium.intake.mapping import RowMapper
from tabularium.intake.readers import FileShape, Row, open_rows
from tabularium.intake.sets.cutting import Block, cut
from tabularium.intake.sets.keys_seen import KeysSeen
from tabularium.intake.sets.plan import plan_for
from tabularium.intake.sets.screen import Screen
from tabularium.register.services.batches import SCHEMA, batch_of

WORTH_A_SCREEN = 5_000
"""Rows from which on a block is screened as a set: below, making the screen ready takes longer."""

Said = tuple[Finding, bool]
"""A finding, and whether it stopped its row."""


@dataclass(slots=True)
class Outcome:
    """What became of consecutive rows.

    Attributes:
        numbers: of all of them, in order.
        drafts: those that passed, in order; see `register.services.batches.SCHEMA`.
        findings: what was said about the others, and warnings, LATE of screened rows apart.
        held_keys: keys of rows that an error stopped, where somebody asks what the file still holds.
    """

    numbers: Any
    drafts: pa.Table
    findings: list[Said] = field(default_factory=list)
    held_keys: list[str] = field(default_factory=list)

    def stop(self, mask: "np.ndarray[Any, np.dtype[np.bool_]]") -> None:
        """Take the drafts out that are marked; what stopped them is said by the caller."""
        kept = self.drafts.filter(pa.array(~mask))
        stopped = set(self.drafts.filter(pa.array(mask))["row"].to_pylist())
        self.drafts = kept
        # A warning of lateness is for what goes on.
        self.findings = [
            each
            for each in self.findings
            if not (each[0].row in stopped and each[0].code is FindingCode.LATE)
        ]


class _NobodyElse(AcrossRows):
    """Rows are compared with each other as a set, after they were examined."""

    def row_of_key(self, key: str) -> int | None:
        del key
        return None

    def keep_key(self, key: str, row: int) -> None:
        del key, row

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        del case, name, row
        return None


class Outcomes:
    """The outcomes of one file."""

    def __init__(
        self, path: Path, shape: FileShape, item: ItemSpec, book: RuleBook, today: date
    ) -> None:
        """Prepare.

        Args:
            path: the file.
            shape: complete, as `readers.look` gives it.
            item: what the file is.
            book: the rules by which the decisions are judged.
            today: the day in the authority's zone on which the submission came in.
        """
        self._path, self._shape, self._item = path, shape, item
        self._plan = plan_for(item, book, today)
        self._mapper = RowMapper(item, book, today)
        self._lateness = Lateness(book, item.authority.jurisdiction, today)
        # Under one case names are compared row by row; how many such organisations can there be?
        self._by_set = item.mapping.case is None
        self._examination = Examination(
            item, book, today, _NobodyElse() if self._by_set else RowsBefore()
        )
        self._keys = KeysSeen()
        self._screen: Screen | None = None
        if item.superseding is not None:
            self._examination.note_later_decisions(open_rows(path, shape))

    def __iter__(self) -> Iterator[Outcome]:
        """Each block of the file in order.

        Raises:
            UnreadableFile: while iterating.
        """
        for block in cut(self._path, self._shape, self._plan.columns):
            outcome = self._outcome(block)
            if self._by_set:
                self._stop_duplicates(outcome)
            yield outcome

    def late(self, outcome: Outcome) -> list[Said]:
        """A warning for each run of drafts that come too late; to be asked when nothing else stops them.

        Rows that were examined one by one have theirs among the findings already.
        """
        said = {each.row for each, _ in outcome.findings if each.code is FindingCode.LATE}
        rows = outcome.drafts["row"].to_numpy()
        open_ = ~np.isin(rows, np.fromiter(said, np.int64, len(said)))
        days = outcome.drafts["decided_on"].filter(pa.array(open_))
        column = self._item.mapping.decided_on.cell.columns[0]
        runs = late_runs(self._lateness, column, outcome.numbers, rows[open_], days)
        return [(each, False) for each in runs]

    def _screen_for(self, block: Block) -> Screen | None:
        """What screens a block; None where its rows are examined one by one."""
        if self._screen is None and block.table.num_rows >= WORTH_A_SCREEN:
            if self._plan.whole_item_by_row or not self._by_set:
                return None
            self._screen = Screen(self._plan)
        return self._screen

    def _outcome(self, block: Block) -> Outcome:
        plain = SCHEMA.empty_table()
        rows: list[Row] = list(block.odd)
        if block.table.num_rows:
            screen = self._screen_for(block)
            if screen is None:
                rows += self._as_rows(block.table)
            else:
                screened = screen.of(block.table)
                passes = self._passes(screened)
                plain = self._with_constants(screened.filter(passes))
                rows += self._as_rows(block.table.filter(compute.invert(passes)))
            rows.sort(key=lambda row: row.number)
        numbers = np.concatenate(
            [block.table["row"].to_numpy(), np.asarray([row.number for row in block.odd], np.int64)]
        )
        numbers.sort()
        outcome = Outcome(numbers, plain)
        drafts = []
        for row in rows:
            examined = self._examination.examined(row)
            if examined.draft is not None:
                drafts.append(examined.draft)
            primary = examined.primary
            outcome.findings += [(each, each is primary) for each in examined.findings]
            if self._item.whole_list and primary and primary.severity is Severity.ERROR:
                outcome.held_keys.append(
                    self._mapper.key(Cells(row.cells, self._item.schema.missing_values))
                )
        if drafts:
            both = pa.concat_tables([plain, batch_of(drafts)])
            outcome.drafts = both.sort_by("row") if plain.num_rows else both
        return outcome

    def _passes(self, screened: pa.Table) -> Any:
        """Which rows are drafts as they are."""
        plain = compute.equal(screened["reasons"], 0)
        day = self._item.mapping.decided_on.cell
        if len(day.columns) == 1 or day.joined:
            return plain
        # In which of several columns a late day stands, only the row itself tells.
        return compute.and_(plain, compute.invert(screened["late"]))

    def _as_rows(self, table: pa.Table) -> list[Row]:
        names = self._plan.columns
        return [
            Row(cells["row"], {name: cells[f"c{place}"] for place, name in enumerate(names)})
            for cells in table.to_pylist()
        ]

    def _with_constants(self, screened: pa.Table) -> pa.Table:
        """The screened rows with what the item says for all of them."""
        item = self._item
        constants = {
            "legal_basis_url": item.legal_basis.url,
            "objection_route": item.objection.route.get(item.language)
            or item.objection.route["en"],
            "objection_url": item.objection.url,
            "notice_channel": item.notice_channel or "",
            "language": item.language,
            # Promises are read one by one; what a set holds are none.
            "promised_to": "",
            "due_on": None,
        }
        length = screened.num_rows
        columns = [
            pa.repeat(pa.scalar(constants[each.name], each.type), length)
            if each.name in constants
            else screened[each.name].cast(each.type)
            for each in SCHEMA
        ]
        return pa.table(columns, schema=SCHEMA)

    def _stop_duplicates(self, outcome: Outcome) -> None:
        drafts = outcome.drafts
        rows = drafts["row"].to_numpy()
        earlier = self._keys.first_rows_of(drafts["key"], rows)
        again = earlier > 0
        if not again.any():
            return
        for row, other in zip(rows[again].tolist(), earlier[again].tolist(), strict=True):
            notes = Notes(row)
            notes.error(FindingCode.DUPLICATE_IN_FILE, self._item.mapping.key[0], other_row=other)
            outcome.findings.append((notes.found[0], True))
        outcome.stop(again)

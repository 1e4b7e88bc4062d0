"""The set-based checks of a catalogue item: one plan of expressions, the same for every engine.

A plan says for every row which checks it does not plainly pass (`Reason`), and for the rows that pass all
of them what the register keeps. It is sound: no row passes to which `intake.checks.examine` gives a
finding, cross-row ones and LATE apart, and what it maps is what `examine` maps. It may send rows without
a finding to the row path; it never words a finding itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pyarrow as pa

from tabularium.core.kinds import Kind
from tabularium.core.rules import RuleBook
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.sets.columns import Columns, columns_of
from tabularium.intake.sets.facts import OUTCOME
from tabularium.intake.sets.glance import Glance, glance_for
from tabularium.intake.sets.identifiers import summed
from tabularium.intake.sets.looks import first_look
from tabularium.intake.sets.portable import NotPortableError, portable
from tabularium.intake.sets.screening import Screening
from tabularium.intake.sets.texts import raw

__all__ = ["OUTCOME", "Plan", "plan_for"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The set-based checks of one item.

    Attributes:
        columns: names of the file's columns that it reads, in the order of `names`.
        names: what they are called in the table that it takes: names of a file may differ in letter
            case alone, or be "row".
        whole_item_by_row: why every row of the item needs the row path; "" where that is not so.
    """

    item: ItemSpec
    columns: tuple[str, ...]
    names: tuple[str, ...]
    whole_item_by_row: str
    _today: date
    _book: RuleBook
    _parts: Columns

    def screened(self, table: ir.Table, done: Collection[int] = ()) -> ir.Table:
        """What the checks say of each row; see `OUTCOME`.

        Args:
            table: `row` int64, and a text column for each of `names`, as the reader gave it, "" for an absent
                cell; a null leaves its row to the row path. It may bring along how long the cells of a column
                are at most (`texts.bound`), and whether check digits fit (`texts.fits`, of `summed`).
            done: places among `names` of columns in whose cells `first_look` finds nothing.

        Returns:
            A row for each row: `reasons` 0 where every check is passed, and then the mapped values;
            `term_ends` null for no end; `details` as JSON. Values of other rows mean nothing.
        """
        return Screening(self.item, self._book, self._today, self._parts, done).of(table)

    def first_look(self, number: int) -> str:
        """The pattern of the first look at a column, by its place among `names`."""
        return first_look(self._parts, self.item, self.columns[number])

    @property
    def summed(self) -> Mapping[int, str]:
        """Scheme by place among `names` of the columns whose `check_sums.known_fits` may be brought along."""
        numbers = {name: number for number, name in enumerate(self.columns)}
        return summed(self.item.mapping.identifiers, numbers)

    def glance(self, number: int, texts: pa.Array) -> Glance | None:
        """What spares most cells of a column the first look, judged by some; None where nothing does."""
        return glance_for(self._parts, self.item, self.columns[number], texts)


def plan_for(item: ItemSpec, book: RuleBook, today: date) -> Plan:
    """The set-based checks of an item.

    Args:
        item: what the file is.
        book: the rules by which the decisions are judged.
        today: the day in the authority's zone on which the submission came in.
    """
    parts = columns_of(item)
    return Plan(
        item=item,
        columns=parts.names,
        names=tuple(raw(number) for number in range(len(parts.names))),
        whole_item_by_row=_why_by_row(item, book),
        _today=today,
        _book=book,
        _parts=parts,
    )


def _why_by_row(item: ItemSpec, book: RuleBook) -> str:
    """What of an item no set-based check can judge in any row."""
    if item.superseding is not None:
        return (
            "superseding: which decisions a later one took the place of, only the whole file tells"
        )
    if item.kind is Kind.PROMISE:
        return "promises: they are few, and each is looked at by itself"
    if not book.packs(item.authority.jurisdiction):
        return f"no rules for the jurisdiction {item.authority.jurisdiction!r}"
    try:
        for rule in item.not_a_decision:
            if rule.condition.pattern is not None:
                portable(rule.condition.pattern)
    except NotPortableError as reason:
        return f"not_a_decision: a pattern that engines read otherwise ({reason})"
    if item.mapping.several is not None:
        try:
            portable(item.mapping.several)
        except NotPortableError as reason:
            return f"several: a pattern that engines read otherwise ({reason})"
    return ""

"""The stages of a plan: cells are cleaned, parts cut out, facts read, and the checks put together.

Each stage is a selection of its own, so that an engine works every value out once. What is dear is asked
only of the rows that a cheap first look found something in: engines work out the branches of a case for
the rows alone that come to them.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import ibis

from tabularium.core.rules import RuleBook
from tabularium.intake.item_parts import FieldType, ItemSpec
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.sets.columns import Columns, cells_of
from tabularium.intake.sets.days import Days
from tabularium.intake.sets.facts import DayNames, Facts
from tabularium.intake.sets.looks import first_look, first_look_at_joined
from tabularium.intake.sets.texts import (
    Sheet,
    all_of,
    bound,
    clean,
    concatenated,
    cut_out,
    joint,
    odd,
    raw,
    size,
    trimmed,
)

_FEW = 1_000
"""Bytes that are not counted as characters: a text is never longer than its bytes."""


class Screening:
    """Puts the expressions of one item together."""

    def __init__(
        self,
        item: ItemSpec,
        book: RuleBook,
        today: date,
        columns: Columns,
        done: Collection[int] = (),
    ) -> None:
        """Prepare; `done` are numbers of columns in whose cells the first look found nothing."""
        self._item = item
        self._book = book
        self._today = today
        self._columns = columns
        self._done = frozenset(done)
        self._region = item.authority.jurisdiction
        self._numbers = {name: number for number, name in enumerate(columns.names)}

    def of(self, table: ibis.Table) -> ibis.Table:
        """The screened table."""
        sheet = self._cut(self._cleaned(self._looked_through(table)))
        sheet, days = self._with_days(sheet)
        return Facts(self._item, self._book, self._today, self._columns, days).outcome(sheet)

    # What stands in the cells

    def _looked_through(self, table: ibis.Table) -> ibis.Table:
        """A first look at every cell, and how long each is at most."""
        columns, item = self._columns, self._item
        looks: dict[str, Any] = {}
        for name, number in self._numbers.items():
            text = table[raw(number)]
            if number not in self._done:
                looks[odd(number)] = text.re_search(first_look(columns, item, name))
            if bound(number) not in table.columns:
                looks[bound(number)] = text.length()
        for place, cell in enumerate(columns.joined):
            parts: list[Any] = []
            for column in cell.columns:
                parts += [ibis.literal(" / "), table[raw(self._numbers[column])]]
            text = concatenated(parts[1:])
            look = first_look_at_joined(columns, item, cell)
            looks[odd(joint(place))] = text.re_search(look)
            looks[bound(joint(place))] = text.length()
        table = table.mutate(**looks)
        sizes: dict[str, Any] = {}
        places: list[int | str] = [*self._numbers.values(), *map(joint, range(len(columns.joined)))]
        for each in places:
            most = table[bound(each)]
            exact = table[raw(each)].length() if isinstance(each, int) else most
            sizes[size(each)] = (most <= _FEW).ifelse(most, exact)
        return table.mutate(**sizes)

    def _cleaned(self, table: ibis.Table) -> Sheet:
        """Cells without blanks at their ends, and "" for what is missing."""
        missing = sorted(self._item.schema.missing_values - {""})
        sheet = Sheet(table, self._numbers, done=self._done)
        values = {}
        for number in self._numbers.values():
            came = table[raw(number)]
            value = sheet.if_odd(number, trimmed(came), came)
            values[clean(number)] = value.isin(missing).ifelse("", value) if missing else value
        return replace(sheet, table=table.mutate(**values))

    def _cut(self, sheet: Sheet) -> Sheet:
        """Parts that the item's patterns take out of cells, and texts that are put together."""
        columns: dict[str, Any] = {}
        unsure: list[Any] = []
        names: dict[Cell, str] = {}
        for cell in dict.fromkeys(cells_of(self._item)):
            if len(cell.columns) == 1 and cell.pattern is None and not cell.html:
                continue
            text = sheet.uncut(cell)
            part, sure = cut_out(text, cell)
            names[cell] = columns_name = f"k{len(names)}"
            columns[columns_name] = part
            unsure += [] if sure is None else [sure]
            if cell.html:
                unsure.append(~text.re_search("[<&]"))
        columns["cut_out"] = all_of(unsure)
        return replace(sheet, table=sheet.table.mutate(**columns), cut=names)

    def _with_days(self, sheet: Sheet) -> tuple[Sheet, DayNames]:
        """Every day that a field or a cell holds, read once."""
        item = self._item
        fields = (each for each in item.schema.fields if each.type is FieldType.DATE)
        wheres = [
            item.mapping.decided_on,
            *(DateCell(Cell((field.name,)), field.formats) for field in fields),
            *(where for where in (item.term.begins, item.term.ends) if where),
        ]
        days = Days()
        names = {
            (where.cell, where.formats): days.column(
                where.cell, where.formats, sheet.value(where.cell)
            )
            for where in wheres
        }
        return replace(sheet, table=days.read(sheet.table)), names

"""The stages of a plan: cells are cleaned, parts cut out, facts read, and the checks put together.

Each stage is a selection of its own, so that an engine works every value out once. What is dear is asked
only of the rows that a cheap first look found something in: engines work out the branches of a case for
the rows alone that come to them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ibis

from tabularium.core.rules import RuleBook
from tabularium.intake.item_parts import FieldType, ItemSpec
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import USUAL_CLASS
from tabularium.intake.sets.columns import Columns, cells_of
from tabularium.intake.sets.days import Days
from tabularium.intake.sets.facts import DayNames, Facts
from tabularium.intake.sets.tell_tales import garbled
from tabularium.intake.sets.texts import (
    BETWEEN,
    CELL_ERROR,
    EDGES,
    WITH_EXPONENT,
    Sheet,
    all_of,
    clean,
    concatenated,
    cut_out,
    raw,
    trimmed,
)

_UNUSUAL = f"[^{USUAL_CLASS}]"


class Screening:
    """Puts the expressions of one item together."""

    def __init__(self, item: ItemSpec, book: RuleBook, today: date, columns: Columns) -> None:
        self._item = item
        self._book = book
        self._today = today
        self._columns = columns
        self._region = item.authority.jurisdiction
        self._numbers = {name: number for number, name in enumerate(columns.names)}

    def of(self, table: ibis.Table) -> ibis.Table:
        """The screened table."""
        sheet = self._cut(self._cleaned(self._looked_through(table)))
        sheet, days = self._with_days(sheet)
        return Facts(self._item, self._book, self._today, self._columns, days).outcome(sheet)

    # What stands in the cells

    def _looked_through(self, table: ibis.Table) -> ibis.Table:
        """Texts that are looked through together, one behind the other, and a first look at them."""
        columns, region = self._columns, self._region
        names = [raw(number) for number in self._numbers.values()]
        table = table.select("row", *names)
        parts = {
            "texts": self._together(table, columns.texts, columns.joined_texts),
            "references": self._together(table, columns.references, columns.joined_references),
            "plain": self._together(table, columns.plain, ()),
        }
        table = table.mutate(**parts)
        usual = f"{_UNUSUAL}|{EDGES}|{CELL_ERROR}"
        looks = {
            "texts": f"{usual}|{garbled()}|{people.first_look_at_text(region)}",
            "references": (
                f"{usual}|{garbled()}|{WITH_EXPONENT}|{people.first_look_at_reference(region)}"
            ),
            "plain": usual,
        }
        return table.mutate(
            **{f"odd_{name}": table[name].re_search(look) for name, look in looks.items()},
            **{f"long_{name}": table[name].length() for name in looks},
        )

    def _together(self, table: ibis.Table, columns: Sequence[str], joined: Sequence[Cell]) -> Any:
        groups: list[tuple[str, ...]] = [(column,) for column in columns]
        groups += [cell.columns for cell in joined]
        parts: list[Any] = []
        for group in groups:
            for place, column in enumerate(group):
                if parts:
                    parts.append(ibis.literal(" / " if place else BETWEEN))
                parts.append(table[raw(self._numbers[column])])
        return concatenated(parts)

    def _cleaned(self, table: ibis.Table) -> Sheet:
        """Cells without blanks at their ends, and "" for what is missing."""
        columns = self._columns
        odd = {
            **dict.fromkeys(columns.texts, table["odd_texts"]),
            **dict.fromkeys(columns.references, table["odd_references"]),
            **dict.fromkeys(columns.plain, table["odd_plain"]),
        }
        missing = sorted(self._item.schema.missing_values - {""})
        values = {}
        for name, number in self._numbers.items():
            came = table[raw(number)]
            value = odd[name].ifelse(trimmed(came), came)
            values[clean(number)] = value.isin(missing).ifelse("", value) if missing else value
        return Sheet(table.mutate(**values), self._numbers)

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

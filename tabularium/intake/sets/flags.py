"""The checks of a row put together to one number: a bit for every reason not to let it pass."""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import ibis

from tabularium.core.content import LONGEST_NAME, LONGEST_TEXT
from tabularium.core.rules import RulePack
from tabularium.intake.item_parts import FieldType, ItemSpec, SchemaField
from tabularium.intake.mapping import LONGEST_KEY
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.schema_checks import fields_to_check
from tabularium.intake.sets import people
from tabularium.intake.sets.columns import Columns, reference_cells, text_cells
from tabularium.intake.sets.looks import look_again, looks_for_people_in_names
from tabularium.intake.sets.portable import NotPortableError, portable
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.terms import Flags, in_force
from tabularium.intake.sets.texts import (
    Sheet,
    joint,
    odd,
    raw,
    search,
    size,
)

_SERIAL_DAY = "^[1-9][0-9]{4}(?:[.,][0-9]+)?$"
_INTEGER = "^[+\\-]?[0-9]+$"
_NUMBER = "^[+\\-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+\\-]?[0-9]+)?$"
_YES: Any = True
_NO: Any = False


class FlagWriter:
    """Writes the reasons of an item's rows."""

    def __init__(
        self,
        item: ItemSpec,
        today: date,
        packs: Sequence[RulePack],
        columns: Columns,
        days: Mapping[tuple[Cell, tuple[str, ...]], str],
    ) -> None:
        """Prepare; `days` names the column that holds the day of a cell in its forms."""
        self._columns = columns
        self._item = item
        self._today = today
        self._packs = packs
        self._days = days
        self._region = item.authority.jurisdiction

    def reasons(self, sheet: Sheet, flags: Iterable[tuple[Reason, Any]]) -> Any:
        """The reasons as one number, those of `flags` among them; what is null is not passed."""
        every = [
            *flags,
            *self._of_conditions(sheet),
            *self._of_schema(sheet),
            *self._of_subject(sheet),
            *self._of_decision(sheet),
        ]
        found: Any = ibis.literal(0, "int64")
        for reason, passes in every:
            found = found | passes.ifelse(0, int(reason))
        return (found | self._of_characters(sheet)).cast("int64")

    def _of_characters(self, sheet: Sheet) -> Any:
        """What was found in the characters of cells, looked at again where the first look found any.

        People are looked for in what is kept alone, after the item's patterns have taken their parts.
        """
        found: Any = ibis.literal(0, "int64")
        columns, table = self._columns, sheet.table
        for name, number in sheet.numbers.items():
            look = look_again(columns.part_of(name))
            again = _bit(table[raw(number)], look, Reason.UNUSUAL_CHARACTERS)
            found = found | sheet.if_odd(number, again, 0)
        numbers = f"{people.HIDDEN}|{people.personal_number(self._region)}"
        in_texts = [
            (Reason.EMAIL, people.EMAIL),
            (Reason.PERSONAL_NUMBER, numbers),
            (Reason.PHONE, people.phone(self._region)),
        ]
        for cells, looks in (
            (text_cells(self._item), in_texts),
            (reference_cells(self._item), [(Reason.PERSONAL_NUMBER, numbers)]),
        ):
            for cell in cells:
                people_found: Any = ibis.literal(0, "int64")
                for reason, look in looks:
                    if look:
                        people_found = people_found | _bit(sheet.value(cell), look, reason)
                anything = self._anything_odd(sheet, cell)
                found = found if anything is None else found | anything.ifelse(people_found, 0)
        return found | self._of_lengths(sheet)

    def _anything_odd(self, sheet: Sheet, cell: Cell) -> Any:
        """Whether the first look found anything in a column of a cell, or across them; None if it did not."""
        places: list[int | str] = [
            sheet.numbers[name] for name in cell.columns if name in sheet.numbers
        ]
        if cell in self._columns.joined:
            places.append(joint(self._columns.joined.index(cell)))
        looks = [sheet.table[odd(place)] for place in places if place not in sheet.done]
        return reduce(operator.or_, looks) if looks else None

    def _of_lengths(self, sheet: Sheet) -> Any:
        """Texts that are short together are each short, and so is what is made of them."""
        columns = self._columns
        found: Any = ibis.literal(0, "int64")
        for part, joined in (
            (columns.texts, columns.joined_texts),
            (columns.references, columns.joined_references),
            (columns.plain, ()),
        ):
            places: list[int | str] = [sheet.numbers[name] for name in part]
            places += [joint(columns.joined.index(cell)) for cell in joined]
            if places:
                together = reduce(operator.add, (sheet.table[size(place)] for place in places))
                found = found | (together <= LONGEST_TEXT).ifelse(0, int(Reason.LENGTH))
        return found

    def _of_conditions(self, sheet: Sheet) -> Flags:
        flags: Flags = [(Reason.CUT_OUT, sheet.table["cut_out"])]
        for rule in self._item.not_a_decision:
            try:
                met = sheet.meets(rule.condition)
            except NotPortableError:
                flags.append((Reason.NOT_A_DECISION, ibis.literal(_NO)))
                continue
            flags.append((Reason.NOT_A_DECISION, ~met.found))
            if met.sure is not None:
                flags.append((Reason.NOT_A_DECISION, met.sure))
        return flags

    def _of_schema(self, sheet: Sheet) -> Flags:
        fields = fields_to_check(self._item.schema)
        return [
            (Reason.SCHEMA, passes) for field in fields for passes in self._of_field(sheet, field)
        ]

    def _of_field(self, sheet: Sheet, field: SchemaField) -> Iterator[Any]:
        value = sheet[field.name]
        empty = value == ""
        if field.required:
            yield ~empty
        if field.type is FieldType.DATE:
            yield empty | sheet.table[self._days[Cell((field.name,)), field.formats]].notnull()
        elif field.type is not FieldType.STRING:
            pattern = _INTEGER if field.type is FieldType.INTEGER else _NUMBER
            yield empty | value.re_search(pattern)
        if field.allowed:
            yield empty | value.isin(sorted(field.allowed))
        if field.pattern is not None:
            yield empty | self._fits(value, field)
        if field.longest:
            yield self._is_within(sheet, Cell((field.name,)), field.longest)

    def _is_within(self, sheet: Sheet, cell: Cell, longest: int) -> Any:
        """Whether a cell is no longer than so many characters, which few have to be counted for."""
        exact = sheet.value(cell).length() <= longest
        number = sheet.numbers.get(cell.columns[0])
        if number is None or len(cell.columns) > 1:
            return exact
        return (sheet.table[size(number)] <= longest).ifelse(ibis.literal(_YES), exact)

    def _fits(self, value: Any, field: SchemaField) -> Any:
        assert field.pattern is not None
        try:
            found = search(value, portable(field.pattern, whole=True))
        except NotPortableError:
            return ibis.literal(_NO)
        return found.found if found.sure is None else found.found & found.sure

    def _of_subject(self, sheet: Sheet) -> Flags:
        mapping = self._item.mapping
        name = sheet.value(mapping.name)
        flags: Flags = [
            (Reason.NAME, name != ""),
            (Reason.NAME, self._is_within(sheet, mapping.name, LONGEST_NAME)),
            (Reason.PERSON, self._is_no_person(sheet, name)),
        ]
        if mapping.several is not None:
            try:
                found = search(sheet[mapping.name.columns[0]], portable(mapping.several))
            except NotPortableError:
                return [*flags, (Reason.SEVERAL, ibis.literal(_NO))]
            one = ~found.found if found.sure is None else ~found.found & found.sure
            # The row path looks at the column that the name came from.
            flags.append((Reason.SEVERAL, one & ibis.literal(len(mapping.name.columns) == 1)))
        return flags

    def _is_no_person(self, sheet: Sheet, name: Any) -> Any:
        no_person = ~name.re_search(people.person_in_name(self._region))
        cell = self._item.mapping.name
        number = sheet.numbers.get(cell.columns[0])
        if number is None or not looks_for_people_in_names(cell, cell.columns[0]):
            return no_person
        return sheet.if_odd(number, no_person, ibis.literal(_YES))

    def _of_decision(self, sheet: Sheet) -> Flags:
        item, table = self._item, sheet.table
        decided_on = table["decided_on"]
        flags: Flags = [
            (Reason.DECISION_NUMBER, sheet.value(item.mapping.decision_number) != ""),
            (Reason.DAY_OF_DECISION, decided_on.notnull()),
            (Reason.FUTURE, decided_on <= ibis.literal(self._today)),
            (Reason.RULES, in_force(self._packs, decided_on)),
            (Reason.KEY, table["key"].length() <= LONGEST_KEY),
        ]
        for where in (item.mapping.decided_on, item.term.begins, item.term.ends):
            flags += [
                (Reason.DAY_OF_DECISION, ~sheet[column].re_search(_SERIAL_DAY))
                for column in self._columns_beside(where)
            ]
        return flags

    def _columns_beside(self, where: DateCell | None) -> tuple[str, ...]:
        """Columns of a day that need not be read as one: a part is cut out, or another column counts."""
        if where is None or (where.cell.pattern is None and len(where.cell.columns) == 1):
            return ()
        return where.cell.columns


def _bit(text: Any, look: str, reason: Reason) -> Any:
    return text.re_search(look).ifelse(int(reason), 0)

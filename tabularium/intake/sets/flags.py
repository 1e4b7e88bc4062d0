"""The checks of a row put together to one number: a bit for every reason not to let it pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis

from tabularium.core.content import LONGEST_NAME, LONGEST_TEXT
from tabularium.core.rules import RulePack
from tabularium.intake.item_parts import FieldType, ItemSpec, SchemaField
from tabularium.intake.mapping import LONGEST_KEY
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.schema_checks import fields_to_check
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import USUAL_CLASS
from tabularium.intake.sets.columns import Columns, reference_cells, text_cells
from tabularium.intake.sets.portable import NotPortableError, portable
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.tell_tales import garbled
from tabularium.intake.sets.terms import Flags, in_force
from tabularium.intake.sets.texts import (
    BETWEEN,
    CELL_ERROR,
    WITH_EXPONENT,
    Sheet,
    all_of,
    concatenated,
    search,
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
        for reason in Reason:
            passes = [each for name, each in every if name is reason]
            if passes:
                found = found | all_of(passes).ifelse(0, int(reason))
        # Most rows pass everything, and then no reason is put together.
        found = all_of(passes for _, passes in every).ifelse(0, found)
        return (found | self._of_characters(sheet)).cast("int64")

    def _of_characters(self, sheet: Sheet) -> Any:
        """What was found in the characters of cells, looked at again where the first look found any.

        Then people are looked for in what is kept alone, after the item's patterns have taken their parts.
        """
        region, table = self._region, sheet.table
        kept = {
            "texts": _together(map(sheet.value, text_cells(self._item))),
            "references": _together(map(sheet.value, reference_cells(self._item))),
        }
        numbers = people.personal_number(region)
        looks: dict[str, list[tuple[Reason, str]]] = {
            "texts": [
                (Reason.EMAIL, people.EMAIL),
                (Reason.PERSONAL_NUMBER, f"{people.HIDDEN}|{numbers}"),
                (Reason.PHONE, people.phone(region)),
            ],
            "references": [(Reason.PERSONAL_NUMBER, f"{people.HIDDEN}|{numbers}")],
            "plain": [],
        }
        total: Any = ibis.literal(0, "int64")
        for part, patterns in looks.items():
            text = table[part]
            unusual = [f"[^{USUAL_CLASS}]", CELL_ERROR]
            unusual += [garbled()] if patterns else []
            unusual += [WITH_EXPONENT] if part == "references" else []
            found: Any = ibis.literal(0, "int64")
            found = found | _bit(text, "|".join(unusual), Reason.UNUSUAL_CHARACTERS)
            for reason, look in patterns:
                if look:
                    found = found | _bit(kept[part], look, reason)
            total = total | table[f"odd_{part}"].ifelse(found, 0)
            total = total | (table[f"long_{part}"] <= LONGEST_TEXT).ifelse(0, int(Reason.LENGTH))
        return total

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
            # Of texts that are short together each is short, which spares counting most of them.
            together = sheet.table[f"long_{self._columns.part_of(field.name)}"]
            yield (together <= field.longest).ifelse(
                ibis.literal(_YES), value.length() <= field.longest
            )

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
            (Reason.NAME, (name != "") & (name.length() <= LONGEST_NAME)),
            (Reason.PERSON, ~name.re_search(people.person_in_name(self._region))),
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


def _together(values: Iterable[Any]) -> Any:
    parts: list[Any] = []
    for value in values:
        parts += [ibis.literal(BETWEEN), value]
    return concatenated(parts)

"""Which columns of a file a plan reads, and what has to be looked for in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.mapping_parts import Cell


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a plan reads, each in one of three parts.

    Attributes:
        names: all of them, in the plan's order.
        texts: kept as they stand: personal numbers, phones and addresses are looked for.
        references: numbers of files and acts, where personal numbers are looked for.
        plain: looked at and not kept, or kept as a code.
        joined_texts: cells that join several columns to one text.
        joined_references: cells that join several columns to one reference.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    references: tuple[str, ...]
    plain: tuple[str, ...]
    joined_texts: tuple[Cell, ...]
    joined_references: tuple[Cell, ...]

    @property
    def joined(self) -> tuple[Cell, ...]:
        """All cells that join several columns."""
        return (*self.joined_texts, *self.joined_references)

    def part_of(self, name: str) -> str:
        """Name of the part that a column is in."""
        if name in self.texts:
            return "texts"
        return "references" if name in self.references else "plain"


def columns_of(item: ItemSpec) -> Columns:
    """The columns of an item's file that its plan reads."""
    texts, references = text_cells(item), reference_cells(item)
    known = {field.name for field in item.schema.fields}
    of_texts = _names(texts)
    of_references = _names(references) - of_texts
    every = [name for name in dict.fromkeys(_every(item)) if name in known]

    def ordered(part: set[str]) -> tuple[str, ...]:
        return tuple(name for name in every if name in part)

    return Columns(
        names=tuple(every),
        texts=ordered(of_texts),
        references=ordered(of_references),
        plain=ordered(set(every) - of_texts - of_references),
        joined_texts=tuple(cell for cell in texts if cell.joined),
        joined_references=tuple(cell for cell in references if cell.joined),
    )


def text_cells(item: ItemSpec) -> tuple[Cell, ...]:
    """The cells whose texts are kept as they stand; the row path looks for people in the same."""
    mapping = item.mapping
    kept = (
        *(mapping.name, mapping.summary, mapping.party, mapping.measure.cell),
        mapping.promised_to.cell if mapping.promised_to else None,
        item.legal_basis.cell,
        *(detail.cell for detail in mapping.details),
    )
    return tuple(dict.fromkeys(cell for cell in kept if cell is not None))


def reference_cells(item: ItemSpec) -> tuple[Cell, ...]:
    """The cells that are kept as numbers of files and acts."""
    mapping = item.mapping
    numbers = {column for rule in mapping.identifiers for column in rule.cell.columns}
    keys = (Cell((column,)) for column in mapping.key if column not in numbers)
    kept = (mapping.decision_number, mapping.case, *keys)
    texts = text_cells(item)
    return tuple(dict.fromkeys(cell for cell in kept if cell is not None and cell not in texts))


def cells_of(item: ItemSpec) -> Iterator[Cell]:
    """Every cell of an item, those of days, sums, terms and legal forms included."""
    mapping = item.mapping
    yield from text_cells(item)
    yield from reference_cells(item)
    yield from (rule.cell for rule in mapping.identifiers)
    amount = mapping.amount
    days = (item.term.begins, item.term.ends, mapping.decided_on)
    maybe = (
        *(rule.cell for rule in mapping.legal_form),
        *((amount.cell, amount.currency_cell) if amount else ()),
        *(where.cell for where in days if where),
        *(item.term.duration, item.term.days),
    )
    yield from (cell for cell in maybe if cell is not None)


def _every(item: ItemSpec) -> Iterator[str]:
    for cell in cells_of(item):
        yield from cell.columns
    yield from item.mapping.key
    yield from (rule.condition.column for rule in item.not_a_decision)
    # A spreadsheet's error in any column of the schema stops the row.
    yield from (field.name for field in item.schema.fields)


def _names(cells: Iterable[Cell]) -> set[str]:
    return {column for cell in cells for column in cell.columns}

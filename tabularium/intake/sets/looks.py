"""What is looked for first in the cells of a column: one pattern, and most cells are done with.

A cell in which the first look finds nothing is as it stands: its characters are the usual ones, there is no
blank at its ends, and nothing in it may be garbled, damaged or personal. In what it does find something the
patterns behind it are tried one by one.
"""

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.mapping_parts import Cell
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import USUAL_CLASS
from tabularium.intake.sets.columns import Columns
from tabularium.intake.sets.tell_tales import garbled
from tabularium.intake.sets.texts import CELL_ERROR, EDGES, WITH_EXPONENT

UNUSUAL = f"[^{USUAL_CLASS}]"


def first_look(columns: Columns, item: ItemSpec, name: str) -> str:
    """The pattern for a column of an item's file."""
    look = _of_part(columns.part_of(name), item.authority.jurisdiction)
    if looks_for_people_in_names(item.mapping.name, name):
        look += f"|{people.person_in_name(item.authority.jurisdiction)}"
    return look


def first_look_at_joined(columns: Columns, item: ItemSpec, cell: Cell) -> str:
    """The pattern for the columns of a cell when they are joined."""
    part = "texts" if cell in columns.joined_texts else "references"
    return _of_part(part, item.authority.jurisdiction)


def looks_for_people_in_names(cell: Cell, name: str) -> bool:
    """Whether the first look at a column also finds every name of a person: names stand there alone."""
    return cell.columns == (name,) and cell.pattern is None and not cell.html


def look_again(part: str) -> str:
    """What makes a cell unusual in which the first look found something."""
    looks = [UNUSUAL, CELL_ERROR]
    looks += [garbled()] if part != "plain" else []
    looks += [WITH_EXPONENT] if part == "references" else []
    return "|".join(looks)


def _of_part(part: str, region: str) -> str:
    usual = f"{UNUSUAL}|{EDGES}|{CELL_ERROR}"
    if part == "texts":
        return f"{usual}|{garbled()}|{people.first_look_at_text(region)}"
    if part == "references":
        return f"{usual}|{garbled()}|{WITH_EXPONENT}|{people.first_look_at_reference(region)}"
    return usual

"""Which row of a table names its columns: below titles, above what it names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tabularium.intake.readers.headers import bare_name
from tabularium.intake.readers.looked import How
from tabularium.intake.readers.shape import FileFormat, FileShape
from tabularium.intake.values import parse_day

LOOKED_AT = 200
"""Records among which the header is looked for."""

_MOSTLY = 0.6
_MARKS_OF_NUMBERS = frozenset("0123456789.,/ :-+%()")

Record = tuple[int, Sequence[str]]


def with_header(shape: FileShape, records: Sequence[Record]) -> tuple[FileShape, How]:
    """The shape with its header's row, found among the first records, and how that is known.

    The columns that the item needs tell the header beyond doubt. Without any, it is the first row as wide
    as most that holds no number and no day; where there is none, the columns get names of their own.
    """
    if shape.header_row is not None:
        return shape, How.DECLARED
    filled = [record for record in records if any(map(str.strip, record[1]))]
    wanted = shape.needed or frozenset(shape.columns)
    number, found = _best(filled, wanted)
    if found and found == len(wanted):
        return replace(shape, header_row=number), How.CONTENT
    if shape.columns:
        return replace(shape, header_row=0), How.DECLARED
    width = usual_width([len(cells) for _, cells in filled])
    if not found:
        number = _first_names(filled, width, exactly=shape.format is FileFormat.CSV)
    if number or shape.needed or not filled:
        # Where no row has a name that is needed, the refusal points to the first.
        return replace(shape, header_row=number or (filled[0][0] if filled else 1)), How.GUESS
    return replace(shape, header_row=0, columns=names_of_places(width)), How.GUESS


def names_of_places(count: int) -> tuple[str, ...]:
    """Names for the columns of a file that has none."""
    return tuple(f"Column {place}" for place in range(1, count + 1))


def _first_names(records: Sequence[Record], width: int, *, exactly: bool) -> int:
    """The first record below the titles, if it holds names; 0 if not."""
    for number, cells in records:
        is_title = sum(map(bool, map(str.strip, cells))) < _MOSTLY * width
        if not is_title and not (exactly and len(cells) != width):
            return number if are_names(cells) else 0
    return 0


def _best(records: Sequence[Record], wanted: frozenset[str]) -> tuple[int, int]:
    """The record that has most of the names that are looked for, and how many."""
    best, most = 0, 0
    for number, cells in records if wanted else ():
        found = len(wanted.intersection(map(bare_name, cells)))
        if found > most:
            best, most = number, found
    return best, most


def are_names(cells: Sequence[str]) -> bool:
    """Whether a record names columns: texts, and no days or numbers."""
    return not any(_is_number(cell) or parse_day(cell, ()) for cell in cells if cell)


def _is_number(cell: str) -> bool:
    """Whether a cell is made of digits and the marks between them, whatever it means by them."""
    return any(sign.isdigit() for sign in cell) and set(cell) <= _MARKS_OF_NUMBERS


def usual_width(widths: Sequence[int]) -> int:
    """The width that most records have; more than one cell, if any has."""
    several = [width for width in widths if width > 1]
    return Counter(several).most_common(1)[0][0] if several else 1

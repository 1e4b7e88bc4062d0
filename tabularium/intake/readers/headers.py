"""Column names as the file has them, the same for every format with a header."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from tabularium.intake.readers.shape import FileShape, Row, Trouble, UnreadableFile

MOST_COLUMNS = 16_384
"""Columns of the widest table that is read: as many as a sheet has (Excel specifications and limits)."""

_LISTED = 8


def bare_name(cell: str | None) -> str:
    """The name that a cell of the header gives: without blanks around it or a byte order mark before it."""
    return (cell or "").strip().removeprefix("\ufeff").strip()


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file.

    Attributes:
        names: their names in order. A name that comes again, or none, is told apart by its place.
        again: for each place whose name comes again, the place where it came first.
        least: how many cells a row has at least: columns without a name at the end, which a delimiter
            behind the last name makes, may be missing.
    """

    names: tuple[str, ...]
    again: tuple[tuple[int, int], ...]
    least: int

    @classmethod
    def of(cls, cells: Iterable[str | None], shape: FileShape, where: str) -> Self:
        """The header that these cells are.

        Raises:
            UnreadableFile: a column that the item needs is not there, or there are too many.
        """
        names: list[str] = []
        first: dict[str, int] = {}
        again: list[tuple[int, int]] = []
        least = 0
        for place, cell in enumerate(cells):
            if place == MOST_COLUMNS:
                raise UnreadableFile(
                    f"{where} names more than {MOST_COLUMNS:,} columns. Send the columns that the item "
                    "needs."
                )
            name = bare_name(cell)
            if name:
                least = place + 1
            if name in first:
                again.append((place, first[name]))
                name = f"{name} [{place + 1}]"
            elif not name:
                name = f"[{place + 1}]"
            first.setdefault(name, place)
            names.append(name)
        absent = sorted(shape.needed - set(names))
        if absent:
            shown = ", ".join(f"'{name}'" for name in absent[:_LISTED])
            more = f" and {len(absent) - _LISTED} more" if len(absent) > _LISTED else ""
            raise UnreadableFile(
                f"{where} has no column {shown}{more}. Check that the file is the one this catalogue "
                "item describes."
            )
        return cls(tuple(names), tuple(again), least)

    def row(self, number: int, cells: Sequence[str | None]) -> Row:
        """The row with these cells, as many as the header has."""
        for place, first in self.again:
            if cells[place] != cells[first]:
                return Row(
                    number,
                    dict(zip(self.names, cells, strict=True)),
                    Trouble.SAME_COLUMN_TWICE,
                    column=self.names[first],
                )
        return Row(number, dict(zip(self.names, cells, strict=True)))

"""Cells of a row as expressions: cleaned, missing ones told apart, parts cut out by the item's patterns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from tabularium.intake.mapping_parts import Cell, Condition
from tabularium.intake.sets.portable import NotPortableError, Portable, portable

EDGES = "^[ \\n]|[ \\n]$"
"""Finds a blank at an end of a cell."""
# "#REF!", "Err:502" and their like at the beginning of a cell: what a spreadsheet could not reckon.
CELL_ERROR = "^[ \\n]*(?:#[¡¿]?[A-ZÀ-Ý0-9/_\\#]|(?:Err|Erro|Fehler|错误):[0-9])"
WITH_EXPONENT = "[0-9]E\\+"
_JOINT = " / "
_MAY_BE_DAMAGE = re.compile("#|Err|Fehler|错误|[1-9][0-9]{4}")
LONGEST_REPEATED = 2_000
"""Characters of the longest text that a pattern with repeated groups is tried on: Java recurses there."""


def raw(number: int) -> str:
    """Name of a column as it came, by its number among those of the plan."""
    return f"c{number}"


def clean(number: int) -> str:
    """Name of the column when cleaned."""
    return f"v{number}"


def odd(number: int | str) -> str:
    """Name of what a first look at a column says: whether anything in a cell has to be looked at again."""
    return f"o{number}"


def bound(number: int | str) -> str:
    """Name of a number for each cell that its characters do not exceed."""
    return f"b{number}"


def size(number: int | str) -> str:
    """Name of the number of characters of each cell, or of bytes where those are few."""
    return f"s{number}"


def fits(number: int) -> str:
    """Name of what is known beforehand of the check digits of a column: null where nothing is."""
    return f"f{number}"


def joint(number: int) -> str:
    """What a cell that joins several columns is numbered as beside the columns."""
    return f"j{number}"


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern tried on a text.

    Attributes:
        found: whether it was found.
        sure: whether the engines read it as Python does; None for always.
    """

    found: Any
    sure: Any = None


@dataclass(slots=True)
class Sheet:
    """The rows with their cleaned cells, and what was prepared of them.

    Attributes:
        table: the rows.
        numbers: number of each of the file's columns.
        cut: name of the column that holds what was cut out, by cell.
        done: numbers of columns in whose cells the first look found nothing.
    """

    table: ir.Table
    numbers: Mapping[str, int]
    cut: dict[Cell, str] = field(default_factory=dict)
    done: frozenset[int] = frozenset()

    def __getitem__(self, column: str) -> Any:
        """The cleaned value of a column; "" where it is missing, or where there is no such column."""
        if column not in self.numbers:
            return ibis.literal("")
        return self.table[clean(self.numbers[column])]

    def value(self, cell: Cell) -> Any:
        """What a cell of the item says of each row; "" for nothing."""
        if cell in self.cut:
            return self.table[self.cut[cell]]
        return self.uncut(cell)

    def uncut(self, cell: Cell) -> Any:
        """What stands in the columns of a cell, before its pattern takes a part."""
        if len(cell.columns) == 1:
            return self[cell.columns[0]]
        values = [self[column] for column in cell.columns]
        return _joined(values) if cell.joined else _first(values)

    def if_odd(self, number: int | str, value: Any, otherwise: Any) -> Any:
        """One value for cells in which the first look found something, and another for all others."""
        return (
            otherwise if number in self.done else self.table[odd(number)].ifelse(value, otherwise)
        )

    def meets(self, condition: Condition) -> Found:
        """Whether a condition of the item holds for each row.

        Raises:
            NotPortableError: its pattern means another thing to another engine.
        """
        value = self[condition.column]
        held: Any = ibis.literal(False)
        if condition.values:
            held = value.isin(sorted(condition.values))
        sure: Any = None
        if condition.pattern is not None:
            found = search(value, portable(condition.pattern))
            held, sure = held | found.found, found.sure
        empty = value == ""
        return Found(empty.ifelse(condition.empty, held), sure)


def _joined(values: Sequence[Any]) -> Any:
    parts = [(value == "").ifelse("", ibis.literal(_JOINT) + value) for value in values]
    return concatenated(parts).substr(len(_JOINT))


def _first(values: Sequence[Any]) -> Any:
    branches = [(value != "", value) for value in values]
    return ibis.cases(*branches, else_="")


def trimmed(text: Any) -> Any:
    """A text without the blanks and ends of lines at its ends.

    By a pattern: what Ibis 12 writes for `strip` takes every "f" and "v" from the ends too, on Spark.
    """
    return text.re_replace("^[ \\n]+|[ \\n]+$", "")


def usable(values: Iterable[str]) -> list[str]:
    """Texts of an item that stand for something, without those that look like damage of a spreadsheet."""
    return sorted(each for each in values if not _MAY_BE_DAMAGE.match(each))


def all_of(passes: Iterable[Any]) -> Any:
    """Whether all of it holds."""
    held: Any = None
    for each in passes:
        held = each if held is None else held & each
    return ibis.literal(True) if held is None else held


def concatenated(parts: Iterable[Any]) -> Any:
    """Texts one behind the other."""
    first, *others = [*parts] or [ibis.literal("")]
    return first.concat(*others) if others else first


def search(text: Any, pattern: Portable) -> Found:
    """Whether a portable pattern is found in a text."""
    short = text.length() <= LONGEST_REPEATED if pattern.repeats else None
    tried = text if short is None else short.ifelse(text, "")
    found: Any = None
    for each, wanted in (
        (pattern.pattern, True),
        (pattern.beginning, True),
        (pattern.not_beginning, False),
    ):
        if each:
            held = tried.re_search(each) if wanted else ~tried.re_search(each)
            found = held if found is None else found & held
    if found is None:
        found = ibis.literal(True)
    return Found(found, short)


def cut_out(text: Any, cell: Cell) -> tuple[Any, Any]:
    """What a cell's pattern takes of a text, and whether that is sure (None for always)."""
    if cell.pattern is None:
        return text, None
    try:
        pattern = portable(cell.pattern)
    except NotPortableError:
        return ibis.literal(""), text == ""
    found = search(text, pattern)
    part = trimmed(text.re_extract(pattern.pattern, pattern.groups["value"]))
    return (found.found & (text != "")).ifelse(ibis.coalesce(part, ""), ""), found.sure

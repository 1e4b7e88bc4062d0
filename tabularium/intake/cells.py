"""Taking values out of a row: cleaned, missing ones told apart, parts cut out by the item's patterns."""

import html
import re
import unicodedata
from collections.abc import Mapping

from tabularium.intake.mapping_parts import Cell, Condition
from tabularium.intake.readers.shape import PlainNumber

_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = {ord(each): " " for each in "\u00a0\u2007\u202f\t"} | {
    ord("\ufeff"): None,
    ord("\r"): None,
}
_CONTROL = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x0A, 0x85)}
# Soft hyphens, marks and overrides of direction, blanks without width: they make two texts that look the
# same differ, and one text look like another. The two joiners stay, which some scripts are spelt with.
_INVISIBLE = dict.fromkeys(
    (173, 1564, 6158, 8203, 8206, 8207, *range(8234, 8239), *range(8288, 8304))
)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000))
_CLEANING = {**_CONTROL, **_INVISIBLE, **_SURROGATES, **_BLANKS, 0x85: " "}
_TO_CLEAN = re.compile("[" + "".join(map(chr, sorted(_CLEANING))) + "]")


def clean(text: str) -> str:
    """The text in normal form C, without blanks at its ends, unbreakable ones, or invisible characters.

    A number that the file holds as one stays one.
    """
    if isinstance(text, PlainNumber):
        return text
    if text.isascii() and text.isprintable():
        return text.strip()
    if _TO_CLEAN.search(text):
        text = text.translate(_CLEANING)
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def plain_text(text: str) -> str:
    """The text of a piece of HTML: breaks become lines, tags fall away, references become characters."""
    return clean(html.unescape(_TAG.sub("", _BREAK.sub("\n", text))))


class Cells:
    """One row's cells, read by the item's terms."""

    __slots__ = ("_cells", "_missing", "_values")

    def __init__(self, cells: Mapping[str, str | None], missing: frozenset[str]) -> None:
        self._cells = cells
        self._missing = missing
        self._values: dict[str, str] = {}

    def __getitem__(self, column: str) -> str:
        """The cleaned value of a column; "" where it is missing."""
        value = self._values.get(column)
        if value is None:
            value = clean(self._cells.get(column) or "")
            if value in self._missing:
                value = ""
            self._values[column] = value
        return value

    def raw(self, column: str) -> str:
        """The value of a column as the file has it, with what cleaning takes away; "" for nothing."""
        return self._cells.get(column) or ""

    def value(self, cell: Cell) -> str:
        """What a cell of the item says of this row; "" for nothing."""
        if len(cell.columns) == 1:
            value = self[cell.columns[0]]
        elif cell.joined:
            value = " / ".join(filter(None, map(self.__getitem__, cell.columns)))
        else:
            value = next(filter(None, map(self.__getitem__, cell.columns)), "")
        if cell.html and value:
            value = plain_text(value)
        if cell.pattern is None or not value:
            return value
        match = cell.pattern.search(value)
        return clean(match["value"] or "") if match else ""

    def column_of(self, cell: Cell) -> str:
        """The column that a value came from, or would have: what a finding should point at."""
        if not cell.joined:
            for column in cell.columns:
                if self[column]:
                    return column
        return cell.columns[0] if cell.columns else ""

    def meets(self, condition: Condition) -> bool:
        """Whether a condition of the item holds for this row."""
        value = self[condition.column]
        if not value:
            return condition.empty
        if value in condition.values:
            return True
        return condition.pattern is not None and condition.pattern.search(value) is not None

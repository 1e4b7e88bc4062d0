"""A cell of an OpenDocument spreadsheet (OpenDocument 1.3, part 3, 9.1.4 and 19.385) as text in one form."""

import re

from tabularium.intake.readers.sheet_rows import LONGEST_ROW, iso_text, number_text, row_too_long
from tabularium.intake.readers.xml_parts import SEPARATOR

_TABLE, _OFFICE, _TEXT = (
    f"urn:oasis:names:tc:opendocument:xmlns:{each}:1.0{SEPARATOR}"
    for each in ("table", "office", "text")
)
_EXTENDED_TYPE = (
    f"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0{SEPARATOR}value-type"
)
_PARAGRAPHS = frozenset({_TEXT + "p", _TEXT + "h"})
_BLANKS, _TAB, _BREAK = _TEXT + "s", _TEXT + "tab", _TEXT + "line-break"
_BLANK_RUN = re.compile(r"[ \t\r\n]+")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_FAILED = re.compile(r"#[A-Z/0!?]+|(?:Err|错误|Erro|Error):\s*[0-9]{3}")
"""What LibreOffice and its forerunners show in the place of a value that could not be reckoned."""
_DURATION = re.compile(r"P(?:0+D)?T([0-9]{1,9})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]*)?S")


class OpenDocumentCell:
    """Listens to what stands in a cell; notes and drawings in it are not its text."""

    __slots__ = ("_aside", "_attributes", "_depth", "_length", "_paragraphs", "_parts")

    def __init__(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._paragraphs: list[str] = []
        self._parts: list[str] | None = None
        self._depth = self._aside = self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins in the cell."""
        self._depth += 1
        if self._aside:
            return
        if self._parts is None:
            if name in _PARAGRAPHS:
                self._parts = []
            else:
                # A note, a drawing or a table of its own.
                self._aside = self._depth
        elif name == _BLANKS:
            times = attributes.get(_TEXT + "c", "1")
            self._add(" " * (min(int(times), LONGEST_ROW + 1) if times.isdigit() else 1))
        elif name == _TAB:
            self._add("\t")
        elif name == _BREAK:
            self._add("\n")
        elif name.startswith(_OFFICE):
            self._aside = self._depth

    def text(self, text: str) -> None:
        """A piece of text in the cell; runs of blanks are one (part 3, 6.1.2)."""
        if self._parts is not None and not self._aside:
            self._add(_BLANK_RUN.sub(" ", text))

    def end(self, name: str) -> None:
        """An element in the cell ends."""
        if self._aside == self._depth:
            self._aside = 0
        elif not self._aside and name in _PARAGRAPHS and self._parts is not None:
            self._paragraphs.append("".join(self._parts))
            self._parts = None
        self._depth -= 1

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_ROW:
            raise row_too_long()
        if self._parts is not None:
            self._parts.append(text)

    def value(self) -> tuple[str | None, bool]:
        """The cell as text, None for an empty one; and whether it is a formula without a value."""
        given = self._attributes
        if not given and not self._paragraphs:
            return None, False
        kind = given.get(_OFFICE + "value-type", "")
        shown = "\n".join(self._paragraphs)
        has_formula = _TABLE + "formula" in given
        if given.get(_EXTENDED_TYPE) == "error" or (has_formula and _FAILED.fullmatch(shown)):
            return None, True
        if not kind:
            return shown or None, has_formula and not shown
        return self._typed(kind, shown), False

    def _typed(self, kind: str, shown: str) -> str | None:
        given = self._attributes
        if kind in _NUMBERS:
            return number_text(given.get(_OFFICE + "value", "").strip()) or shown or None
        if kind == "date":
            return iso_text(given.get(_OFFICE + "date-value", "")) or shown or None
        if kind == "time":
            return _clock(given.get(_OFFICE + "time-value", "")) or shown or None
        if kind == "boolean":
            return given.get(_OFFICE + "boolean-value", "") or shown or None
        return given.get(_OFFICE + "string-value", shown) or None


def _clock(duration: str) -> str:
    """A time of day or length of time, as 03:04:00; anything else as it is."""
    match = _DURATION.fullmatch(duration)
    return ":".join(part.zfill(2) for part in match.groups()) if match else duration

"""Cells that a spreadsheet program shows and never runs; the one place that writes a spreadsheet's cells.

A cell that came from elsewhere may be a formula: it can read other cells, fetch an address with them,
or, by DDE, start a program on the machine of whoever opens the file (OWASP, "CSV Injection"; CWE-1236).

A workbook says of each cell what it is, and ours say "text": nothing in it is evaluated, and the cell
stays text when somebody edits it. A text with delimiters cannot say that. There an apostrophe goes
before every character that may begin a formula, wherever a program that takes another delimiter for the
right one may see a cell begin. The rule knows no exception, so a number below zero gets one too: "-5" is
written "'-5". `unguarded` takes back exactly what `guarded` put in, so that a list that was mended and
sent again is read as it was.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TextIO
from xml.sax.saxutils import escape

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds (Excel specifications and limits)."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column of a sheet (Excel specifications and limits)."""

_STARTS = "=+\\-@" + "＝＋－＠" + "﹦﹢﹣﹫" + "−"
"""What may begin a formula, with the full-width and small forms that programs take for the same."""
_PASSED_OVER = (
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x20\"'`“”‘’"
    "\\x7f-\\xa0\\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u1680\u2000-\u200f\u2028\u2029\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f"
)
"""What a program may drop before it looks how a cell begins: control and format signs, blanks, quotes."""
_SPLITS = ",;|\t\r\n"
"""Where a cell begins, for a program that splits at another delimiter or minds no quotation mark."""
_RUN = f"[{_PASSED_OVER}{_SPLITS}]"
# Looked for at the beginning of each run alone, so that a long one is passed over once.
_BEFORE = f"(^{_RUN}*|(?<!{_RUN})[{_PASSED_OVER}]*+[{_SPLITS}]{_RUN}*)"
_TO_GUARD = re.compile(f"{_BEFORE}([{_STARTS}])")
_MAY_START = re.compile(f"[{_STARTS}]")
_GUARDED = re.compile(f"{_BEFORE}'([{_STARTS}])")
MAY_BE_GUARDED = f"(?:^|[{_SPLITS}]){_RUN}*[{_STARTS}]|^'*[\t\r\n]"
"""Is found in each text that `guarded` changes; an expression that RE2 knows too."""
# A blank of this kind at the beginning is dropped by some programs, and what stands behind it counts.
_BLANK_FIRST = re.compile("'*[\t\r\n]")
_GUARDED_BLANK_FIRST = re.compile("'+[\t\r\n]")

_CONTROL = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\r\n"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    0xFFFE: "\ufffd",
    0xFFFF: "\ufffd",
}
"""What no workbook and no text file should hold (XML 1.0, production Char), and what is seen instead."""
_TO_SHOW = re.compile("[" + re.escape("".join(map(chr, _CONTROL))) + "]")
_FURTHEST = 300
"""Powers of ten up to which a number is written in digits; a workbook ends at 308 (IEEE 754)."""
_EXACT_DIGITS = 15
"""Digits of a number that a workbook keeps as they are (IEEE 754 double precision)."""

FAULT, HEADER = "FFE08A", "E4E8EC"
"""Colours behind a cell to look at first, and behind the names of columns."""

Value = str | int | float | None


def visible(text: str) -> str:
    """The text with what is not seen, and cannot be kept, replaced by a picture; blanks and lines stay."""
    if text.isprintable() or not _TO_SHOW.search(text):
        return text
    return text.translate(_CONTROL)


def guarded(text: str) -> str:
    """The text as a cell of a file with delimiters that no spreadsheet program runs."""
    if _MAY_START.search(text):
        text = _TO_GUARD.sub(r"\1'\2", text)
    return f"'{text}" if _BLANK_FIRST.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    text = text[1:] if _GUARDED_BLANK_FIRST.match(text) else text
    return _GUARDED.sub(r"\1\2", text)


class Table(Protocol):
    """A spreadsheet that is written row by row."""

    def append(self, cells: Sequence[Value], at_fault: Collection[int] = ()) -> None:
        """Write one row; `at_fault` are the places, from 0, of the cells that are to be seen first."""

    def finish(self) -> None:
        """Write what is left to write."""

    def discard(self) -> None:
        """Let go of what was begun, when it is not to be finished."""


class DelimitedTable:
    """A table as UTF-8 text with commas (RFC 4180), with the mark by which Excel knows the encoding."""

    def __init__(self, target: TextIO, head: Iterable[str]) -> None:
        """Begin with a header.

        Args:
            target: opened in UTF-8 and with newline="".
            head: names of the columns.
        """
        target.write("\ufeff")
        self._writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self.append(list(head))

    def append(self, cells: Sequence[Value], at_fault: Collection[int] = ()) -> None:  # noqa: ARG002 - a text has no colours
        """Write one row."""
        self._writer.writerow(
            cell if isinstance(cell, int | float) else guarded(visible(cell or ""))
            for cell in cells
        )

    def finish(self) -> None:
        """Nothing is left to write."""

    discard = finish


def text_cell(sheet: Any, text: str = "", *, colour: str = "", bold: bool = False) -> Any:
    """A cell for a sheet that is written row by row: text, whatever stands in it, and text it stays."""
    cell = WriteOnlyCell(sheet)
    _set_text(cell, text)
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)
    if bold:
        cell.font = Font(bold=True)
    return cell


def plain_cell(sheet: Any, value: object) -> Any:
    """A value for a sheet that is written row by row; a text is text, whatever it begins with."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    _set_text(cell, value)
    return cell


def as_xml(text: str) -> str:
    """The text as the content of a cell's XML."""
    text = _one_end_of_line(visible(text))
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _one_end_of_line(text: str) -> str:
    # XML knows one (XML 1.0, 2.11); a lone carriage return would be read as that anyhow.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _set_text(cell: Any, text: str) -> None:
    if not text:
        cell.value = None
        return
    cell.value = _one_end_of_line(visible(text))
    # openpyxl takes what begins with "=" for a formula, and "#N/A" for an error.
    cell.data_type = "s"


def exact_number(text: str) -> float | None:
    """The number of a text that a workbook keeps digit by digit; None if it does not.

    None, too, for what is so large or so small that its plain digits would fill a page, or the memory:
    1E+999999 is nine characters in a file.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _FURTHEST:
        return None
    if len(number.as_tuple().digits) > _EXACT_DIGITS:
        return None
    return float(number)


def fits_a_cell(text: str) -> bool:
    """Whether a cell of a workbook holds the whole text; it counts in units of UTF-16."""
    if len(text) <= LONGEST_CELL // 2:
        return True
    return len(text) + sum(each > "\uffff" for each in text) <= LONGEST_CELL

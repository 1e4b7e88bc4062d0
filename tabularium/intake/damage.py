"""What a spreadsheet program or a wrong encoding did to a row, told before the checks that it would fail.

A day turned into 45292 is no day in any form, and a number turned into 9.11101E+17 has no check digit: the
general findings would be true and of little help. Nothing is repaired: what was cut off cannot be known,
and what could be guessed might name another organisation.
"""

import re
from collections.abc import Iterable, Iterator

from tabularium.core.identifiers import SCHEMES, IdentifierError, IdentifierProblem, parse
from tabularium.intake.cells import Cells
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.garbled_text import is_garbled
from tabularium.intake.item_parts import FieldType, ItemSpec
from tabularium.intake.mapping_parts import Cell
from tabularium.intake.readers.shape import PlainNumber
from tabularium.intake.values import LONGEST_NUMBER, parse_day

# "#REF!", "#¡VALOR!", "#N/D", a column that is too narrow, LibreOffice's "Err:502".
_ERROR = re.compile(r"#[¡¿]?[A-ZÀ-Ý0-9/_]+[!?]|#N/[AD]|#{3,}|(?:Err|Erro|Fehler|错误):[0-9]{3}")
_FIRST_OF_ERRORS = ("#", "E", "F", "错")
# Days since the end of 1899, between 1927 and 2173, with the time of day as decimals (ECMA-376, 18.17.4.1).
_SERIAL_DAY = re.compile(r"[1-9][0-9]{4}(?:[.,][0-9]+)?")
_SERIAL_DIGITS = 5
_WITH_EXPONENT = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_WITH_EXPONENT_AS_SHOWN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2}")
_WITH_DECIMALS = re.compile(r"[0-9]{5,}[.,]0+")
_DIGITS_KEPT = 15
"""Significant digits of a number in a spreadsheet; further ones become zeros (Excel specifications)."""
_MOST_ZEROS_WITHOUT_CHECK = 3
"""Zeros in front that a number without check digits is believed to have lost; all of it is no sign."""


class Damage:
    """Looks for damage in the rows of one item."""

    def __init__(self, item: ItemSpec, texts: Iterable[Cell], references: Iterable[Cell]) -> None:
        """Prepare to look.

        Args:
            item: what the rows are.
            texts: cells whose texts the register would keep.
            references: cells kept as numbers of files and acts.
        """
        references = tuple(references)
        self._columns = tuple(field.name for field in item.schema.fields)
        self._texts = _columns_of((*texts, *references))
        self._references = _columns_of(references)
        self._identifiers = item.mapping.identifiers
        self._days = tuple(_days(item))
        self._open_ended = item.term.open_ended

    def note(self, cells: Cells, notes: Notes) -> None:
        """Note all damage that a row shows."""
        for column in self._columns:
            value = cells[column]
            if value.startswith(_FIRST_OF_ERRORS) and _ERROR.fullmatch(value):
                notes.error(FindingCode.CELL_ERROR, column)
        for column in self._texts:
            if is_garbled(cells.raw(column)):
                notes.error(FindingCode.MOJIBAKE, column)
        self._note_identifiers(cells, notes)
        for column, forms in self._days:
            if self._is_serial_day(cells[column], forms) and not notes.says(
                FindingCode.DATE_AS_NUMBER, column
            ):
                notes.error(FindingCode.DATE_AS_NUMBER, column)

    def _note_identifiers(self, cells: Cells, notes: Notes) -> None:
        for column in self._references:
            if "E+" in cells[column] and _WITH_EXPONENT_AS_SHOWN.fullmatch(cells[column]):
                notes.error(FindingCode.IDENTIFIER_AS_FLOAT, column, scheme="")
        for rule in self._identifiers:
            written = cells.value(rule.cell)
            if written:
                code = identifier_damage(rule.scheme, written)
                if code is not None:
                    notes.error(code, cells.column_of(rule.cell), scheme=rule.scheme)
                return

    def _is_serial_day(self, value: str, forms: tuple[str, ...]) -> bool:
        return (
            len(value) >= _SERIAL_DIGITS
            and value[_SERIAL_DIGITS : _SERIAL_DIGITS + 1] in {"", ".", ","}
            and _SERIAL_DAY.fullmatch(value) is not None
            and value not in self._open_ended
            and parse_day(value, forms) is None
        )


def identifier_damage(scheme: str, written: str) -> FindingCode | None:
    """What a spreadsheet program did to a number of a scheme; None where it shows nothing.

    Args:
        scheme: a key of `SCHEMES`.
        written: the number as the row has it, cleaned.
    """
    # With its point left out as a separator, "1222333000181.0" could pass for another number, and so could
    # one that was rounded.
    if _WITH_DECIMALS.fullmatch(written) or _is_a_rounded_number(written):
        return FindingCode.IDENTIFIER_AS_FLOAT
    rounded = _WITH_EXPONENT.fullmatch(written) is not None or _may_be_rounded(written)
    short = _is_digits(written) and len(written) < SCHEMES[scheme].lengths.start
    if not (rounded or short):
        return None
    problem = _problem(scheme, written)
    if problem is None or problem is IdentifierProblem.NATURAL_PERSON:
        return None
    if rounded:
        return FindingCode.IDENTIFIER_AS_FLOAT
    return FindingCode.LEADING_ZEROS_LOST if _is_right_with_zeros(scheme, written) else None


def _is_digits(written: str) -> bool:
    return written.isascii() and written.isdecimal()


def _may_be_rounded(written: str) -> bool:
    if len(written) <= _DIGITS_KEPT or written[_DIGITS_KEPT:].strip("0"):
        return False
    return _is_digits(written)


def _is_a_rounded_number(written: str) -> bool:
    """Whether a cell that holds a number has more digits than a double keeps, and just the value of one."""
    if not isinstance(written, PlainNumber) or not _DIGITS_KEPT < len(written) <= LONGEST_NUMBER:
        return False
    return _is_digits(written) and int(float(written)) == int(written)


def _is_right_with_zeros(scheme: str, digits: str) -> bool:
    known = SCHEMES[scheme]
    lost = known.lengths.start - len(digits)
    if len(known.lengths) != 1 or lost < 1:
        return False
    if known.check is None and lost > _MOST_ZEROS_WITHOUT_CHECK:
        return False
    return _problem(scheme, digits.zfill(known.lengths.start)) is None


def _problem(scheme: str, written: str) -> IdentifierProblem | None:
    try:
        parse(scheme, written)
    except IdentifierError as error:
        return error.code
    return None


def _columns_of(cells: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for cell in cells for column in cell.columns))


def _days(item: ItemSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns of days with the forms that are read there; a column may come more than once."""
    for field in item.schema.fields:
        if field.type is FieldType.DATE:
            yield field.name, field.formats
    for where in (item.mapping.decided_on, item.term.begins, item.term.ends):
        if where is not None:
            for column in where.cell.columns:
                yield column, where.formats

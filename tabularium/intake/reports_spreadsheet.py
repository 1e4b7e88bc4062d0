"""The findings as a spreadsheet: the rows as they were sent, and what is wrong with each.

A person mends the rows where they stand and sends that spreadsheet: it is read by the same catalogue
item, and what the register has already is recognised. So nothing may be mended by the spreadsheet alone.
A row whose form was wrong, or a cell of which does not fit, is shown beside the columns and not in them,
and stays an error until somebody fills it in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from tabularium.intake.findings import Finding, Severity
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    UnreadableFile,
    open_rows,
)
from tabularium.intake.readers.mended import GUARDED_ROW, HEADS, OURS, SHEETS
from tabularium.intake.reports import Language, put_in_place, said
from tabularium.intake.safe_cells import (
    LAST_COLUMN,
    DelimitedTable,
    Table,
    Value,
    exact_number,
    fits_a_cell,
    visible,
)
from tabularium.intake.safe_workbook import WorkbookTable

ENDINGS = (".xlsx", ".csv")
"""Forms in which the spreadsheet is written, by the ending of its file's name."""

_LONGEST_SHOWN = 30_000
"""Characters that are shown of a row that cannot be mended where it stands."""
_WIDTHS = (9, 48, 40, 20)
"""Of the columns row, what is wrong, what to do, and of the authority's own, in characters."""
_RECORDS = frozenset({FileFormat.JSON, FileFormat.JSON_LINES, FileFormat.AUTO})
"""Formats whose rows need not have the same columns, so that only the whole file tells them."""
_TOO_LONG = {
    Language.ENGLISH: "A cell holds more than a workbook's cells do: mend this row in the source.",
    Language.CHINESE: "有单元格超出工作簿单元格的长度限制：请在来源中更正本行。",
}


class RowsShown(StrEnum):
    """Which rows the spreadsheet has."""

    TO_MEND = "to-mend"  # those with an error
    WITH_FINDINGS = "with-findings"  # those of which anything is said
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the spreadsheet.

    Attributes:
        language: of what is said about the rows.
        rows: which rows it has.
        decimal_marks: by column, the mark that the item reads before decimals where it is no point. A number
            that the source holds as one is written with it in a text, which cannot say what is a number.
    """

    language: Language = Language.ENGLISH
    rows: RowsShown = RowsShown.TO_MEND
    decimal_marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def decimal_marks(item: ItemSpec) -> Mapping[str, str]:
    """By column of an item, the mark that it reads before decimals; see `Wanted`."""
    amount = item.mapping.amount
    return {} if amount is None else dict.fromkeys(amount.cell.columns, amount.decimal)


def write_spreadsheet(
    target: Path, *, source: Path, shape: FileShape, findings: Iterable[Finding], wanted: Wanted
) -> int:
    """Write the rows of `source` with the findings about them, as an XLSX workbook or as CSV.

    The source is read again, row by row, beside the findings; neither is held in memory.

    Args:
        target: ends with one of `ENDINGS`; what stood there stays until the new file is whole.
        source: the file that was submitted.
        shape: how it was read, complete.
        findings: in the order of rows.
        wanted: language and rows.

    Returns:
        Rows written.

    Raises:
        UnreadableFile: the source is no longer what was submitted, or has more columns than a sheet.
        OSError: the target cannot be written.
    """
    columns = _columns(source, shape)
    lines = _Lines(columns, wanted, is_workbook=target.suffix == ".xlsx")
    number, wrong, to_do, as_sent = HEADS[wanted.language]
    if not lines.is_workbook:
        number = GUARDED_ROW[wanted.language]
    head = [number, wrong, to_do, *columns, as_sent]
    rows = _with_findings(open_rows(source, shape), findings, source.name)
    chosen = ((row, found) for row, found in rows if _is_shown(found, wanted.rows))
    with put_in_place(target) as part:
        if lines.is_workbook:
            title = SHEETS[wanted.language]
            return _write(WorkbookTable(part, head, title=title, widths=_WIDTHS), lines, chosen)
        with part.open("w", encoding="utf-8", newline="") as file:
            return _write(DelimitedTable(file, head), lines, chosen)


def _write(table: Table, lines: "_Lines", rows: Iterable[tuple[Row, Sequence[Finding]]]) -> int:
    count = 0
    is_finished = False
    try:
        for row, found in rows:
            table.append(lines.cells(row, found), lines.at_fault(found))
            count += 1
        table.finish()
        is_finished = True
    finally:
        if not is_finished:
            table.discard()
    return count


def _is_shown(found: Sequence[Finding], rows: RowsShown) -> bool:
    if rows is RowsShown.ALL:
        return True
    if rows is RowsShown.WITH_FINDINGS:
        return bool(found)
    return any(each.severity is Severity.ERROR for each in found)


def _with_findings(
    rows: Iterable[Row], findings: Iterable[Finding], name: str
) -> Iterator[tuple[Row, Sequence[Finding]]]:
    """Each row with what is said about it, also where one finding stands for many rows."""
    coming = iter(findings)
    upcoming = next(coming, None)
    running: list[tuple[Finding, int]] = []
    for row in rows:
        here = [finding for finding, _ in running]
        running = [(finding, left - 1) for finding, left in running if left > 1]
        while upcoming is not None and upcoming.row == row.number:
            here.append(upcoming)
            if upcoming.rows > 1:
                running.append((upcoming, upcoming.rows - 1))
            upcoming = next(coming, None)
        if upcoming is not None and upcoming.row < row.number:
            break
        yield row, here
    if upcoming is not None or running:
        raise UnreadableFile(
            f"{name}: the file is no longer the one that was submitted. Submit it again."
        )


def _columns(source: Path, shape: FileShape) -> tuple[str, ...]:
    """The authority's own columns in their order, with those that the item needs."""
    names: dict[str, None] = {}
    for row in open_rows(source, shape):
        if row.trouble is None:
            names.update(dict.fromkeys(row.cells))
            if len(names) > LAST_COLUMN - len(OURS):
                raise UnreadableFile(
                    f"{source.name}: it has more columns than a spreadsheet. Ask for the report as .json."
                )
            if shape.format not in _RECORDS:
                break
    names.update(dict.fromkeys(sorted(shape.needed)))
    return tuple(name for name in names if name not in OURS)


class _Lines:
    """How a row and its findings become the cells of one line."""

    def __init__(self, columns: Sequence[str], wanted: Wanted, *, is_workbook: bool) -> None:
        self.is_workbook = is_workbook
        self._columns = columns
        self._places = {name: place for place, name in enumerate(columns, start=3)}
        self._wanted = wanted

    def cells(self, row: Row, found: Sequence[Finding]) -> list[Value]:
        wrong = [said(each, self._wanted.language) for each in found]
        messages = list(dict.fromkeys(message for message, _ in wrong))
        actions = list(dict.fromkeys(action for _, action in wrong))
        texts = [row.cells.get(name) for name in self._columns]
        fits = not self.is_workbook or all(text is None or fits_a_cell(text) for text in texts)
        if not fits:
            actions.append(_TOO_LONG[self._wanted.language])
        before: list[Value] = [row.number, "\n".join(messages), "\n".join(actions)]
        if row.trouble is not None or not fits:
            as_sent = " | ".join(visible(text) for text in row.cells.values() if text)
            return [*before, *[None] * len(texts), _cut(as_sent)]
        values = map(self._value, self._columns, texts)
        return [*before, *values, None]

    def at_fault(self, found: Sequence[Finding]) -> frozenset[int]:
        """Places of the cells in which something is to be mended."""
        return frozenset(
            self._places[each.column]
            for each in found
            if each.severity is Severity.ERROR and each.column in self._places
        )

    def _value(self, column: str, text: str | None) -> Value:
        if not isinstance(text, PlainNumber) or text.isdecimal():
            # A whole number is text too: an identifier of 18 digits is no number to a workbook.
            return text
        number = exact_number(text)
        if self.is_workbook and number is not None:
            return number
        mark = self._wanted.decimal_marks.get(column, ".")
        return f"{Decimal(text):f}".replace(".", mark) if number is not None else str(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"

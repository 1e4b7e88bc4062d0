"""The authorities' files, each written in its authority's manner: the same plan gives the same bytes."""

import csv
import io
import json
import re
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_LE
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from tabularium.demo.plan import File, Plan
from tabularium.demo.rows import Facts, Value
from tabularium.demo.words import Stock, Words
from tabularium.intake.item_parts import SchemaField
from tabularium.intake.readers import FileFormat
from tabularium.intake.safe_cells import plain_cell

DETAIL = "detail"
"""What stands in a column that has no name of its own among the words."""

_MONTHS = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
_DIRECTIVE = re.compile("%[dmYB]")
_ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_SURPLUS = "x"


def write(plan: Plan, folder: Path) -> None:
    """Write every file of the plan into `folder`, which is made if it is not there.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in plan.files:
        (folder / file.name).write_bytes(content(file, plan.words))


def content(file: File, words: Words) -> bytes:
    """The bytes of one file."""
    return _WRITERS[file.stock.spec.file.format](file, words)


def form_day(day: date, form: str) -> str:
    """The day in a form of strptime, with English months whatever the machine's language is."""
    parts = {
        "%d": f"{day.day:02d}",
        "%m": f"{day.month:02d}",
        "%Y": f"{day.year:04d}",
        "%B": _MONTHS[day.month],
    }
    return _DIRECTIVE.sub(lambda match: parts[match[0]], form)


def form_amount(amount: int, decimal: str, grouping: str) -> str:
    """The sum with two decimals and its thousands in groups, by the given marks."""
    return f"{amount:,}".replace(",", grouping) + f"{decimal}00"


def _roles(stock: Stock, words: Words) -> list[tuple[SchemaField, str]]:
    """The item's columns with what stands in each."""
    names = words.columns[stock.spec.language]
    roles = {name: role for role, name in names.items()}
    return [(field, roles.get(field.name, DETAIL)) for field in stock.spec.schema.fields]


def _text(value: Value, field: SchemaField, role: str, stock: Stock) -> str:
    if isinstance(value, date):
        return form_day(value, field.formats[0])
    rule = stock.spec.mapping.amount
    if role == "amount" and rule is not None and isinstance(value, int):
        return form_amount(value, rule.decimal, rule.grouping)
    return str(value)


def _texts(facts: Facts, roles: Sequence[tuple[SchemaField, str]], stock: Stock) -> list[str]:
    return [_text(facts.cells.get(role, ""), field, role, stock) for field, role in roles]


def _csv(file: File, words: Words) -> bytes:
    shape, roles = file.stock.spec.file, _roles(file.stock, words)
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=shape.delimiter or ",", lineterminator="\r\n")
    writer.writerow([field.name for field, _ in roles])
    for row in file.rows:
        surplus = [_SURPLUS] if row.facts.surplus else []
        writer.writerow(_texts(row.facts, roles, file.stock) + surplus)
    return _encoded(target.getvalue(), shape.encoding, shape.delimiter)


def _encoded(text: str, encoding: str, delimiter: str) -> bytes:
    if encoding == "utf-16":
        return BOM_UTF16_LE + text.encode("utf-16-le")
    # What a spreadsheet saves with semicolons begins with a byte order mark.
    mark = BOM_UTF8 if encoding == "utf-8" and delimiter == ";" else b""
    return mark + text.encode(encoding)


def _json(file: File, words: Words) -> bytes:
    stock, roles = file.stock, _roles(file.stock, words)
    records: object = [
        {
            field.name: value if isinstance(value, int) else _text(value, field, role, stock)
            for field, role in roles
            if (value := row.facts.cells.get(role)) is not None
        }
        for row in file.rows
    ]
    for key in reversed(stock.spec.file.records.split(".")):
        records = {"date": file.day.isoformat(), key: records} if key else records
    return json.dumps(records, ensure_ascii=False, indent=1).encode() + b"\n"


def _xlsx(file: File, words: Words) -> bytes:
    stock, roles = file.stock, _roles(file.stock, words)
    shape = stock.spec.file
    book = Workbook(write_only=True)
    sheet = book.create_sheet(shape.sheet)
    title = f"{next(iter(stock.spec.authority.name.values()))}  {file.day}"
    for place in range((shape.header_row or 1) - 1):
        sheet.append([plain_cell(sheet, title)] if place == 0 else [None])
    sheet.append([plain_cell(sheet, field.name) for field, _ in roles])
    for row in file.rows:
        sheet.append([plain_cell(sheet, row.facts.cells.get(role)) for _, role in roles])
    target = io.BytesIO()
    book.save(target)
    return _without_time(target, file.day)


def _without_time(book: io.BytesIO, day: date) -> bytes:
    """The workbook packed anew, without the time at which it was written."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(book) as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in given.namelist():
            part = given.read(name)
            if name == "docProps/core.xml":
                part = _MADE.sub(rb"\g<1>" + f"{day}T00:00:00Z".encode(), part)
            info = zipfile.ZipInfo(name, _ZIP_BEGINS)
            packed.writestr(info, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


_WRITERS: Mapping[FileFormat, Callable[[File, Words], bytes]] = {
    FileFormat.CSV: _csv,
    FileFormat.XLSX: _xlsx,
    FileFormat.JSON: _json,
}

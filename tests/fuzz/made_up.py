"""Small files in each format, made in code: fuzzing begins with them, and tests of readers change them."""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import pyarrow as pa
from openpyxl import Workbook
from pyarrow import parquet as arrow_parquet

ROWS = (("name", "fine", "decided"), ("Brass Ltd", "1.5", "2024-01-02"), ("虚构公司", "", "x"))
SHEET = "xl/worksheets/sheet1.xml"
SHARED, RELATED = "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
CONTENT = "content.xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
    for each in ("office", "table", "text")
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


_INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            # Of one time, so that the same parts make the same package whenever it is made.
            part = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            part.compress_type = method
            archive.writestr(part, content)
    return target.getvalue()


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx(rows: Iterable[Sequence[object]] = ROWS) -> bytes:
    """A workbook as openpyxl writes it, with texts that cells share."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    target = BytesIO()
    book.save(target)
    parts = parts_of(target.getvalue())
    # It says when it was made.
    core = "docProps/core.xml"
    return packed(parts | {core: _INSTANT.sub(b"2026-01-01T00:00:00Z", parts[core])})


def xlsx_parts(rows: bytes, shared: Sequence[str] = ()) -> dict[str, bytes]:
    """The parts of a workbook whose only sheet has these rows as they stand, and its shared texts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = parts_of(xlsx())
    sheet = f'<worksheet xmlns="{main}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
    texts = "".join(f"<si><t>{text}</t></si>" for text in shared)
    link = b'<Relationship Type="%s/sharedStrings" Target="sharedStrings.xml" Id="rIdShared"/>'
    listing = parts[RELATED].replace(b"</Relationships>", link % related + b"</Relationships>")
    return parts | {
        SHEET: sheet,
        SHARED: f'<sst xmlns="{main}">{texts}</sst>'.encode(),
        RELATED: listing,
    }


def shared_workbook() -> dict[str, bytes]:
    """The parts of a workbook with each kind of cell that Excel writes."""
    return xlsx_parts(
        b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        b'<row r="3"><c r="A3" t="str"><f>A1</f><v>name</v></c><c r="B3" s="0"><v>1.5</v></c></row>'
        b'<row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        b'<row r="5"><c t="inlineStr"><is><t>x_x000D_</t></is></c><c t="d"><v>2024-01-02</v></c></row>',
        ("name", "fine"),
    )


def ods_cell(text: str = "", attributes: str = 'office:value-type="string"') -> str:
    """A cell with one paragraph, or an empty one."""
    if not text:
        return f"<table:table-cell {attributes}/>"
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    """A row of cells that are elements already."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_content(rows: str, name: str = "Sheet1", before: str = "", prologue: str = "") -> bytes:
    """The content of a document with one sheet of these rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}'
        f"<office:document-content {_SPACES} {_CALC}><office:body><office:spreadsheet>{before}"
        f'<table:table table:name="{name}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def ods(content: bytes | None = None, **parts: bytes) -> bytes:
    """A spreadsheet with this content, or with ROWS."""
    if content is None:
        content = ods_content("".join(ods_row(*map(ods_cell, row)) for row in ROWS))
    return packed({"mimetype": ODS_TYPE.encode(), CONTENT: content} | parts)


def parquet(table: pa.Table | None = None, **options: object) -> bytes:
    """A Parquet file of a table, or of ROWS as texts."""
    if table is None:
        head, *rows = ROWS
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        table = pa.table(dict(zip(head, columns, strict=True)))
    target = BytesIO()
    arrow_parquet.write_table(table, target, **options)
    return target.getvalue()


def csv(delimiter: str = ",") -> bytes:
    """A text with quotation, blank lines and a cell over two lines."""
    lines = [delimiter.join(row) for row in ROWS]
    return ("\ufeffTitle\n\n" + "\r\n".join(lines) + f'\n"two\nlines"{delimiter}="0012"\n').encode()


def _records() -> list[dict[str, str]]:
    head, *rows = ROWS
    return [dict(zip(head, row, strict=True)) for row in rows]


def json_document() -> bytes:
    """A document with its records below two keys."""
    return json.dumps({"data": {"rows": [*_records(), {"a": {"b": [1, 2.5, None]}}]}}).encode()


def json_lines() -> bytes:
    """Records, one of which is broken."""
    return ("\n".join(map(json.dumps, _records())) + '\n{"name": \n[1, 2]\n').encode()

"""The spreadsheet of findings when it comes back: rows that somebody mended, to be read by the same item.

It is known by the names of the columns that the register put into it, whatever program saved it since and in
whichever format, and whatever the item says of the authority's own files.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from tabularium.intake.readers.shape import FileFormat, FileShape, PlainNumber, Row
from tabularium.intake.safe_cells import guarded, unguarded

HEADS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "en": (
            "Register: row",
            "Register: what is wrong",
            "Register: what to do",
            "Register: row as it was sent",
        ),
        "zh-hans": ("登记簿：行号", "登记簿：问题", "登记簿：处理办法", "登记簿：原行内容"),
    }
)
"""Names of the register's own columns by language: row, what is wrong, what to do, the row as it was sent."""

GUARDED_ROW: Mapping[str, str] = MappingProxyType(
    {"en": "Register: row (guarded)", "zh-hans": "登记簿：行号（已防护）"}
)
"""The first of them where an apostrophe keeps cells from being formulas: see `safe_cells.guarded`."""

OURS = frozenset((*(name for heads in HEADS.values() for name in heads), *GUARDED_ROW.values()))
"""All of them: columns that are never the authority's."""

SHEETS: Mapping[str, str] = MappingProxyType({"en": "to mend", "zh-hans": "待更正"})
"""Name of the sheet by language; those after the first have a number behind it."""

_BEGINNING = 1 << 20
"""Bytes in which the header of such a spreadsheet stands."""
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
"""In which spreadsheet programs save a text."""
_ZIP = b"PK\x03\x04"
_IN_WORKBOOKS = ("utf-8",)
_PARTS = frozenset({"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "content.xml"})
"""Where the texts of a workbook begin, in XLSX (ECMA-376) and ODS (OpenDocument 1.3)."""
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for archives that are damaged, locked, or packed in a way it does not know."""


class Mended(StrEnum):
    """How the cells of a spreadsheet of findings stand in it."""

    AS_THEY_ARE = "as-they-are"
    GUARDED = "guarded"


def mended_form(path: Path) -> Mended | None:
    """What kind of spreadsheet of findings the file is; None for any other file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
        if not beginning.startswith(_ZIP):
            return _form_of(beginning, _ENCODINGS)
        forms = (_form_of(part, _IN_WORKBOOKS) for part in _texts_of_workbook(file))
        return next(filter(None, forms), None)


def shape_of_mended(declared: FileShape, form: Mended) -> FileShape:
    """How a spreadsheet of findings is read whose item declares the shape of the authority's own files.

    A sheet stays that is asked for and is one of the register's; another is the authority's.
    """
    is_guarded = form is Mended.GUARDED
    is_ours = declared.sheet.startswith(tuple(SHEETS.values()))
    return replace(
        declared,
        format=FileFormat.AUTO,
        encoding="",
        delimiter="",
        quote="",
        header_row=1,
        sheet=declared.sheet if is_ours else "",
        records="",
        columns=(),
        unfold="",
        needed=frozenset(map(guarded, declared.needed)) if is_guarded else declared.needed,
    )


def without_guards(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of a guarded spreadsheet with the texts that were put into it."""
    for row in rows:
        cells = {unguarded(name): _unguarded_cell(text) for name, text in row.cells.items()}
        yield replace(row, cells=cells, column=unguarded(row.column))


def _unguarded_cell(text: str | None) -> str | None:
    return text if text is None or isinstance(text, PlainNumber) else unguarded(text)


def _form_of(beginning: bytes, encodings: Iterable[str]) -> Mended | None:
    for encoding in encodings:
        for language, (row, *others) in HEADS.items():
            if not all(head.encode(encoding) in beginning for head in others):
                continue
            if GUARDED_ROW[language].encode(encoding) in beginning:
                return Mended.GUARDED
            if row.encode(encoding) in beginning:
                return Mended.AS_THEY_ARE
    return None


def _texts_of_workbook(file: BinaryIO) -> Iterator[bytes]:
    """The beginnings of those parts of a workbook in which its first texts stand."""
    try:
        with zipfile.ZipFile(file) as archive:
            for name in sorted(_PARTS & set(archive.namelist())):
                with archive.open(name) as part:
                    yield part.read(_BEGINNING)
    except _BROKEN:
        # Whoever reads the rows says what is wrong with the file.
        return

"""The parts of a workbook around its sheets (ECMA-376, parts 1 and 2): their list, styles, shared texts."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from tabularium.intake.readers.shape import UnreadableFile
from tabularium.intake.readers.xml_parts import elements_of, local_name, read_part

MOST_SHARED_TEXTS, LONGEST_SHARED_TEXTS = 4_000_000, 128 << 20
"""Most texts that cells share, and most characters of them all: they are in memory at once."""

# Days and times of Chinese, Japanese and Korean programs (ECMA-376, part 1, 18.8.30), written without a form.
_EAST_ASIAN_MOMENTS = frozenset((*range(27, 37), *range(50, 59)))
_LONGEST_FORM = 1_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """What a sheet is read with.

    Attributes:
        sheets: parts of the sheets of cells by their titles, in order.
        shared: the part of the texts that cells share, or "".
        moments: the styles whose numbers are days or times; for each whether it is a length of time.
        epoch: the day from which days are counted.
    """

    sheets: Mapping[str, str]
    shared: str
    moments: Mapping[str, bool]
    epoch: datetime


def parts_of(archive: zipfile.ZipFile) -> WorkbookParts:
    """The parts of a workbook.

    Raises:
        UnreadableFile: one is too large.
        Exception: one of `xml_parts.BROKEN`, for what is no workbook.
    """
    names = {name.lower(): name for name in archive.namelist()}
    main = names[_related(archive, names, "")["officeDocument"][0][1].lower()]
    related = _related(archive, names, main)
    sheet_parts = dict(related.get("worksheet", ()))
    sheets: dict[str, str] = {}
    epoch = WINDOWS_EPOCH
    for name, attributes in elements_of(archive, main):
        if name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            epoch = MAC_EPOCH
        if name == "sheet" and attributes.get("id") in sheet_parts:
            title = attributes.get("name", "")
            sheets.setdefault(title, names[sheet_parts[attributes["id"]].lower()])
    shared = [names[target.lower()] for _, target in related.get("sharedStrings", ())]
    styles = [names[target.lower()] for _, target in related.get("styles", ())]
    moments = _moments(archive, styles[0]) if styles else {}
    return WorkbookParts(sheets, shared[0] if shared else "", moments, epoch)


def _related(
    archive: zipfile.ZipFile, names: Mapping[str, str], part: str
) -> dict[str, list[tuple[str, str]]]:
    """The parts that a part names as related, with their identities, by the last word of their type."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, list[tuple[str, str]]] = {}
    for element, attributes in elements_of(archive, names[listing.lower()]):
        if element != "Relationship" or attributes.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
        kind = attributes["Type"].rpartition("/")[2]
        found.setdefault(kind, []).append((attributes["Id"], target))
    return found


def _moments(archive: zipfile.ZipFile, part: str) -> dict[str, bool]:
    """The styles, by their number as cells have it, whose numbers are days or times."""
    forms: dict[str, str] = {str(number): form for number, form in BUILTIN_FORMATS.items()}
    moments: dict[str, bool] = {}
    place, inside = 0, ""
    for name, attributes in elements_of(archive, part):
        if name == "numFmt" and inside == "numFmts":
            forms[attributes["numFmtId"]] = attributes["formatCode"]
        elif name == "xf" and inside == "cellXfs":
            number = attributes.get("numFmtId", "0")
            form = forms.get(number, "")[:_LONGEST_FORM]
            if number.isdigit() and int(number) in _EAST_ASIAN_MOMENTS and number not in forms:
                moments[str(place)] = False
            elif is_date_format(form):
                moments[str(place)] = bool(is_timedelta_format(form))
            place += 1
        elif name in {"numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = name
    return moments


def unescaped(text: str) -> str:
    """A text with _x000D_ and its like read as the signs they stand for (ECMA-376, part 1, 22.9.2.19)."""
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return match[0] if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign


class SharedTexts:
    """The texts that the cells of a workbook share, read as far as they are asked for."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self._texts = _Texts()
        self._pieces: Iterator[None] = read_part(archive, part, self._texts) if part else iter(())

    def __getitem__(self, place: int) -> str:
        """The text in a place from 0.

        Raises:
            UnreadableFile: there are too many to be held.
            Exception: one of `xml_parts.BROKEN`.
        """
        found = self._texts.found
        while place >= len(found):
            try:
                next(self._pieces)
            except StopIteration:
                raise IndexError("no such shared text") from None
        return found[place]


class _Texts:
    """Collects the text of each item, without the readings that Japanese programs note beside it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] | None = None
        self._length = 0
        self._in_text = False
        self._in_reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as every listener
        kind = local_name(name)
        if kind == "si":
            self._parts = []
        elif kind == "rPh":
            self._in_reading = True
        elif kind == "t":
            self._in_text = not self._in_reading

    def text(self, text: str) -> None:
        if self._in_text and self._parts is not None:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_SHARED_TEXTS:
                raise _too_many()

    def end(self, name: str) -> None:
        kind = local_name(name)
        if kind == "t":
            self._in_text = False
        elif kind == "rPh":
            self._in_reading = False
        elif kind == "si" and self._parts is not None:
            self.found.append(unescaped("".join(self._parts)))
            self._parts = None
            if len(self.found) > MOST_SHARED_TEXTS:
                raise _too_many()


def _too_many() -> UnreadableFile:
    return UnreadableFile(
        f"The workbook's cells share more than {MOST_SHARED_TEXTS:,} texts, or more than "
        f"{LONGEST_SHARED_TEXTS >> 20} MiB of them. Send it as CSV."
    )

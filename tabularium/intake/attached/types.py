"""What an attached file is, told by its bytes. Its name and what a browser says of it tell nothing."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

import puremagic

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TEXT = "text/plain"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TEXT: ".txt", ODT: ".odt", DOCX: ".docx"}
"""The types that are taken, and how a file of each is called."""

_BY_SIGNATURE = {".pdf": PDF, ".png": PNG, ".jpg": JPEG}
# Text in form, but something that a program would carry out or show otherwise.
_NO_PLAIN_TEXT = frozenset(
    {".html", ".htm", ".xhtml", ".svg", ".xml", ".rtf", ".ps", ".eps", ".vcf"}
)
_PACKED = b"PK\x03\x04"
_ODT_PART, _DOCX_PART = "content.xml", "word/document.xml"
_MACROS = "vbaproject.bin"
_CONTROLS = frozenset(map(chr, [*range(9), 11, *range(14, 26), *range(27, 32), 127]))


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is.

    Attributes:
        media_type: one of those of ENDINGS.
        text: the whole text, of a plain text; None for any other.
    """

    media_type: str
    text: str | None = None


def tell(content: bytes) -> Told | None:
    """What a file is; None if it is of no type that is taken."""
    if not content:
        return None
    if content.startswith(_PACKED):
        packed = _packed(content)
        return Told(packed) if packed else None
    endings = _signatures(content)
    for ending, media_type in _BY_SIGNATURE.items():
        if ending in endings:
            return Told(media_type)
    text = None if endings & _NO_PLAIN_TEXT else _text(content)
    return None if text is None else Told(TEXT, text)


def _signatures(content: bytes) -> set[str]:
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return set()
    # By its beginning alone: an ending that a program would guess at is not told by the bytes.
    return {each.extension for each in found if content.startswith(each.byte_match or b"")}


def _packed(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = {each.filename for each in package.infolist()}
            if any(each.lower().endswith(_MACROS) for each in parts):
                return None
            if _DOCX_PART in parts and "[Content_Types].xml" in parts:
                return DOCX
            if _ODT_PART in parts and "mimetype" in parts:
                said = package.open("mimetype").read(len(ODT) + 1)
                return ODT if said.strip() == ODT.encode() else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None
    return None


def _text(content: bytes) -> str | None:
    """The text, if it is one in UTF-8, UTF-16 with its mark, or GB 18030."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.intersection(text) else text
    return None

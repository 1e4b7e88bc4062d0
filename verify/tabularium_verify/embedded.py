"""The JSON that the PDF of an extract carries along, found without a PDF library.

A PDF keeps an attached file as one stream that says `/Type /EmbeddedFile`. That stream is looked for in the
bytes, and read if it is as extracts have it: as it is or deflated, with its length beside it. What the pages
of the PDF show is not looked at, and nothing is said of it.
"""

import re
import zlib

from tabularium_verify.canonical import MOST_BYTES
from tabularium_verify.reasons import Reason, RefusedError

BEGINNING = b"%PDF-"
MOST_ATTACHMENTS = 64

_ATTACHED = re.compile(rb"/Type\s*/EmbeddedFile(?![0-9A-Za-z])")
_LENGTH = re.compile(rb"/Length\s+([0-9]{1,9})(?:\s+([0-9]{1,9})\s+R)?")
_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode(?![0-9A-Za-z])|\[\s*/FlateDecode\s*\])")
# A dictionary is not as long as this to either side of its type.
_AROUND = 1000
_EXTRACT = b'"format":"tabularium-extract/'


def extract_in(pdf: bytes) -> bytes:
    """The JSON of the one extract that is attached to a PDF.

    Raises:
        RefusedError: none is attached, more than one is, or what is attached cannot be read.
    """
    places = [each.start() for each in _ATTACHED.finditer(pdf)]
    if len(places) > MOST_ATTACHMENTS:
        raise RefusedError(Reason.TOO_LARGE)
    found: bytes | None = None
    for place in places:
        content = _stream(pdf, place)
        if not content.startswith(b"{") or _EXTRACT not in content:
            continue
        if found not in {None, content}:
            raise RefusedError(Reason.PDF_SEVERAL)
        found = content
    if found is None:
        raise RefusedError(Reason.PDF_WITHOUT)
    return found


def _stream(pdf: bytes, place: int) -> bytes:
    """The content of the stream whose dictionary has its type at this place."""
    start = pdf.rfind(b"obj", max(0, place - _AROUND), place)
    end = pdf.find(b"stream", place, place + _AROUND)
    if start < 0 or end < 0:
        raise RefusedError(Reason.PDF_DAMAGED)
    told = pdf[start:end]
    begins = end + len(b"stream")
    begins += 2 if pdf[begins : begins + 2] == b"\r\n" else 1
    length = _length(pdf, told)
    content = pdf[begins : begins + length]
    after = pdf[begins + length : begins + length + 11].lstrip(b"\r\n")
    if len(content) != length or not after.startswith(b"endstream"):
        raise RefusedError(Reason.PDF_DAMAGED)
    return _decoded(told, content)


def _length(pdf: bytes, told: bytes) -> int:
    """The number of bytes in a stream, which may stand in an object of its own."""
    found = _LENGTH.search(told)
    if found is None:
        raise RefusedError(Reason.PDF_DAMAGED)
    if found[2] is None:
        return int(found[1])
    number = rb"(?<![0-9])%b\s+%b\s+obj\s+([0-9]{1,9})\s+endobj" % (found[1], found[2])
    there = re.findall(number, pdf)
    if len(there) != 1:
        raise RefusedError(Reason.PDF_DAMAGED)
    return int(there[0])


def _decoded(told: bytes, content: bytes) -> bytes:
    if b"/Filter" not in told:
        return content
    if not _FLATE.search(told) or b"/DecodeParms" in told:
        raise RefusedError(Reason.PDF_DAMAGED)
    inflating = zlib.decompressobj()
    try:
        data = inflating.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise RefusedError(Reason.PDF_DAMAGED) from None
    if len(data) > MOST_BYTES:
        raise RefusedError(Reason.TOO_LARGE)
    if not inflating.eof or inflating.unused_data:
        raise RefusedError(Reason.PDF_DAMAGED)
    return data

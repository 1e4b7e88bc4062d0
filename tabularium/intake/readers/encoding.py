"""Which encoding a text file is in: as declared, by its mark, by the whole of its bytes, or guessed."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from tabularium.intake.readers.encoding_guess import guessed_encoding
from tabularium.intake.readers.looked import How
from tabularium.intake.readers.shape import UnreadableFile

_CHUNK = 1 << 20
_SAMPLE, _FAR_ENOUGH = 1 << 16, 1 << 26
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# As the WHATWG Encoding Standard has it, section 4.2: a label is read as the encoding that holds all of it.
# So files labelled Latin-1 hold the bytes 0x80 to 0x9F of Windows-1252, those labelled GB 2312 or GBK the
# signs of GB 18030, and where they do not, the two are the same.
_READ_AS: Mapping[str, str] = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "utf-8": "utf-8-sig",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
}
_NO_TEXT = frozenset(
    {
        "idna",
        "punycode",
        "unicode-escape",
        "raw-unicode-escape",
        "undefined",
        "utf-7",
        "mbcs",
        "oem",
    }
)
"""Codecs that Python has for other ends than reading files, or that depend on the machine."""
NOT_TEXT_HANDLER = "tabularium.not-text"
"""The error handler that puts NOT_TEXT in the place of bytes that are no text in an encoding."""
NOT_TEXT = "\udcff"
"""A sign that no decoded text holds: half a surrogate pair, as PEP 383 uses them."""


def _put_mark(error: UnicodeError) -> tuple[str, int]:
    # "surrogateescape" does not do: UTF-16 and UTF-32 do not take it.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return NOT_TEXT, error.end


codecs.register_error(NOT_TEXT_HANDLER, _put_mark)


def codec_of(encoding: str) -> str | None:
    """The name of the codec that reads a named encoding; None where there is none for texts."""
    try:
        name = codecs.lookup(encoding).name
        "a,\n".encode(name)
    except (LookupError, ValueError):
        return None
    return None if name in _NO_TEXT else _READ_AS.get(name, name)


def encoding_of(path: Path, declared: str) -> tuple[str, How]:
    """The encoding of a file and how it is known.

    A byte order mark tells it; else UTF-8 if the whole file is right UTF-8; else it is a guess from the
    lines that are not ASCII.

    Raises:
        UnreadableFile: the declared encoding is unknown.
        OSError: the file cannot be read.
    """
    if declared:
        if codec_of(declared) is None:
            raise UnreadableFile(
                f"The encoding {declared!r} is not known. Declare another, or none to have it found out."
            )
        return declared, How.DECLARED
    with path.open("rb") as file:
        beginning = file.read(4)
        for mark, name in _MARKS:
            if beginning.startswith(mark):
                return name, How.MARK
        file.seek(0)
        if _is_utf_8(file):
            return "utf-8", How.CONTENT
        file.seek(0)
        return guessed_encoding(_sample(file)), How.GUESS


def _is_utf_8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    may_be_text = True
    try:
        while may_be_text and (chunk := file.read(_CHUNK)):
            decoder.decode(chunk)
            # Every second byte of Western texts in UTF-16 is zero, and that is right UTF-8.
            may_be_text = chunk.count(0) * 8 < len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return may_be_text


def _sample(file: BinaryIO) -> bytes:
    """The beginning, and lines behind it that are not ASCII: only they tell an encoding."""
    sample = file.read(_SAMPLE)
    if not sample.isascii():
        return sample
    told = bytearray()
    while len(told) < _SAMPLE and file.tell() < _FAR_ENOUGH and (chunk := file.read(_CHUNK)):
        if not chunk.isascii():
            told += b"\n".join(line for line in chunk.split(b"\n") if not line.isascii())
    return bytes(told[:_SAMPLE])

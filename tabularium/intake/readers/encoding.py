"""Which encoding a text file is in."""

import codecs
from pathlib import Path

from tabularium.intake.readers.shape import UnreadableFile

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# As the WHATWG Encoding Standard has it: files labelled Latin-1 hold the bytes 0x80 to 0x9F of
# Windows-1252, and where they do not, the two are the same.
_READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "utf-8": "utf-8-sig",
}


def encoding_of(path: Path, declared: str) -> str:
    """The encoding to read `path` in: the declared one, or the one that its bytes tell.

    Told by a byte order mark; else UTF-8 if the whole file is right UTF-8; else Windows-1252.

    Raises:
        UnreadableFile: the declared encoding is unknown.
        OSError: the file cannot be read.
    """
    if declared:
        try:
            name = codecs.lookup(declared).name
        except LookupError:
            raise UnreadableFile(
                f"The encoding {declared!r} is not known. Declare another in the catalogue item."
            ) from None
        return _READ_AS.get(name, name)
    with path.open("rb") as file:
        beginning = file.read(4)
        for mark, name in _MARKS:
            if beginning.startswith(mark):
                return name
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def encoding_to_read(path: Path, declared: str) -> str:
    """The encoding in which rows are taken from `path`: what is declared, what a mark says, or UTF-8.

    No other is guessed for what is to be recorded: almost any bytes are a text in Windows-1252, and a list
    saved in GB 18030 would be entered under unreadable names. Rows not in UTF-8 are stopped one by one.

    Raises:
        UnreadableFile: the declared encoding is unknown.
        OSError: the file cannot be read.
    """
    if declared:
        return encoding_of(path, declared)
    with path.open("rb") as file:
        beginning = file.read(4)
    return next((name for mark, name in _MARKS if beginning.startswith(mark)), "utf-8")

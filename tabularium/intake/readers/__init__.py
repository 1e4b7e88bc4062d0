"""Readers: a file becomes rows of texts, one at a time, whatever its size.

No reader judges what a row says. A file that cannot be read is one clear line; a row that cannot be read
is a row with its trouble, and is never passed over.

What is packed, which is to say workbooks and spreadsheets, is unpacked and parsed by a process of its own
under limits (`apart`); the rest is read in place.
"""

from collections.abc import Iterator
from pathlib import Path

from tabularium.intake.readers.apart import is_packed, look_apart, rows_apart
from tabularium.intake.readers.in_place import clear_refusals, look_in_place, rows_in_place
from tabularium.intake.readers.looked import How, Looked
from tabularium.intake.readers.shape import (
    NO_QUOTE,
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)

__all__ = [
    "NO_QUOTE",
    "FileFormat",
    "FileShape",
    "How",
    "Looked",
    "PlainNumber",
    "Row",
    "Trouble",
    "UnreadableFile",
    "look",
    "open_rows",
]


def look(path: Path, shape: FileShape | None = None) -> Looked:
    """What a file looks like, and how each part of that is known; what `shape` declares stands.

    Raises:
        UnreadableFile: the file is absent, of no form that is read, or cannot be read as declared. The
            text names the file, the place and what to do.
    """
    with clear_refusals(path):
        packed = is_packed(path)
    return (look_apart if packed else look_in_place)(path, shape or FileShape())


def open_rows(path: Path, shape: FileShape | None = None) -> Iterator[Row]:
    """The rows of a file in their order, read as they are asked for. What the shape lacks is looked for.

    Raises:
        UnreadableFile: while iterating; the file is absent, not of its declared form, cut off, lacks
            a column that is needed, or takes more memory or time than a table does. The text names the
            file, the place and what to do.
    """
    with clear_refusals(path):
        packed = is_packed(path)
    yield from (rows_apart if packed else rows_in_place)(path, shape or FileShape())

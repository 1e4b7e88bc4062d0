"""Readers: a file becomes rows of texts, one at a time, whatever its size.

No reader judges what a row says. A file that cannot be read is one clear line; a row that cannot be read
is a row with its trouble, and is never passed over.
"""

import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tabularium.intake.readers.delimited import read_delimited
from tabularium.intake.readers.json_records import read_json
from tabularium.intake.readers.shape import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
)
from tabularium.intake.readers.workbook import read_workbook

__all__ = [
    "FileFormat",
    "FileShape",
    "PlainNumber",
    "Row",
    "Trouble",
    "UnreadableFile",
    "open_rows",
]

_READERS: Mapping[FileFormat, Callable[[Path, FileShape], Iterator[Row]]] = {
    FileFormat.CSV: read_delimited,
    FileFormat.XLSX: read_workbook,
    FileFormat.JSON: read_json,
}


def open_rows(path: Path, shape: FileShape) -> Iterator[Row]:
    """The rows of a file in their order, read as they are asked for.

    Raises:
        UnreadableFile: while iterating; the file is absent, not of its declared form, cut off, or lacks
            a column that is needed. The text names the file, the place and what to do.
    """
    try:
        _check_end(path)
        yield from _READERS[shape.format](path, shape)
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from None
    except FileNotFoundError:
        raise UnreadableFile(f"{path.name}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path.name}: this is a folder. Name the file in it.") from None
    except OSError as error:
        reason = error.strerror or "the file cannot be read"
        raise UnreadableFile(f"{path.name}: {reason}. Check the file and its access.") from None


def _check_end(path: Path) -> None:
    """Refuse pipes and devices, which may never end and cannot be read twice."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UnreadableFile("this is no file with an end. Save it as one first.")

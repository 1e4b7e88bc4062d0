"""A file's shape and rows, read by the process that asks."""

import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tabularium.intake.readers.delimited import read_delimited
from tabularium.intake.readers.formats import format_of
from tabularium.intake.readers.json_lines import read_json_lines
from tabularium.intake.readers.json_records import read_json
from tabularium.intake.readers.looked import Looked
from tabularium.intake.readers.looking import is_complete, look_at
from tabularium.intake.readers.mended import Mended, mended_form, shape_of_mended, without_guards
from tabularium.intake.readers.open_document import read_open_document
from tabularium.intake.readers.parquet import read_parquet
from tabularium.intake.readers.shape import FileFormat, FileShape, Row, UnreadableFile
from tabularium.intake.readers.workbook import read_workbook

_READERS: Mapping[FileFormat, Callable[[Path, FileShape], Iterator[Row]]] = {
    FileFormat.CSV: read_delimited,
    FileFormat.XLSX: read_workbook,
    FileFormat.ODS: read_open_document,
    FileFormat.JSON: read_json,
    FileFormat.JSON_LINES: read_json_lines,
    FileFormat.PARQUET: read_parquet,
}


def look_in_place(path: Path, shape: FileShape) -> Looked:
    """See `readers.look`."""
    with clear_refusals(path):
        form = mended_form(path)
        return look_at(path, shape if form is None else shape_of_mended(shape, form))


def rows_in_place(path: Path, shape: FileShape) -> Iterator[Row]:
    """See `readers.open_rows`."""
    with clear_refusals(path):
        form = mended_form(path)
        if form is not None:
            shape = shape_of_mended(shape, form)
        if is_complete(shape):
            format_of(path, shape.format)
        else:
            shape = look_at(path, shape).shape
        rows = _READERS[shape.format](path, shape)
        yield from without_guards(rows) if form is Mended.GUARDED else rows


@contextmanager
def clear_refusals(path: Path) -> Iterator[None]:
    """Whatever is wrong with a file as a whole becomes one line that begins with its name.

    Raises:
        UnreadableFile: see there.
    """
    try:
        _check_end(path)
        yield
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

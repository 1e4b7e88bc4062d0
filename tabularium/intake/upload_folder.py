"""The private folder in which uploaded files lie until they were read.

Each upload has a folder of its own with a name that nobody can guess: the file as it was sent, how far its
reading has come, and the spreadsheet of what was found. A lock on the file says that somebody reads it;
the system takes the lock back when that process ends, however it ends.
"""

import fcntl
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tabularium.intake.file_names import bare_name, shortened
from tabularium.intake.reports import put_in_place

_BYTES_OF_A_NAME = 16
_FINDINGS = "findings.xlsx"
_PROGRESS = "rows-read"
_PRIVATE = 0o700
_LONGEST_STEM = 180
"""Bytes of a file's name, in UTF-8, that are kept before its ending."""
_LONGEST_ENDING = 10


class TooLongFile(ValueError):  # noqa: N818 - it says what is the case
    """More bytes came than an upload may have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one upload lies.

    Attributes:
        folder: its own.
        file_name: of the file in it, safe as a name.
    """

    folder: Path
    file_name: str

    @property
    def file(self) -> Path:
        """The file as it was sent."""
        return self.folder / "file" / self.file_name

    @property
    def findings(self) -> Path:
        """The spreadsheet of what was found; there only when something was."""
        return self.folder / _FINDINGS

    @property
    def rows_read(self) -> int:
        """How many rows have been read so far; 0 where nobody has begun."""
        try:
            return int((self.folder / _PROGRESS).read_text("ascii"))
        except FileNotFoundError:
            return 0

    def tell(self, rows: int) -> None:
        """Write down how many rows have been read."""
        with put_in_place(self.folder / _PROGRESS) as part:
            part.write_text(str(rows), "ascii")

    def forget_file(self) -> None:
        """Remove the file, and keep the spreadsheet of findings."""
        shutil.rmtree(self.folder / "file", ignore_errors=True)
        (self.folder / _PROGRESS).unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def place_of(stored_as: str, file_name: str) -> Place:
    """Where an upload lies."""
    return Place(Path(settings.UPLOAD_FOLDER) / stored_as, file_name)


def store(pieces: Iterable[bytes], file_name: str, *, most: int) -> tuple[Place, int]:
    """Write a file that arrives in pieces, readable to nobody else.

    Args:
        pieces: of the file, in order.
        file_name: safe as a name.
        most: so many bytes it may have.

    Returns:
        Its place, and its length in bytes.

    Raises:
        TooLongFile: it has more; nothing is kept.
        OSError: it cannot be written; nothing is kept.
    """
    place = place_of(secrets.token_hex(_BYTES_OF_A_NAME), file_name)
    place.folder.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    place.folder.mkdir(mode=_PRIVATE)
    whole = False
    try:
        place.file.parent.mkdir(mode=_PRIVATE)
        size = 0
        with place.file.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise TooLongFile(f"The file has more than {most:,} bytes.")
                file.write(piece)
        whole = True
        return place, size
    finally:
        if not whole:
            place.forget()


def safe_file_name(given: str) -> str:
    """A file's name without any path, control character or leading dot, and not longer than a name may be."""
    name = bare_name(given) or "submission"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    return f"{shortened(stem, _LONGEST_STEM)}{dot}{ending}"


def strange_folders(known: Collection[str], older_than: datetime) -> Iterator[Path]:
    """Folders of files that arrived and were never entered, as when the server stopped in between.

    Args:
        known: names of the folders that belong to uploads.
        older_than: younger ones may be arriving.
    """
    root = Path(settings.UPLOAD_FOLDER)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.name not in known and folder.stat().st_mtime < older_than.timestamp():
            yield folder


@contextmanager
def locked(place: Place) -> Iterator[bool]:
    """Hold the lock of an upload's file while the block runs; False where another process holds it.

    Raises:
        FileNotFoundError: the file is gone.
    """
    with place.file.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

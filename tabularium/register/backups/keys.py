"""The keys of backups: one to forget by and one to read by for each month, destroyed on schedule.

- `backup-2026-11.key` is needed for every backup that was made in November 2026. It is destroyed when
  the second month after has passed, so that no backup is kept and read for ever.
- `forget-2027-02.key` is needed besides for what is to be erased in February 2027. It is destroyed when
  that month has passed and the register itself has erased all of it.

They lie in a folder of their own, and in no backup.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from tabularium.register.backups.errors import BackupError
from tabularium.register.backups.months import is_month, later
from tabularium.register.lasting_files import sync_path

READABLE_FOR = 2
"""So many whole months after the one in which it was made a backup can be read; the register's default.

An entry that is withdrawn is erased 90 days later (in every pack), which is then later than the end of
every backup that still holds it with its former term, or two days before it at most.
"""

BACKUP, FORGET = "backup", "forget"
_BYTES = 32


class Keys:
    """The keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, sort: str, month: str) -> bytes | None:
        """The key of a month; None if there is none.

        Raises:
            BackupError: the file is no key, or cannot be read.
        """
        file = self._file(sort, month)
        try:
            text = file.read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"The key {file} cannot be read: {error}") from None
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != _BYTES:
            raise BackupError(f"The file {file} holds no key.")
        return key

    def get(self, sort: str, month: str) -> bytes:
        """The key of a month, made if there is none. Two who ask at once get the same.

        Raises:
            BackupError: the folder cannot be written to.
        """
        found = self.find(sort, month)
        if found is not None:
            return found
        file = self._file(sort, month)
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(fresh, secrets.token_hex(_BYTES) + "\n")
            try:
                os.link(fresh, file)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            sync_path(self.folder)
        except OSError as error:
            raise BackupError(f"Cannot write to {self.folder}: {error.strerror}.") from None
        made = self.find(sort, month)
        if made is None:
            raise BackupError(f"The key {file} was removed while it was made.")
        return made

    def there(self) -> Iterator[tuple[str, str]]:
        """Sort and month of every key in the folder."""
        for file in sorted(self.folder.glob("*.key")):
            sort, _, month = file.stem.partition("-")
            if sort in {BACKUP, FORGET} and is_month(month):
                yield sort, month

    def destroy_due(self, this_month: str, not_erased_since: str | None) -> list[str]:
        """Destroy the keys whose time is over.

        Args:
            this_month: the month that it is now.
            not_erased_since: the earliest month of which the register still holds what is to be erased;
                None if it holds nothing that was to be erased before this month.

        Returns:
            The names of the files that were destroyed.
        """
        gone = []
        for sort, month in list(self.there()):
            if sort == BACKUP:
                over = later(month, READABLE_FOR) < this_month
            else:
                over = month < min(this_month, not_erased_since or this_month)
            if over:
                file = self._file(sort, month)
                _destroy(file)
                gone.append(file.name)
        return gone

    def _file(self, sort: str, month: str) -> Path:
        return self.folder / f"{sort}-{month}.key"


def key_id(key: bytes) -> str:
    """By what a key is known in clear; it tells nothing of the key."""
    return hashlib.sha256(b"id of a key of Tabularium's backups" + key).hexdigest()[:16]


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _destroy(file: Path) -> None:
    """Overwrite and remove. What the disk keeps elsewhere of it, no program can say."""
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.write(b"\0" * size)
        stream.flush()
        os.fsync(stream.fileno())
    file.unlink()
    sync_path(file.parent)

"""The files of the log, as any static web server gives them out, and the checkpoint that was signed last.

The order in which files come to be is what makes a crash harmless:

1. the checkpoint that was signed is kept in `signed`, which is not given out;
2. the tiles and bundles that its size asks for are put in place, each whole;
3. `public/checkpoint` becomes that checkpoint.

So nothing beyond a signed checkpoint is ever given out, a checkpoint that is given out has all its tiles,
and whoever comes after a crash finds in `signed` what is to be finished.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tabularium.log.growing import GrowingTree
from tabularium.register.lasting_files import sync_path
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import EMPTY_ROOT
from tabularium_verify.tiles import WIDTH, Tile, TiledTree, entries_of

_SIGNED = "signed"
_PUBLIC = "public"
_CHECKPOINT = "checkpoint"
HALF = ".half-written"
"""How the name of a file ends that is not whole yet."""
_FOR_OWNER = 0o600
_FOR_ANYONE = 0o644
_FOLDER_FOR_ANYONE = 0o755


class LogError(Exception):
    """The log must not go on; the message says what was found and what to do. Nothing was published."""


@dataclass(frozen=True, slots=True)
class LogFolder:
    """The folder of a log.

    Attributes:
        path: it; in it `public` is what a web server gives out as `/log/`.
    """

    path: Path

    @property
    def public(self) -> Path:
        """What is given out."""
        return self.path / _PUBLIC

    def signed(self) -> bytes | None:
        """The checkpoint that was signed last; None if none was."""
        return _read(self.path / _SIGNED)

    def published(self) -> bytes | None:
        """The checkpoint that is given out; None if none is."""
        return _read(self.public / _CHECKPOINT)

    def keep_signed(self, checkpoint: bytes) -> None:
        """Keep a checkpoint before anybody is given it.

        Raises:
            LogError: it is of a smaller log than the one that was signed last, or of another of its size.
            VerificationError: it is no checkpoint.
            OSError: it cannot be written.
        """
        before, new = self.signed(), read_checkpoint(checkpoint)
        if before is not None:
            refuse_to_go_back(read_checkpoint(before), new)
        _write(self.path / _SIGNED, checkpoint)

    def tree(self) -> GrowingTree:
        """The tree that is given out, to go on with.

        Raises:
            LogError: its files are not those of its checkpoint.
            OSError: one cannot be read.
        """
        published = self.published()
        size, root = 0, EMPTY_ROOT
        if published is not None:
            found = read_checkpoint(published)
            size, root = found.size, found.root
        try:
            entries = self._last_bundle(size)
            tree = GrowingTree(size, self.read, entries)
        except (VerificationError, ValueError, FileNotFoundError) as error:
            raise LogError(
                f"The files of the log are not those of its checkpoint: {error}"
            ) from error
        if tree.root() != root:
            raise LogError("The tiles of the log lead to another root than its checkpoint has.")
        return tree

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile that is given out.

        Raises:
            OSError: it cannot be read.
        """
        return (self.public / tile.path).read_bytes()

    def publish(self, entries: Callable[[int, int], Iterable[bytes]]) -> None:
        """Put the files of the signed checkpoint in place, and then itself; safe to do again.

        Args:
            entries: gives the log entries from one index to another, without the last; asked twice.

        Raises:
            LogError: the entries do not lead to the root that was signed, and no file was written; or a
                file of the log is there and says otherwise.
            OSError: a file cannot be written.
        """
        signed = self.signed()
        if signed is None:
            raise LogError("No checkpoint was signed.")
        target = read_checkpoint(signed)
        trial = self.tree()
        for _ in trial.append(entries(trial.size, target.size)):
            pass
        if (trial.size, trial.root()) != (target.size, target.root):
            raise LogError("The leaves do not lead to the root that was signed.")
        tree, folders = self.tree(), set[Path]()
        for path, data in chain(tree.append(entries(tree.size, target.size)), tree.unfinished()):
            place = self.public / path
            _folder_for_anyone(place.parent, self.public)
            _put(place, data)
            folders.add(place.parent)
        _folder_for_anyone(self.public, self.public)
        _keep_names({self.public, *folders}, self.path)
        _write(self.public / _CHECKPOINT, signed, _FOR_ANYONE)

    def size(self) -> int:
        """How many leaves are given out.

        Raises:
            VerificationError: the checkpoint that is given out is none.
        """
        published = self.published()
        return read_checkpoint(published).size if published is not None else 0

    def proof_of(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof of inclusion of a leaf.

        Args:
            index: its place.
            size: of a checkpoint that was given out; that of the one given out now if not said.

        Raises:
            VerificationError: the log has no such leaf.
            OSError: a tile cannot be read.
        """
        return TiledTree(self.size() if size is None else size, self.read).inclusion(index)

    def _last_bundle(self, size: int) -> list[bytes]:
        if size % WIDTH == 0:
            return []
        path = Tile(0, size // WIDTH, size % WIDTH).bundle_path
        return entries_of((self.public / path).read_bytes())


def refuse_to_go_back(before: Checkpoint, new: Checkpoint) -> None:
    """Make sure that a checkpoint does not say less than one before it, or otherwise.

    Raises:
        LogError: it does, as after a backup was restored that is older than the log.
    """
    if new.origin != before.origin:
        raise LogError(
            f"The log is called {before.origin}, and this is a checkpoint of {new.origin}."
        )
    if new.size < before.size:
        raise LogError(
            f"A checkpoint of {before.size} leaves was signed, and the register has {new.size}. Is it an "
            "older backup? Restore the newest one; nothing is signed until then."
        )
    if new.size == before.size and new.root != before.root:
        raise LogError(
            f"Another checkpoint of {before.size} leaves was signed. Somebody changed the leaves of the "
            "register; nothing is signed until they are what they were."
        )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(path: Path, data: bytes) -> None:
    """A file that never changes: there whole, or not at all.

    Raises:
        LogError: it is there and says otherwise.
    """
    there = _read(path)
    if there == data:
        return
    if there is not None:
        raise LogError(
            f"{path.name} of the log is there and says otherwise; files of a log never change."
        )
    _place(path, data, _FOR_ANYONE)


def _folder_for_anyone(folder: Path, top: Path) -> None:
    """Make a folder that a web server of another account can look into, whatever the umask is."""
    if folder.is_dir():
        return
    if folder != top:
        _folder_for_anyone(folder.parent, top)
    folder.mkdir()
    folder.chmod(_FOLDER_FOR_ANYONE)


def _keep_names(folders: set[Path], top: Path) -> None:
    """Let the names of files outlive a power cut, in folders and all that these lie in up to the top."""
    every = {each for folder in folders for each in (folder, *folder.parents)}
    for each in every:
        if each == top or each.is_relative_to(top):
            sync_path(each)


def _write(path: Path, data: bytes, mode: int = _FOR_OWNER) -> None:
    """Put a file in place in one step, and let it outlive a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _place(path, data, mode)
    sync_path(path.parent)


def _place(path: Path, data: bytes, mode: int) -> None:
    """Put a file in place in one step; its name outlives a power cut when `_keep_names` was called."""
    half = path.with_name(path.name + HALF)
    with half.open("wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)

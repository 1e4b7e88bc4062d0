"""The files of a log, compared with what they have to be."""

import re
from collections.abc import Iterator
from pathlib import Path

from tabularium.log.folder import HALF, LogFolder
from tabularium.log.growing import GrowingTree, LogFile
from tabularium.log.problems import Problem
from tabularium_verify.merkle import HASH_BYTES
from tabularium_verify.tiles import HEIGHT, WIDTH, Tile

_ENTRY_BYTES = 2 + 32
_REBUILD = (
    "Take the files below public out of the folder, all of them, and let the next run of what is due write "
    "them anew; before, find out who changed them"
)
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]+))?"
)


class Files:
    """The tiles and bundles that are given out, looked at while the leaves go by."""

    def __init__(self, folder: LogFolder, size: int) -> None:
        """Look at the files of a log.

        Args:
            folder: of the log.
            size: of the checkpoint that is given out.
        """
        self.size = size
        self._folder = folder
        self._tree = GrowingTree(0, folder.read, [])

    def take(self, entry: bytes) -> Iterator[Problem]:
        """The next leaf; what differs of the files that are full by it."""
        if self._tree.size < self.size:
            yield from self._compared(self._tree.append([entry]))

    def end(self) -> Iterator[Problem]:
        """What differs at the right edge, after the last leaf."""
        if self._tree.size == self.size:
            yield from self._compared(self._tree.unfinished())

    def beyond(self) -> Iterator[Problem]:
        """Files that are no part of what is given out, and former edges that say otherwise."""
        root = self._folder.public
        for file in sorted(each for each in (root / "tile").rglob("*") if _is_whole(each)):
            path = file.relative_to(root).as_posix()
            found = _tile_at(path)
            if found is None or found[0].width > self._width_of(found[0]):
                yield Problem(
                    path,
                    f"is no part of a log of {self.size} leaves. If it lies beyond the checkpoint, it tells "
                    "what is not public yet: take it away at once, and find out who put it there",
                )
            elif not self._begins_with(file, *found):
                yield Problem(path, f"says otherwise than what came after it. {_REBUILD}")

    def _width_of(self, tile: Tile) -> int:
        """How wide the tile at this place is now; zero or less where there is none."""
        return min(WIDTH, (self.size >> (HEIGHT * tile.level)) - tile.number * WIDTH)

    def _begins_with(self, file: Path, tile: Tile, is_bundle: bool) -> bool:
        whole = Tile(tile.level, tile.number, self._width_of(tile))
        if whole == tile:
            return True  # compared with the leaves already
        path = whole.bundle_path if is_bundle else whole.path
        length = tile.width * (_ENTRY_BYTES if is_bundle else HASH_BYTES)
        try:
            later = (self._folder.public / path).read_bytes()
        except OSError:
            return True  # said already
        return file.read_bytes() == later[:length]

    def _compared(self, files: Iterator[LogFile]) -> Iterator[Problem]:
        for path, data in files:
            try:
                there = (self._folder.public / path).read_bytes()
            except OSError:
                yield Problem(path, f"is missing from the files of the log. {_REBUILD}")
                continue
            if there != data:
                yield Problem(path, f"does not say what the leaves in the database say. {_REBUILD}")


def _is_whole(path: Path) -> bool:
    """Whether it is a file, and none that a process left half written when it was stopped."""
    return path.is_file() and not path.name.endswith(HALF)


def _tile_at(path: str) -> tuple[Tile, bool] | None:
    """Which tile is called so, and whether the file has its entries; None if none is."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    is_bundle = found["level"] == "entries"
    try:
        tile = Tile(
            0 if is_bundle else int(found["level"]),
            int(found["number"].replace("x", "").replace("/", "")),
            int(found["width"] or WIDTH),
        )
    except ValueError:
        return None
    same = tile.bundle_path if is_bundle else tile.path
    return (tile, is_bundle) if same == path else None

"""A tree that leaves are appended to, and the tiles that it gets by that. No database and no files."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash
from tabularium_verify.tiles import WIDTH, ReadTile, Tile, bundle, tiles_of

# A file of the log: where it lies below the log's address, and its bytes.
LogFile = tuple[str, bytes]


class GrowingTree:
    """A tree of which the tiles of some size are at hand, and to which entries are appended.

    Memory holds one unfinished tile of each level and the entries of one bundle, however many are appended.
    """

    def __init__(self, size: int, read: ReadTile, last_bundle: list[bytes]) -> None:
        """Go on where a tree stands.

        Args:
            size: how many leaves it has.
            read: gives the bytes of its tiles.
            last_bundle: the entries of its unfinished bundle, which has `size` modulo 256 of them.

        Raises:
            VerificationError: a tile has another length than it should, or the bundle holds other entries.
            ValueError: the bundle has another number of entries.
        """
        if len(last_bundle) != size % WIDTH:
            raise ValueError(f"the last bundle of {size} entries has {size % WIDTH} of them")
        self._size = size
        self._entries = [*last_bundle]
        # What each level has of a tile that is not full yet, and how many full ones stand before it.
        self._open = list[list[bytes]]([[]])
        self._full = [0]
        for tile in tiles_of(size):
            self._level(tile.level)
            self._full[tile.level] = tile.number + (tile.width == WIDTH)
            if tile.width < WIDTH:
                self._open[tile.level] = _hashes_of(tile, read(tile))
        if [leaf_hash(each) for each in last_bundle] != self._open[0]:
            raise VerificationError("the last bundle holds other entries than its tile says")

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    def root(self) -> bytes:
        """The root of all that was appended."""
        root: bytes | None = None
        for hashes in self._open:
            for left in reversed(_whole(hashes)):
                root = left if root is None else node_hash(left, root)
        return EMPTY_ROOT if root is None else root

    def append(self, entries: Iterable[bytes]) -> Iterator[LogFile]:
        """Append entries; the tiles and bundles that are full by that, as soon as they are.

        Nothing is appended but what was taken from the iterator.

        Raises:
            ValueError: an entry is longer than 65,535 bytes.
        """
        left = iter(entries)
        while some := list(islice(left, WIDTH - len(self._entries))):
            self._entries += some
            self._open[0] += [leaf_hash(each) for each in some]
            self._size += len(some)
            if len(self._entries) == WIDTH:
                yield from self._filled()

    def unfinished(self) -> Iterator[LogFile]:
        """The tiles and the bundle at the right edge that are not full, as they stand now."""
        if self._entries:
            tile = Tile(0, self._full[0], len(self._entries))
            yield tile.bundle_path, bundle(self._entries)
        for level, hashes in enumerate(self._open):
            if hashes:
                yield Tile(level, self._full[level], len(hashes)).path, b"".join(hashes)

    def _filled(self) -> list[LogFile]:
        """The bundle that is full, and the tiles that are by that; what comes next begins anew."""
        files = [(Tile(0, self._full[0]).bundle_path, bundle(self._entries))]
        self._entries = []
        level = 0
        while len(self._open[level]) == WIDTH:
            hashes = self._open[level]
            files.append((Tile(level, self._full[level]).path, b"".join(hashes)))
            self._open[level] = []
            self._full[level] += 1
            level += 1
            self._level(level)
            self._open[level].append(_subtree(hashes))
        return files

    def _level(self, level: int) -> None:
        while len(self._open) <= level:
            self._open.append([])
            self._full.append(0)


def _hashes_of(tile: Tile, data: bytes) -> list[bytes]:
    if len(data) != tile.width * HASH_BYTES:
        raise VerificationError(f"{tile.path} has not {tile.width * HASH_BYTES} bytes")
    return [data[place : place + HASH_BYTES] for place in range(0, len(data), HASH_BYTES)]


def _subtree(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes side by side, as many as a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(*each) for each in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _whole(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the whole subtrees that hashes side by side are made of, the largest first."""
    found, place = list[bytes](), 0
    while place < len(hashes):
        width = 1 << ((len(hashes) - place).bit_length() - 1)
        found.append(_subtree(hashes[place : place + width]))
        place += width
    return found

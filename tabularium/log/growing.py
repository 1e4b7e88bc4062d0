"""A tree that leaves are appended to, and the tiles that it gets by that. No database and no files."""

from collections.abc import Iterable, Iterator

from tabularium_verify.merkle import HASH_BYTES, Roots, leaf_hash, root_of
from tabularium_verify.tiles import WIDTH, ReadTile, Tile, TiledTree, bundle, tiles_of

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
            VerificationError: a tile has another length than it should.
            ValueError: the bundle has another number of entries.
        """
        if len(last_bundle) != size % WIDTH:
            raise ValueError(f"the last bundle of {size} entries has {size % WIDTH} of them")
        tree = TiledTree(size, read)
        self._roots = Roots(size, tree.whole())
        self._entries = [*last_bundle]
        # What each level has of a tile that is not full yet, and how many full ones stand before it.
        self._open = [bytearray()]
        self._full = [0]
        for tile in tiles_of(size):
            self._level(tile.level)
            self._full[tile.level] = tile.number + (tile.width == WIDTH)
            if tile.width < WIDTH:
                self._open[tile.level] = bytearray(read(tile))

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._roots.size

    def root(self) -> bytes:
        """The root of all that was appended."""
        return self._roots.root()

    def append(self, entries: Iterable[bytes]) -> Iterator[LogFile]:
        """Append entries; the tiles and bundles that are full by that, as soon as they are.

        Nothing is appended but what was taken from the iterator.

        Raises:
            ValueError: an entry is longer than 65,535 bytes.
        """
        for entry in entries:
            leaf = leaf_hash(entry)
            self._roots.append(leaf)
            self._entries.append(entry)
            if len(self._entries) == WIDTH:
                yield Tile(0, self._full[0]).bundle_path, bundle(self._entries)
                self._entries.clear()
            yield from self._hashed(0, leaf)

    def unfinished(self) -> Iterator[LogFile]:
        """The tiles and the bundle at the right edge that are not full, as they stand now."""
        if self._entries:
            tile = Tile(0, self._full[0], len(self._entries))
            yield tile.bundle_path, bundle(self._entries)
        for level, hashes in enumerate(self._open):
            if hashes:
                yield Tile(level, self._full[level], len(hashes) // HASH_BYTES).path, bytes(hashes)

    def _hashed(self, level: int, one: bytes) -> Iterator[LogFile]:
        """Put a hash at the end of a level; every tile that is full by that."""
        self._level(level)
        hashes = self._open[level]
        hashes += one
        if len(hashes) < WIDTH * HASH_BYTES:
            return
        yield Tile(level, self._full[level]).path, bytes(hashes)
        self._full[level] += 1
        above = root_of(
            bytes(hashes[place : place + HASH_BYTES]) for place in range(0, len(hashes), HASH_BYTES)
        )
        hashes.clear()
        yield from self._hashed(level + 1, above)

    def _level(self, level: int) -> None:
        while len(self._open) <= level:
            self._open.append(bytearray())
            self._full.append(0)

"""Tiles, as C2SP's tlog-tiles says: the tree cut into files of 256 hashes, and proofs built from them.

The minimum index of the log is zero and stays zero: no tile is ever taken away (`docs/log.md` says why).
"""

from collections.abc import Callable
from dataclasses import dataclass

from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import HASH_BYTES, node_hash, root_of_whole

HEIGHT = 8
WIDTH = 1 << HEIGHT
HIGHEST_LEVEL = 63
LONGEST_ENTRY = 0xFFFF
_LENGTH_BYTES = 2
_GROUP = 1000


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of hashes.

    Attributes:
        level: 0 for hashes of leaves; an item of the level above stands for a whole tile.
        number: from 0, from the left.
        width: how many hashes it has, 1 to 256; below 256 it is a partial tile.
    """

    level: int
    number: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level <= HIGHEST_LEVEL and self.number >= 0 and 1 <= self.width <= WIDTH):
            raise ValueError("no tile has this level, number and width")

    @property
    def path(self) -> str:
        """Where it lies below the log's address."""
        return f"tile/{self.level}/{_numbered(self.number, self.width)}"

    @property
    def bundle_path(self) -> str:
        """Where the entries of this tile of level 0 lie below the log's address."""
        return f"tile/entries/{_numbered(self.number, self.width)}"


# Gives the bytes of a tile: 32 for each of its hashes.
ReadTile = Callable[[Tile], bytes]


def tiles_of(size: int) -> list[Tile]:
    """The rightmost tile of each level of a log of that size, and so how wide each level is."""
    found, level, items = list[Tile](), 0, size
    while items:
        number, width = divmod(items, WIDTH)
        found.append(Tile(level, number, width) if width else Tile(level, number - 1))
        level, items = level + 1, items // WIDTH
    return found


def new_tiles(size: int, later_size: int) -> list[Tile]:
    """The tiles that a log of the later size has and one of the earlier size had not, lowest level first."""
    found = list[Tile]()
    level, items, later_items = 0, size, later_size
    while later_items:
        for number in range(items // WIDTH, later_items // WIDTH):
            found.append(Tile(level, number))
        if later_items % WIDTH and later_items != items:
            found.append(Tile(level, later_items // WIDTH, later_items % WIDTH))
        level, items, later_items = level + 1, items // WIDTH, later_items // WIDTH
    return found


def bundle(entries: list[bytes]) -> bytes:
    """The entries of a tile of level 0 in one file: before each its length, two bytes, the higher first.

    Raises:
        ValueError: an entry is longer than 65,535 bytes.
    """
    if any(len(each) > LONGEST_ENTRY for each in entries):
        raise ValueError(f"a log entry has at most {LONGEST_ENTRY} bytes")
    return b"".join(len(each).to_bytes(_LENGTH_BYTES, "big") + each for each in entries)


def entries_of(data: bytes) -> list[bytes]:
    """The entries in a bundle.

    Raises:
        VerificationError: it ends in the middle of an entry, or has more than 256.
    """
    found, place = list[bytes](), 0
    while place < len(data):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise VerificationError("a bundle of entries ends in the middle of one")
        found.append(data[start:place])
    if len(found) > WIDTH:
        raise VerificationError(f"a bundle holds at most {WIDTH} entries")
    return found


class TiledTree:
    """The tree of a log of some size, of which only tiles are at hand."""

    def __init__(self, size: int, read: ReadTile) -> None:
        """Look at a log through its tiles.

        Args:
            size: how many leaves it has, as a checkpoint says.
            read: gives the bytes of a tile; asked for tiles that a log of that size has, and for no other.
        """
        self.size = size
        self._read = read
        self._tiles: dict[Tile, bytes] = {}

    def root(self) -> bytes:
        """The root.

        Raises:
            VerificationError: a tile has another length than it should.
        """
        return self._range(0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that the leaf at an index is in the log, the hash beside it first.

        Raises:
            VerificationError: a tile has another length than it should, or there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise VerificationError(f"a log of {self.size} leaves has no leaf {index}")
        return self._path(index, 0, self.size)

    def consistency(self, size: int) -> list[bytes]:
        """The proof that the log begins with all the leaves of an earlier one.

        Raises:
            VerificationError: a tile has another length than it should, or the earlier log is larger.
        """
        if not 0 <= size <= self.size:
            raise VerificationError(f"a log of {self.size} leaves cannot follow one of {size}")
        if size in {0, self.size}:
            return []
        return self._subproof(size, 0, self.size)

    def whole(self) -> list[bytes]:
        """The roots of the whole subtrees that the tree is made of, the largest first.

        Raises:
            VerificationError: a tile has another length than it should.
        """
        return self._subtrees(0, self.size)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        """RFC 6962, section 2.1.1, for the leaves from `start` to `end`."""
        if end - start == 1:
            return []
        split = start + _split(end - start)
        if index < split:
            return [*self._path(index, start, split), self._range(split, end)]
        return [*self._path(index, split, end), self._range(start, split)]

    def _subproof(self, size: int, start: int, end: int) -> list[bytes]:
        """RFC 6962, section 2.1.2, for the leaves from `start` to `end`, of which the tree had `size`."""
        if size == end:
            return [] if start == 0 else [self._range(start, end)]
        split = start + _split(end - start)
        if size <= split:
            return [*self._subproof(size, start, split), self._range(split, end)]
        return [*self._subproof(size, split, end), self._range(start, split)]

    def _range(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` to `end`, which begins where a subtree of its size may."""
        return root_of_whole(self._subtrees(start, end))

    def _subtrees(self, start: int, end: int) -> list[bytes]:
        whole, place = list[bytes](), start
        while place < end:
            height = (end - place).bit_length() - 1
            whole.append(self._node(height, place >> height))
            place += 1 << height
        return whole

    def _node(self, height: int, index: int) -> bytes:
        """The root of the `index`-th whole subtree over 2 to the power of `height` leaves."""
        level, above = divmod(height, HEIGHT)
        number, offset = divmod(index << above, WIDTH)
        tile = self._tile(level, number)
        count = 1 << above
        hashes = [
            tile[place * HASH_BYTES : (place + 1) * HASH_BYTES]
            for place in range(offset, offset + count)
        ]
        while len(hashes) > 1:
            hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _tile(self, level: int, number: int) -> bytes:
        items = self.size >> (HEIGHT * level)
        tile = Tile(level, number, min(WIDTH, items - number * WIDTH))
        if tile not in self._tiles:
            data = self._read(tile)
            if len(data) != tile.width * HASH_BYTES:
                raise VerificationError(f"{tile.path} has not {tile.width * HASH_BYTES} bytes")
            self._tiles[tile] = data
        return self._tiles[tile]


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _numbered(number: int, width: int) -> str:
    """A number in groups of three digits, each but the last with an x before it, and the width if partial."""
    groups = [f"{number % _GROUP:03}"]
    while number >= _GROUP:
        number //= _GROUP
        groups.append(f"x{number % _GROUP:03}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"

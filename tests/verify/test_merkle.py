"""Trees and their proofs: the vectors of RFC 6962's test leaves, and random trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import (
    EMPTY_ROOT,
    ProofError,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
)
from tabularium_verify.tiles import HASH_BYTES, Tile, TiledTree, new_tiles, tiles_of

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
BESIDE = [
    "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
THIRD_LEAF = "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, by recursion over whole lists."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


class Tiles:
    """Tiles of a log in memory, each cut from whole levels; and which of them were asked for."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels = [leaves]
        while len(self.levels[-1]) >= 256:
            below = self.levels[-1]
            self.levels.append(
                [by_definition(below[i : i + 256]) for i in range(0, len(below) - 255, 256)]
            )
        self.read = set[Tile]()

    def __call__(self, tile: Tile) -> bytes:
        self.read.add(tile)
        start = tile.number * 256
        hashes = self.levels[tile.level][start : start + tile.width]
        assert len(hashes) == tile.width
        return b"".join(hashes)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_known_leaves_have_the_known_roots(size: int) -> None:
    leaves = [leaf_hash(each) for each in LEAVES[:size]]
    assert root_of(leaves).hex() == ROOTS[size]
    assert by_definition(leaves).hex() == ROOTS[size]


def test_the_known_proofs_hold() -> None:
    tree = TiledTree(8, Tiles([leaf_hash(each) for each in LEAVES]))
    assert [each.hex() for each in tree.inclusion(2)] == BESIDE
    assert [each.hex() for each in tree.consistency(3)] == [THIRD_LEAF, *BESIDE]
    path = [bytes.fromhex(each) for each in BESIDE]
    check_inclusion(leaf_hash(LEAVES[2]), 2, 8, bytes.fromhex(ROOTS[8]), path)
    check_consistency(
        3, bytes.fromhex(ROOTS[3]), 8, bytes.fromhex(ROOTS[8]), [bytes.fromhex(THIRD_LEAF), *path]
    )


@given(st.integers(1, 700), st.data())
def test_proofs_built_from_tiles_alone_hold(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(0, size))
    leaves = leaves_of(size)
    tiles = Tiles(leaves)
    tree = TiledTree(size, tiles)
    root = by_definition(leaves)
    assert tree.root() == root_of(leaves) == root
    check_inclusion(leaves[index], index, size, root, tree.inclusion(index))
    check_consistency(
        earlier, by_definition(leaves[:earlier]), size, root, tree.consistency(earlier)
    )
    assert tiles.read <= set(new_tiles(0, size)), "only tiles that a log of this size has"


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_large_logs_are_proven_from_tiles(size: int) -> None:
    leaves = leaves_of(size)
    tiles = Tiles(leaves)
    tree = TiledTree(size, tiles)
    root = root_of(leaves)
    assert tree.root() == root
    for index in {0, size // 2, size - 1}:
        check_inclusion(leaves[index], index, size, root, tree.inclusion(index))
    for earlier in {1, size // 3 + 1, size}:
        check_consistency(earlier, root_of(leaves[:earlier]), size, root, tree.consistency(earlier))
    assert len(tiles.read) < 20, "a proof reads few tiles"


def _with_one_bit_changed(data: bytes) -> list[bytes]:
    return [
        (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")
        for bit in range(len(data) * 8)
    ]


def test_every_changed_bit_of_a_tile_leads_to_another_root() -> None:
    leaves = leaves_of(40)
    root = root_of(leaves)
    assert TiledTree(40, lambda _tile: b"".join(leaves)).root() == root
    for changed in _with_one_bit_changed(b"".join(leaves)):
        assert TiledTree(40, lambda _tile, changed=changed: changed).root() != root


def test_a_changed_hash_of_a_full_tile_is_seen_in_the_proofs_that_need_it() -> None:
    """The root is read from the tiles above; who asks for a leaf of this one sees it."""
    leaves = leaves_of(300)
    tiles, root = Tiles(leaves), root_of(leaves)
    for place in range(256):
        bit = (place * 37) % 256
        changed = _with_one_bit_changed(leaves[place])[bit]

        def read(tile: Tile, place: int = place, changed: bytes = changed) -> bytes:
            data = tiles(tile)
            if (tile.level, tile.number) != (0, 0):
                return data
            return data[: place * 32] + changed + data[place * 32 + 32 :]

        beside = place ^ 1
        path = TiledTree(300, read).inclusion(beside)
        with pytest.raises(ProofError):
            check_inclusion(leaves[beside], beside, 300, root, path)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (2, 8), (6, 7), (299, 300)])
def test_every_changed_bit_of_a_proof_of_inclusion_is_refused(index: int, size: int) -> None:
    leaves = leaves_of(size)
    path = TiledTree(size, Tiles(leaves)).inclusion(index)
    root = root_of(leaves)
    for place, each in enumerate(path):
        for changed in _with_one_bit_changed(each):
            with pytest.raises(ProofError):
                check_inclusion(
                    leaves[index], index, size, root, [*path[:place], changed, *path[place + 1 :]]
                )
    for changed in _with_one_bit_changed(leaves[index]):
        with pytest.raises(ProofError):
            check_inclusion(changed, index, size, root, path)
    for changed in _with_one_bit_changed(root):
        with pytest.raises(ProofError):
            check_inclusion(leaves[index], index, size, changed, path)


@pytest.mark.parametrize(("earlier", "size"), [(1, 2), (3, 8), (4, 8), (7, 300), (256, 300)])
def test_every_changed_bit_of_a_proof_of_consistency_is_refused(earlier: int, size: int) -> None:
    leaves = leaves_of(size)
    path = TiledTree(size, Tiles(leaves)).consistency(earlier)
    root, later = root_of(leaves[:earlier]), root_of(leaves)
    check_consistency(earlier, root, size, later, path)
    for place, each in enumerate(path):
        for changed in _with_one_bit_changed(each):
            with pytest.raises(ProofError):
                check_consistency(
                    earlier, root, size, later, [*path[:place], changed, *path[place + 1 :]]
                )
    for changed in _with_one_bit_changed(root):
        with pytest.raises(ProofError):
            check_consistency(earlier, changed, size, later, path)


@given(st.integers(1, 40), st.data())
def test_a_leaf_is_shown_at_its_own_place_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    claimed = data.draw(st.integers(0, size + 3))
    leaves = leaves_of(size)
    path = TiledTree(size, Tiles(leaves)).inclusion(index)
    if claimed == index:
        return
    with pytest.raises(ProofError):
        check_inclusion(leaves[index], claimed, size, root_of(leaves), path)


@pytest.mark.parametrize("change", [lambda path: path[:-1], lambda path: [*path, path[0]]])
def test_a_proof_of_another_length_is_refused(change: object) -> None:
    assert callable(change)
    leaves = leaves_of(11)
    tree = TiledTree(11, Tiles(leaves))
    with pytest.raises(ProofError, match="hashes than the tree has levels"):
        check_inclusion(leaves[4], 4, 11, root_of(leaves), change(tree.inclusion(4)))
    with pytest.raises(ProofError, match="hashes than the tree has levels"):
        check_consistency(5, root_of(leaves[:5]), 11, root_of(leaves), change(tree.consistency(5)))


@pytest.mark.parametrize(
    ("earlier", "root", "size", "later", "path"),
    [
        (3, EMPTY_ROOT, 2, EMPTY_ROOT, []),
        (0, EMPTY_ROOT, 2, EMPTY_ROOT, [EMPTY_ROOT]),
        (0, bytes(32), 2, EMPTY_ROOT, []),
        (2, bytes(32), 2, EMPTY_ROOT, []),
        (1, bytes(32), 2, EMPTY_ROOT, []),
    ],
    ids=["smaller", "from-nothing", "no-empty-root", "fork-of-one-size", "no-hashes"],
)
def test_what_cannot_be_consistent_is_refused(
    earlier: int, root: bytes, size: int, later: bytes, path: list[bytes]
) -> None:
    with pytest.raises(ProofError):
        check_consistency(earlier, root, size, later, path)


def test_an_empty_log_comes_before_every_log() -> None:
    check_consistency(0, EMPTY_ROOT, 2, root_of(leaves_of(2)), [])


def test_a_leaf_that_a_log_has_not_is_said() -> None:
    with pytest.raises(VerificationError, match="a log of 3 leaves has no leaf 3"):
        TiledTree(3, Tiles(leaves_of(3))).inclusion(3)
    with pytest.raises(VerificationError, match="a log of 3 leaves has no leaf -1"):
        root_by_inclusion(bytes(32), -1, 3, [])
    with pytest.raises(VerificationError, match="cannot follow one of 4"):
        TiledTree(3, Tiles(leaves_of(3))).consistency(4)


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(VerificationError, match=r"tile/0/000\.p/3 has not 96 bytes"):
        TiledTree(3, lambda _: bytes(95)).root()


def test_tiles_are_as_wide_as_the_standard_says() -> None:
    assert [(each.level, each.number, each.width) for each in tiles_of(70_000)] == [
        (0, 273, 112),
        (1, 1, 17),
        (2, 0, 1),
    ]
    assert [(each.level, each.number, each.width) for each in tiles_of(256)] == [
        (0, 0, 256),
        (1, 0, 1),
    ]
    assert tiles_of(0) == []


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_new_tiles_are_those_that_were_not_there(one: int, other: int) -> None:
    size, later = sorted((one, other))
    # A checkpoint of the smaller log has partial tiles that the larger does not use.
    before, after = set(new_tiles(0, size)), set(new_tiles(0, later))
    assert set(new_tiles(size, later)) == after - before
    assert set(tiles_of(later)) <= after
    assert sum(each.width for each in after if each.level == 0) == later


def test_a_hash_has_32_bytes() -> None:
    assert len(leaf_hash(b"")) == HASH_BYTES

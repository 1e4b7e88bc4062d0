"""A tree grows by any steps into the same tiles, and from tiles alone it goes on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.log.growing import GrowingTree
from tabularium_verify.merkle import Roots, leaf_hash, root_of
from tabularium_verify.tiles import Tile, TiledTree, bundle, entries_of, new_tiles, tiles_of


class Files:
    """The files of a log in memory."""

    def __init__(self) -> None:
        self.files = dict[str, bytes]()
        self.size = 0

    def read(self, tile: Tile) -> bytes:
        return self.files[tile.path]

    def grow(self, entries: list[bytes]) -> GrowingTree:
        """As a log does between two checkpoints: from its files, and into its files."""
        last = Tile(0, self.size // 256, self.size % 256).bundle_path if self.size % 256 else None
        tree = GrowingTree(self.size, self.read, entries_of(self.files[last]) if last else [])
        for path, data in [*tree.append(entries), *tree.unfinished()]:
            assert self.files.setdefault(path, data) == data, f"{path} was there and said otherwise"
        self.size = tree.size
        return tree


def entries(start: int, end: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(start, end)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=5))
def test_any_steps_lead_to_the_same_tiles(steps: list[int]) -> None:
    by_steps, at_once = Files(), Files()
    for step in steps:
        tree = by_steps.grow(entries(by_steps.size, by_steps.size + step))
        assert tree.root() == root_of(leaf_hash(each) for each in entries(0, by_steps.size))
    at_once.grow(entries(0, sum(steps)))
    assert {each: by_steps.files[each] for each in at_once.files} == at_once.files


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 70_000])
def test_the_tiles_are_those_of_the_standard_and_no_others(size: int) -> None:
    log = Files()
    tree = log.grow(entries(0, size))
    expected = {each.path for each in new_tiles(0, size)}
    bundles = {each.bundle_path for each in new_tiles(0, size) if each.level == 0}
    assert set(log.files) == expected | bundles
    assert TiledTree(size, log.read).root() == tree.root()
    for tile in tiles_of(size):
        if tile.level == 0:
            start = tile.number * 256
            assert log.files[tile.bundle_path] == bundle(entries(start, start + tile.width))


def test_what_was_not_taken_was_not_appended() -> None:
    tree = GrowingTree(0, Files().read, [])
    given_out = iter(entries(0, 3))
    assert list(tree.append([next(given_out)])) == []
    assert tree.size == 1


def test_a_bundle_that_does_not_fit_the_size_is_refused() -> None:
    with pytest.raises(ValueError, match="last bundle of 3 entries has 3"):
        GrowingTree(3, Files().read, [bytes(32)])


def test_a_tree_is_made_of_as_many_subtrees_as_its_size_has_bits() -> None:
    with pytest.raises(ValueError, match="a tree of 3 leaves is made of 2 whole subtrees"):
        Roots(3, [bytes(32)])

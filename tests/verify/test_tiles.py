"""Where tiles and bundles lie, and how entries stand in a bundle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import leaf_hash
from tabularium_verify.tiles import Tile, bundle, entries_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 1, 17), "tile/1/001.p/17"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
    ],
)
def test_a_tile_lies_where_the_standard_says(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_a_bundle_lies_beside_its_tile() -> None:
    assert Tile(0, 273, 112).bundle_path == "tile/entries/273.p/112"


@pytest.mark.parametrize(
    ("level", "number", "width"), [(64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_such_tile(level: int, number: int, width: int) -> None:
    with pytest.raises(ValueError, match="no tile has"):
        Tile(level, number, width)


def test_the_known_bundle() -> None:
    entries = [bytes.fromhex(each) for each in ("", "00", "10", "2021")]
    assert bundle(entries).hex() == "000000010000011000022021"


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_entries_come_back_from_their_bundle(entries: list[bytes]) -> None:
    assert entries_of(bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x00" * 257])
def test_a_broken_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError, match="bundle"):
        entries_of(data)


def test_every_changed_bit_of_a_bundle_is_refused_or_gives_entries_of_other_hashes() -> None:
    entries = [bytes([number]) * 32 for number in range(9)]
    data = bundle(entries)
    leaves = [leaf_hash(each) for each in entries]
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        try:
            found = entries_of(bytes(changed))
        except VerificationError:
            continue
        assert [leaf_hash(each) for each in found] != leaves


def test_an_entry_that_is_too_long_is_refused() -> None:
    assert len(bundle([bytes(65_535)])) == 65_537
    with pytest.raises(ValueError, match="65535"):
        bundle([bytes(65_536)])

"""The log, and what `hashlib` alone can do: a tree needs two hashes for each leaf, and no fewer do."""

import os
from hashlib import sha256
from pathlib import Path

from tabularium.log.folder import LogFolder
from tabularium.log.growing import GrowingTree
from tabularium.log.keys import new_key, sign_checkpoint
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.merkle import leaf_hash
from tabularium_verify.merkle import root_of as root_over
from tabularium_verify.tiles import Tile

ENTRY_BYTES = 32
_NAME = "bench.example/log"


def entries(leaves: int) -> list[bytes]:
    """As many commitments, each another."""
    random = os.urandom(leaves * ENTRY_BYTES)
    return [random[place : place + ENTRY_BYTES] for place in range(0, len(random), ENTRY_BYTES)]


def hash_alone(leaves: int) -> int:
    """As many hashes as a tree of so many leaves has, of as many bytes each, and nothing else.

    Returns:
        How many leaves that are.
    """
    leaf, node = bytes(1 + ENTRY_BYTES), bytes(1 + 2 * 32)
    for _ in range(leaves):
        sha256(leaf).digest()
        sha256(node).digest()
    return leaves


def grow(every: list[bytes]) -> tuple[bytes, int]:
    """Append entries to an empty tree, and make all its tiles and bundles, in memory.

    Returns:
        The root, and how many files that would be.
    """
    tree = GrowingTree(0, _none, [])
    files = sum(1 for _ in tree.append(every)) + sum(1 for _ in tree.unfinished())
    return tree.root(), files


def root_of(every: list[bytes]) -> bytes:
    """The root over entries, by the way in which it is checked."""
    return root_over(leaf_hash(each) for each in every)


def publish(folder: Path, every: list[bytes], root: bytes) -> int:
    """Sign a log of some entries, write all its files, each safe from a power cut, and publish it.

    Returns:
        How many leaves are published.
    """
    log = LogFolder(folder)
    log.keep_signed(sign_checkpoint(Checkpoint(_NAME, len(every), root), [new_key(_NAME)]))
    log.publish(lambda start, end: every[start:end])
    return read_checkpoint(log.published() or b"").size


def _none(tile: Tile) -> bytes:
    raise ValueError(f"an empty tree has no {tile.path}")

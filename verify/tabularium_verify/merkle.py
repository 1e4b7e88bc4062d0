"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: roots, and the checking of proofs.

A proof is checked with the iterative algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2, which need
nothing but the proof: no tree, and no recursion over what somebody else sent.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from tabularium_verify.errors import VerificationError

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

_LEAF = b"\x00"
_NODE = b"\x01"


class ProofError(VerificationError):
    """A proof that does not prove what it is said to; the message says in plain words why."""


def leaf_hash(entry: bytes) -> bytes:
    """What stands for an entry at the bottom of the tree."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two neighbours one level above them."""
    return sha256(_NODE + left + right).digest()


class Roots:
    """The root of a tree to which leaves are appended, in memory that grows with its height alone."""

    def __init__(self, size: int = 0, whole: Sequence[bytes] = ()) -> None:
        """Begin with nothing, or go on where a tree stands.

        Args:
            size: how many leaves it has.
            whole: the roots of its whole subtrees, the largest first; their sizes are the bits of the size.

        Raises:
            ValueError: there are not as many as the size has bits.
        """
        if size.bit_count() != len(whole):
            raise ValueError(
                f"a tree of {size} leaves is made of {size.bit_count()} whole subtrees"
            )
        self.size = size
        self._whole = [*whole]

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        whole, size = self._whole, self.size
        while size & 1:
            leaf = node_hash(whole.pop(), leaf)
            size >>= 1
        whole.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of all that was appended."""
        return root_of_whole(self._whole)


def root_of_whole(whole: Sequence[bytes]) -> bytes:
    """The root over whole subtrees side by side, the largest first."""
    if not whole:
        return EMPTY_ROOT
    root = whole[-1]
    for left in reversed(whole[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these hashes of leaves."""
    roots = Roots()
    for leaf in leaves:
        roots.append(leaf)
    return roots.root()


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a tree must have if this proof of inclusion is right.

    Args:
        leaf: the hash of the leaf.
        index: its place, from 0.
        size: how many leaves the tree has.
        path: the hashes of the proof, the one beside the leaf first.

    Raises:
        ProofError: no proof in a tree of that size has this shape.
    """
    if not 0 <= index < size:
        raise ProofError(f"a log of {size} leaves has no leaf {index}")
    place, last, root = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise ProofError("the proof of inclusion has more hashes than the tree has levels")
        if place & 1 or place == last:
            root = node_hash(each, root)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, each)
        place >>= 1
        last >>= 1
    if last:
        raise ProofError("the proof of inclusion has fewer hashes than the tree has levels")
    return root


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Make sure that a leaf stands at a place of a tree.

    Raises:
        ProofError: the proof does not show it.
    """
    if root_by_inclusion(leaf, index, size, path) != root:
        raise ProofError("the proof of inclusion leads to another root")


def check_consistency(
    size: int, root: bytes, later_size: int, later_root: bytes, path: Sequence[bytes]
) -> None:
    """Make sure that a tree begins with all the leaves of an earlier one, in their order.

    Args:
        size: how many leaves the earlier tree has.
        root: its root.
        later_size: how many leaves the later tree has.
        later_root: its root.
        path: the hashes of the proof, as RFC 6962, section 2.1.2, orders them.

    Raises:
        ProofError: the proof does not show it.
    """
    if not 0 <= size <= later_size:
        raise ProofError(f"a log of {later_size} leaves cannot follow one of {size}")
    if size in {0, later_size}:
        _check_trivial(size, root, later_root if size else EMPTY_ROOT, path)
        return
    if not path:
        raise ProofError("the proof of consistency is empty")
    found, found_later = _both_roots(size, root, later_size, path)
    if found != root:
        raise ProofError("the proof of consistency leads to another earlier root")
    if found_later != later_root:
        raise ProofError("the proof of consistency leads to another later root")


def _check_trivial(size: int, root: bytes, expected: bytes, path: Sequence[bytes]) -> None:
    if path:
        raise ProofError("a proof from the empty tree, or from a tree to itself, is empty")
    if root != expected:
        raise ProofError(f"two different roots are given for a log of {size} leaves")


def _both_roots(
    size: int, root: bytes, later_size: int, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The earlier and the later root to which a proof of consistency leads."""
    # Where the earlier tree is one whole subtree, its root is not repeated in the proof.
    hashes = [root, *path] if size & (size - 1) == 0 else list(path)
    place, last = size - 1, later_size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    found = found_later = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            raise ProofError("the proof of consistency has more hashes than the tree has levels")
        if place & 1 or place == last:
            found, found_later = node_hash(each, found), node_hash(each, found_later)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            found_later = node_hash(found_later, each)
        place >>= 1
        last >>= 1
    if last:
        raise ProofError("the proof of consistency has fewer hashes than the tree has levels")
    return found, found_later

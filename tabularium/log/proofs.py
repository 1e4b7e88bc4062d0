"""Leaves of entries with what they say, and the proofs that the log has them: what an extract is made of.

Nothing is shown that the public does not see now: of an entry that is not public there are no leaves, and
of versions that were corrected the digests alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tabularium import clock
from tabularium.log.told import log_folder
from tabularium.register.leaf_selectors import ENTRIES, ToldLeaf, told_leaves_of
from tabularium.register.models import Entry
from tabularium.register.visibility import public_entries
from tabularium_verify.checkpoints import read_checkpoint
from tabularium_verify.commitments import Fact, WithheldFact
from tabularium_verify.errors import VerificationError
from tabularium_verify.offline_proofs import OfflineProof
from tabularium_verify.tiles import TiledTree


@dataclass(frozen=True, slots=True)
class ProvenLeaf:
    """One public change of an entry that stands under the checkpoint that is given out.

    Attributes:
        index: its place in the log.
        salt: 32 bytes that serve this leaf alone.
        facts: what it commits to, in the order of their names.
    """

    index: int
    salt: bytes
    facts: list[Fact | WithheldFact]


@dataclass(frozen=True, slots=True)
class Proven:
    """Entries with their leaves under one checkpoint.

    Attributes:
        leaves: by the key of the entry, in the order of the log; of one that is not public there are none.
        waiting: whether a public change of one of them is not under the checkpoint yet.
    """

    leaves: Mapping[str, list[ProvenLeaf]]
    waiting: bool


def leaves_under(size: int, entries: Sequence[Entry]) -> Proven:
    """The public changes of entries, in a fixed number of queries however many they are.

    Args:
        size: of the checkpoint.
        entries: with their items.
    """
    keys = [each.pk for each in entries]
    now = clock.now()
    shown: dict[str, str] = {}
    for begin in range(0, len(keys), ENTRIES):
        some = public_entries(now).filter(pk__in=keys[begin : begin + ENTRIES])
        shown.update(some.values_list("pk", "current_version"))
    told = told_leaves_of([each for each in entries if each.pk in shown])
    places = [each.leaf.index for some in told.values() for each in some]
    leaves = {
        key: sorted(
            (
                _proven(each, each.leaf.index, is_shown=each.version == shown[key])
                for each in some
                if each.leaf.index is not None and each.leaf.index < size
            ),
            key=lambda each: each.index,
        )
        for key, some in told.items()
    }
    return Proven(leaves, any(each is None or each >= size for each in places))


def leaves_of(entry: Entry) -> list[ProvenLeaf]:
    """The public changes of an entry that the log has, in the order of the log; none if it is not public.

    Raises:
        VerificationError: the checkpoint that is given out is none.
    """
    return leaves_under(log_folder().size(), [entry]).leaves.get(entry.pk, [])


class Prover:
    """Makes proofs under one checkpoint; a tile that several of them need is read once."""

    def __init__(self, checkpoint: bytes) -> None:
        """Begin.

        Args:
            checkpoint: one that was given out. Its tiles stay when a later one is given out meanwhile.

        Raises:
            VerificationError: it is none.
        """
        self.checkpoint = checkpoint
        self.size = read_checkpoint(checkpoint).size
        self._tree = TiledTree(self.size, log_folder().read)

    def proof(self, index: int) -> str:
        """The proof that the log has a leaf, in the format of C2SP's tlog-proof, with the checkpoint in it.

        Raises:
            VerificationError: the log has no such leaf under this checkpoint.
            OSError: a tile cannot be read.
        """
        path = self._tree.inclusion(index)
        return OfflineProof(index, tuple(path), self.checkpoint).encode().decode()


def proof(index: int) -> str:
    """The proof that the log has a leaf, under the checkpoint that is given out now.

    Raises:
        VerificationError: the log that is given out has no such leaf.
        OSError: a tile cannot be read.
    """
    checkpoint = published_checkpoint()
    if checkpoint is None:
        raise VerificationError("no checkpoint is given out yet")
    return Prover(checkpoint).proof(index)


def published_checkpoint() -> bytes | None:
    """The checkpoint that is given out; None if none is yet."""
    return log_folder().published()


def waiting(entry: Entry) -> bool:
    """Whether a public change of a public entry is not under the checkpoint yet."""
    return leaves_under(log_folder().size(), [entry]).waiting


def _proven(told: ToldLeaf, index: int, *, is_shown: bool) -> ProvenLeaf:
    given: list[Fact | WithheldFact] = [*told.own]
    # A version that was corrected is not shown any more, here as little as on the page.
    given += [each if is_shown else WithheldFact(each.name, each.digest) for each in told.content]
    return ProvenLeaf(index, bytes(told.leaf.salt), sorted(given, key=lambda each: each.name))

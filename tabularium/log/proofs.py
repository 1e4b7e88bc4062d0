"""Leaves of entries with what they say, and the proofs that the log has them: what an extract is made of.

Nothing is shown that the public does not see now: of an entry that is not public there are no leaves, and
of versions that were corrected the digests alone.
"""

from dataclasses import dataclass

from tabularium import clock
from tabularium.log.told import log_folder
from tabularium.register.leaf_selectors import ToldLeaf, is_waiting, told_leaves
from tabularium.register.models import Entry
from tabularium.register.visibility import public_entries
from tabularium_verify.checkpoints import read_checkpoint
from tabularium_verify.commitments import Fact, WithheldFact
from tabularium_verify.errors import VerificationError
from tabularium_verify.offline_proofs import OfflineProof


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


def leaves_of(entry: Entry) -> list[ProvenLeaf]:
    """The public changes of an entry that the log has, in the order of the log; none if it is not public.

    Raises:
        VerificationError: the checkpoint that is given out is none.
    """
    size = log_folder().size()
    public = public_entries(clock.now()).select_related("item").filter(pk=entry.pk).first()
    if not size or public is None:
        return []
    return sorted(
        (
            _proven(each, public)
            for each in told_leaves(public)
            if each.leaf.index is not None and each.leaf.index < size
        ),
        key=lambda each: each.index,
    )


def proof(index: int) -> str:
    """The proof that the log has a leaf, in the format of C2SP's tlog-proof, with the checkpoint in it.

    Raises:
        VerificationError: the log that is given out has no such leaf.
        OSError: a tile cannot be read.
    """
    folder = log_folder()
    # Read once: the tiles of this one stay when a later one is given out meanwhile.
    checkpoint = folder.published()
    if checkpoint is None:
        raise VerificationError("no checkpoint is given out yet")
    path = folder.proof_of(index, read_checkpoint(checkpoint).size)
    return OfflineProof(index, tuple(path), checkpoint).encode().decode()


def published_checkpoint() -> bytes | None:
    """The checkpoint that is given out; None if none is yet."""
    return log_folder().published()


def waiting(entry: Entry) -> bool:
    """Whether a public change of an entry is not under the checkpoint yet."""
    return is_waiting(entry.pk, log_folder().size())


def _proven(told: ToldLeaf, entry: Entry) -> ProvenLeaf:
    given: list[Fact | WithheldFact] = [*told.own]
    # A version that was corrected is not shown any more, here as little as on the page.
    is_shown = told.version == entry.current_version_id
    given += [each if is_shown else WithheldFact(each.name, each.digest) for each in told.content]
    index = told.leaf.index
    assert index is not None
    return ProvenLeaf(index, bytes(told.leaf.salt), sorted(given, key=lambda each: each.name))

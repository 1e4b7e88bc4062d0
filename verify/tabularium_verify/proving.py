"""Whether the log has what an extract says: checkpoint, commitments and proofs, by the reader's own keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from tabularium_verify.checkpoints import Checkpoint, parse_checkpoint
from tabularium_verify.commitments import commitment
from tabularium_verify.errors import VerificationError
from tabularium_verify.extracts import Entry, Extract, Leaf
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof
from tabularium_verify.reasons import Reason, RefusedError
from tabularium_verify.signed_notes import Note, NoteError, VerifierKey, check_note, parse_note

OF_ENTRY = "entry"
"""The fact of a leaf that says of which entry it tells."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that the log signed.

    Attributes:
        checkpoint: what the log was.
        keys: those of the reader's keys of the log that signed it.
        witnesses: those that the reader named; all of them signed it.
    """

    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()


def prove(
    extract: Extract, keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = ()
) -> Signed:
    """Make sure that every leaf of an extract stands in the log, as one of the keys signed it.

    Raises:
        RefusedError: it is not shown.
    """
    signed = check_signed(extract.checkpoint, keys, "checkpoint", witnesses)
    if extract.log != signed.checkpoint.origin:
        raise RefusedError(Reason.ORIGIN, "register.log")
    for entry in extract.entries:
        for leaf in entry.leaves:
            _check_leaf(leaf, entry, extract.checkpoint, signed.checkpoint)
    return signed


def check_signed(
    data: bytes,
    keys: Sequence[VerifierKey],
    where: str,
    witnesses: Sequence[VerifierKey] = (),
) -> Signed:
    """A checkpoint that one of the keys signed, and that is of that key's log.

    Args:
        data: a signed note.
        keys: all of which are trusted.
        where: what is said of where it stands.
        witnesses: each of which has to have signed it too; they vouch for nothing alone.

    Raises:
        RefusedError: it is none, or nobody who is trusted signed it.
    """
    try:
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
    except VerificationError:
        raise RefusedError(Reason.CHECKPOINT, where) from None
    try:
        _, signed = check_note(data, [*keys, *witnesses])
    except NoteError:
        raise RefusedError(_why_not_signed(note, [*keys, *witnesses]), where) from None
    by_log = tuple(each for each in signed if each in keys)
    if not by_log:
        raise RefusedError(Reason.NOT_SIGNED, where)
    if checkpoint.origin not in {each.name for each in by_log}:
        raise RefusedError(Reason.ORIGIN, where)
    for each in witnesses:
        if each not in signed:
            raise RefusedError(Reason.WITNESS, each.name)
    return Signed(checkpoint, by_log, tuple(witnesses))


def _why_not_signed(note: Note, keys: Sequence[VerifierKey]) -> Reason:
    known = {(each.name, each.key_id) for each in keys}
    by_known = any((each.name, each.key_id) in known for each in note.signatures)
    return Reason.SIGNATURE if by_known else Reason.NOT_SIGNED


def _check_leaf(leaf: Leaf, entry: Entry, note: bytes, checkpoint: Checkpoint) -> None:
    try:
        proof = parse_proof(leaf.proof)
    except VerificationError:
        raise RefusedError(Reason.PROOF, leaf.where) from None
    if proof.index != leaf.index or proof.extra is not None:
        raise RefusedError(Reason.PROOF, leaf.where)
    if proof.checkpoint != note:
        raise RefusedError(Reason.OTHER_CHECKPOINT, leaf.where)
    digests = {name: fact.digest for name, fact in leaf.facts.items()}
    hashed = leaf_hash(commitment(leaf.salt, digests))
    try:
        check_inclusion(hashed, leaf.index, checkpoint.size, checkpoint.root, proof.path)
    except VerificationError:
        raise RefusedError(Reason.INCLUSION, leaf.where) from None
    if leaf.value(OF_ENTRY) != entry.identity:
        raise RefusedError(Reason.ENTRY, leaf.where)

"""Offline proofs in the format of C2SP's tlog-proof: one leaf's place in the log, and a checkpoint.

The format's draft has an `extra` line that nothing vouches for. It is read and kept, never trusted.
"""

import re
from dataclasses import dataclass

from tabularium_verify import strict_base64
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tabularium_verify.merkle import HASH_BYTES, ProofError, check_inclusion, leaf_hash
from tabularium_verify.signed_notes import VerifierKey

VERSION = "c2sp.org/tlog-proof@v1"
# A tree of 2**63 leaves has no longer proof.
MOST_HASHES = 63

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """The place of one leaf.

    Attributes:
        index: from 0.
        path: the hashes of the proof of inclusion, the one beside the leaf first.
        checkpoint: a signed note.
        extra: bytes that nothing vouches for.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The proof as it is kept: a file that ends in `.tlog-proof`."""
        lines = [VERSION]
        if self.extra is not None:
            lines.append(f"extra {strict_base64.encode(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [strict_base64.encode(each) for each in self.path]
        return "\n".join([*lines, "", ""]).encode("ascii") + self.checkpoint


def parse_proof(data: bytes) -> OfflineProof:
    """An offline proof in its parts; nothing is checked yet but its form.

    Raises:
        VerificationError: it is none.
    """
    head, empty, checkpoint = data.partition(b"\n\n")
    if not empty:
        raise ProofError("an offline proof has an empty line before its checkpoint")
    try:
        version, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("the part of an offline proof before its checkpoint is ASCII") from None
    if version != VERSION:
        raise ProofError(f"an offline proof begins with {VERSION}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = strict_base64.decode(lines.pop(0).removeprefix("extra "), "the extra line")
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if index is None:
        raise ProofError("an offline proof says the index of its leaf")
    if len(lines) - 1 > MOST_HASHES:
        raise ProofError(f"an offline proof has at most {MOST_HASHES} hashes")
    path = tuple(strict_base64.decode(each, "a hash in the proof") for each in lines[1:])
    if any(len(each) != HASH_BYTES for each in path):
        raise ProofError("a hash in an offline proof has 32 bytes")
    return OfflineProof(int(index[1]), path, checkpoint, extra)


def check_proof(proof: OfflineProof, entry: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint under which a log entry stands in the log, once that is sure.

    Args:
        proof: what was handed over.
        entry: the bytes of the log entry.
        key: of the log.

    Raises:
        VerificationError: the entry is not shown to stand there, or the log did not sign the checkpoint.
    """
    checkpoint, _ = check_checkpoint(proof.checkpoint, key)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, checkpoint.root, proof.path)
    return checkpoint

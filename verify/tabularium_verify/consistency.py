"""Whether a later checkpoint keeps all that an earlier one had: two that a reader kept, and a proof or tiles.

A proof is kept in the form in which witnesses are asked (C2SP's tlog-witness, `add-checkpoint`): a line with
the size of the earlier log, the hashes of RFC 6962's proof one a line, an empty line, the later checkpoint.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tabularium_verify import strict_base64
from tabularium_verify.checkpoints import Checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.judging import read_keys
from tabularium_verify.merkle import HASH_BYTES, check_consistency
from tabularium_verify.offline_proofs import MOST_HASHES
from tabularium_verify.proving import check_signed
from tabularium_verify.reasons import Reason, RefusedError, Verdict
from tabularium_verify.signed_notes import MOST_BYTES
from tabularium_verify.tiles import WIDTH, Tile, TiledTree

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
MOST_PROOF_BYTES = MOST_BYTES + 8192


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """How a log went from one size to another.

    Attributes:
        size: of the earlier log.
        path: the hashes, as RFC 6962, section 2.1.2, orders them.
        checkpoint: the later one, a signed note.
    """

    size: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The proof as it is kept and sent."""
        lines = [f"old {self.size}", *(strict_base64.encode(each) for each in self.path)]
        return "\n".join([*lines, "", ""]).encode("ascii") + self.checkpoint


@dataclass(frozen=True, slots=True)
class ConsistencyAnswer:
    """What a check of two checkpoints came to.

    Attributes:
        verdict: proven, not proven, or not to be judged.
        reason: why it is not proven; None if it is.
        where: what it is about: `old`, `new` or `proof`, the path of a tile, the number of a key.
        old: the earlier log; None if it is not proven.
        new: the later log; None if it is not proven.
        proof: by which it is proven; None if it is not.
    """

    verdict: Verdict
    reason: Reason | None = None
    where: str = ""
    old: Checkpoint | None = None
    new: Checkpoint | None = None
    proof: ConsistencyProof | None = None


def parse_consistency_proof(data: bytes) -> ConsistencyProof:
    """A proof in its parts; nothing is checked yet but its form.

    Raises:
        RefusedError: it is none.
    """
    head, empty, checkpoint = data.partition(b"\n\n")
    try:
        old, *lines = head.decode("ascii").split("\n")
        size = _OLD.fullmatch(old)
        path = tuple(strict_base64.decode(each, "a hash") for each in lines[: MOST_HASHES + 1])
    except (UnicodeDecodeError, VerificationError):
        raise RefusedError(Reason.NOT_PROOF, "proof") from None
    if not empty or size is None or len(lines) > MOST_HASHES:
        raise RefusedError(Reason.NOT_PROOF, "proof")
    if any(len(each) != HASH_BYTES for each in path):
        raise RefusedError(Reason.NOT_PROOF, "proof")
    return ConsistencyProof(int(size[1]), path, checkpoint)


def prove_from_tiles(old: Checkpoint, new: Checkpoint, note: bytes, log: Path) -> ConsistencyProof:
    """Build a proof from the tiles of a log that lie in a folder, as below its public address.

    Args:
        old: the earlier log.
        new: the later one.
        note: the signed note of the later one.
        log: the folder in which `tile` lies.

    Raises:
        RefusedError: a tile is missing or has another length than it should, or the later log is smaller.
    """
    if new.size < old.size:
        raise RefusedError(Reason.SMALLER)

    def read(tile: Tile) -> bytes:
        whole = Tile(tile.level, tile.number)
        for each in (tile, whole):
            try:
                with (log / each.path).open("rb") as file:
                    return file.read(WIDTH * HASH_BYTES)[: tile.width * HASH_BYTES]
            except OSError:
                continue
        raise RefusedError(Reason.TILE, tile.path)

    try:
        path = TiledTree(new.size, read).consistency(old.size)
    except RefusedError:
        raise
    except VerificationError:
        raise RefusedError(Reason.TILE) from None
    return ConsistencyProof(old.size, tuple(path), note)


def judge_consistency(
    old: bytes, new: bytes, proof: bytes | Path, keys: Sequence[str]
) -> ConsistencyAnswer:
    """Check that the later log begins with all the leaves of the earlier one.

    Args:
        old: the earlier checkpoint, a signed note.
        new: the later one.
        proof: a proof, or the folder of the log's tiles.
        keys: verifier keys of the log, as text, from a source that the reader trusts.
    """
    try:
        return _check(old, new, proof, keys)
    except RefusedError as refused:
        return ConsistencyAnswer(refused.verdict, refused.reason, refused.where)


def _check(old: bytes, new: bytes, proof: bytes | Path, keys: Sequence[str]) -> ConsistencyAnswer:
    trusted = read_keys(keys)
    earlier = check_signed(old, trusted, "old").checkpoint
    later = check_signed(new, trusted, "new").checkpoint
    if earlier.origin != later.origin:
        raise RefusedError(Reason.ORIGIN, "new")
    if later.size < earlier.size:
        raise RefusedError(Reason.SMALLER)
    given = (
        prove_from_tiles(earlier, later, new, proof)
        if isinstance(proof, Path)
        else parse_consistency_proof(proof)
    )
    if given.size != earlier.size:
        raise RefusedError(Reason.OTHER_CHECKPOINT, "proof")
    if check_signed(given.checkpoint, trusted, "proof").checkpoint != later:
        raise RefusedError(Reason.OTHER_CHECKPOINT, "proof")
    try:
        check_consistency(earlier.size, earlier.root, later.size, later.root, given.path)
    except VerificationError:
        raise RefusedError(Reason.CONSISTENCY) from None
    return ConsistencyAnswer(Verdict.PROVEN, old=earlier, new=later, proof=given)

"""An extract as data: what `docs/extract.md` describes, version 1. No database and no files.

Everything that is handed out was checked here as its reader will: a leaf that does not stand where its
proof says stops the extract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import rfc8785

from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.commitments import Fact, Json, WithheldFact, commitment
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof

FORMAT = "tabularium-extract/v1"
ENTRY = "entry"
"""The fact that names the entry a leaf is about."""


class ExtractError(Exception):
    """What was to be handed out is not what the log has; nothing was made. The message says where."""


def _member(fact: Fact | WithheldFact) -> dict[str, Json]:
    """A fact as the extract has it."""
    if isinstance(fact, WithheldFact):
        return {"name": fact.name, "digest": fact.digest.hex()}
    return {"name": fact.name, "value": fact.value, "salt": fact.salt.hex()}


@dataclass(frozen=True, slots=True)
class ExtractLeaf:
    """One public change of an entry, with the proof that the log has it.

    Attributes:
        index: its place in the log.
        salt: 32 bytes that serve this leaf alone.
        facts: what it commits to, in any order.
        proof: in the format of C2SP's tlog-proof.
    """

    index: int
    salt: bytes
    facts: Sequence[Fact | WithheldFact]
    proof: str

    def commitment(self) -> bytes:
        """What stands in the log.

        Raises:
            VerificationError: a salt or a digest has another length, or a value no canonical form.
        """
        return commitment(self.salt, {each.name: each.digest for each in self.facts})

    def member(self) -> dict[str, Json]:
        """The leaf as the extract has it."""
        return {
            "index": self.index,
            "salt": self.salt.hex(),
            "facts": [_member(each) for each in sorted(self.facts, key=lambda each: each.name)],
            "proof": self.proof,
        }


@dataclass(frozen=True, slots=True)
class ExtractEntry:
    """An entry.

    Attributes:
        identity: in the register.
        address: its permanent address.
        leaves: its public changes, the first first.
    """

    identity: str
    address: str
    leaves: Sequence[ExtractLeaf]


@dataclass(frozen=True, slots=True)
class Header:
    """What the log does not prove.

    Attributes:
        made_at: when the extract was made; whole seconds are kept.
        valid_until: from when on nobody should rely on it.
        name: of the register.
        address: where readers find it.
        log: the origin of its log.
        verifier_keys: of the log, for comparison alone: whoever checks brings the key along.
        subject: `{"entry": ID}`, or `{"organisation": {"scheme": …, "value": …, "name": …}}`.
    """

    made_at: datetime
    valid_until: datetime
    name: str
    address: str
    log: str
    verifier_keys: Sequence[str]
    subject: Mapping[str, Json]


def encode(header: Header, entries: Sequence[ExtractEntry], checkpoint: bytes) -> bytes:
    """The extract as it is handed out: one canonical JSON object and nothing after it.

    Args:
        header: what the log does not prove.
        entries: each with at least one leaf.
        checkpoint: the signed note under which all of them stand.

    Raises:
        ExtractError: a leaf is not where its proof says, is another entry's, or has no form.
    """
    try:
        found = read_checkpoint(checkpoint)
        for each in entries:
            _check(each, found, checkpoint)
        whole = _object(header, entries, checkpoint.decode())
        whole["digest"] = sha256(rfc8785.dumps(whole)).hexdigest()
        return rfc8785.dumps(whole)
    except (VerificationError, rfc8785.CanonicalizationError) as error:
        raise ExtractError(f"The extract would not pass its own check: {error}") from error


def instant(moment: datetime) -> str:
    """An instant as an extract writes it: whole seconds in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _object(header: Header, entries: Sequence[ExtractEntry], checkpoint: str) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "made_at": instant(header.made_at),
        "valid_until": instant(header.valid_until),
        "register": {
            "name": header.name,
            "address": header.address,
            "log": header.log,
            "verifier_keys": [*header.verifier_keys],
        },
        "subject": dict(header.subject),
        "entries": [
            {
                "id": each.identity,
                "address": each.address,
                "leaves": [leaf.member() for leaf in each.leaves],
            }
            for each in entries
        ],
        "checkpoint": checkpoint,
    }


def _check(entry: ExtractEntry, checkpoint: Checkpoint, signed: bytes) -> None:
    if not entry.leaves:
        raise ExtractError(f"The log has nothing of the entry {entry.identity}.")
    before = -1
    for leaf in entry.leaves:
        names = [each.name for each in leaf.facts]
        about = {each.value for each in leaf.facts if isinstance(each, Fact) and each.name == ENTRY}
        if about != {entry.identity} or len(set(names)) != len(names) or leaf.index <= before:
            raise ExtractError(f"Leaf {leaf.index} is not the next one of entry {entry.identity}.")
        before = leaf.index
        proof = parse_proof(leaf.proof.encode())
        if proof.index != leaf.index or proof.checkpoint != signed:
            raise ExtractError(f"The proof of leaf {leaf.index} is that of another one.")
        check_inclusion(
            leaf_hash(leaf.commitment()), leaf.index, checkpoint.size, checkpoint.root, proof.path
        )

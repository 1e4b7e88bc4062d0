"""Logs with leaves that nobody decided, and extracts of them, without a register."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tabularium.log.extracts import ExtractEntry, ExtractLeaf, Header
from tabularium.log.folder import LogFolder
from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium_verify.checkpoints import Checkpoint
from tabularium_verify.commitments import Fact, Json, WithheldFact, commitment
from tabularium_verify.merkle import leaf_hash, root_of
from tabularium_verify.offline_proofs import OfflineProof

# The key of the standard's worked values.
KEY = SigningKey("register.example/log", bytes(range(32)))
MADE_AT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ENTRY = "abcdefgh2345"


def header(**subject: Json) -> Header:
    return Header(
        made_at=MADE_AT,
        valid_until=datetime(2026, 12, 26, 8, 0, tzinfo=UTC),
        name="Tabularium",
        address="https://register.example",
        log=KEY.name,
        verifier_keys=[str(KEY.verifier)],
        subject=subject or {"entry": ENTRY},
    )


def facts(first_salt: int = 1, **values: Json) -> list[Fact | WithheldFact]:
    """Facts by name; the salts are one byte repeated, one more for each."""
    return [
        Fact(name, value, bytes([salt]) * 32)
        for salt, (name, value) in enumerate(sorted(values.items()), first_salt)
    ]


def a_change(**more: Json) -> list[Fact | WithheldFact]:
    return facts(
        **{
            "at": "2026-11-25T01:00:00Z",
            "change": "published",
            "entry": ENTRY,
            "measure": "罚款",
            "version": 1,
            **more,
        }
    )


def committed(given: Sequence[Fact | WithheldFact], salt: bytes) -> bytes:
    return commitment(salt, {each.name: each.digest for each in given})


def a_log(folder: Path, entries: Sequence[bytes]) -> LogFolder:
    """A log of these entries, signed and published."""
    log = LogFolder(folder)
    root = root_of(leaf_hash(each) for each in entries)
    log.keep_signed(sign_checkpoint(Checkpoint(KEY.name, len(entries), root), [KEY]))
    log.publish(lambda begin, end: entries[begin:end])
    return log


def proof_of(log: LogFolder, index: int) -> str:
    checkpoint = log.published()
    assert checkpoint is not None
    return OfflineProof(index, tuple(log.proof_of(index)), checkpoint).encode().decode()


def a_leaf(
    log: LogFolder, index: int, given: Sequence[Fact | WithheldFact], salt: bytes
) -> ExtractLeaf:
    return ExtractLeaf(index, salt, given, proof_of(log, index))


def an_entry(*leaves: ExtractLeaf) -> ExtractEntry:
    return ExtractEntry(ENTRY, f"https://register.example/entries/{ENTRY}", leaves)

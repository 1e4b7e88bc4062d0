"""Checkpoints, as C2SP's tlog-checkpoint v1.0.0 says: a log's size and root, in a signed note."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tabularium_verify import strict_base64
from tabularium_verify.merkle import EMPTY_ROOT, HASH_BYTES
from tabularium_verify.signed_notes import NoteError, VerifierKey, check_note, parse_note

_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class CheckpointError(NoteError):
    """A checkpoint that is not as the standard says, or is another log's."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was at a time.

    Attributes:
        origin: the name of the log: its address without scheme.
        size: how many leaves it had.
        root: the root of its tree, 32 bytes.
        extension: further lines, which mean nothing here; each with its end.
    """

    origin: str
    size: int
    root: bytes
    extension: str = ""

    def text(self) -> str:
        """The text that is signed."""
        root = strict_base64.encode(self.root)
        return f"{self.origin}\n{self.size}\n{root}\n{self.extension}"


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a note.

    Raises:
        VerificationError: it is none.
    """
    lines = text.split("\n")
    # Each of the three lines that there must be has an end, after which something stands, if only nothing.
    if len(lines) <= _LINES or not lines[0]:
        raise CheckpointError("a checkpoint has at least three lines: origin, size and root")
    origin, size, root = lines[:_LINES]
    if not _SIZE.fullmatch(size):
        raise CheckpointError("the second line of a checkpoint is a number without leading zeros")
    extension = "\n".join(lines[_LINES:])
    found = Checkpoint(origin, int(size), _root(root), extension)
    if found.size == 0 and found.root != EMPTY_ROOT:
        raise CheckpointError("an empty log has one root alone, and this is another")
    return found


def read_checkpoint(data: bytes) -> Checkpoint:
    """What a checkpoint says, whoever signed it.

    Raises:
        VerificationError: it is no note, or no checkpoint.
    """
    return parse_checkpoint(parse_note(data).text)


def check_checkpoint(
    data: bytes, key: VerifierKey, witnesses: Iterable[VerifierKey] = ()
) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    """A checkpoint that the log's key signed, and which of the keys signed it.

    Raises:
        VerificationError: it is none, or the log did not sign it, or another key's signature is wrong.
    """
    note, signed = check_note(data, [key, *witnesses])
    if key not in signed:
        raise CheckpointError(f"{key.name} did not sign it")
    found = parse_checkpoint(note.text)
    if found.origin != key.name:
        raise CheckpointError(f"it is a checkpoint of {found.origin}, and the key is of {key.name}")
    return found, signed


def _root(text: str) -> bytes:
    root = strict_base64.decode(text, "the root of a checkpoint")
    if len(root) != HASH_BYTES:
        raise CheckpointError("the root of a checkpoint has 32 bytes")
    return root

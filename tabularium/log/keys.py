"""The keys that sign the log's checkpoints, in a file that its owner alone can read.

A line of the file is a key in the form of Go's signed notes: `PRIVATE+KEY+NAME+NUMBER+KEY`. The first line
is the key of today. A second one, if there is one, is the key before it: it signs too until the next
rotation, so that readers who have the old key alone are not left without a checkpoint that they can check.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tabularium_verify import strict_base64
from tabularium_verify.checkpoints import Checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import ED25519, Note, Signature, VerifierKey

_PREFIX = "PRIVATE+KEY+"
_SEED_BYTES = 32
_FOR_OTHERS = 0o077


class KeyFileError(Exception):
    """The keys of the log cannot be used; the message says why and what to do, and repeats no key."""


class Signer(Protocol):
    """A key that signs, wherever it is kept."""

    @property
    def name(self) -> str:
        """The name of the log."""
        ...

    @property
    def verifier(self) -> VerifierKey:
        """What others check its signatures with."""
        ...

    def sign(self, text: str) -> Signature:
        """Sign the text of a note.

        Raises:
            KeyFileError: it cannot be used now.
        """
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs, kept in a file.

    Attributes:
        name: of the log: its address without scheme.
        seed: the 32 bytes that RFC 8032 makes an Ed25519 key of. Never shown.
    """

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """What others check its signatures with."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign the text of a note."""
        return Signature(self.name, self.verifier.key_id, self._private.sign(text.encode()))

    def encode(self) -> str:
        """The key as it stands in its file."""
        key = strict_base64.encode(bytes([ED25519]) + self.seed)
        return f"{_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{key}"


def new_key(name: str) -> SigningKey:
    """A key that nobody had before.

    Raises:
        VerificationError: the name is empty or has white space or a plus sign.
    """
    key = SigningKey(name, secrets.token_bytes(_SEED_BYTES))
    key.verifier  # noqa: B018 - looks at the name
    return key


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[Signer]) -> bytes:
    """A checkpoint with a signature of each key.

    Raises:
        KeyFileError: a key cannot be used now.
    """
    text = checkpoint.text()
    return Note(text, tuple(each.sign(text) for each in keys)).encode()


def read_keys(path: Path) -> list[SigningKey]:
    """The keys in a file, that of today first.

    Raises:
        KeyFileError: there is no such file, others than its owner can read it, or it is not one of keys.
    """
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & _FOR_OTHERS:
                raise KeyFileError(
                    f"{path} can be read by others than its owner. Make it private: chmod 600 {path}. If "
                    "somebody may have read it, make another key: tabularium log key rotate"
                )
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise KeyFileError(f"There is no key in {path}. Make one: tabularium log key new") from None
    except (OSError, UnicodeDecodeError):
        raise KeyFileError(f"{path} cannot be read as a file of keys.") from None
    keys = [_parse(line, path, number) for number, line in enumerate(lines, start=1) if line]
    if not keys:
        raise KeyFileError(f"There is no key in {path}. Make one: tabularium log key new")
    return keys


def make_keys(path: Path, name: str) -> SigningKey:
    """Make the first key of a log.

    Raises:
        KeyFileError: there are keys already, or the name is none.
        OSError: the file cannot be written.
    """
    key = _named(name)
    try:
        _write(path, [key], os.O_EXCL)
    except FileExistsError:
        raise KeyFileError(
            f"{path} has a key already. For another: tabularium log key rotate"
        ) from None
    return key


def rotate_keys(path: Path) -> SigningKey:
    """Put a new key in the place of today's, which goes on signing beside it until the next time.

    Raises:
        KeyFileError: as `read_keys`.
        OSError: the file cannot be written; the keys are then those from before.
    """
    today = read_keys(path)[0]
    key = new_key(today.name)
    half = path.with_name(f"{path.name}.half-written")
    half.unlink(missing_ok=True)
    _write(half, [key, today], os.O_EXCL)
    half.replace(path)
    return key


def _named(name: str) -> SigningKey:
    try:
        return new_key(name)
    except VerificationError as error:
        raise KeyFileError(f"No log can be called so: {error}.") from None


def _parse(line: str, path: Path, number: int) -> SigningKey:
    fault = KeyFileError(f"Line {number} of {path} is no key of a log.")
    if not line.startswith(_PREFIX):
        raise fault
    name, key_id, text = [*line.removeprefix(_PREFIX).split("+", 2), "", ""][:3]
    try:
        raw = strict_base64.decode(text, "the key")
        if raw[:1] != bytes([ED25519]) or len(raw) != 1 + _SEED_BYTES:
            raise fault
        key = SigningKey(name, raw[1:])
        if key.verifier.key_id.hex() != key_id:
            raise fault
    except VerificationError:
        raise fault from None
    return key


def _write(path: Path, keys: list[SigningKey], flag: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(f"{each.encode()}\n" for each in keys)
        file.flush()
        os.fsync(file.fileno())

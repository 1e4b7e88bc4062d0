"""Signed notes, as C2SP's signed-note v1.0.0 says: a text, and lines with signatures under it.

A reader knows keys by name and number; signatures of keys that it does not know are passed over, one of a
known key that is wrong refuses the note, and a note without a known signature is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tabularium_verify import strict_base64
from tabularium_verify.errors import VerificationError

MOST_SIGNATURES = 64
MOST_BYTES = 1 << 20

ED25519 = 0x01
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_ID_BYTES = 4
_MARK = "— "


class NoteError(VerificationError):
    """A note, a key or a signature that is not as the standard says, or not by whom it should be."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under a note.

    Attributes:
        name: of the key.
        key_id: the number of the key, 4 bytes.
        signature: the signature itself; 64 bytes if the key is an Ed25519 key.
    """

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line, with its end."""
        text = strict_base64.encode(self.key_id + self.signature)
        return f"{_MARK}{self.name} {text}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it.

    Attributes:
        text: what is signed, with the end of its last line.
        signatures: in the order of their lines.
    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note as it is kept and sent."""
        lines = "".join(each.line() for each in self.signatures)
        return f"{self.text}\n{lines}".encode()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that signatures are checked with.

    Attributes:
        name: not empty, without white space and plus signs.
        public: the 32 bytes of an Ed25519 key, as RFC 8032 has them.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise NoteError("the public part of an Ed25519 key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The number of the key: the first 4 bytes of a digest of its name, its kind and itself."""
        told = self.name.encode() + b"\n" + bytes([ED25519]) + self.public
        return sha256(told).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        key = strict_base64.encode(bytes([ED25519]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is by this key and over exactly this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def parse_key(text: str) -> VerifierKey:
    """A verifier key as people hand it on: name, number, and key in base64, with plus signs between.

    Raises:
        VerificationError: it is none, it is not an Ed25519 key, or its number is another key's.
    """
    # The key itself may hold plus signs.
    name, number, key = [*text.strip().split("+", 2), "", ""][:3]
    if not number or not key:
        raise NoteError("a verifier key is NAME+NUMBER+KEY, as `tabularium log key show` prints it")
    raw = strict_base64.decode(key, "the key")
    if raw[:1] != bytes([ED25519]):
        raise NoteError("the key is of a kind that is not known here; Ed25519 is")
    found = VerifierKey(name, raw[1:])
    if found.key_id.hex() != number:
        raise NoteError("the number in the verifier key is not this key's: was it copied whole?")
    return found


def parse_note(data: bytes) -> Note:
    """A note in its parts; its signatures are not checked yet.

    Raises:
        VerificationError: it is not as the standard says.
    """
    if len(data) > MOST_BYTES:
        raise NoteError(f"a note of more than {MOST_BYTES} bytes is not read")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("a note is UTF-8 text") from None
    if any(each < " " and each != "\n" for each in whole):
        raise NoteError("a note holds no control characters")
    # The text may have empty lines; the last one ends it.
    text, empty, below = whole.rpartition("\n\n")
    if not empty or not below.endswith("\n"):
        raise NoteError("a note is a text, an empty line and lines with signatures")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"a note with more than {MOST_SIGNATURES} signatures is not read")
    return Note(f"{text}\n", tuple(_signature(each) for each in lines))


def check_note(data: bytes, keys: Iterable[VerifierKey]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """A note, and which of the keys signed it; at least one did.

    Raises:
        VerificationError: it is no note, a signature of one of the keys is wrong, or none of them signed it.
    """
    note = parse_note(data)
    known = {(each.name, each.key_id): each for each in keys}
    found: dict[VerifierKey, None] = {}
    for each in note.signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        if len(each.signature) != _SIGNATURE_BYTES or not key.accepts(note.text, each.signature):
            raise NoteError(f"the signature of {key.name} does not fit the text")
        found[key] = None
    if not found:
        raise NoteError("none of the keys that are trusted here signed it")
    return note, tuple(found)


def _signature(line: str) -> Signature:
    if not line.startswith(_MARK):
        raise NoteError("a line with a signature begins with a dash and a space")
    name, space, text = line.removeprefix(_MARK).partition(" ")
    if not space:
        raise NoteError("a line with a signature has a name and a signature")
    _check_name(name)
    raw = strict_base64.decode(text, "a signature")
    if len(raw) <= _ID_BYTES:
        raise NoteError("a signature has the number of its key and at least one byte more")
    return Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def _check_name(name: str) -> None:
    if not name or "+" in name or any(each.isspace() for each in name):
        raise NoteError("the name of a key is not empty and has no white space and no plus sign")

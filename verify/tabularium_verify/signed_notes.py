"""Signed notes, as C2SP's signed-note v1.0.0 says: a text, and lines with signatures under it.

A reader knows keys by name and number; signatures of keys that it does not know are passed over, one of a
known key that is wrong refuses the note, and a note without a known signature is refused.

Keys are of two kinds. A log's key signs the text itself. A witness's key makes a cosignature, as C2SP's
tlog-cosignature v1.0.1 says: it signs when it saw the text, too, and the signature says when.
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
COSIGNATURE = 0x04
_KINDS = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 cosignature"}
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_TIME_BYTES = 8
_LATEST = (1 << 63) - 1
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
        signature: the signature itself; 64 bytes if the key is an Ed25519 key, and 8 bytes with the time
            before them if it is a witness's.
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
        kind: `ED25519` for what signs a text, `COSIGNATURE` for a witness's.
    """

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise NoteError("the public part of an Ed25519 key has 32 bytes")
        if self.kind not in _KINDS:
            raise NoteError("the key is of a kind that is not known here; Ed25519 is")

    @property
    def key_id(self) -> bytes:
        """The number of the key: the first 4 bytes of a digest of its name, its kind and itself."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(told).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        key = strict_base64.encode(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is by this key and over exactly this text."""
        signed = text
        if self.kind == COSIGNATURE:
            time = _time_of(signature)
            if time is None:
                return False
            signed, signature = cosigned_text(text, time), signature[_TIME_BYTES:]
        if len(signature) != _SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed.encode())
        except InvalidSignature:
            return False
        return True


def cosigned_text(text: str, time: int) -> str:
    """What a witness signs.

    Args:
        text: of the checkpoint.
        time: when it saw that the log had only grown, in seconds since 1970.
    """
    return f"cosignature/v1\ntime {time}\n{text}"


def parse_key(text: str) -> VerifierKey:
    """A verifier key as people hand it on: name, number, and key in base64, with plus signs between.

    Raises:
        VerificationError: it is none, it is not an Ed25519 key, or its number is another key's.
    """
    return _parse_key(text, ED25519)


def parse_witness_key(text: str) -> VerifierKey:
    """The verifier key of a witness, which signs by cosignatures alone.

    Raises:
        VerificationError: it is none, it is a key of another kind, or its number is another key's.
    """
    return _parse_key(text, COSIGNATURE)


def _parse_key(text: str, kind: int) -> VerifierKey:
    # The key itself may hold plus signs.
    name, number, key = [*text.strip().split("+", 2), "", ""][:3]
    if not number or not key:
        raise NoteError("a verifier key is NAME+NUMBER+KEY, as `tabularium log key show` prints it")
    raw = strict_base64.decode(key, "the key")
    if raw[:1] != bytes([kind]):
        raise NoteError(f"the key is of a kind that is not known here; {_KINDS[kind]} is")
    found = VerifierKey(name, raw[1:], kind)
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
    return Note(f"{text}\n", parse_signatures(below))


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
        if not key.accepts(note.text, each.signature):
            raise NoteError(f"the signature of {key.name} does not fit the text")
        found[key] = None
    if not found:
        raise NoteError("none of the keys that are trusted here signed it")
    return note, tuple(found)


def cosigned_at(note: Note, witness: VerifierKey) -> int | None:
    """When a witness saw that the log had only grown; None if it did not sign this text.

    Args:
        note: a checkpoint and its signatures.
        witness: the key of the witness.

    Returns:
        Seconds since 1970, as the witness says; the latest if it signed several times.
    """
    times = [
        int.from_bytes(each.signature[:_TIME_BYTES], "big")
        for each in note.signatures
        if (each.name, each.key_id) == (witness.name, witness.key_id)
        and witness.kind == COSIGNATURE
        and witness.accepts(note.text, each.signature)
    ]
    return max(times, default=None)


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Lines with signatures, without the text that they are under; each has its end.

    Raises:
        VerificationError: one is not as the standard says, or there are none or too many.
    """
    if not lines.endswith("\n"):
        raise NoteError("a line with a signature has an end")
    found = lines[:-1].split("\n")
    if len(found) > MOST_SIGNATURES:
        raise NoteError(f"a note with more than {MOST_SIGNATURES} signatures is not read")
    return tuple(_signature(each) for each in found)


def _time_of(signature: bytes) -> int | None:
    """The time in a cosignature; None if it is none."""
    time = int.from_bytes(signature[:_TIME_BYTES], "big")
    return time if len(signature) >= _TIME_BYTES and time <= _LATEST else None


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

"""The file of a backup: a head in clear, and sealed pieces behind it that can only be read in order.

    TABULARIUM BACKUP 1 <line feed>
    length of the head (4 bytes, big-endian), the head (JSON)
    pieces: sort (1 byte, "R" rows or "E" end), length (4 bytes), and
        R   length of the month (1 byte), the month, length of the first part (4 bytes), the first part,
            the second part
        E   what there should have been

Every part is JSON, deflated and sealed with AES-256-GCM. The key of the first part, and of the end, is
derived from the key of the month in which the backup was made; that of the second part from this and
from the key of the month by which it is to be forgotten. Both are derived with a salt that stands in the
head and occurs once, so a key seals the pieces of one file alone, and the number of the piece is its nonce.
What is sealed is bound to the head, to the number and the sort of the piece, and to its month: a file that
was changed, cut off, or whose pieces were moved is refused.
"""

import json
import secrets
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tabularium.register.backups.errors import BackupError

MAGIC = b"TABULARIUM BACKUP 1\n"
LONGEST_HEAD = 4 << 20
LONGEST_PIECE = 512 << 20
_ROWS, _END = b"R", b"E"
_LENGTH = struct.Struct(">I")
_DAMAGED = "The file is damaged or was changed: {}. Take another backup."


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a table.

    Attributes:
        month: by whose key the second part is sealed as well; "" if by none.
        first: what the key of the backup opens.
        second: what the month's key has to open too; None if there is no such key any more.
    """

    month: str
    first: Any
    second: Any


class _Seals:
    """The seals of one file."""

    def __init__(
        self, head: bytes, salt: bytes, key: bytes, of_months: Mapping[str, bytes]
    ) -> None:
        self._bound_to = sha256(MAGIC + head).digest()
        self._first = self._derive(salt, key, b"first")
        self._second = {
            month: self._derive(salt, key + each, b"second " + month.encode())
            for month, each in {"": b"", **of_months}.items()
        }

    @staticmethod
    def _derive(salt: bytes, material: bytes, purpose: bytes) -> AESGCM:
        derive = HKDF(SHA256(), length=32, salt=salt, info=b"Tabularium backup 1, " + purpose)
        return AESGCM(derive.derive(material))

    def close(self, number: int, sort: bytes, month: str, what: Any, *, second: bool) -> bytes:
        written = json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()
        seal = self._second[month] if second else self._first
        return seal.encrypt(
            number.to_bytes(12, "big"), zlib.compress(written, 1), self._bound(number, sort, month)
        )

    def open(self, number: int, sort: bytes, month: str, sealed: bytes, *, second: bool) -> Any:
        """What was sealed; None if there is no key to open it.

        Raises:
            BackupError: it was changed, or sealed by other keys.
        """
        seal = self._second.get(month) if second else self._first
        if seal is None:
            return None
        try:
            opened = seal.decrypt(
                number.to_bytes(12, "big"), sealed, self._bound(number, sort, month)
            )
        except InvalidTag:
            raise BackupError(_DAMAGED.format(f"piece {number} cannot be opened")) from None
        return json.loads(zlib.decompress(opened))

    def _bound(self, number: int, sort: bytes, month: str) -> bytes:
        return self._bound_to + number.to_bytes(8, "big") + sort + month.encode()


class Writer:
    """Writes a backup, piece by piece."""

    def __init__(
        self, stream: BinaryIO, head: Mapping[str, Any], key: bytes, of_months: Mapping[str, bytes]
    ) -> None:
        salt = secrets.token_bytes(32)
        written = json.dumps({**head, "salt": salt.hex()}, sort_keys=True).encode()
        self._stream, self._number = stream, 0
        self._seals = _Seals(written, salt, key, of_months)
        stream.write(MAGIC + _LENGTH.pack(len(written)) + written)

    def rows(self, month: str, first: Any, second: Any) -> None:
        """Add rows, what the backup's key opens and what the month's key has to open too."""
        close = self._seals.close
        sealed = close(self._number, _ROWS, month, first, second=False)
        also = close(self._number, _ROWS, month, second, second=True)
        named = month.encode()
        self._piece(_ROWS, bytes([len(named)]) + named + _LENGTH.pack(len(sealed)) + sealed + also)

    def end(self, what: Any) -> None:
        """Say what there should have been, and that this is all."""
        self._piece(_END, self._seals.close(self._number, _END, "", what, second=False))

    def _piece(self, sort: bytes, content: bytes) -> None:
        self._stream.write(sort + _LENGTH.pack(len(content)) + content)
        self._number += 1


class Reader:
    """Reads a backup; `head` is there at once, the pieces once there are keys."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the head.

        Raises:
            BackupError: the file is no backup, or its head is damaged.
        """
        self._stream = stream
        if stream.read(len(MAGIC)) != MAGIC:
            raise BackupError("The file is no backup of a register, or of a later format.")
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > LONGEST_HEAD:
            raise BackupError(_DAMAGED.format("its head is too long"))
        self._written = self._read(length)
        try:
            self.head: Mapping[str, Any] = json.loads(self._written)
            self._salt = bytes.fromhex(self.head["salt"])
        except (ValueError, KeyError, TypeError):
            raise BackupError(_DAMAGED.format("its head cannot be read")) from None
        self.end: Any = None

    def pieces(self, key: bytes, of_months: Mapping[str, bytes]) -> Iterator[Piece]:
        """The pieces in order; then `end` says what there should have been.

        Raises:
            BackupError: the file is damaged, was changed, or ends before its end.
        """
        seals = _Seals(self._written, self._salt, key, of_months)
        number = 0
        while True:
            sort = self._read(1)
            (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
            if length > LONGEST_PIECE:
                raise BackupError(_DAMAGED.format(f"piece {number} is too long"))
            content = self._read(length)
            if sort == _END:
                self.end = seals.open(number, _END, "", content, second=False)
                if self._stream.read(1):
                    raise BackupError(_DAMAGED.format("something stands behind its end"))
                return
            if sort != _ROWS:
                raise BackupError(_DAMAGED.format(f"piece {number} is of no known sort"))
            yield _opened(seals, number, content)
            number += 1

    def _read(self, length: int) -> bytes:
        read = self._stream.read(length)
        if len(read) != length:
            raise BackupError(_DAMAGED.format("it ends too early"))
        return read


def _opened(seals: _Seals, number: int, content: bytes) -> Piece:
    try:
        begins = 1 + content[0]
        month = content[1:begins].decode("ascii")
        (length,) = _LENGTH.unpack_from(content, begins)
    except (IndexError, UnicodeDecodeError, struct.error):
        raise BackupError(_DAMAGED.format(f"piece {number} cannot be read")) from None
    begins += _LENGTH.size
    sealed, also = content[begins : begins + length], content[begins + length :]
    return Piece(
        month,
        seals.open(number, _ROWS, month, sealed, second=False),
        seals.open(number, _ROWS, month, also, second=True),
    )

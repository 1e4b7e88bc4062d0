"""How a one-time code is made and known again, from the register's secret alone.

A notice that is rendered twice carries the same code, and who has the database alone has no code. A code
carries a reference and 80 bits that only the secret can make; the reference is masked by these, so that
codes tell nothing and cannot be counted. (The construction is that of a synthetic initialisation vector,
RFC 5297, with HMAC-SHA-256 in its two places.)
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from tabularium.register import invitation_text

_SECRET_BITS = 80
_REFERENCE_BITS = invitation_text.BITS - _SECRET_BITS


class Origin(StrEnum):
    """Where a code comes from: a notice carries it, or a member made it for another."""

    NOTICE = "notice"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a code stands for. It says nothing on whether it still holds.

    Attributes:
        origin: where it comes from.
        number: of the notice or the invitation.
        generation: of the notice's code; 1 for an invitation.
        made_at: when the notice or the invitation was made, in ISO 8601. Where a backup was restored, a
            number may come again; a code that was sent before must not fit it.
    """

    origin: Origin
    number: int
    generation: int
    made_at: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What a code itself says: whence, of which number, and the part that only the secret can make."""

    origin: Origin
    number: int
    secret_part: int

    def fits(self, of: Recognised) -> bool:
        """Whether the code was made by this register for that."""
        return hmac.compare_digest(_bytes(self.secret_part), _bytes(_secret_part(of)))


def code(of: Recognised) -> str:
    """The code for it, which is the same each time."""
    secret = _secret_part(of)
    reference = (of.number << 1 | (of.origin is Origin.MEMBER)) ^ _mask(secret)
    return invitation_text.written(reference << _SECRET_BITS | secret)


def carried_by(text: str) -> Carried:
    """What a code says that somebody typed.

    Raises:
        MistypedError: it was not typed as it stands in the letter.
    """
    number = invitation_text.read(text)
    secret = number & ((1 << _SECRET_BITS) - 1)
    reference = number >> _SECRET_BITS ^ _mask(secret)
    return Carried(Origin.MEMBER if reference & 1 else Origin.NOTICE, reference >> 1, secret)


def _secret_part(of: Recognised) -> int:
    said = f"{of.origin} {of.number} {of.generation} {of.made_at}"
    return _derived("code", said.encode("ascii"), _SECRET_BITS)


def _mask(secret: int) -> int:
    return _derived("reference", _bytes(secret), _REFERENCE_BITS)


def _derived(purpose: str, message: bytes, bits: int) -> int:
    key = hashlib.sha256(f"tabularium invitation {purpose} {settings.SECRET_KEY}".encode()).digest()
    digest = hmac.digest(key, message, "sha256")
    return int.from_bytes(digest, "big") >> (8 * len(digest) - bits)


def _bytes(secret: int) -> bytes:
    return secret.to_bytes(_SECRET_BITS // 8, "big")

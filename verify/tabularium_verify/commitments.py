"""What a leaf of the log commits to: salted digests of single facts, bound together by one more salt.

The format has a version, which stands in the tags; `docs/log.md` says it in full, with worked values.

A fact is a name and a value. Its digest is taken with 32 random bytes of its own, so that somebody who is
shown the digest learns nothing of the value, and the value cannot be found by trying once the salt is
destroyed. The commitment is over the digests of all facts of a change and one more salt, so that leaves of
one entry have nothing in common that an outsider could see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import rfc8785

from tabularium_verify.errors import VerificationError

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

SALT_BYTES = 32
DIGEST_BYTES = 32
FACT_TAG = b"tabularium/log/fact/v1\x00"
LEAF_TAG = b"tabularium/log/leaf/v1\x00"


def fact_digest(salt: bytes, name: str, value: Json) -> bytes:
    """The digest of one fact, 32 bytes.

    Args:
        salt: 32 random bytes, used for this fact alone.
        name: of the fact.
        value: what it says, made of texts in normal form C, integers within 2^53-1, truth values, lists,
            mappings and nothing else.

    Raises:
        VerificationError: the salt has another length, or the value has no canonical form.
    """
    return sha256(FACT_TAG + _salt(salt) + _canonical([name, value])).digest()


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its salt.

    Attributes:
        name: of the fact.
        value: what it says.
        salt: 32 bytes that serve it alone.
    """

    name: str
    value: Json
    salt: bytes

    @property
    def digest(self) -> bytes:
        """What the leaf commits to.

        Raises:
            VerificationError: the value has no canonical form.
        """
        return fact_digest(self.salt, self.name, self.value)


@dataclass(frozen=True, slots=True)
class WithheldFact:
    """A fact that was erased, or that is not shown: its digest alone is left.

    Attributes:
        name: of the fact.
        digest: 32 bytes.
    """

    name: str
    digest: bytes


def commitment(salt: bytes, digests: Mapping[str, bytes]) -> bytes:
    """What stands in the log for a change: 32 bytes that say nothing by themselves.

    Args:
        salt: 32 random bytes, used for this leaf alone.
        digests: of every fact of the change, by name; of erased facts too, whose digests stay.

    Raises:
        VerificationError: the salt or a digest has another length.
    """
    if any(len(each) != DIGEST_BYTES for each in digests.values()):
        raise VerificationError(f"a digest of a fact has {DIGEST_BYTES} bytes")
    # RFC 8785 puts names in the order of their UTF-16 code units.
    told = _canonical({name: each.hex() for name, each in digests.items()})
    return sha256(LEAF_TAG + _salt(salt) + told).digest()


def _salt(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise VerificationError(f"a salt has {SALT_BYTES} bytes")
    return salt


def _canonical(value: object) -> bytes:
    """RFC 8785 of a value that was in its one form already."""
    _refuse_numbers_with_fractions(value)
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:
        raise VerificationError("a value has no canonical form") from None


def _refuse_numbers_with_fractions(value: object) -> None:
    """Sums of money are texts: a number with a fraction is read otherwise by other programs."""
    if isinstance(value, float):
        raise VerificationError("a number with a fraction has no canonical form")
    if isinstance(value, list):
        for each in value:
            _refuse_numbers_with_fractions(each)
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_numbers_with_fractions(each)

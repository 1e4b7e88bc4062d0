"""Public identities of organisations and entries: random, so that they tell nothing and cannot be counted."""

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# Crockford's base 32: no letter that can be taken for a digit or for another letter.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12

PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"
"""An identity, as a regular expression."""


def new_id() -> str:
    """A new identity of 60 random bits, as 12 characters of Crockford's base 32 in lower case."""
    bits = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(LENGTH))


def new_ids(number: int) -> "pa.Array":
    """As many new identities, in ascending order.

    Sorted, because an index takes many keys in order much faster. Who knows two identities of one load
    learns which came first in the file, and nothing of those he does not know.
    """
    # Here and not above: a web process that loads nothing needs neither this nor Arrow.
    import numpy as np  # noqa: PLC0415

    bits = np.frombuffer(secrets.token_bytes(8 * number), dtype=np.uint64) >> np.uint64(4)
    bits.sort()
    places = np.arange(LENGTH - 1, -1, -1, dtype=np.uint64) * np.uint64(5)
    letters = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
    signs = letters[(bits[:, None] >> places) & np.uint64(31)]
    return _cut(signs.tobytes())


def ids_in_a_row(signs: bytes) -> "pa.Array":
    """The identities that stand one behind the other with nothing between.

    Raises:
        ValueError: they are not so long as whole identities are.
    """
    if len(signs) % LENGTH:
        raise ValueError("not identities alone")
    return _cut(signs)


def _cut(signs: bytes) -> "pa.Array":
    import numpy as np  # noqa: PLC0415 - see above
    import pyarrow as pa  # noqa: PLC0415 - see above

    number = len(signs) // LENGTH
    ends = pa.py_buffer(np.arange(0, len(signs) + 1, LENGTH, dtype=np.int32))
    return pa.Array.from_buffers(pa.string(), number, [None, ends, pa.py_buffer(signs)])


def as_number(identity: str) -> int:
    """The identity as a number below 2 to the 60, for tables whose rows need one.

    Raises:
        ValueError: a character that is in no identity.
    """
    number = 0
    for each in identity:
        number = number * 32 + ALPHABET.index(each)
    return number

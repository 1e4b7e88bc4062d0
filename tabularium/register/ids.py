"""Public identities of organisations and entries: random, so that they tell nothing and cannot be counted."""

import secrets

# Crockford's base 32: no letter that can be taken for a digit or for another letter.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12


def new_id() -> str:
    """A new identity of 60 random bits, as 12 characters of Crockford's base 32 in lower case."""
    bits = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(LENGTH))


def as_number(identity: str) -> int:
    """The identity as a number below 2 to the 60, for tables whose rows need one.

    Raises:
        ValueError: a character that is in no identity.
    """
    number = 0
    for each in identity:
        number = number * 32 + ALPHABET.index(each)
    return number

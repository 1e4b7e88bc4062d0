"""How a one-time code is written, for somebody who types it from a letter.

Crockford's base 32 (https://www.crockford.com/base32.html): digits, and letters that cannot be taken for
a digit or for one another; small letters and capitals are the same, as are O and 0, I, L and 1. Six groups
of four. The last character checks the others: the characters are coefficients of a polynomial over the
field of 32 elements that has a root in its generator, so that one wrong character, or any two that changed
places, never make another right code. A slip of typing is so told from a code that is not known.
"""

import re
import unicodedata

from tabularium.register.ids import ALPHABET

GROUPS = 6
IN_A_GROUP = 4
LENGTH = GROUPS * IN_A_GROUP
BITS = 5 * (LENGTH - 1)
"""How many bits a code carries: 115."""

_READ_AS = str.maketrans("oil", "011")
# Whatever people and programs put between groups.
_BETWEEN = re.compile(r"[\s._\u2010-\u2015\u2212-]+")
# x^5 + x^2 + 1, which has no factors: the field's own polynomial, without its highest power.
_FIELD = 0b00101


class MistypedError(ValueError):
    """A text that is no code, whoever may have sent one: it was not typed as it stands in the letter."""


def written(number: int) -> str:
    """The code that carries a number of `BITS` bits, in capitals and groups."""
    digits = [number >> (5 * place) & 31 for place in reversed(range(LENGTH - 1))]
    digits.append(_times_generator(_value(digits)))
    text = "".join(ALPHABET[digit] for digit in digits).upper()
    return "-".join(text[start : start + IN_A_GROUP] for start in range(0, LENGTH, IN_A_GROUP))


def read(text: str) -> int:
    """The number that a code carries.

    Raises:
        MistypedError: it has another length, a character that no code has, or the check fails.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_READ_AS)
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        raise MistypedError
    digits = [ALPHABET.index(each) for each in plain]
    if _value(digits):
        raise MistypedError
    number = 0
    for digit in digits[:-1]:
        number = number << 5 | digit
    return number


def _value(digits: list[int]) -> int:
    """The polynomial of these coefficients at the field's generator; 0 for a whole code."""
    value = 0
    for digit in digits:
        value = _times_generator(value) ^ digit
    return value


def _times_generator(element: int) -> int:
    doubled = element << 1
    return (doubled & 31) ^ _FIELD if doubled > 31 else doubled  # noqa: PLR2004 - five bits

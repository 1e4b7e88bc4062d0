"""The usual characters: what a text may hold for the set-based checks to judge it.

Chinese, Latin with the common accents, and the usual punctuation. Of these characters normal form C
leaves every text as it is, none is invisible or a blank but the plain one and the end of a line, and all
of them are single code points of the basic plane, so that every engine counts, cuts and finds in them
alike. A row with any other goes to the row path, which knows all of Unicode.
"""

import unicodedata
from collections.abc import Iterable

from tabularium.core.identifier_schemes import fold

_RANGES = (
    ("\n", "\n"),
    (" ", "~"),
    ("À", "ž"),
    ("Ș", "ț"),
    ("、", "。"),
    ("〇", "】"),
    ("〔", "〕"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
)
_SINGLE = "¡£§ª«°·º»¿€–—‘’“”•…！％（），－：；？～"
# Letters whose small and capital forms engines do not agree on, or that are two letters in one.
_LEFT_OUT = "\u0130\u0131\u0132\u0133\u013f\u0140\u0149"

_IDEOGRAPHS = ("\u3400", "\u9fff")


def _characters() -> frozenset[str]:
    ranged = (chr(code) for low, high in _RANGES for code in range(ord(low), ord(high) + 1))
    return frozenset([*ranged, *_SINGLE]) - frozenset(_LEFT_OUT)


USUAL = _characters()
"""Every usual character."""


def class_of(characters: Iterable[str]) -> str:
    """Characters as the inside of a set in a pattern, neighbours as ranges."""
    codes = sorted(map(ord, characters))
    parts: list[str] = []
    while codes:
        last = 0
        while last + 1 < len(codes) and codes[last + 1] == codes[last] + 1:
            last += 1
        first_code, last_code = codes[0], codes[last]
        parts.append(_in_set(first_code))
        if last_code > first_code:
            parts.append(("-" if last_code > first_code + 1 else "") + _in_set(last_code))
        codes = codes[last + 1 :]
    return "".join(parts)


def _in_set(code: int) -> str:
    character = chr(code)
    if character == "\n":
        return "\\n"
    return f"\\{character}" if character in "\\]^-[&~#" else character


def _is_word(character: str) -> bool:
    return character.isalnum()


def _plain(character: str) -> str:
    """What `intake.personal` folds a character to."""
    kept = unicodedata.normalize("NFKC", character)
    return "".join("-" if unicodedata.category(each) == "Pd" else each for each in kept)


_BETWEEN_DIGITS = frozenset("-xX ()[].,/~_·\n\u2212")

_IN_NUMBERS = frozenset("./,_·-")

USUAL_CLASS = class_of(USUAL)
LETTERS_AND_DIGITS = class_of(each for each in USUAL if _is_word(each))
"""The usual characters that Python's `\\w` finds, without the low line."""
LATIN_LETTERS_AND_DIGITS = class_of(
    each for each in USUAL if _is_word(each) and not _IDEOGRAPHS[0] <= each <= _IDEOGRAPHS[1]
)
LETTERS = class_of(
    each for each in USUAL if each.isalpha() and not _IDEOGRAPHS[0] <= each <= _IDEOGRAPHS[1]
)
SEPARATOR_CHARACTERS = frozenset(
    each for each in USUAL if all(part in _BETWEEN_DIGITS for part in _plain(each))
)
SEPARATORS = class_of(SEPARATOR_CHARACTERS)
"""What may stand between the digits of one number: for phones, for personal numbers, when folded too."""
ONE_SEPARATOR = class_of(each for each in USUAL if _plain(each) in _IN_NUMBERS)
"""What may stand alone between the digits of a personal number, a blank apart."""
FOLDED = {
    each: fold(f"a{each}a")[1:-1] for each in sorted(USUAL) if fold(f"a{each}a")[1:-1] != each
}
"""The usual characters that identifiers write otherwise, with what they become: full-width ones, dashes."""

"""Texts without what should not get in the way of finding them: for the index and the query alike."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from opencc import OpenCC

_IDEOGRAPHS = ((0x3400, 0xA000), (0x20000, 0x323B0))
_PAIRED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
WORD_SIGN = rf"[^\W_{_PAIRED}]"
"""A pattern of one letter or digit of a script that is searched by words."""

_RUNS = re.compile(rf"[{_PAIRED}]+|{WORD_SIGN}+")
_IS_PAIRED = re.compile(rf"[{_PAIRED}]")
# Signs that stand for themselves, taken apart or not: most names have no others.
_NEVER_COMBINES = re.compile("[\0-\u02ff\u3400-\u9fff]*")


def fold(text: str) -> str:
    """Text without what should not get in the way: width, case, accents, traditional characters.

    Folding what is folded changes nothing.
    """
    if text.isascii():
        return text.casefold()
    # Twice, because taking a sign apart can bring capitals to light: "№" becomes "No".
    apart = unicodedata.normalize("NFKD", text.casefold())
    folded = apart.casefold()
    decomposed = apart if folded == apart else unicodedata.normalize("NFKD", folded)
    if not _NEVER_COMBINES.fullmatch(decomposed):
        bare = "".join(each for each in decomposed if not unicodedata.combining(each))
        decomposed = unicodedata.normalize("NFC", bare)
    return decomposed.translate(_simplified())


@lru_cache(maxsize=1)
def _simplified() -> Mapping[int, str]:
    """Traditional characters and the simplified ones that stand for them, one for one.

    Character by character and not by words as OpenCC could: a part of a name must be folded like the
    whole, wherever it is cut. Where a traditional one has two simplified forms (乾: 干, 乾), it takes the
    first, in the index and in the query.
    """
    known = [chr(code) for first, end in _IDEOGRAPHS for code in range(first, end)]
    given = OpenCC("t2s").convert("\n".join(known)).split("\n")
    table = {
        known_: given_ for known_, given_ in zip(known, given, strict=True) if known_ != given_
    }
    return {ord(each): table.get(to, to) for each, to in table.items() if len(to) == 1}


def runs_of(folded: str) -> list[str]:
    """The words of a folded text, and its runs of characters of scripts that are written without blanks."""
    return _RUNS.findall(folded)


def has_pairs(run: str) -> bool:
    """Whether a run is searched in pairs of characters: Chinese, Japanese and Korean."""
    return _IS_PAIRED.match(run) is not None


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """A folded text, and for each of its characters the place in `text` that it comes from.

    Where characters of `text` fold together into one, the places are not told: the list is empty.
    """
    folded, places = [], []
    for place, sign in enumerate(text):
        of_sign = fold(sign)
        folded.append(of_sign)
        places += [place] * len(of_sign)
    joined = "".join(folded)
    return (joined, places) if joined == fold(text) else (fold(text), [])

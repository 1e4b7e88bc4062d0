"""Guessing the encoding of a text that has no mark and is no UTF-8.

First what bytes alone tell: zero bytes of UTF-16, a few damaged bytes in UTF-8, the pairs of the East Asian
encodings. What they leave open is put to charset-normalizer. It often takes Western European texts for
Central European ones, whose letters have the same bytes, so Latin letters are compared with languages here.
"""

import codecs
from collections import Counter
from collections.abc import Mapping

from charset_normalizer import from_bytes

from tabularium.intake.readers.encoding_pairs import shares_of_pairs

_NAMES: Mapping[str, str] = {
    "cp1252": "windows-1252",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "cp850": "ibm850",
    "mac_roman": "macintosh",
    "iso8859_2": "iso-8859-2",
    "iso8859_5": "iso-8859-5",
    "koi8_r": "koi8-r",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_jp": "euc-jp",
}
"""The encodings that are guessed, by the names of their codecs."""
# Letters beyond ASCII with which each language is written (Unicode CLDR, main exemplar characters).
_WESTERN = (
    "áàâãçéêíóôõúüª",
    "áéíóúüñ",
    "àâæçéèêëîïôœùûüÿ",
    "äöüß",
    "àèéìíòóùú",
    "àçéèíïóòúü",
    "åäöæøé",
    "áðéíóúýþæö",
)
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ")
_LATIN: Mapping[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("âçğıîöşûü",),
    "cp850": _WESTERN,
    "mac_roman": _WESTERN,
}
_COMMON_SIGNS = frozenset("ºª°§“”‘’–—•€£«»¿¡®©·…´¨№\u00a0")
_SIGNS_IN_WORDS = frozenset("’·´–\u00a0")
_SURE, _LIKELY, _CLEARLY = 0.9, 0.6, 0.03
_LONGEST = 1 << 14
_LAST_ASCII, _LEAST_TOLD = 0x7F, 8
_LIKELY_SIGNS = frozenset(b',;\t|\r\n" 0123456789')


def guessed_encoding(sample: bytes) -> str:
    """The likeliest encoding of a sample from a file that is no UTF-8 as a whole."""
    wide = _utf_16(sample)
    if wide:
        return wide
    if _is_damaged_utf_8(sample):
        return "utf-8"
    lines = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())[:_LONGEST]
    shares = shares_of_pairs(lines)
    best = next(iter(shares), "")
    if best and shares[best] >= _SURE:
        return _NAMES[best]
    name = _told_by_charset_normalizer(lines)
    if name in _NAMES and name not in _LATIN and shares.get(name, 1.0) >= _LIKELY:
        return _NAMES[name]
    return _NAMES[_latin(lines)]


def _told_by_charset_normalizer(lines: bytes) -> str:
    """Its answer, which a few bytes are not enough for, or ""."""
    if sum(byte > _LAST_ASCII for byte in lines) < _LEAST_TOLD:
        return ""
    told = from_bytes(lines, cp_isolation=list(_NAMES)).best()
    return told.encoding if told is not None else ""


def _utf_16(sample: bytes) -> str:
    """UTF-16 without a mark: its delimiters, digits and ends of lines have a zero byte beside them."""
    pairs = len(sample) // 2
    evens, odds = sample[0 : pairs * 2 : 2], sample[1 : pairs * 2 : 2]
    for name, signs, zeros in (("utf-16-le", evens, odds), ("utf-16-be", odds, evens)):
        beside = [sign for sign, zero in zip(signs, zeros, strict=True) if zero == 0]
        if len(beside) * 20 < pairs or beside.count(0) * 10 > len(beside):
            continue
        if sum(sign in _LIKELY_SIGNS for sign in beside) * 10 < len(beside):
            continue
        decoded = sample[: pairs * 2].decode(name, "replace")
        if decoded.count("\ufffd") * 20 <= len(decoded):
            return name
    return ""


def _is_damaged_utf_8(sample: bytes) -> bool:
    """Whether more signs beyond ASCII are right UTF-8 than wrong: hardly any other text has such bytes."""
    # The sample may end within a sign.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    wrong = text.count("\ufffd")
    return sum(not sign.isascii() for sign in text) - wrong > wrong


def _latin(lines: bytes) -> str:
    """The Latin encoding in which one language explains most of the signs; Western if none does clearly."""
    fits = {name: _fit(lines.decode(name, "replace"), _LATIN[name]) for name in _LATIN}
    best = max(fits, key=lambda name: fits[name])
    return best if fits[best] > fits["cp1252"] + _CLEARLY else "cp1252"


def _fit(text: str, languages: tuple[str, ...]) -> float:
    """How much of the signs beyond ASCII are letters of one language or common signs, from -1 to 1.

    A sign that is none within a word, and a capital behind a small letter, speak against it.
    """
    counted: Counter[str] = Counter()
    against = 0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if sign.isascii():
            continue
        counted[sign.lower()] += 1
        in_word = before.isalpha() and after.isalpha()
        if (in_word and not (sign.isalpha() or sign in _SIGNS_IN_WORDS)) or (
            before.islower() and sign.isupper()
        ):
            against += 1
    total = counted.total()
    if not total:
        return 0.0
    common = sum(times for sign, times in counted.items() if sign in _COMMON_SIGNS)
    letters = max(sum(counted[letter] for letter in set(each)) for each in languages)
    return (letters + common - against) / total

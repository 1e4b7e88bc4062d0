"""How well bytes read as pairs of each East Asian encoding, by how common such pairs are in its language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

LEAST_PAIRS = 4
"""Fewer pairs tell nothing: two capital letters beside each other in a Western text are one."""

_ASCII, _FIRST_TRAIL = 0x80, 0x30
_FOURTH = frozenset(b"0123456789")
_HALF_WIDTH, _HALF_WIDTH_WEIGHT = range(0xA1, 0xE0), 0.2
_TELLING_PAIRS, _HANGUL_ALONE, _ALMOST_ALL = 12, 0.97, 0.999


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What pairs weigh: by their first byte where the second is a usual one, and what all others do.

    Attributes:
        half_width: whether some bytes are signs alone.
        fours: whether a digit behind the first byte makes a sign of four bytes.
    """

    by_first: tuple[float, ...]
    usual_seconds: frozenset[int]
    others: float
    half_width: bool
    fours: bool

    @classmethod
    def of(
        cls,
        firsts: Iterable[tuple[int, int, float]],
        seconds: Iterable[tuple[int, int]],
        others: float = 0.0,
        *,
        half_width: bool = False,
        fours: bool = False,
    ) -> Self:
        """Weights from inclusive ranges of first and of usual second bytes; later ranges go before."""
        by_first = [0.0] * 256
        for begins, ends, weight in firsts:
            by_first[begins : ends + 1] = [weight] * (ends + 1 - begins)
        usual = frozenset(byte for begins, ends in seconds for byte in range(begins, ends + 1))
        return cls(tuple(by_first), usual, others, half_width, fours)


_PAIRS: Mapping[str, _Pairs] = {
    # GB 2312: signs, kana, everyday hanzi in rows 16 to 55, others; what GBK adds is rare.
    "gb18030": _Pairs.of(
        [(0xA1, 0xA9, 0.9), (0xA4, 0xA5, 0.5), (0xB0, 0xD7, 1.0), (0xD8, 0xF7, 0.5)],
        [(0xA1, 0xFE)],
        0.1,
        fours=True,
    ),
    # Big5: signs, everyday hanzi, others.
    "big5": _Pairs.of(
        [(0xA1, 0xA3, 0.9), (0xA4, 0xC6, 1.0), (0xC9, 0xF9, 0.4)], [(0x40, 0x7E), (0xA1, 0xFE)]
    ),
    # Shift JIS: signs and kana, kanji of level 1, kanji of level 2.
    "cp932": _Pairs.of(
        [(0x81, 0x83, 1.0), (0x88, 0x97, 1.0), (0x98, 0x9F, 0.4), (0xE0, 0xEA, 0.4)],
        [(0x40, 0x7E), (0x80, 0xFC)],
        half_width=True,
    ),
    # KS X 1001: signs, hangul in rows 16 to 40, hanja; what code page 949 adds is rare.
    "cp949": _Pairs.of(
        [(0xA1, 0xAC, 0.7), (0xB0, 0xC8, 1.0), (0xCA, 0xFD, 0.2)], [(0xA1, 0xFE)], 0.1
    ),
    # EUC-JP: signs and kana, kanji of level 1, kanji of level 2.
    "euc_jp": _Pairs.of([(0xA1, 0xA5, 1.0), (0xB0, 0xCF, 1.0), (0xD0, 0xF4, 0.4)], [(0xA1, 0xFE)]),
}


def shares_of_pairs(text: bytes) -> dict[str, float]:
    """For each East Asian encoding how much of the bytes beyond ASCII are its everyday pairs, 0 to 1.

    The best comes first. Korean lies within the everyday hanzi of GB 2312, but takes their first half
    alone, as no Chinese text of some length does: then it comes before Chinese. Nothing for few pairs.
    """
    shares = {}
    for name, pairs in _PAIRS.items():
        share, count = _share(text, pairs)
        if count < LEAST_PAIRS:
            continue
        is_korean = name == "cp949" and count >= _TELLING_PAIRS and share >= _HANGUL_ALONE
        shares[name] = 1.0 if is_korean else min(share, _ALMOST_ALL)
    return dict(sorted(shares.items(), key=lambda each: -each[1]))


def _share(text: bytes, pairs: _Pairs) -> tuple[float, int]:
    place, count, told, end = 0, 0, 0.0, len(text) - 1
    while place < end:
        first, second = text[place], text[place + 1]
        place += 1
        if first < _ASCII:
            continue
        count += 1
        if pairs.half_width and first in _HALF_WIDTH:
            told += _HALF_WIDTH_WEIGHT
        elif pairs.fours and second in _FOURTH and text[place + 2 : place + 3].isdigit():
            told += 1.0
            place += 3
        elif second >= _FIRST_TRAIL:
            told += pairs.by_first[first] if second in pairs.usual_seconds else pairs.others
            place += 1
    return (told / count if count else 0.0), count

"""Text that was read in the wrong encoding before it came here: "Ã©" for "é", "锟斤拷", "涓浗" for "中国".

The damage was done in another program, so the file itself is in order and no decoder complains. It is
known by what it leaves: bytes of one encoding that stand there as characters of another, in an order that
no language has. Precision comes first, for a false alarm stops a right row: a pair such as "Ã”", with which
a Portuguese word in capitals and inverted commas can end, does not count.
"""

import re
from itertools import pairwise

_LONGEST_CHECKED = 20_000
"""Characters of a text that are looked at: a longer one is refused for its length."""


def _characters(codec: str, first: int, last: int, *, without: str = "") -> str:
    """The characters that bytes are in a codec, escaped for a class; controls where it has none."""
    kept = []
    for code in range(first, last + 1):
        try:
            character = bytes((code,)).decode(codec)
        except UnicodeDecodeError:
            character = chr(code)
        if character not in without:
            kept.append(re.escape(character))
    return "".join(kept)


# Marks that rightly follow a letter with an accent: "« café »" with its unbreakable blanks, “IRMÔ, "É…".
_MARKS = "\xa0‘’“”‹›»…–—™®•·\x85"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ"
_NEXT = f"[{_characters('cp1252', 0x80, 0xBF)}\x80-\x9f]"
_NEXT_NO_MARK = f"[{_characters('cp1252', 0x80, 0xBF, without=_MARKS)}\x80-\x84\x86-\x9f]"
_IN_WINDOWS_1252 = (
    # U+0080 to U+00FF, and the letters of Poland, Turkey and Viet Nam: lead bytes C2 to C6.
    f"[ÂÃÄÅÆ]{_NEXT_NO_MARK}",
    f"[ÂÃÄÅ][‘’“”‹›»™®][{_LETTERS}]",
    f"(?:^|[a-zß-öø-ÿ\\s(])[ÂÃ]{_NEXT}",
    # Greek and Cyrillic: every letter is such a pair, and three of them make a word.
    f"(?:[ÎÏ]{_NEXT}){{3}}",
    f"(?:[ÐÑ]{_NEXT}){{3}}",
    # Viet Nam's second row, general punctuation, kana, Chinese characters, full-width forms, a byte order
    # mark, U+FFFD and pictures.
    f"á[º»]{_NEXT_NO_MARK}",
    "â€|â„¢|â\x80",
    f"ã[€\x80-\x83‚ƒ]{_NEXT}",
    f"[ä-é](?:{_NEXT_NO_MARK}{_NEXT}|{_NEXT}{_NEXT_NO_MARK})",
    f"ï[»¼½¿]{_NEXT}",
    f"ðŸ{_NEXT}",
)
_MACINTOSH = _characters("mac_roman", 0x80, 0xBF, without="†• ")
_MACINTOSH_SIGNS = _characters("mac_roman", 0xA0, 0xBD, without="•ß®©™")
_DOS = _characters("cp437", 0x80, 0xBF) + _characters("cp850", 0x80, 0xBF)
_IN_OTHERS = (
    # U+0080 to U+00FF, punctuation, and two Chinese characters or letters of Greek or Russian.
    f"[A-Za-z0-9][√¬][{_MACINTOSH}]|√[{_MACINTOSH_SIGNS}]",
    "‚Ä[ìîôòú¶]",
    f"(?:[‰ÂÊÁËÈ][{_MACINTOSH}]{{2}}){{2}}",
    f"(?:[ŒœŌ–—][{_MACINTOSH}]){{4}}",
    f"[├┬][{_DOS}]",
    "[ÔΓ]Ç[ÖÿÉÑªô£ØöÜ¥]",
    f"(?:[ΣσµτΦΘõÕþÞÚ][{_DOS}]{{2}}){{2}}",
    f"(?:[╨╤╬╧][{_DOS}]){{3}}",
)
# What programs put for what they could not read, and for bytes of memory that nobody had written to.
_LEFT_BEHIND = ("\ufffd", "锟斤", "斤拷", "烫烫烫", "屯屯屯", "锘\ue5cf")
_LOST_LETTERS = 4
"""Question marks that make a text without a letter: each stands for one that an encoding lacks."""
_GARBLED = re.compile("|".join((*_IN_WINDOWS_1252, *_IN_OTHERS, *_LEFT_BEHIND)))

# GB 2312 as Latin-1: two characters for each Chinese one, with no plain letter between them.
_ACCENTS_ALONE = re.compile("[\xa1-\xac\xae-\xff]{4,}")
_LEVEL_ONE = range(0xB0, 0xD8)
"""First bytes of the 3,755 Chinese characters in common use (GB 2312, level one)."""
_A_WORD_OF_ACCENTS = 5
"""No word of a language in Latin letters has as many accented letters in a row."""

# UTF-8 as GBK: three bytes of a Chinese character become one and a half.
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\ue000-\uf8ff\uff00-\uffef]{3,}")
_CHINESE_IN_UTF_8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef\xbc[\x80-\xbf]")
_MOST_OF_A_RUN = 0.8
_FIRST = frozenset((*range(0xE3, 0xEA), 0xEF))
_NEXT_BYTES = frozenset(range(0x80, 0xC0))
_SHORTEST_BROKEN = 4
# Of two Chinese characters in UTF-8 one begins at an even byte, and is one of these in GBK.
_BEGINNINGS = "".join(
    bytes((first, second)).decode("gb18030")
    for first in sorted(_FIRST)
    for second in sorted(_NEXT_BYTES)
)

_SIGNS = (
    "[ÂÃÄÅÆÎÏÐÑáâãä-éïð√¬‚‰ÊÁËÈŒœŌ–—├┬ÔΓΣσµτΦΘõÕþÞÚ╨╤╬╧][^\x00-\x7f]",
    "[\xa1-\xac\xae-\xff]{4}",
    f"[\ufffd锟斤烫屯锘{_BEGINNINGS}]",
)
_EACH_SIGN = tuple(re.compile(sign) for sign in _SIGNS)  # one by one they are quicker than together
SCREEN = "|".join((*_SIGNS, "^[? \t\r\n]+$"))
"""A pattern that is found in every garbled text, and in few others. It never looks around, so that any
engine can run it (RE2, Java, Python): what it is not found in is not garbled."""


def is_garbled(text: str) -> bool:
    """Whether the text shows that it was once read in an encoding that it was not written in.

    Found are UTF-8 read as Windows-1252, Latin-1, Mac Roman or a DOS code page, once or several times;
    UTF-8 read as GBK; GB 2312 read as Latin-1; and what programs leave in place of what they could not
    read. A False says nothing: a single letter can be wrong without a trace.
    """
    text = text[:_LONGEST_CHECKED]
    if text.isascii():
        return text.count("?") >= _LOST_LETTERS and not text.strip("? \t\r\n")
    if all(sign.search(text) is None for sign in _EACH_SIGN):
        return False
    return (
        _GARBLED.search(text) is not None
        or any(_is_gb2312_as_latin(run) for run in _ACCENTS_ALONE.findall(text))
        or any(_is_utf_8_as_gbk(run) for run in _EAST_ASIAN.findall(text))
    )


def _is_gb2312_as_latin(run: str) -> bool:
    letters = sum(each >= "À" for each in run)
    repeats = sum(first == second for first, second in pairwise(run))
    if letters < 2 or repeats * 2 >= len(run):  # noqa: PLR2004 - a row of signs is an ornament
        return False
    if letters >= _A_WORD_OF_ACCENTS and len(run) > _A_WORD_OF_ACCENTS:
        return True
    written = run.encode("latin-1")
    try:
        written.decode("gb2312")
    except UnicodeDecodeError:
        return False
    firsts = written[::2]
    return sum(first in _LEVEL_ONE for first in firsts) * 2 >= len(firsts)


def _is_utf_8_as_gbk(run: str) -> bool:
    """Whether the bytes of a run of Chinese characters are UTF-8, whole or with bytes lost on the way."""
    written = run.encode("gb18030", errors="ignore")
    found = [match[0].decode("utf-8") for match in _CHINESE_IN_UTF_8.finditer(written)]
    covered = sum(len(each.encode("utf-8")) for each in found)
    if len(found) > 1 and covered >= _MOST_OF_A_RUN * len(written):
        in_use = "".join(found).encode("gb2312", errors="ignore")
        return len(in_use) >= len(found)
    return len(run) >= _SHORTEST_BROKEN and _is_broken_utf_8_as_gbk(run)


def _is_broken_utf_8_as_gbk(run: str) -> bool:
    # One Chinese character in six could stand in such a row by chance, and one in three hundred as the first.
    begins = 0
    for character in run:
        written = character.encode("gb18030", errors="ignore")
        first, second = (*written, 0, 0)[:2]
        if first in _FIRST and second in _NEXT_BYTES:
            begins += 1
        elif first not in _NEXT_BYTES or second not in _FIRST | _NEXT_BYTES:
            return False
    return begins > 1

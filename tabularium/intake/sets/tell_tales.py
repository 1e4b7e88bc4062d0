"""What text that was once read in the wrong encoding leaves, as a pattern that finds more than the row path.

Every text of usual characters that `intake.garbled_text.is_garbled` calls garbled is found here, and some
that are in order: they go to the row path, which weighs the whole text.
"""

from functools import cache

from tabularium.intake.sets.characters import USUAL, class_of

# UTF-8 as Windows-1252: a lead byte and one that goes on, as far as both are usual characters.
_LEADS = "ÂÃÄÅÆÎÏÐÑáâãäåæçèéïð"
# GB 2312 as Latin-1, UTF-8 as Mac Roman or in a code page of DOS: never fewer than three in a row.
_IN_A_ROW = 3
_LEFT_BEHIND = "锟斤|斤拷|烫烫烫|屯屯屯|\\?[ \\n]*\\?"
_FIRST = frozenset((*range(0xE3, 0xEA), 0xEF))
_NEXT = frozenset(range(0x80, 0xC0))
_EAST_ASIAN = 0x2E80


@cache
def garbled() -> str:
    """Finds every text that may have been read in the wrong encoding."""
    return "|".join(
        (
            f"[{_LEADS}][{class_of(filter(_goes_on, USUAL))}]",
            f"[{class_of(_ones())}]{{{_IN_A_ROW}}}",
            _LEFT_BEHIND,
            _utf_8_as_gbk(),
        )
    )


@cache
def of_garbled() -> frozenset[str]:
    """Characters of which one at least is in everything that `garbled` finds."""
    leads, _ = _halves()
    # "锟" and "拷" are in "锟斤拷", whichever half of it is left.
    return _ones() | leads | frozenset("锟拷烫屯?")


def _ones() -> frozenset[str]:
    """What stands three times in a row in text that was read wrongly; all of `_LEADS` are among them."""
    return frozenset(each for each in USUAL if "¡" <= each <= "ÿ" or each in "ŒœŌ–—•")


def _goes_on(character: str) -> bool:
    """Whether Windows-1252 writes the character with a byte that goes on in UTF-8."""
    try:
        written = character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return written[0] in _NEXT


def _utf_8_as_gbk() -> str:
    """A Chinese character that is a lead byte and one that goes on, and behind it one that goes on.

    UTF-8 read as GBK has such a pair at least: characters that hold a lead byte in their second half alone
    leave a quarter of the bytes over, more than is allowed to be.
    """
    leads, others = _halves()
    return f"[{class_of(leads)}][{class_of(leads | others)}]"


def _halves() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that begin one in UTF-8 when written as GBK, and those that go on with one."""
    leads, others = set(), set()
    for character in USUAL:
        if ord(character) < _EAST_ASIAN:
            continue
        first, second = (*character.encode("gb18030"), 0)[:2]
        if first in _FIRST and second in _NEXT:
            leads.add(character)
        elif first in _NEXT:
            others.add(character)
    return frozenset(leads), frozenset(others)

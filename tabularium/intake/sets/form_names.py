"""The legal form that a name plainly tells by its ending, as expressions.

`core.legal_forms` reads names in full: words at the beginning, words anywhere, breaks, notes, other names.
Here a form is told only where the name ends in one of the ways of writing it and nothing else in the name
could tell another. Of other names nothing is told, and their rows go to the row path.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import ibis

from tabularium.core.legal_form_patterns import Patterns, patterns_of, plain
from tabularium.core.legal_forms import PREVAIL_OVER_THE_ENDING
from tabularium.intake.sets.characters import LETTERS_AND_DIGITS, USUAL
from tabularium.intake.sets.portable import escaped
from tabularium.intake.sets.texts import trimmed

# What stands in brackets is another name, as for `intake.mapping`.
_BRACKETED = "\\([^()]*\\)|（[^（）]*）|\\[[^\\[\\]]*\\]"
_MORE_TO_READ = "[()（）\\[\\];；*]|//"
_ANOTHER_NAME = "(?:^| )[af] ?k ?a(?: |$)|also known as|formerly"
_ACCENTS = {
    each: plain(each)
    for each in sorted(USUAL)
    if each.islower() and len(plain(each)) == 1 and plain(each) != each
}
_ACCENTED = f"[{''.join(_ACCENTS)}]"

# The limits of words in the patterns of `core` are look-around; at the end of a plain name only the one in
# front says anything: no letter or digit but a Chinese character stands there.
_BEGINS = "(?<![^\\W\\u3400-\\u9fff])"
_ENDS = ("(?![^\\W\\u3400-\\u9fff])", "(?![\\u3400-\\u9fff])")
_LIMIT_IN_FRONT = "(?:^|[ \u3400-\u9fff])"


def own_name(name: Any) -> Any:
    """A name without what stands in brackets."""
    return name.re_search(_BRACKETED).ifelse(name.re_replace(_BRACKETED, " "), name)


def plain_name(own: Any) -> Any:
    """`core.legal_form_patterns.plain` of a name of usual characters."""
    small = own.lower().replace("'", "").replace("’", "")
    bare = small.translate("".join(_ACCENTS), "".join(_ACCENTS.values()))
    letters = small.re_search(_ACCENTED).ifelse(bare, small)
    return trimmed(letters.re_replace(f"[^{LETTERS_AND_DIGITS}]+", " "))


def form_told(own: Any, plainly: Any, jurisdiction: str) -> Any:
    """Code of the form that a name plainly tells; "" where it does not.

    Args:
        own: of `own_name`.
        plainly: of `plain_name`.
        jurisdiction: as whose law writes it; "" where that is not known.
    """
    patterns = patterns_of(jurisdiction)
    taken = ibis.coalesce(plainly.re_extract(_ending(patterns), 1), "")
    # A Chinese character in front is taken too, where the way itself is of Latin letters.
    limited = taken.re_search("^[\u3400-\u9fff].*[a-z0-9]$")
    ending = limited.ifelse(taken.substr(1), taken).replace(" ", "")
    branches = [(ending == letters, code) for letters, code in _forms(jurisdiction).items()]
    form = ibis.cases(*branches, else_="")
    others = "|".join((_ANOTHER_NAME, *_elsewhere(patterns)))
    more = own.re_search(_MORE_TO_READ) | plainly.re_search(others)
    return more.ifelse("", form)


def _ending(patterns: Patterns) -> str:
    """Finds the ending that begins first, as group 1; behind it nothing follows."""
    pattern = re.sub(r"\(\?P<_[0-9]+>", "(?:", patterns.ending.pattern.removesuffix("$"))
    for limit in _ENDS:
        pattern = pattern.replace(limit, "")
    return f"({pattern.replace(_BEGINS, _LIMIT_IN_FRONT)})$"


def _elsewhere(patterns: Patterns) -> list[str]:
    """Find words of the forms that prevail over an ending, wherever they stand in a plain name."""
    words = {
        plain(way)
        for form in patterns.forms
        if form.code in PREVAIL_OVER_THE_ENDING
        for way in (*form.beginning, *form.anywhere)
    }
    return sorted(" ?".join(escaped(each) for each in word.replace(" ", "")) for word in words)


@cache
def _forms(jurisdiction: str) -> Mapping[str, str]:
    """Code of the form by the letters of an ending.

    An abbreviation is found with any blanks between its letters and a word with its own alone, so where
    some way to part the same letters tells another form, they tell none here.
    """
    patterns = patterns_of(jurisdiction)
    ways = {plain(way) for form in patterns.forms for way in (*form.written, *form.anywhere)}
    codes: dict[str, set[str]] = {}
    for way in ways:
        letters = way.replace(" ", "")
        for written in (way, letters, " ".join(letters)):
            form = patterns.form_of(patterns.ending.fullmatch(written))
            if form is not None:
                codes.setdefault(letters, set()).add(form.code)
    return {letters: next(iter(told)) for letters, told in sorted(codes.items()) if len(told) == 1}

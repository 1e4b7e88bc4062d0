"""How ways of writing legal forms are found in text: patterns made once for each jurisdiction."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from types import MappingProxyType
from unicodedata import combining, normalize

from tabularium.core.identifier_schemes import fold
from tabularium.core.legal_form import LegalForm
from tabularium.core.legal_form_tables.brazil import BRAZIL
from tabularium.core.legal_form_tables.china import CHINA
from tabularium.core.legal_form_tables.international import INTERNATIONAL
from tabularium.core.legal_form_tables.mexico import MEXICO
from tabularium.core.legal_form_tables.peru import PERU
from tabularium.core.legal_form_tables.united_kingdom import UNITED_KINGDOM
from tabularium.core.legal_form_tables.united_states import UNITED_STATES

LEGAL_FORMS: Mapping[str, LegalForm] = MappingProxyType(
    {
        form.code: form
        for table in (CHINA, BRAZIL, MEXICO, PERU, UNITED_STATES, UNITED_KINGDOM, INTERNATIONAL)
        for form in table
    }
)
"""All legal forms by their code."""

# Foreign abbreviations of up to three letters are words and initials elsewhere (SIA, SPA, AS). Beside a
# jurisdiction's own table only these count without dots.
_SHORT_AND_KNOWN_EVERYWHERE = frozenset({"ltd", "llc", "inc", "plc", "llp"})
_LONGEST_SHORT = 3
# English names end in such words of their own ("Fix My PC"): two letters need dots or a comma in front.
_WARY_OF_TWO_LETTERS = frozenset({"us", "gb"})
_TWO_LETTERS = 2

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
# A word begins and ends where no letter or digit stands beside it; Chinese is written without blanks.
_BEGINS = r"(?<![^\W\u3400-\u9fff])"
_ENDS = r"(?![^\W\u3400-\u9fff])"
_CHINESE_ENDS = r"(?![\u3400-\u9fff])"


@dataclass(frozen=True, slots=True)
class Patterns:
    """One jurisdiction's ways of writing; group `_0` is the first of its `forms`, and so on.

    Attributes:
        forms: the jurisdiction's own and then the generic ones.
        column: any way of writing.
        beginning: for `match` on a plain name.
        ending: for `search` on a plain name.
        anywhere: for `search` on a plain name.
        dotted_ending: short abbreviations that need their dots, for `search` on a folded name.
    """

    forms: tuple[LegalForm, ...]
    column: re.Pattern[str]
    beginning: re.Pattern[str]
    ending: re.Pattern[str]
    anywhere: re.Pattern[str]
    dotted_ending: re.Pattern[str]

    def form_of(self, match: re.Match[str] | None) -> LegalForm | None:
        """The form whose group matched."""
        if match is None or match.lastgroup is None:
            return None
        return self.forms[int(match.lastgroup.removeprefix("_"))]


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Small letters without accents, and single blanks for everything that is no letter or digit."""
    letters = normalize("NFD", fold(text).casefold())
    kept = "".join(each for each in letters if not combining(each))
    return re.sub(r"[\W_]+", " ", kept.replace("'", "").replace("’", "")).strip()


def _letters(way: str) -> str:
    return plain(way).replace(" ", "")


def _on_plain_text(way: str) -> str:
    """A way of writing as a pattern; in an abbreviation with dots the blanks may be missing."""
    letters = plain(way)
    if _IDEOGRAPH.search(letters):
        return letters + _CHINESE_ENDS
    if "." in way or "/" in way:
        letters = " ?".join(_letters(way))
    return _BEGINS + letters + _ENDS


def _within_limits(alternatives: Iterable[str]) -> str:
    """Alternatives in their order, the limits of words written once around those that share them.

    A set of so many characters takes Python milliseconds to compile, each time that it stands there.
    """
    groups = []
    for (begins, ends), some in groupby(alternatives, key=_limits_of):
        inner = [each.removeprefix(begins).removesuffix(ends) for each in some]
        groups.append(f"{begins}(?:{'|'.join(inner)}){ends}" if ends else "|".join(inner))
    return "|".join(groups)


def _limits_of(pattern: str) -> tuple[str, str]:
    """The limits of words around a pattern."""
    if pattern.endswith(_ENDS):
        return _BEGINS, _ENDS
    return ("", _CHINESE_ENDS) if pattern.endswith(_CHINESE_ENDS) else ("", "")


def _with_dots(way: str) -> str:
    """An abbreviation with its dots, as a pattern on folded text of any case."""
    return r"(?<![\w.])" + r"\. ?".join(re.escape(each) for each in way.split(".") if each)


def _with_dots_or_after_a_comma(way: str) -> str:
    return f"{_with_dots(way)}|, ?{_letters(way)}"


def _one_of(
    forms: Iterable[LegalForm],
    ways_of: Callable[[LegalForm], Iterable[str]],
    pattern_of: Callable[[str], str] = _on_plain_text,
) -> str:
    """Alternatives, the longest first, a named group for each form; never matches if there are none."""
    groups = []
    for number, form in enumerate(forms):
        ways = sorted({pattern_of(way) for way in ways_of(form)}, key=len, reverse=True)
        if ways:
            groups.append(f"(?P<_{number}>{_within_limits(ways)})")
    return "|".join(groups) if groups else r"(?!)"


def _is_short(way: str) -> bool:
    return len(_letters(way)) <= _LONGEST_SHORT and _letters(way) not in _SHORT_AND_KNOWN_EVERYWHERE


def _all_ways(form: LegalForm) -> tuple[str, ...]:
    named = (form.code, form.name, form.name_en)
    return (*named, *form.written, *form.beginning, *form.anywhere, *form.column_only)


@cache
def patterns_of(jurisdiction: str) -> Patterns:
    """The patterns of a jurisdiction; of one without a table of its own, the generic ones."""
    own = tuple(form for form in LEGAL_FORMS.values() if form.jurisdiction == jurisdiction != "")
    forms = (*own, *INTERNATIONAL)

    def counts(form: LegalForm, way: str) -> bool:
        if form in own:
            wary = jurisdiction in _WARY_OF_TWO_LETTERS
            return not (wary and len(_letters(way)) <= _TWO_LETTERS)
        return not own or not _is_short(way)

    def beginnings(form: LegalForm) -> list[str]:
        return [way for way in form.beginning if counts(form, way)]

    def endings(form: LegalForm) -> list[str]:
        return [way for way in (*form.written, *form.anywhere) if counts(form, way)]

    def short_endings(form: LegalForm) -> list[str]:
        return [way for way in form.written if not counts(form, way) and "." in way]

    def dotted(table: tuple[LegalForm, ...], pattern: Callable[[str], str]) -> str:
        return _one_of(forms, lambda form: short_endings(form) if form in table else (), pattern)

    return Patterns(
        forms=forms,
        column=re.compile(_one_of(forms, _all_ways)),
        beginning=re.compile(_one_of(forms, beginnings)),
        ending=re.compile(f"(?:{_one_of(forms, endings)})$"),
        anywhere=re.compile(_one_of(forms, lambda form: form.anywhere)),
        dotted_ending=re.compile(
            rf"(?:{dotted(own, _with_dots_or_after_a_comma)}|{dotted(INTERNATIONAL, _with_dots)})\.?$",
            re.IGNORECASE,
        ),
    )

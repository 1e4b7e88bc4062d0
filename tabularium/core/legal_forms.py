"""Reading the legal form of an organisation from a column or from its name, without guessing.

A form that is not recognised is None, and the register then refuses the row rather than take a person
for a company.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from tabularium.core.check_digits import is_cpf
from tabularium.core.identifier_schemes import fold
from tabularium.core.legal_form import LegalForm
from tabularium.core.legal_form_patterns import LEGAL_FORMS, Patterns, patterns_of, plain

__all__ = ["LEGAL_FORMS", "LegalForm", "from_name", "from_text", "get", "names_natural_person"]

PREVAIL_OVER_THE_ENDING = frozenset({"br-cooperativa", "mx-sociedad-cooperativa"})
"""Forms that a name tells elsewhere than at its end, where the ending tells another: a cooperative's ends in
the form that limits its members' liability."""
# "Companhia" tells the S.A. at the very beginning of a name alone (Lei 6.404/1976, art. 3).
_NOT_AFTER_A_BREAK = frozenset({"br-sa"})

# What stands after the form and is none: sizes of Brazilian businesses, insolvency, articles, branches.
_AFTER_THE_FORM = re.compile(
    r"(?: (?:me|epp|em recuperacao(?: judicial)?|em liquidacao(?: (?:extra)?judicial)?|em falencia|"
    r"falid[oa]|massa falida|matriz|filial|en liquidacion|en quiebra|the|in administration|"
    r"in liquidation|dissolved|[0-9]{1,4}))+$"
)
_BREAK = re.compile(
    r"[,;()]|//| [-/|] |-(?=ME\b|EPP\b|ASSOC|COOP|FUNDA)|(?<=S/A)(?= )|(?<=S\.A\.)(?= )"
)
_NOTE = re.compile(r"\s*(?://|\*).*$", re.DOTALL)
_TRADING_AS = re.compile(
    r"[ ,(](?:t ?/ ?a|d ?/ ?b ?/ ?a|dba|d\.b\.a\.?|trading as|doing business as)[ :]", re.IGNORECASE
)
_TITLE = re.compile(r"(?:mrs?|ms|sra?)\. ?\w|(?:mrs?|miss) \w", re.IGNORECASE)
_ELEVEN_DIGITS_AT_THE_END = re.compile(
    r"(?<![0-9])([0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2})[^0-9]*$"
)
_CNPJ_ROOT_AT_THE_BEGINNING = re.compile(r"[0-9]{2}\.?[0-9]{3}\.?[0-9]{3} ")
_SIZE_IN_A_COLUMN = re.compile(r"(?: (?:me|epp|demais))+$")


def get(code: str) -> LegalForm | None:
    """The form of a code, or None if there is none."""
    return LEGAL_FORMS.get(code)


def from_text(text: str, jurisdiction: str) -> LegalForm | None:
    """The form that a column of legal forms names; None if the text says anything else too.

    Args:
        text: for example "SOCIEDADE LIMITADA - ME/EPP" or "206-2 Sociedade Empresária Limitada".
        jurisdiction: ISO 3166-1 alpha-2 code in lower case; empty if unknown.
    """
    patterns = patterns_of(jurisdiction)
    whole = _SIZE_IN_A_COLUMN.sub("", plain(text))
    return patterns.form_of(patterns.column.fullmatch(whole)) or _said_twice(patterns, whole)


def _said_twice(patterns: Patterns, text: str) -> LegalForm | None:
    """The one form that several ways of writing name, side by side: a number and a name, say."""
    found: LegalForm | None = None
    while text:
        match = patterns.column.match(text)
        form = patterns.form_of(match)
        if match is None or form is None or found not in {None, form}:
            return None
        found, text = form, text[match.end() :].strip()
    return found


@lru_cache(maxsize=4096)
def from_name(name: str, jurisdiction: str) -> LegalForm | None:
    """The form that an organisation's name says it has; None if it says none.

    Looked for at the end of the name and before a break within it, at its beginning and after a break,
    and in words that leave no doubt wherever they stand. Of a name that trades as another only the
    first is read.

    Args:
        name: as written; notes after "//" or an asterisk are left out.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case of where it is registered; empty if unknown.
    """
    patterns = patterns_of(jurisdiction)
    own_name = _TRADING_AS.split(_NOTE.sub("", fold(name)))[0]
    elsewhere = _before_the_ending(patterns, own_name)
    if elsewhere is not None and elsewhere.code in PREVAIL_OVER_THE_ENDING:
        return elsewhere
    for part in _up_to_each_break(own_name):
        match = patterns.ending.search(plain(part)) or patterns.dotted_ending.search(part)
        form = patterns.form_of(
            match or patterns.ending.search(_AFTER_THE_FORM.sub("", plain(part)))
        )
        if form is not None:
            return form
    return elsewhere


def _before_the_ending(patterns: Patterns, name: str) -> LegalForm | None:
    """The form told by the beginning of the name, by words anywhere, or by the beginning of a part."""
    whole = plain(name)
    form = patterns.form_of(patterns.beginning.match(whole) or patterns.anywhere.search(whole))
    if form is not None:
        return form
    for each in _BREAK.finditer(name):
        form = patterns.form_of(patterns.beginning.match(plain(name[each.end() :])))
        if form is not None and form.code not in _NOT_AFTER_A_BREAK:
            return form
    return None


def _up_to_each_break(name: str) -> Iterator[str]:
    """The name, whole and then up to each of its breaks, from the last to the first."""
    yield name
    for each in reversed(list(_BREAK.finditer(name))):
        yield name[: each.start()].rstrip()


def names_natural_person(name: str, jurisdiction: str) -> bool:
    """Whether a name says that a natural person or sole trader stands behind it.

    Told by: a form of natural persons; in Brazil a CPF at the end or the root of a CNPJ in front of a
    name without a form (both the manner of individual micro-entrepreneurs); a title, or a trade name
    ("d/b/a", "t/a"), with no organisation's form in the name that owns it.

    A False says nothing: most names of people look like names of firms.
    """
    form = from_name(name, jurisdiction)
    written = fold(name)
    if jurisdiction in {"br", ""}:
        match = _ELEVEN_DIGITS_AT_THE_END.search(written)
        if match and (form is None or is_cpf(re.sub(r"[^0-9]", "", match.group(1)))):
            return True
    if form is not None:
        return form.natural_person
    if jurisdiction == "br" and _CNPJ_ROOT_AT_THE_BEGINNING.match(written):
        return True
    return bool(_TITLE.match(written) or _TRADING_AS.search(written))

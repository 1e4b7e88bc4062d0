"""Where a name or a text may give a person away, as patterns that find more than the row path does.

A row that they find goes to the row path, whose patterns have look-around, numbering plans and all of
Unicode. What they do not find, the row path does not either: for texts of the usual characters every
pattern here is a superset of one of `intake.personal`, `intake.person_words` or `core.legal_forms`.
"""

from collections.abc import Iterable
from functools import cache

from phonenumbers import PhoneMetadata

from tabularium.core.legal_form import LegalForm
from tabularium.core.legal_form_patterns import LEGAL_FORMS, plain
from tabularium.intake.sets.characters import (
    LATIN_LETTERS_AND_DIGITS,
    LETTERS_AND_DIGITS,
    ONE_SEPARATOR,
    SEPARATORS,
    USUAL,
    class_of,
)
from tabularium.intake.sets.portable import either_case, escaped

LEAST_DIGITS = 6
"""Fewer digits than these in one number are nothing personal: `intake.personal` looks at no fewer."""
_LATIN = f"[{LATIN_LETTERS_AND_DIGITS}]"
_NO_LATIN = f"[^{LATIN_LETTERS_AND_DIGITS}]"
_NO_LETTER = f"[^{LETTERS_AND_DIGITS}]"
_APOSTROPHES = "['’]*"

SIGNS = "<@*+"
MARKS = f"[{SIGNS}]"
"""An address, a tag that may part a number, a hidden digit, an international number."""
_SEPARATOR = f"(?:[ \\n]+|[{ONE_SEPARATOR}])"
# An RFC or a CURP: four letters, six digits and three more; in capitals one "ß" is two letters.
_MEXICAN = f"[A-Za-zÑñ&ªºß]{{2}}{_SEPARATOR}?[0-9]{{6}}{_SEPARATOR}?[0-9A-Za-zªºß]{{2}}"
_SOCIAL_SECURITY = f"[0-9]{{3}}{_SEPARATOR}[0-9]{{2}}{_SEPARATOR}[0-9]{{4}}"
_CPF_AS_WRITTEN = "[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}[\\-–—－][0-9]{2}"
_ELEVEN = (
    f"[0-9]{{3}}(?:{_SEPARATOR}?[0-9]{{3}}){{2}}{_SEPARATOR}?[0-9]{{2}}"
    f"|[0-9](?:{_SEPARATOR}[0-9]){{10}}"
)
_EIGHTEEN = f"[1-9](?:{_SEPARATOR}{{0,2}}[0-9]){{16}}{_SEPARATOR}{{0,2}}[0-9Xx]"
_SAID_TO_BE_A_PERSON = "|".join(
    map(
        either_case,
        (
            *("身份证", "身分证", "護照", "护照", "identity card"),
            *("passport", "passaporte", "pasaporte", "cpf", "curp"),
        ),
    )
)
EMAIL = "@"
HIDDEN = "[<*]"
INTERNATIONAL_PHONE = "\\+[^0-9]{0,8}[0-9]"


def number_of(digits: int) -> str:
    """Finds so many digits that may be read as one number, whatever separators stand between."""
    return f"[0-9](?:[{SEPARATORS}]*[0-9]){{{digits - 1}}}"


def personal_number(region: str) -> str:
    """Finds every personal number that `intake.personal` finds where `region` is looked at."""
    said = f"(?:{_SAID_TO_BE_A_PERSON})[^0-9\\n]{{0,12}}{number_of(LEAST_DIGITS)}"
    of_region = {"us": (_SOCIAL_SECURITY,), "br": (_ELEVEN,)}.get(region, ())
    return "|".join((_MEXICAN, said, _CPF_AS_WRITTEN, _EIGHTEEN, *of_region))


def phone(region: str) -> str:
    """Finds every national telephone number of a region; "" where none is looked for."""
    least = least_digits_of_phone(region)
    return number_of(least) if least else ""


@cache
def least_digits_of_phone(region: str) -> int:
    """Digits of the shortest telephone number of a region, from its numbering plan; 0 for no region."""
    if region in {"", "xi", "eu"}:
        return 0
    plan = PhoneMetadata.metadata_for_region(region.upper(), None)
    if plan is None:
        return 0
    if plan.national_prefix_transform_rule is not None:
        return LEAST_DIGITS - 1  # digits may be added in front
    kinds = (
        *(plan.fixed_line, plan.mobile, plan.toll_free, plan.premium_rate, plan.shared_cost),
        *(plan.personal_number, plan.voip, plan.pager, plan.uan, plan.voicemail),
    )
    lengths = [length for kind in kinds if kind for length in kind.possible_length if length > 0]
    return min(lengths, default=LEAST_DIGITS)


def first_look_at_text(region: str) -> str:
    """Finds whatever may be personal in a text, cheaply: one pass, and then the patterns above."""
    return f"{MARKS}|{number_of(digits_looked_at(region))}"


def digits_looked_at(region: str) -> int:
    """Digits of one number in a text that are looked at again."""
    return min(LEAST_DIGITS, least_digits_of_phone(region) or LEAST_DIGITS)


def first_look_at_reference(region: str) -> str:
    """Finds whatever may be a personal number in a reference."""
    return f"[<*]|{personal_number(region)}"


@cache
def person_in_name(region: str) -> str:
    """Finds every name that says that a natural person stands behind it, or beside it.

    A superset of `person_words.names_a_person_beside` and `legal_forms.names_natural_person`.
    """
    alternatives = [_beside(), _TITLE, _trading_as(), "ß"]
    alternatives += sorted({_way(way) for way in _ways(_forms_of_people(region))})
    if region in {"br", ""}:
        alternatives.append("[0-9]{3}\\.?[0-9]{3}\\.?[0-9]{3}[\\-–—－]?[0-9]{2}")
    if region == "br":
        alternatives.append("[0-9]{2}\\.?[0-9]{3}\\.?[0-9]{3} ")
    return "|".join(alternatives)


def chinese_words(region: str) -> frozenset[str]:
    """The words without a Latin letter by which `person_in_name` finds a person."""
    words = {plain(way) for way in _ways(_forms_of_people(region))}
    chinese = {each for each in words if not any(map(_is_latin, each))}
    return frozenset(chinese | {*_BESIDE_IN_CHINESE.split("|")})


def _is_latin(character: str) -> bool:
    return character.isalpha() and character in _LATIN_CHARACTERS


def _forms_of_people(region: str) -> list[LegalForm]:
    return [
        form
        for form in LEGAL_FORMS.values()
        if form.natural_person and form.jurisdiction in {region, ""}
    ]


def _ways(forms: Iterable[LegalForm]) -> Iterable[str]:
    for form in forms:
        yield from (*form.written, *form.beginning, *form.anywhere)


_TITLE = (
    f"^{_NO_LATIN}*(?:{'|'.join(map(either_case, ('mr', 'mrs', 'ms', 'sr', 'sra', 'miss')))})[. ]"
)


_BESIDE_IN_CHINESE = "先生|女士|小姐|法定代表人|负责人|经营者|個體|个体|承包经营户"


def _beside() -> str:
    """As `names_a_person_beside`, without the limits of words."""
    latin = (
        *("individually", "personally", "president of", "director of", "owner of", "manager of"),
        *("member of", "officer of", "estate of", "sole proprietor", "sócio d", "socio d"),
        *("diretor d", "administrador d", "representante d", "representante legal d", "c/o"),
    )
    return "|".join((*map(either_case, latin), _BESIDE_IN_CHINESE))


def _trading_as() -> str:
    short = "[tT] ?/ ?[aA]|[dD] ?/ ?[bB] ?/ ?[aA]|[dD]\\.?[bB]\\.?[aA]"
    long = "|".join(map(either_case, ("trading as", "doing business as")))
    return f"[ ,(，（](?:{short}|{long})\\.?[ :：]"


def _way(way: str) -> str:
    """A way of writing a form, with any marks and accents that its reading passes over."""
    words = plain(way).split()
    abbreviated = "." in way or "/" in way
    if not words or not words[0][0].isascii():
        return _APOSTROPHES.join(_NO_LETTER.join(map(escaped, words)))
    letters = [_APOSTROPHES.join(map(_any_accent, word)) for word in words]
    if abbreviated:
        joined = f"{_NO_LETTER}*".join(_any_accent(each) for word in words for each in word)
    else:
        joined = f"{_NO_LETTER}+".join(letters)
    return f"(?:^|{_NO_LATIN}){joined}(?:$|{_NO_LATIN})"


@cache
def _any_accent(letter: str) -> str:
    """A letter in either case and with any accent among the usual characters."""
    alike = {each for each in _LATIN_CHARACTERS if plain(each) == letter}
    return f"[{class_of(alike)}]"


_LATIN_CHARACTERS = frozenset(each for each in USUAL if each.isalnum() and ord(each) < 0x3000)  # noqa: PLR2004 - where Chinese begins

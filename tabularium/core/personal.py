"""Numbers, phones and addresses of people in texts: what stops a text at the door.

A find says what sort of thing it is and never what it is. Precision matters as much as reach: authorities
write file numbers, amounts and days in the same digits, so a number counts as a person's only by its
check digits, its written form, or the numbering plan of its country.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatcher

from tabularium.core.check_digits import is_cpf, is_number_of_a_person


class PersonalKind(StrEnum):
    """What was found."""

    IDENTITY_NUMBER = "identity-number"
    CPF = "cpf"
    CURP_OR_RFC = "curp-or-rfc"
    SOCIAL_SECURITY_NUMBER = "social-security-number"
    PHONE = "phone"
    EMAIL = "e-mail"


# Three digits at an end are no year: 219-09-9999 is a social security number.
_A_DAY_ALONE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?:[0-9]{2})?"
)
_EMAIL = re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")
_DIGIT_OR_MARK = re.compile(r"[\d@*]")
_DIGITS_ENOUGH = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){5}")
# GB 11643-1999: 17 digits and a check character; people part them with blanks, hyphens, dots and slashes.
_EIGHTEEN = re.compile(r"(?<![0-9])[1-9](?:[ ./,_·-]{0,2}[0-9]){16}[ ./,_·-]{0,2}[0-9Xx](?![0-9])")
_CPF_AS_WRITTEN = re.compile(r"(?<![0-9*.])[0-9*]{3}\.[0-9*]{3}\.[0-9*]{3}-[0-9*]{2}(?![0-9])")
_ELEVEN = re.compile(
    r"(?<![0-9./-])[0-9]{3}(?:[ .,_-]?[0-9]{3}){2}[ ./_-]?[0-9]{2}(?![0-9/-])"
    r"|(?<![0-9./-])[0-9](?:[ ._-][0-9]){10}(?![0-9/-])"
)
# A number that the text itself calls a person's needs no check digit: it may be of the old form, or wrong.
_SAID_TO_BE_A_PERSON = re.compile(
    r"(?:身份证|身分证|護照|护照|\b(?:identity card|passport|passaporte|pasaporte|CPF|CURP)\b)"
    r"[^0-9\n]{0,12}(?:[0-9*][ .-]?){6}",
    re.IGNORECASE,
)
# CURP has 18 characters, the RFC of a natural person 13, that of a company 12.
_MEXICAN = re.compile(
    r"(?<![A-ZÑ&0-9])[A-ZÑ&]{4}[ ./_-]?[0-9]{6}[ ./_-]?(?:[HMX][A-Z]{5}[0-9A-Z][0-9]|[0-9A-Z]{3})"
    r"(?![A-ZÑ0-9])"
)
_SOCIAL_SECURITY = re.compile(
    r"(?<![0-9-])(?!000|666|9)[0-9]{3}([ -])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9-])"
)
_MARKS_WITHOUT_WIDTH = frozenset("\u034f") | {chr(code) for code in range(0xFE00, 0xFE10)}
_BETWEEN = re.compile(r"[ ./,_·-]")
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"\s+")
# A phone number stands alone, or behind the word for it: never as a part of a longer reference.
_PART_OF_A_REFERENCE = re.compile(r"[0-9A-Za-z/_.\-–—#º°ª]$")
_GOES_ON_AS_A_REFERENCE = re.compile(r"^(?:[A-Za-z0-9/_\-–—]|\.[0-9])")
_LAW_OR_FILE_BEFORE = re.compile(
    r"(?:\b(?:n[oº°.]?|nos|núm(?:ero)?|num(?:ber)?|nr|nro|lei|ley|law|decreto|decree|processo|proceso|case|"
    r"expediente|exp|file|contrato|contract|oficio|ofício|portaria|permit|licen[cs]e|registration|"
    r"art(?:igo|ículo|icle)?|usd|eur|mxn|brl|gbp|rs|cnpj|ruc|rfc|cep|zip)|[$€£¥№#])[ .:º°ª#-]*$",
    re.IGNORECASE,
)


def personal_in(text: str, region: str = "") -> PersonalKind | None:
    """Of what kind the first personal thing in a text is, or None.

    Args:
        text: any text that is to be kept.
        region: ISO 3166-1 alpha-2 code in lower case of the country whose national phone numbers and
            bare personal numbers are looked for; "" looks for international phone numbers alone.
    """
    folded = _folded(text)
    if "@" in folded and _EMAIL.search(folded):
        return PersonalKind.EMAIL
    if "*" not in folded and not _DIGITS_ENOUGH.search(folded):
        return None
    return _find_in_digits(folded, region)


@lru_cache(maxsize=4096)
def _find_in_digits(folded: str, region: str) -> PersonalKind | None:
    """The slow part, for texts with digits; dates, addresses and laws come again from row to row."""
    if _A_DAY_ALONE.fullmatch(folded):
        return None
    return _find_number(folded, region) or _find_phone(folded, region)


def personal_number_in(text: str, region: str = "") -> PersonalKind | None:
    """The same in a text that is itself a reference, where neither phone nor address is looked for."""
    folded = _folded(text)
    if "*" not in folded and not _DIGITS_ENOUGH.search(folded):
        return None
    return _find_number(folded, region)


def _folded(text: str) -> str:
    """The text as a reader sees its numbers, whatever characters they are written with.

    Tags and invisible characters fall away, digits of any script and full-width ones become plain, and so
    do dashes and blanks. Of a text without digits and marks nothing is left to see: "".
    """
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if _DIGIT_OR_MARK.search(text) is None:
        return ""
    if not text.isascii():
        text = "".join(map(_plain, text))
    return _BLANKS.sub(" ", text)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    # Marks that take no room: joiners, directions, selectors of variants.
    return "" if category == "Cf" or character in _MARKS_WITHOUT_WIDTH else character


def _find_number(text: str, region: str) -> PersonalKind | None:
    return _kind_by_check_digits(text) or _kind_by_writing(text, region)


def _kind_by_check_digits(text: str) -> PersonalKind | None:
    for match in _EIGHTEEN.finditer(text):
        if is_number_of_a_person(_BETWEEN.sub("", match[0]).upper()):
            return PersonalKind.IDENTITY_NUMBER
    for match in _MEXICAN.finditer(text.upper()):
        if is_number_of_a_person(_BETWEEN.sub("", match[0])):
            return PersonalKind.CURP_OR_RFC
    return None


def _kind_by_writing(text: str, region: str) -> PersonalKind | None:
    """By words, written form, or the country in which bare digits are looked at."""
    if _SAID_TO_BE_A_PERSON.search(text):
        return PersonalKind.IDENTITY_NUMBER
    elevens = _ELEVEN.finditer(text) if region == "br" else ()
    if _CPF_AS_WRITTEN.search(text) or any(is_cpf(_BETWEEN.sub("", each[0])) for each in elevens):
        return PersonalKind.CPF
    if region == "us" and _SOCIAL_SECURITY.search(text):
        return PersonalKind.SOCIAL_SECURITY_NUMBER
    return None


def _find_phone(text: str, region: str) -> PersonalKind | None:
    country = region.upper() if region not in {"", "xi", "eu"} else None
    for match in PhoneNumberMatcher(text, country, leniency=Leniency.STRICT_GROUPING):
        before, after = text[: match.start], text[match.end :]
        if match.raw_string.startswith("+"):
            return PersonalKind.PHONE
        if _PART_OF_A_REFERENCE.search(before) or _GOES_ON_AS_A_REFERENCE.search(after):
            continue
        if not _LAW_OR_FILE_BEFORE.search(before):
            return PersonalKind.PHONE
    return None

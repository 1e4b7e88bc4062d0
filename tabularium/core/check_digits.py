"""Check digits of identifiers of organisations, and what gives away the number of a person.

The arithmetic is python-stdnum's, but for the unified social credit code, of which a load asks for each new
organisation. What it does not settle is settled here: the length of an LEI, letters
in front of a unified social credit code, numbers that belong to people.
"""

import re
from datetime import date
from operator import mul

from stdnum.au import abn
from stdnum.br import cnpj, cpf
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2, mod_97_10
from stdnum.jp import cn as corporate_number
from stdnum.no import orgnr
from stdnum.pe import ruc

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC_FIRST_17 = re.compile(r"[0-9A-HJ-NP-RTUWXY]{17}")
_CNPJ_FIRST_12 = re.compile(r"[0-9A-Z]{12}")
_LEI_FIRST_18 = re.compile(r"[0-9A-Z]{18}")
_CHINESE_PERSON = re.compile(
    r"[1-9][0-9]{5}((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]"
)
_BRAZILIAN_PERSON = re.compile(r"[0-9]{11}")
_BRAZILIAN_PERSON_AS_WRITTEN = re.compile(r"[0-9*]{3}\.[0-9*]{3}\.[0-9*]{3}-[0-9*]{2}")
_MEXICAN_PERSON = re.compile(
    r"[A-ZÑ&]{4}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9A-Z]{3}"
)
_MEXICAN_POPULATION_KEY = re.compile(
    r"[A-Z]{4}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[HMX][A-Z]{5}[0-9A-Z][0-9]"
)
_UNITED_STATES_PERSON_AS_WRITTEN = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}")


def uscc_check_character(first17: str) -> str:
    """The last character of a unified social credit code, from its first 17 (GB 32100-2015, mod 31).

    Raises:
        ValueError: not 17 characters of the code's alphabet.
    """
    if not _USCC_FIRST_17.fullmatch(first17):
        raise ValueError("Give the first 17 characters of the code, digits and capital letters.")
    total = sum(map(mul, _USCC_WEIGHTS, map(_USCC_VALUES.__getitem__, first17)))
    return _USCC_ALPHABET[-total % 31]


def cnpj_check_digits(first12: str) -> str:
    """The last two digits of a CNPJ, from its first 12 characters (value: character code minus 48).

    Source: Receita Federal, Instrução Normativa RFB 2.229/2024, letters since July 2026.

    Raises:
        ValueError: not 12 digits and capital letters.
    """
    if not _CNPJ_FIRST_12.fullmatch(first12):
        raise ValueError("Give the first 12 characters of the number, digits and capital letters.")
    return str(cnpj.calc_check_digits(first12))


def lei_check_digits(first18: str) -> str:
    """The last two digits of an LEI, from its first 18 characters (ISO 17442-1, ISO 7064 mod 97-10).

    Raises:
        ValueError: not 18 digits and capital letters.
    """
    if not _LEI_FIRST_18.fullmatch(first18):
        raise ValueError("Give the first 18 characters of the code, digits and capital letters.")
    return str(mod_97_10.calc_check_digits(first18))


def uscc_holds(value: str) -> bool:
    """Whether the check character of a whole code fits."""
    return value[-1] == uscc_check_character(value[:-1])


def cnpj_holds(value: str) -> bool:
    """Whether the check digits of a whole CNPJ fit."""
    return value[-2:] == cnpj_check_digits(value[:-2])


def lei_holds(value: str) -> bool:
    """Whether the check digits of a whole LEI fit, and are the two that the standard computes.

    The remainder alone is not enough: 00 and 97, 01 and 98, 02 and 99 leave the same one.
    """
    return value[-2:] == lei_check_digits(value[:-2])


def ruc_holds(value: str) -> bool:
    """Whether the check digit of a whole Peruvian RUC fits."""
    return bool(ruc.is_valid(value))


def abn_holds(value: str) -> bool:
    """Whether the check digits of a whole Australian business number fit."""
    return bool(abn.is_valid(value))


def japanese_corporate_number_holds(value: str) -> bool:
    """Whether the check digit of a whole Japanese corporate number fits."""
    return bool(corporate_number.is_valid(value))


def norwegian_organisation_number_holds(value: str) -> bool:
    """Whether the check digit of a whole Norwegian organisation number fits."""
    return bool(orgnr.is_valid(value))


def _is_chinese_person(value: str) -> bool:
    match = _CHINESE_PERSON.fullmatch(value)
    if match is None:
        return False
    try:
        date(*(int(part) for part in match.groups()))
        mod_11_2.validate(value)
    except (ValueError, ValidationError):
        return False
    return True


def is_written_as_number_of_a_person(written: str) -> bool:
    """Whether dots and dashes stand as in a Brazilian CPF or a United States social security number.

    A CPF counts with some of its digits hidden by stars too, as Brazil's open data has it.
    """
    return bool(
        _BRAZILIAN_PERSON_AS_WRITTEN.fullmatch(written)
        or _UNITED_STATES_PERSON_AS_WRITTEN.fullmatch(written)
    )


def is_number_of_a_person(compact: str) -> bool:
    """Whether a value of any scheme has the whole shape of a personal number.

    Known are the Mexican CURP, the Mexican RFC of 13 characters and the Chinese identity number.
    """
    if _MEXICAN_PERSON.fullmatch(compact) or _MEXICAN_POPULATION_KEY.fullmatch(compact):
        return True
    return _is_chinese_person(compact)


def is_cpf(value: str) -> bool:
    """Whether eleven digits carry the check digits of a Brazilian personal number."""
    return bool(_BRAZILIAN_PERSON.fullmatch(value)) and bool(cpf.is_valid(value))

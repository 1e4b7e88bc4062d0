"""Numbers of made-up organisations: right by every check digit, and in ranges that nobody gives out."""

from tabularium.core.identifiers import (
    Identifier,
    lei_check_digits,
    parse,
    uscc_check_character,
)

DISTRICT = "999900"
"""GB/T 2260 has no province 99, so no credit code has this district."""

LEI_PREFIX = "ZZZZ00"
"""Issuers of LEIs have prefixes of digits, so none gives out numbers with this one."""

SOLE_TRADER = "92"
"""Category of individual businesses in GB 32100-2015, which the register refuses."""

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MODULUS = 11


def organisation_code(number: int) -> str:
    """The nine characters of an organisation code for a number of up to eight digits (GB 11714-1997)."""
    digits = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    check = _MODULUS - total % _MODULUS
    return digits + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(category: str, number: int) -> str:
    """A unified social credit code of a district that does not exist (GB 32100-2015).

    Args:
        category: the first two characters: who registered it, and what sort of organisation it is.
        number: up to eight digits.
    """
    first17 = category + DISTRICT + organisation_code(number)
    return first17 + uscc_check_character(first17)


def with_wrong_check_character(code: str) -> str:
    """The same code with another last character, which cannot fit."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


def legal_entity_identifier(number: int) -> str:
    """An LEI of an issuer that does not exist (ISO 17442-1)."""
    first18 = f"{LEI_PREFIX}{number:012d}"
    return first18 + lei_check_digits(first18)


def is_made_up(identifier: Identifier) -> bool:
    """Whether an identifier is one of those made here."""
    parse(identifier.scheme, identifier.value)
    if identifier.scheme == "CN-USCC":
        return identifier.value[2:].startswith(DISTRICT)
    return identifier.scheme == "XI-LEI" and identifier.value.startswith(LEI_PREFIX)

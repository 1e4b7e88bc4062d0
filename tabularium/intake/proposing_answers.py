"""What is wrong with an answer, said to the person who gave it: a sentence, or "" for nothing."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tabularium.intake.item_sections import CODE

LONGEST_CODE = 64
"""Characters of the longest code in the register."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def code_problem(answer: str) -> str:
    """What is wrong with a code of the register."""
    if CODE.fullmatch(answer) and len(answer) <= LONGEST_CODE:
        return ""
    return f"A code has small letters, digits and single hyphens, at most {LONGEST_CODE}."


def language_problem(answer: str) -> str:
    """What is wrong with a language tag."""
    return "" if _LANGUAGE.fullmatch(answer) else "A language tag, such as en, pt-BR or zh-Hans."


def jurisdiction_problem(answer: str) -> str:
    """What is wrong with the code of a country."""
    two_letters = len(answer) == len("gb") and answer.isascii() and answer.isalpha()
    return "" if two_letters and answer.islower() else "Two small letters, such as gb."


def time_zone_problem(answer: str) -> str:
    """What is wrong with the name of a time zone."""
    try:
        ZoneInfo(answer)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "There is no such time zone. Write it as Europe/London."
    return ""


def address_problem(answer: str) -> str:
    """What is wrong with an address on the web."""
    return "" if answer.startswith(("https://", "http://")) else "It begins with https://."


def currency_problem(answer: str) -> str:
    """What is wrong with the code of a currency (ISO 4217)."""
    three_letters = len(answer) == len("EUR") and answer.isascii() and answer.isalpha()
    return "" if three_letters and answer.isupper() else "Three capital letters, such as EUR."

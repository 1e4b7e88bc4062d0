"""Words for readers, in English and simplified Chinese; the page that checks in the browser has the same."""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Language(StrEnum):
    """The languages that there are words in."""

    ENGLISH = "en"
    SIMPLIFIED_CHINESE = "zh-hans"


@cache
def words(language: Language) -> Mapping[str, str]:
    """All words in a language, by name."""
    text = files("tabularium_verify").joinpath("words.json").read_text("utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return {name: each[language] for name, each in table.items()}


def say(language: Language, name: str, /, **values: object) -> str:
    """One sentence, with what it is about put in. What is put in is never looked at for more to put in."""
    sentence = words(language)[name]
    for key, value in values.items():
        before, mark, after = sentence.partition(f"{{{key}}}")
        if mark:
            sentence = f"{before}{plain(str(value))}{after}"
    return sentence


def plain(text: str) -> str:
    """A text of a stranger in one line, of which no terminal obeys anything."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)

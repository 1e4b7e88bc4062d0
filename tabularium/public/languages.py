"""Texts in several languages: which one a reader gets, and whether it needs to be marked as another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

# Chinese written in traditional characters is another language to a reader of simplified ones.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


# Kana and Hangul tell a language; Chinese characters alone are taken for Chinese.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A text and the BCP 47 tag of its language; the tag is empty where it is not known."""

    text: str
    language: str


def page_language() -> str:
    """The tag of the language the page is in."""
    return get_language() or "en"


def is_page_language(tag: str) -> bool:
    """Whether a text with this tag can stand on the page without being marked."""
    return _sort_of(tag) == _sort_of(page_language())


def choose(texts: Mapping[str, str]) -> Chosen:
    """The text for the reader: in the page's language, else in English, else the first there is."""
    given = {tag: text for tag, text in texts.items() if text}
    for wanted in (page_language(), "en"):
        for tag, text in given.items():
            if _sort_of(tag) == _sort_of(wanted):
                return Chosen(text, tag)
    for tag, text in given.items():
        return Chosen(text, tag)
    return Chosen("", "")


def _sort_of(tag: str) -> tuple[str, bool]:
    primary, *rest = tag.lower().replace("_", "-").split("-")
    return primary, primary == "zh" and not _TRADITIONAL.isdisjoint(rest)


def language_of_name(name: str) -> str:
    """The language to have a name read out in: told by its script, and empty where that does not tell."""
    if name.isascii():
        return ""
    return next((language for language, script in _SCRIPTS if script.search(name)), "")

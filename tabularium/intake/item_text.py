"""Reading a catalogue item's TOML table by table, so that every mistake is met and none twice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from tabularium.core.toml_lines import Document, Path

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_PATTERN = 400
"""No pattern of an item is longer, in characters: a longer one is a program and belongs elsewhere."""

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_NAMED = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    date: "a date such as 2024-01-31",
}


class MistakeCode(StrEnum):
    """What sort of mistake an item holds."""

    NOT_TOML = "not-toml"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown-key"
    WRONG_VALUE = "wrong-value"
    LINE_CROSSED = "line-crossed"


@dataclass(frozen=True, slots=True)
class ItemMistake:
    """One mistake in an item: the line it stands in, from 1, its sort, and what to do about it."""

    line: int
    code: MistakeCode
    message: str


class Table:
    """One table of an item. Each question marks its key as known; `close` names the keys left over.

    A question that fails notes the mistake and answers with something empty of the right type, so that
    reading goes on to the next mistake. Nothing is made of the answers once there is a mistake.
    """

    def __init__(
        self,
        document: Document,
        mistakes: list[ItemMistake],
        values: Mapping[str, Any],
        path: Path = (),
    ) -> None:
        self.path = path
        self._document = document
        self._mistakes = mistakes
        self._values = values
        self._known: set[str] = set()

    def wrong(
        self, message: str, key: str = "", code: MistakeCode = MistakeCode.WRONG_VALUE
    ) -> None:
        """Note a mistake at `key`, or at the table as a whole."""
        path = (*self.path, key) if key else self.path
        self._mistakes.append(ItemMistake(self._document.line_of(path), code, message))

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return key in self._values

    def character(self, key: str, default: str) -> str:
        """A text with its blanks, for a tab is one."""
        return str(self._take(key, str, default, required=False))

    def text(self, key: str, *, required: bool = True) -> str:
        """A text without blanks at its ends; "" where it is absent and may be."""
        return str(self._take(key, str, "", required=required)).strip()

    def number(self, key: str, *, least: int, default: int | None = None) -> int:
        """A whole number that is not less than `least`; without a default it has to be there."""
        number = int(self._take(key, int, default or least, required=default is None))
        if number < least:
            self.wrong(f"{key} is a whole number from {least}.", key)
        return number

    def flag(self, key: str) -> bool:
        """True or false; false where absent."""
        return bool(self._take(key, bool, default=False, required=False))

    def day(self, key: str) -> date:
        """A calendar day."""
        value = self._take(key, date, date.min, required=True)
        if isinstance(value, datetime):
            self.wrong(f"{key} is a calendar day, without a time.", key)
        return value if isinstance(value, date) else date.min

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts, as they stand."""
        values = self._take(key, list, [], required=required)
        if not all(isinstance(each, str) for each in values):
            self.wrong(f"{key} is a list of texts.", key)
            return ()
        return tuple(values)

    def by_key(self, key: str, *, required: bool = True) -> Mapping[str, str]:
        """A table of texts."""
        values = self._take(key, dict, {}, required=required)
        if not all(isinstance(each, str) for each in values.values()):
            self.wrong(f"{key} is a table of texts.", key)
            return MappingProxyType({})
        return MappingProxyType(dict(values))

    def by_language(self, key: str, *, required: bool = True) -> Mapping[str, str]:
        """Texts by language tag, English and simplified Chinese among them."""
        values = self.by_key(key, required=required)
        if not values:
            return values
        for tag in ("en", "zh-hans"):
            if not values.get(tag, "").strip():
                self.wrong(f"{key} needs a text in {tag!r}.", key, MistakeCode.MISSING)
        for tag in values:
            if not _LANGUAGE_TAG.fullmatch(tag):
                self.wrong(f"{tag!r} is not a language tag such as en, zh-hans or pt-BR.", key)
        return values

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One of a closed list."""
        written = self.text(key)
        if written in list(choices):
            return choices(written)
        if written:
            self.wrong(f"{key} is {written!r}; it is one of: {', '.join(choices)}.", key)
        return next(iter(choices))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression; None where absent."""
        written = self.text(key, required=False)
        if not written:
            return None
        if len(written) > LONGEST_PATTERN:
            self.wrong(f"{key} is longer than {LONGEST_PATTERN} characters.", key)
            return None
        try:
            return re.compile(written)
        except re.error as error:
            self.wrong(f"{key} is not a regular expression: {error}.", key)
            return None

    def table(self, key: str) -> "Table":
        """A table that has to be inside this one; where it is absent, its mistakes are not counted."""
        values = self._take(key, dict, {}, required=True)
        there = self.has(key) and isinstance(self._values[key], dict)
        mistakes = self._mistakes if there else []
        return Table(self._document, mistakes, values, (*self.path, key))

    def optional_table(self, key: str) -> "Table | None":
        """A table that may be inside this one."""
        self._known.add(key)
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> "tuple[Table, ...]":
        """A list of tables, or one table in its place."""
        values = self._values.get(key)
        if isinstance(values, dict):
            return (self.table(key),)
        values = self._take(key, list, [], required=False)
        if not all(isinstance(each, dict) for each in values):
            self.wrong(f"{key} is a list of tables.", key)
            return ()
        return tuple(
            Table(self._document, self._mistakes, each, (*self.path, key, place))
            for place, each in enumerate(values)
        )

    def named_tables(self, key: str) -> "tuple[tuple[str, Table], ...]":
        """The tables inside a table, with their names."""
        around = self.optional_table(key)
        if around is None:
            return ()
        return tuple((name, around.table(name)) for name in around.names())

    def names(self) -> tuple[str, ...]:
        """The keys that are there, in the order of the text."""
        return tuple(self._values)

    def close(self) -> None:
        """Note every key that nothing asked for: there is no such setting."""
        for key in self._values:
            if key not in self._known:
                known = ", ".join(sorted(self._known))
                self.wrong(
                    f"There is no setting {key!r} here; there are: {known}.",
                    key,
                    MistakeCode.UNKNOWN_KEY,
                )

    def _take(self, key: str, kind: type, default: Any, *, required: bool) -> Any:
        self._known.add(key)
        if key not in self._values:
            if required:
                self.wrong(f"{key} is missing; it is {_NAMED[kind]}.", key, MistakeCode.MISSING)
            return default
        value = self._values[key]
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not right:
            self.wrong(f"{key} is {_NAMED[kind]}.", key)
            return default
        if required and value in ("", {}, []):
            self.wrong(f"{key} is empty; it is {_NAMED[kind]}.", key, MistakeCode.MISSING)
        return value

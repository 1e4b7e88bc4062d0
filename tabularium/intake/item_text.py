"""Reading a catalogue item's TOML table by table, so that every mistake is met and none twice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from tabularium.core.toml_lines import Document, Path, Position

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_PATTERN = 400
"""No pattern of an item is longer, in characters: a longer one is a program and belongs elsewhere."""

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_NAMED = {
    str: "a text in quotes",
    int: "a whole number without quotes",
    bool: "true or false, without quotes",
    list: "a list in square brackets",
    dict: "a table, with a header of its own or in braces",
    date: "a day without quotes, such as 2024-01-31",
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
    """One mistake in an item.

    Attributes:
        line: the line it stands in, from 1.
        code: its sort.
        message: what is wrong, and what to do about it.
        column: the character in that line at which the key or the value at fault begins, from 1.
    """

    line: int
    code: MistakeCode
    message: str
    column: int = 1


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A place of the item that takes a column of the file: the column's name, and where it is named."""

    name: str
    path: Path


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
        columns_used: list[ColumnUse] | None = None,
    ) -> None:
        self.path = path
        self.columns_used: list[ColumnUse] = [] if columns_used is None else columns_used
        self._document = document
        self._mistakes = mistakes
        self._values = values
        self._known: set[str] = set()

    def wrong(
        self,
        message: str,
        key: str = "",
        code: MistakeCode = MistakeCode.WRONG_VALUE,
        inside: Path = (),
    ) -> None:
        """Note a mistake at the value of `key`, or `inside` it, or at the table as a whole."""
        self.wrong_at((*self.path, key, *inside) if key else self.path, message, code)

    def wrong_at(
        self, path: Path, message: str, code: MistakeCode = MistakeCode.WRONG_VALUE
    ) -> None:
        """Note a mistake at a path from the item's root: at the key if that is the mistake."""
        at_key = code is MistakeCode.UNKNOWN_KEY
        place: Position = self._document.key_of(path) if at_key else self._document.value_of(path)
        self._mistakes.append(ItemMistake(place.line, code, message, place.column))

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
            self.wrong(f"{key} is too small. Write a whole number from {least}.", key)
        return number

    def flag(self, key: str) -> bool:
        """True or false; false where absent."""
        return bool(self._take(key, bool, default=False, required=False))

    def day(self, key: str) -> date:
        """A calendar day."""
        value = self._take(key, date, date.min, required=True)
        if isinstance(value, datetime):
            self.wrong(f"{key} has a time of day. Write the day alone, such as 2024-01-31.", key)
        return value if isinstance(value, date) else date.min

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts, as they stand."""
        values = self._take(key, list, [], required=required)
        wrong = [place for place, each in enumerate(values) if not isinstance(each, str)]
        for place in wrong:
            self.wrong(f"{key} is a list of texts. Write each in quotes.", key, inside=(place,))
        return () if wrong else tuple(values)

    def column(self, key: str, *, required: bool = True) -> str:
        """The name of a column of the file; "" where it is absent and may be."""
        name = self.text(key, required=required)
        if name:
            self.columns_used.append(ColumnUse(name, (*self.path, key)))
        return name

    def columns(self, key: str) -> tuple[str, ...]:
        """A list of names of columns of the file."""
        names = self.texts(key)
        self.columns_used += [
            ColumnUse(name, (*self.path, key, place)) for place, name in enumerate(names)
        ]
        return names

    def by_key(self, key: str, *, required: bool = True) -> Mapping[str, str]:
        """A table of texts, none of them empty."""
        values = self._take(key, dict, {}, required=required)
        for name, text in values.items():
            if not isinstance(text, str):
                self.wrong(
                    f"{key} is a table of texts. Write {name} in quotes.", key, inside=(name,)
                )
            elif not text.strip():
                self.wrong(
                    f"{key} has an empty text for {name!r}. Write the text, or take {name!r} out.",
                    key,
                    MistakeCode.MISSING,
                    (name,),
                )
        return MappingProxyType(
            {name: text for name, text in values.items() if isinstance(text, str)}
        )

    def by_language(self, key: str, *, required: bool = True) -> Mapping[str, str]:
        """Texts by language tag, English and simplified Chinese among them."""
        values = self.by_key(key, required=required)
        if not values:
            return values
        for tag in ("en", "zh-hans"):
            if tag not in values:
                self.wrong(
                    f"{key} has no text in {tag!r}. Add {tag} with the text in that language.",
                    key,
                    MistakeCode.MISSING,
                )
        for tag in values:
            if not _LANGUAGE_TAG.fullmatch(tag):
                self.wrong_at(
                    (*self.path, key, tag),
                    f"{tag!r} is not a language tag. Write one such as en, zh-hans or pt-BR.",
                    MistakeCode.UNKNOWN_KEY,
                )
        return values

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One of a closed list."""
        written = self.text(key)
        if written in list(choices):
            return choices(written)
        if written:
            self.wrong(f"{key} is {written!r}. Write one of: {', '.join(choices)}.", key)
        return next(iter(choices))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression; None where absent."""
        written = self.text(key, required=False)
        if not written:
            return None
        if len(written) > LONGEST_PATTERN:
            self.wrong(
                f"{key} is too long. Write at most {LONGEST_PATTERN} characters, or several rules.",
                key,
            )
            return None
        try:
            return re.compile(written)
        except re.error as error:
            self.wrong(
                f"{key} is not a regular expression: {error}. Put a backslash before a sign that "
                "stands for itself, and the whole in single quotes.",
                key,
            )
            return None

    def table(self, key: str) -> "Table":
        """A table that has to be inside this one; where it is absent, its mistakes are not counted."""
        values = self._take(key, dict, {}, required=True)
        there = self.has(key) and isinstance(self._values[key], dict)
        mistakes = self._mistakes if there else []
        return Table(self._document, mistakes, values, (*self.path, key), self.columns_used)

    def free_table(self, key: str) -> "Table":
        """A table of which everything may be left out, and so may it."""
        values = self._take(key, dict, {}, required=False)
        return Table(self._document, self._mistakes, values, (*self.path, key), self.columns_used)

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
        wrong = [place for place, each in enumerate(values) if not isinstance(each, dict)]
        for place in wrong:
            self.wrong(
                f"{key} is a list of tables. Write each under a header [[{key}]], or in braces.",
                key,
                inside=(place,),
            )
        if wrong:
            return ()
        return tuple(
            Table(self._document, self._mistakes, each, (*self.path, key, place), self.columns_used)
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
                    f"There is no setting {key!r} here. Take it out, or use one of: {known}.",
                    key,
                    MistakeCode.UNKNOWN_KEY,
                )

    def _take(self, key: str, kind: type, default: Any, *, required: bool) -> Any:
        self._known.add(key)
        if key not in self._values:
            if required:
                self.wrong(f"{key} is missing. Add it: {_NAMED[kind]}.", key, MistakeCode.MISSING)
            return default
        value = self._values[key]
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not right:
            self.wrong(f"{key} is of another type. Write {_NAMED[kind]}.", key)
            return default
        empty = not value.strip() if isinstance(value, str) else value in ({}, [])
        if required and empty:
            self.wrong(f"{key} is empty. Write {_NAMED[kind]}.", key, MistakeCode.MISSING)
        return value

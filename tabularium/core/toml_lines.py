"""Where things stand in a TOML text, since `tomllib` reads the values and forgets their places.

A person who wrote a pack or a catalogue item is told the line and the column of a mistake, not only its
key. The positions are those of TOML 1.0: keys, tables, arrays of tables, dotted keys, and what stands
inside arrays and inline tables.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\r\n#]+")
_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:\\.|[^\\])*?"{3,5}(?!")',
        r"'''.*?'{3,5}(?!')",
        r'"(?:\\.|[^"\\\n])*"',
        r"'[^'\n]*'",
    )
)
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Position(NamedTuple):
    """A place in a text: its line and its column, both from 1; a column is one character."""

    line: int
    column: int


START = Position(1, 1)


class TomlSyntaxError(ValueError):
    """A text that is not TOML.

    Attributes:
        line: the line where reading stopped, from 1.
        column: the column there, from 1.
        message: what was expected there.
    """

    def __init__(self, line: int, message: str, column: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.column = column
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML text that was read.

    Attributes:
        values: its content, as `tomllib` gives it.
        keys: where every key and table stands, by its path; array places are numbers from 0. What is in
            an array has no key, and stands where its value does.
        contents: where the value of a key begins; absent for a table under a header of its own.
    """

    values: Mapping[str, Any]
    keys: Mapping[Path, Position]
    contents: Mapping[Path, Position]

    @property
    def lines(self) -> Mapping[Path, int]:
        """Line of every key and table by its path."""
        return {path: position.line for path, position in self.keys.items()}

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that is there; 1 for the whole text."""
        return self.key_of(path).line

    def key_of(self, path: Path) -> Position:
        """Where the key `path` stands, or the nearest thing around it; the beginning if nothing does."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path, START)

    def value_of(self, path: Path) -> Position:
        """Where the value of `path` begins, or of the nearest thing around it; a table may have a header."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.contents.get(path) or self.key_of(path)


def read(text: str) -> Document:
    """Read a TOML text with its lines.

    Raises:
        TomlSyntaxError: the text is not TOML 1.0.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        position = _POSITION.search(message)
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        if position and position.lastindex:
            line, column = int(position[1]), int(position[2])
        raise TomlSyntaxError(line, _POSITION.sub("", message), column) from None
    scanner = _Scanner(text)
    scanner.scan()
    return Document(values, MappingProxyType(scanner.keys), MappingProxyType(scanner.contents))


def locate(text: str) -> Mapping[Path, int]:
    """Line, from 1, of every key and table of a TOML text by its path.

    A table that is named only as part of another's path stands where it is first named.

    Raises:
        TomlSyntaxError: the text is not TOML 1.0.
    """
    return read(text).lines


class _Scanner:
    """Walks over a text that `tomllib` has accepted, so it looks for positions and not for mistakes."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._place = 0
        self.keys: dict[Path, Position] = {}
        self.contents: dict[Path, Position] = {}
        self._length_of: dict[Path, int] = {}
        self._line = 1
        self._line_begins = 0
        self._counted_to = 0

    def scan(self) -> None:
        table: Path = ()
        self._skip(_BLANK_LINES)
        while self._place < len(self._text):
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK_LINES)

    def _header(self) -> Path:
        is_array = self._next_is("[[")
        self._place += 2 if is_array else 1
        *parents, (last, position) = self._key()
        self._place += 2 if is_array else 1
        table = (*self._named_in((), parents), last)
        if is_array:
            place = self._length_of.get(table, 0)
            self._length_of[table] = place + 1
            self.keys.setdefault(table, position)
            table = (*table, place)
        self.keys[table] = position
        return table

    def _named_in(self, table: Path, keys: list[tuple[str, Position]]) -> Path:
        """The path of the table that dotted `keys` name: of an array of tables, its last one."""
        for key, position in keys:
            table = (*table, key)
            self.keys.setdefault(table, position)
            if table in self._length_of:
                table = (*table, self._length_of[table] - 1)
        return table

    def _pair(self, table: Path) -> None:
        *parents, (last, position) = self._key()
        path = (*self._named_in(table, parents), last)
        self.keys[path] = position
        self._place += 1  # the equals sign
        self._skip(_BLANK)
        self.contents[path] = self._here()
        self._value(path)

    def _key(self) -> list[tuple[str, Position]]:
        """The parts of a dotted key; the place is left behind it and the blanks that follow."""
        parts = []
        while True:
            self._skip(_BLANK)
            position = self._here()
            parts.append((self._key_part(), position))
            self._skip(_BLANK)
            if not self._next_is("."):
                return parts
            self._place += 1

    def _key_part(self) -> str:
        start = self._place
        if self._string():
            (part,) = tomllib.loads(f"{self._text[start : self._place]} = 0")
            return part
        self._skip(_BARE_KEY)
        return self._text[start : self._place]

    def _value(self, path: Path) -> None:
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        elif not self._string():
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._place += 1
        place = 0
        self._skip(_BLANK_LINES)
        while not self._next_is("]"):
            self.keys[(*path, place)] = self.contents[(*path, place)] = self._here()
            self._value((*path, place))
            self._skip(_BLANK_LINES)
            if self._next_is(","):
                self._place += 1
            self._skip(_BLANK_LINES)
            place += 1
        self._place += 1

    def _inline_table(self, path: Path) -> None:
        self._place += 1
        self._skip(_BLANK_LINES)
        while not self._next_is("}"):
            self._pair(path)
            self._skip(_BLANK_LINES)
            if self._next_is(","):
                self._place += 1
            self._skip(_BLANK_LINES)
        self._place += 1

    def _string(self) -> bool:
        """Whether a string began here; it is behind us then."""
        return any(self._skip(pattern) for pattern in _STRINGS)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self._text, self._place)
        if match:
            self._place = match.end()
        return match is not None

    def _next_is(self, mark: str) -> bool:
        return self._text.startswith(mark, self._place)

    def _here(self) -> Position:
        breaks = self._text.count("\n", self._counted_to, self._place)
        if breaks:
            self._line += breaks
            self._line_begins = self._text.rindex("\n", self._counted_to, self._place) + 1
        self._counted_to = self._place
        return Position(self._line, self._place - self._line_begins + 1)

"""Where things stand in a TOML text, since `tomllib` reads the values and forgets their lines.

A person who wrote a pack or a catalogue item is told the line of a mistake, not only its key. The
positions are those of TOML 1.0: keys, tables, arrays of tables, dotted keys, and what stands inside
arrays and inline tables.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

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
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class TomlSyntaxError(ValueError):
    """A text that is not TOML.

    Attributes:
        line: the line where reading stopped, from 1.
        message: what was expected there.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML text that was read.

    Attributes:
        values: its content, as `tomllib` gives it.
        lines: line of every key and table by its path, from 1; array places are numbers from 0.
    """

    values: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that is there; 1 for the whole text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


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
        line = int(position[1]) if position and position[1] else text.count("\n") + 1
        raise TomlSyntaxError(line, _POSITION.sub("", message)) from None
    return Document(values, MappingProxyType(_Scanner(text).scan()))


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
        self._lines: dict[Path, int] = {}
        self._length_of: dict[Path, int] = {}
        self._line = 1
        self._counted_to = 0

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK_LINES)
        while self._place < len(self._text):
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK_LINES)
        return self._lines

    def _header(self) -> Path:
        line = self._line_here()
        is_array = self._next_is("[[")
        self._place += 2 if is_array else 1
        *parents, last = self._key()
        self._place += 2 if is_array else 1
        table = self._named_in((), parents, line)
        table = (*table, last)
        if is_array:
            place = self._length_of.get(table, 0)
            self._length_of[table] = place + 1
            self._lines.setdefault(table, line)
            table = (*table, place)
        self._lines[table] = line
        return table

    def _named_in(self, table: Path, keys: list[str], line: int) -> Path:
        """The path of the table that dotted `keys` name: of an array of tables, its last one."""
        for key in keys:
            table = (*table, key)
            self._lines.setdefault(table, line)
            if table in self._length_of:
                table = (*table, self._length_of[table] - 1)
        return table

    def _pair(self, table: Path) -> None:
        line = self._line_here()
        *parents, last = self._key()
        path = (*self._named_in(table, parents, line), last)
        self._lines[path] = line
        self._place += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        """The parts of a dotted key; the place is left behind it and the blanks that follow."""
        parts = []
        while True:
            self._skip(_BLANK)
            parts.append(self._key_part())
            self._skip(_BLANK)
            if not self._next_is("."):
                return parts
            self._place += 1

    def _key_part(self) -> str:
        start = self._place
        if self._text[start] in "\"'":
            self._string()
            (part,) = tomllib.loads(f"{self._text[start : self._place]} = 0")
            return part
        self._skip(_BARE_KEY)
        return self._text[start : self._place]

    def _value(self, path: Path) -> None:
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        elif self._text[self._place] in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._place += 1
        place = 0
        self._skip(_BLANK_LINES)
        while not self._next_is("]"):
            self._lines[(*path, place)] = self._line_here()
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

    def _string(self) -> None:
        for pattern in _STRINGS:
            match = pattern.match(self._text, self._place)
            if match:
                self._place = match.end()
                return
        raise AssertionError("tomllib has read this text, so its strings end.")

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._place)
        if match:
            self._place = match.end()

    def _next_is(self, mark: str) -> bool:
        return self._text.startswith(mark, self._place)

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._place)
        self._counted_to = self._place
        return self._line

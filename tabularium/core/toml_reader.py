"""Reading a TOML file of ours, value by value, with a name and a line for every mistake."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tabularium.core.toml_lines import Path, TomlSyntaxError, read


class FileMistake(ValueError):  # noqa: N818 - a mistake in a file, not an error of the program
    """A data file that cannot be used. As text it reads "name:line: message".

    Attributes:
        name: name of the file.
        line: line of the mistake, from 1.
        message: what is wrong and what is expected.
    """

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(f"{name}:{line}: {message}")
        self.name = name
        self.line = line
        self.message = message


class TomlReader:
    """Takes values out of one TOML text by their path and refuses what they should not be."""

    def __init__(self, text: str, name: str, mistake: type[FileMistake]) -> None:
        """Read the text.

        Args:
            text: the TOML text.
            name: name of its file, for messages.
            mistake: what this reader raises.

        Raises:
            FileMistake: the text is not TOML.
        """
        self._name = name
        self._mistake = mistake
        try:
            self._document = read(text)
        except TomlSyntaxError as error:
            raise mistake(name, error.line, error.message) from None

    def wrong(self, path: Path, message: str) -> FileMistake:
        """The mistake to raise for what stands at `path`."""
        return self._mistake(self._name, self.line(path), message)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        return self._document.line_of(path)

    def has(self, path: Path) -> bool:
        """Whether something stands at `path`, whose surroundings are known to be there."""
        return path[-1] in self._value(path[:-1])

    def keys(
        self,
        path: Path,
        needed: tuple[str, ...],
        optional: tuple[str, ...],
        tables: tuple[str, ...] = (),
    ) -> None:
        """Check that a table holds what is needed and nothing unknown; `tables` are needed too."""
        table = self.table(path) if path else self._document.values
        place = f" in [{dotted(path)}]" if path else ""
        known = (*needed, *optional, *tables)
        for key in table:
            if key not in known:
                raise self.wrong(
                    (*path, key), f"unknown key {key!r}{place}; known are {', '.join(known)}"
                )
        for key in (*needed, *tables):
            if key not in table:
                shape = (
                    f"table [{dotted((*path, key))}]" if key in tables else f"key {key!r}{place}"
                )
                raise self.wrong(path, f"missing {shape}")

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at `path`."""
        value = self._value(path)
        if not isinstance(value, dict):
            raise self.wrong(path, f"{dotted(path)} must be a table")
        return value

    def tables(self, key: str) -> Iterator[Path]:
        """The paths of the tables [[key]]; none where the key is absent."""
        value = self._document.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong((key,), f"{key} must be tables, each under [[{key}]]")
        for place in range(len(value)):
            self.table((key, place))
            yield (key, place)

    def text(self, path: Path) -> str:
        """The text at `path`, stripped; never empty."""
        value = self._value(path)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(path, f"{dotted(path)} must be a text that says something")
        return value.strip()

    def web_address(self, path: Path) -> str:
        """The address at `path`, or an empty text where there is none."""
        if not self.has(path):
            return ""
        address = self.text(path)
        if not address.startswith(("https://", "http://")):
            raise self.wrong(path, f"{dotted(path)} must begin with https:// or http://")
        return address

    def flag(self, path: Path) -> bool:
        """The truth value at `path`; false where there is none."""
        value = self._value(path) if self.has(path) else False
        if not isinstance(value, bool):
            raise self.wrong(path, f"{dotted(path)} must be true or false")
        return value

    def whole(self, path: Path, *, least: int) -> int:
        """The whole number at `path`, not below `least`, which is 0 or 1."""
        value = self._value(path)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(path, f"{dotted(path)} must be a whole number")
        if value < 0:
            raise self.wrong(path, f"{dotted(path)} must not be negative")
        if value < least:
            raise self.wrong(path, f"{dotted(path)} must not be zero")
        return value

    def day(self, path: Path) -> date:
        """The calendar day at `path`."""
        value = self._value(path)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(
                path, f"{dotted(path)} must be a day written without quotes, such as 2020-01-31"
            )
        return value

    def _value(self, path: Path) -> Any:
        value: Any = self._document.values
        for step in path:
            value = value[step]
        return value


def dotted(path: Path) -> str:
    """A path as a person reads it: "longest_term.penalty.value"."""
    return ".".join(str(step) for step in path)

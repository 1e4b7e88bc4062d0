"""Reading a rules pack from TOML, with a line for every mistake."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tabularium.core.rule_numbers import (
    CLOCKS,
    TERM_KINDS,
    RulePack,
    RulesError,
    SourcedNumber,
    Terms,
)
from tabularium.core.toml_lines import Document, Path, TomlSyntaxError, read

_NEEDED = ("jurisdiction", "version", "effective_from", "time_zone")
_OPTIONAL = ("effective_until",)
_NUMBER_KEYS = ("value", "unit", "source", "source_url", "own_default")
_MAY_BE_ZERO = frozenset({"shortest_term", "retention"})
_JURISDICTION = re.compile(r"[a-z]{2}", re.ASCII)
_OWN_DEFAULT = "own default"


def parse_pack(text: str, name: str) -> RulePack:
    """Read a pack.

    Args:
        text: the TOML text.
        name: name of its file, for messages.

    Raises:
        RulesError: the text is not TOML; a key is unknown or missing; a value has a wrong type, unit or
            sign, or no source; dates, zone or numbers contradict each other.
    """
    try:
        document = read(text)
    except TomlSyntaxError as error:
        raise RulesError(name, error.line, error.message) from None
    return _PackReader(document, name).pack()


class _PackReader:
    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._name = name

    def pack(self) -> RulePack:
        values = self._document.values
        self._check_keys((), values, (*_NEEDED, *CLOCKS), _OPTIONAL)
        pack = RulePack(
            name=self._name,
            jurisdiction=self._jurisdiction(),
            version=self._positive(("version",)),
            effective_from=self._date("effective_from"),
            effective_until=self._date("effective_until") if "effective_until" in values else None,
            time_zone=self._time_zone(),
            publish_within=self._number("publish_within"),
            objection_window=self._number("objection_window"),
            objection_decided_within=self._number("objection_decided_within"),
            objection_lapses_after=self._number("objection_lapses_after"),
            repair_decided_within=self._number("repair_decided_within"),
            shortest_term=self._number("shortest_term"),
            default_term=self._terms("default_term"),
            longest_term=self._terms("longest_term"),
            retention=self._number("retention"),
            effective_from_line=self._document.line_of(("effective_from",)),
        )
        self._check_together(pack)
        return pack

    def _wrong(self, path: Path, message: str) -> RulesError:
        return RulesError(self._name, self._document.line_of(path), message)

    def _check_keys(
        self,
        path: Path,
        table: Mapping[str, Any],
        needed: tuple[str, ...],
        optional: tuple[str, ...],
    ) -> None:
        place = f" in [{_dotted(path)}]" if path else ""
        known = (*needed, *optional)
        for key in table:
            if key not in known:
                raise self._wrong(
                    (*path, key), f"unknown key {key!r}{place}; known are {', '.join(known)}"
                )
        for key in needed:
            if key not in table:
                shape = f"table [{key}]" if not path and key in CLOCKS else f"key {key!r}"
                raise self._wrong(path, f"missing {shape}{place}")

    def _table(self, path: Path) -> Mapping[str, Any]:
        table = self._value(path)
        if not isinstance(table, dict):
            raise self._wrong(path, f"{_dotted(path)} must be a table [{_dotted(path)}]")
        return table

    def _value(self, path: Path) -> Any:
        value: Any = self._document.values
        for step in path:
            value = value[step]
        return value

    def _text(self, path: Path) -> str:
        value = self._value(path)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(path, f"{_dotted(path)} must be a text that says something")
        return value.strip()

    def _whole(self, path: Path) -> int:
        value = self._value(path)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(path, f"{_dotted(path)} must be a whole number")
        if value < 0:
            raise self._wrong(path, f"{_dotted(path)} must not be negative")
        return value

    def _positive(self, path: Path) -> int:
        value = self._whole(path)
        if value == 0:
            raise self._wrong(path, f"{_dotted(path)} must not be zero")
        return value

    def _date(self, key: str) -> date:
        value = self._value((key,))
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._wrong(
                (key,), f"{key} must be a day written without quotes, such as 2020-01-31"
            )
        return value

    def _jurisdiction(self) -> str:
        value = self._text(("jurisdiction",))
        if not _JURISDICTION.fullmatch(value):
            raise self._wrong(
                ("jurisdiction",), "jurisdiction must be two small letters, such as cn"
            )
        return value

    def _time_zone(self) -> str:
        value = self._text(("time_zone",))
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise self._wrong(
                ("time_zone",), f"time_zone {value!r} is no IANA zone such as Asia/Shanghai"
            ) from None
        return value

    def _terms(self, name: str) -> Terms:
        self._check_keys((name,), self._table((name,)), tuple(TERM_KINDS), ())
        penalty, exclusion, judgment = (self._number(name, kind.value) for kind in TERM_KINDS)
        return Terms(penalty, exclusion, judgment)

    def _number(self, *path: str) -> SourcedNumber:
        unit = CLOCKS[path[0]]
        table = self._table(path)
        self._check_keys(path, table, _NUMBER_KEYS[:3], _NUMBER_KEYS[3:])
        given = self._text((*path, "unit"))
        if given != unit.value:
            raise self._wrong(
                (*path, "unit"), f"{_dotted(path)} is counted in {unit.value!r}, not {given!r}"
            )
        value_path = (*path, "value")
        may_be_zero = path[0] in _MAY_BE_ZERO
        return SourcedNumber(
            value=self._whole(value_path) if may_be_zero else self._positive(value_path),
            unit=unit,
            source=self._text((*path, "source")),
            source_url=self._source_url(path),
            own_default=self._own_default(path),
        )

    def _source_url(self, path: Path) -> str:
        if "source_url" not in self._table(path):
            return ""
        url = self._text((*path, "source_url"))
        if not url.startswith(("https://", "http://")):
            raise self._wrong(
                (*path, "source_url"), "source_url must begin with https:// or http://"
            )
        return url

    def _own_default(self, path: Path) -> bool:
        """Whether the number is the register's own; its source must say the same, for who reads that."""
        flag = self._table(path).get("own_default", False)
        if not isinstance(flag, bool):
            raise self._wrong((*path, "own_default"), "own_default must be true or false")
        says_so = _OWN_DEFAULT in self._text((*path, "source")).casefold()
        if flag and not says_so:
            raise self._wrong(
                (*path, "source"), f"own_default is true, so the source must say {_OWN_DEFAULT!r}"
            )
        if says_so and not flag:
            raise self._wrong(
                (*path, "source"), f"the source says {_OWN_DEFAULT!r}, so own_default must be true"
            )
        return flag

    def _check_together(self, pack: RulePack) -> None:
        if pack.effective_until is not None and pack.effective_until <= pack.effective_from:
            raise self._wrong(
                ("effective_until",), "effective_until must be later than effective_from"
            )
        if pack.objection_window.value >= pack.publish_within.value:
            raise self._wrong(
                ("objection_window", "value"),
                "objection_window must be shorter than publish_within, or no entry is published in time",
            )
        for kind in TERM_KINDS:
            default, longest = pack.default_term.of(kind).value, pack.longest_term.of(kind).value
            if default > longest:
                raise self._wrong(
                    ("default_term", kind.value, "value"),
                    f"default_term.{kind.value} is longer than longest_term.{kind.value}",
                )
            if pack.shortest_term.value > default:
                raise self._wrong(
                    ("shortest_term", "value"),
                    f"shortest_term is longer than default_term.{kind.value}",
                )


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)

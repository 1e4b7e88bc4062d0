"""Reading a rules pack from TOML, with a line for every mistake."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tabularium.core.rule_numbers import (
    CLOCKS,
    TERM_CLOCKS,
    TERM_KINDS,
    RulePack,
    RulesError,
    SourcedNumber,
    Terms,
)
from tabularium.core.toml_lines import Path
from tabularium.core.toml_reader import TomlReader, dotted

JURISDICTION = re.compile(r"[a-z]{2}", re.ASCII)

_MAY_BE_ZERO = frozenset({"shortest_term", "retention"})
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
    reader = TomlReader(text, name, RulesError)
    reader.keys(
        (),
        needed=("jurisdiction", "version", "effective_from", "time_zone"),
        optional=("effective_until",),
        tables=tuple(CLOCKS),
    )
    pack = RulePack(
        name=name,
        jurisdiction=jurisdiction_code(reader),
        version=reader.whole(("version",), least=1),
        effective_from=reader.day(("effective_from",)),
        effective_until=(
            reader.day(("effective_until",)) if reader.has(("effective_until",)) else None
        ),
        time_zone=_time_zone(reader),
        publish_within=_number(reader, "publish_within"),
        objection_window=_number(reader, "objection_window"),
        objection_decided_within=_number(reader, "objection_decided_within"),
        objection_lapses_after=_number(reader, "objection_lapses_after"),
        repair_decided_within=_number(reader, "repair_decided_within"),
        promise_answered_within=_number(reader, "promise_answered_within"),
        shortest_term=_number(reader, "shortest_term"),
        default_term=_terms(reader, "default_term"),
        longest_term=_terms(reader, "longest_term"),
        retention=_number(reader, "retention"),
        effective_from_line=reader.line(("effective_from",)),
    )
    _check_dates(reader, pack)
    _check_numbers(reader, pack)
    return pack


def jurisdiction_code(reader: TomlReader, key: str = "jurisdiction") -> str:
    """The jurisdiction that a file says it is for, or whose holidays it takes: two small letters.

    Raises:
        FileMistake: it says something else.
    """
    path = (key,)
    code = reader.text(path)
    if not JURISDICTION.fullmatch(code):
        raise reader.wrong(path, f"{key} must be two small letters, such as cn")
    return code


def _time_zone(reader: TomlReader) -> str:
    path = ("time_zone",)
    name = reader.text(path)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"time_zone {name!r} is no IANA zone such as Asia/Shanghai"
        raise reader.wrong(path, message) from None
    return name


def _terms(reader: TomlReader, name: str) -> Terms:
    reader.keys((name,), needed=(), optional=(), tables=tuple(kind.value for kind in TERM_KINDS))
    penalty, exclusion, judgment = (_number(reader, name, kind.value) for kind in TERM_KINDS)
    return Terms(penalty=penalty, exclusion=exclusion, judgment=judgment)


def _number(reader: TomlReader, *path: str) -> SourcedNumber:
    unit = CLOCKS[path[0]]
    reader.keys(path, needed=("value", "unit", "source"), optional=("source_url", "own_default"))
    given = reader.text((*path, "unit"))
    if given != unit.value:
        message = f"{dotted(path)} is counted in {unit.value!r}, not in {given!r}"
        raise reader.wrong((*path, "unit"), message)
    return SourcedNumber(
        value=reader.whole((*path, "value"), least=0 if path[0] in _MAY_BE_ZERO else 1),
        unit=unit,
        source=reader.text((*path, "source")),
        source_url=reader.web_address((*path, "source_url")),
        own_default=_own_default(reader, path),
    )


def _own_default(reader: TomlReader, path: Path) -> bool:
    """Whether a number is the register's own; its source must say the same to whoever reads that."""
    flag = reader.flag((*path, "own_default"))
    says_so = _OWN_DEFAULT in reader.text((*path, "source")).casefold()
    if flag and not says_so:
        message = f"own_default is true, so the source must say {_OWN_DEFAULT!r}"
        raise reader.wrong((*path, "source"), message)
    if says_so and not flag:
        message = f"the source says {_OWN_DEFAULT!r}, so own_default must be true"
        raise reader.wrong((*path, "source"), message)
    return flag


def _check_dates(reader: TomlReader, pack: RulePack) -> None:
    if pack.effective_until is not None and pack.effective_until <= pack.effective_from:
        message = "effective_until must be later than effective_from"
        raise reader.wrong(("effective_until",), message)


def _check_numbers(reader: TomlReader, pack: RulePack) -> None:
    if pack.objection_window.value >= pack.publish_within.value:
        message = (
            "objection_window must be shorter than publish_within, or nothing is published in time"
        )
        raise reader.wrong(("objection_window", "value"), message)
    default_term, longest_term = TERM_CLOCKS
    for kind in TERM_KINDS:
        default = pack.default_term.of(kind).value
        if default > pack.longest_term.of(kind).value:
            message = f"{default_term}.{kind} is longer than {longest_term}.{kind}"
            raise reader.wrong((default_term, kind.value, "value"), message)
        if pack.shortest_term.value > default:
            message = f"shortest_term is longer than {default_term}.{kind}"
            raise reader.wrong(("shortest_term", "value"), message)

"""The packaged packs and calendars, read once."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from tabularium.core.calendar_files import parse_calendar
from tabularium.core.clocks import WorkingCalendar
from tabularium.core.rules import NoRulesInForce, RuleBook, RulesError, parse_pack

_SUFFIX = ".toml"


@cache
def rule_book() -> RuleBook:
    """Every packaged pack.

    Raises:
        RulesError: a pack cannot be used, or two contradict each other.
    """
    packs = _files(resources.files("tabularium.rules"))
    return RuleBook(parse_pack(_text(each), each.name) for each in packs)


@cache
def _packaged_calendars() -> dict[str, WorkingCalendar]:
    return calendars_in(resources.files("tabularium.rules") / "calendars")


def calendars_in(folder: Traversable) -> dict[str, WorkingCalendar]:
    """The calendars of a folder by their jurisdiction.

    Raises:
        RulesError: a file cannot be used, or two are for the same jurisdiction.
    """
    calendars: dict[str, WorkingCalendar] = {}
    for each in _files(folder):
        calendar = parse_calendar(_text(each), each.name)
        if calendar.jurisdiction in calendars:
            raise RulesError(each.name, 1, f"a second calendar for {calendar.jurisdiction!r}")
        calendars[calendar.jurisdiction] = calendar
    return calendars


def working_calendar(jurisdiction: str) -> WorkingCalendar:
    """The working days of a jurisdiction.

    Raises:
        NoRulesInForce: none are packaged for it.
        RulesError: a calendar file cannot be used.
    """
    calendars = _packaged_calendars()
    if jurisdiction not in calendars:
        raise NoRulesInForce(
            f"There is no calendar for the jurisdiction {jurisdiction!r}; there are some for "
            f"{', '.join(calendars)}."
        )
    return calendars[jurisdiction]


def _files(folder: Traversable) -> Iterator[Traversable]:
    return iter(
        sorted(
            (each for each in folder.iterdir() if each.name.endswith(_SUFFIX)),
            key=lambda each: each.name,
        )
    )


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise RulesError(file.name, line, "the text is not UTF-8") from None

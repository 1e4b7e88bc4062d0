"""Reading what we know about a jurisdiction's working days from TOML, with a line for every mistake."""

from datetime import date

from tabularium.core.clocks import ClockValueError, Corrections, WorkingCalendar
from tabularium.core.rule_numbers import RulesError
from tabularium.core.rule_packs import jurisdiction_code
from tabularium.core.toml_reader import TomlReader

_HOLIDAYS = "holiday"
_WORKING_DAYS = "working_day"


def parse_calendar(text: str, name: str) -> WorkingCalendar:
    """Read a calendar file: the confirmed days, with their source, and corrections of the package.

    Args:
        text: the TOML text.
        name: name of its file, for messages.

    Raises:
        RulesError: the text is not TOML; a key is unknown or missing; a value has a wrong type or no
            source; a day stands there twice; the confirmed days end before they begin.
    """
    reader = TomlReader(text, name, RulesError)
    reader.keys(
        (),
        needed=("jurisdiction", "confirmed_from", "confirmed_through", "source"),
        optional=("country", "subdivision", "source_url", _HOLIDAYS, _WORKING_DAYS),
    )
    reader.text(("source",))
    reader.web_address(("source_url",))
    subdivision = ("subdivision",)
    try:
        corrections = Corrections(
            confirmed_from=reader.day(("confirmed_from",)),
            confirmed_through=reader.day(("confirmed_through",)),
            extra_holidays=_days(reader, _HOLIDAYS),
            extra_working_days=_days(reader, _WORKING_DAYS),
        )
    except ClockValueError as error:
        raise reader.wrong(("confirmed_through",), str(error)) from None
    return WorkingCalendar(
        jurisdiction=jurisdiction_code(reader),
        corrections=corrections,
        subdivision=reader.text(subdivision) if reader.has(subdivision) else "",
        country=jurisdiction_code(reader, "country") if reader.has(("country",)) else "",
    )


def _days(reader: TomlReader, key: str) -> frozenset[date]:
    days: set[date] = set()
    for path in reader.tables(key):
        reader.keys(path, needed=("day", "name", "source"), optional=("source_url",))
        reader.text((*path, "name"))
        reader.text((*path, "source"))
        reader.web_address((*path, "source_url"))
        day = reader.day((*path, "day"))
        if day in days:
            raise reader.wrong((*path, "day"), f"{day} stands under [[{key}]] twice")
        days.add(day)
    return frozenset(days)

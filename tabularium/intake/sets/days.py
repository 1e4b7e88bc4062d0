"""Days as authorities write them, as expressions: cut out of the text and put together as ISO 8601.

What `intake.values.parse_day` reads is read here alike, or not at all. A form with all its digits is cut
by places, which is cheap; days of one digit, names of months and times of day take a pattern, which is
only tried where the first failed. Engines read days otherwise than Python's strptime, so none is asked to.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from tabularium.intake.sets.characters import LETTERS
from tabularium.intake.sets.portable import escaped
from tabularium.intake.values import DAY_FORM, FIRST_YEAR, LAST_YEAR

_SIGN = re.compile(r"%.|[^%]+")
_PLACES = {"%d": 2, "%m": 2, "%Y": 4}
_SAMPLE = {"%d": "01", "%m": "01", "%Y": "2000", "%B": "January", "%b": "Jan", "%%": "%"}
_PATTERNS = {
    "%d": "([0-9]{1,2})",
    "%m": "([0-9]{1,2})",
    "%Y": "([0-9]{4})",
    "%B": f"([{LETTERS}]+)",
    "%b": f"([{LETTERS}]+)\\.?",
    "%%": "%",
}
_TIME_OF_DAY = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
_MONTHS = (
    ("january", "jan", "enero", "janeiro"),
    ("february", "feb", "febrero", "fevereiro"),
    ("march", "mar", "marzo", "março", "marco"),
    ("april", "apr", "abril"),
    ("may", "mayo", "maio"),
    ("june", "jun", "junio", "junho"),
    ("july", "jul", "julio", "julho"),
    ("august", "aug", "agosto"),
    ("september", "sep", "septiembre", "setiembre", "setembro", "sept"),
    ("october", "oct", "octubre", "outubro"),
    ("november", "nov", "noviembre", "novembro"),
    ("december", "dec", "diciembre", "dezembro"),
)
_LONGEST = 60
"""Characters of the longest text that is tried as a day by a pattern."""


def day_in(text: ir.StringValue, forms: Sequence[str]) -> ir.DateValue:
    """The day that a text names in one of the forms or in ISO 8601; null where it plainly names none.

    Null may be a day that only `parse_day` reads; a day is always the one that it reads.
    """
    every = tuple(dict.fromkeys((*forms, DAY_FORM)))
    tried: list[Any] = []
    for place, form in enumerate(every):
        if _is_of_digits(form) and not _is_read_before(form, every[:place]):
            tried.append(_cut(text, form))
    tried.append(_matched(text, every))
    day = ibis.coalesce(*tried) if len(tried) > 1 else tried[0]
    assert isinstance(day, ir.DateValue)
    return day


def _is_of_digits(form: str) -> bool:
    return not {"%B", "%b"} & set(_SIGN.findall(form))


def _is_read_before(form: str, earlier: Sequence[str]) -> bool:
    """Whether an earlier form fits what this one writes: digits are all alike to it, so one day tells."""
    written = "".join(_SAMPLE.get(sign, sign) for sign in _SIGN.findall(form))
    return any(re.fullmatch(_pattern(each), written) for each in earlier)


def _pattern(form: str) -> str:
    parts = (_PATTERNS.get(sign) or escaped(sign) for sign in _SIGN.findall(form))
    return "".join(parts) + _TIME_OF_DAY


def _cut(text: ir.StringValue, form: str) -> ir.DateValue:
    """The day of a text in which every part stands in its place with all its digits."""
    parts: dict[str, Any] = {}
    place = 0
    for sign in _SIGN.findall(form):
        literal = "%" if sign == "%%" else sign
        length = _PLACES.get(sign, len(literal))
        if sign in _PLACES:
            parts[sign] = text.substr(place, length)
        place += length
    iso = parts["%Y"] + "-" + parts["%m"] + "-" + parts["%d"]
    if form == DAY_FORM:
        return _day(text, text)
    again = _written_again(form, iso)
    return _day(iso, (text == again).ifelse(iso, ibis.literal("")))


def _written_again(form: str, iso: Any) -> Any:
    """An ISO day in another form: the same text comes out only if every mark stood in its place."""
    places = {"%Y": (0, 4), "%m": (5, 2), "%d": (8, 2)}
    written: Any = None
    for sign in _SIGN.findall(form):
        part: Any = ibis.literal("%" if sign == "%%" else sign)
        if sign in places:
            part = iso.substr(*places[sign])
        written = part if written is None else written + part
    return written


def _day(iso: Any, expected: Any) -> Any:
    """The day of an ISO text: if the day, written again, is the text that was expected."""
    day = iso.try_cast("date")
    right = (
        (day.cast("string") == expected)
        & (day >= ibis.literal(date(FIRST_YEAR, 1, 1)))
        & (day <= ibis.literal(date(LAST_YEAR, 12, 31)))
    )
    return right.ifelse(day, ibis.null("date"))


def _matched(text: ir.StringValue, forms: Sequence[str]) -> ir.DateValue:
    """The day of a text that fits the pattern of a form, the first that fits."""
    safe = (text.length() <= _LONGEST).ifelse(text, ibis.literal(""))
    branches = []
    for form in forms:
        pattern = f"^(?:{_pattern(form)})$"
        branches.append((safe.re_search(pattern), _extracted(safe, form, pattern)))
    day = ibis.cases(*branches, else_=ibis.null("date"))
    assert isinstance(day, ir.DateValue)
    return day


def _extracted(text: Any, form: str, pattern: str) -> Any:
    tokens = [sign for sign in _SIGN.findall(form) if sign in _PATTERNS and sign != "%%"]
    parts = {sign: text.re_extract(pattern, number) for number, sign in enumerate(tokens, start=1)}
    day, year = parts["%d"].lpad(2, "0"), parts["%Y"]
    named = parts.get("%B", parts.get("%b"))
    month = parts["%m"].lpad(2, "0") if named is None else _month(named)
    iso = year + "-" + month + "-" + day
    return _day(iso, iso)


def _month(name: Any) -> Any:
    small = name.lower()
    return ibis.cases(
        *((small.isin(names), f"{number:02d}") for number, names in enumerate(_MONTHS, start=1)),
        else_="00",
    )

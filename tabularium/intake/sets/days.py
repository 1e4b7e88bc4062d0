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


class Days:
    """Reads days in stages, each of which an engine works out once."""

    def __init__(self) -> None:
        """Begin; cells are added by `column`."""
        self._asked: dict[tuple[Any, tuple[str, ...]], tuple[str, Any]] = {}

    def column(self, asked: Any, forms: Sequence[str], text: Any) -> str:
        """Name of the column that will hold the day of a text; the same for what was asked before.

        Args:
            asked: what tells the text from others.
            forms: as the item has them; ISO 8601 is read besides.
            text: the text as an expression.
        """
        name, _ = self._asked.setdefault((asked, tuple(forms)), (f"d{len(self._asked)}", text))
        return name

    def read(self, table: ir.Table) -> ir.Table:
        """The rows with a column for every day asked for.

        A column holds null where the text plainly names no day, which may be a day that `parse_day` alone
        reads; a day is always the one that it reads.
        """
        cuts = [
            (name, text, _Cut(_first_of_digits(forms)), forms)
            for (_, forms), (name, text) in self._asked.items()
        ]
        table = table.mutate(**{f"{name}_iso": cut.iso(text) for name, text, cut, _ in cuts})
        table = table.mutate(
            **{f"{name}_day": table[f"{name}_iso"].try_cast("date") for name, *_ in cuts}
        )
        days = {}
        for name, text, cut, forms in cuts:
            day = table[f"{name}_day"]
            right = cut.fits(text) & _is(day, table[f"{name}_iso"])
            days[name] = right.ifelse(day, _otherwise(text, forms))
        return table.mutate(**days)


def _every(forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*forms, DAY_FORM)))


def _first_of_digits(forms: Sequence[str]) -> str:
    """The form that is tried first: ISO 8601 where another would be read before every form of digits."""
    every = _every(forms)
    for place, form in enumerate(every):
        if _is_of_digits(form) and not _is_read_before(form, every[:place]):
            return form
    return ""


def _otherwise(text: Any, forms: Sequence[str]) -> Any:
    """The day of a text that is not in the first form: in another form of digits, or by its pattern."""
    every = _every(forms)
    day: Any = _matched(text, every)
    for place, form in reversed(list(enumerate(every))):
        if _is_of_digits(form) and not _is_read_before(form, every[:place]):
            cut = _Cut(form)
            iso = cut.iso(text)
            read = iso.try_cast("date")
            day = (cut.fits(text) & _is(read, iso)).ifelse(read, day)
    return day


class _Cut:
    """A form of digits, by its places: every part with all its digits."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._parts: dict[str, tuple[int, int]] = {}
        self._marks: list[tuple[int, str]] = []
        place = 0
        for sign in _SIGN.findall(form):
            length = _PLACES.get(sign, len(sign))
            if sign in _PLACES:
                self._parts[sign] = (place, length)
            else:
                literal = "%" if sign == "%%" else sign
                length = len(literal)
                self._marks.append((place, literal))
            place += length
        self._length = place

    def iso(self, text: Any) -> Any:
        """What the text is in ISO 8601, if it fits; any text where it does not."""
        if self._form == DAY_FORM:
            return text
        if not self._form:
            return ibis.literal("")
        year, month, day = (text.substr(*self._parts[sign]) for sign in ("%Y", "%m", "%d"))
        return year.concat("-", month, "-", day)

    def fits(self, text: Any) -> Any:
        """Whether the text has the form's length and its marks in their places."""
        right = text.length() == self._length
        if self._form != DAY_FORM:
            for place, mark in self._marks:
                right &= text.substr(place, len(mark)) == mark
        return right


def _is(day: Any, iso: Any) -> Any:
    """Whether a day, written again, is the text that it was read from, and of a year that is read."""
    return (
        (day.cast("string") == iso)
        & (day >= ibis.literal(date(FIRST_YEAR, 1, 1)))
        & (day <= ibis.literal(date(LAST_YEAR, 12, 31)))
    )


def _is_of_digits(form: str) -> bool:
    return not {"%B", "%b"} & set(_SIGN.findall(form))


def _is_read_before(form: str, earlier: Sequence[str]) -> bool:
    """Whether an earlier form fits what this one writes: digits are all alike to it, so one day tells."""
    written = "".join(_SAMPLE.get(sign, sign) for sign in _SIGN.findall(form))
    return any(re.fullmatch(_pattern(each), written) for each in earlier)


def _pattern(form: str) -> str:
    parts = (_PATTERNS.get(sign) or escaped(sign) for sign in _SIGN.findall(form))
    return "".join(parts) + _TIME_OF_DAY


def _matched(text: Any, forms: Sequence[str]) -> Any:
    """The day of a text that fits the pattern of a form, the first that fits."""
    safe = (text.length() <= _LONGEST).ifelse(text, ibis.literal(""))
    branches = []
    for form in forms:
        pattern = f"^(?:{_pattern(form)})$"
        branches.append((safe.re_search(pattern), _extracted(safe, form, pattern)))
    return ibis.cases(*branches, else_=ibis.null("date"))


def _extracted(text: Any, form: str, pattern: str) -> Any:
    tokens = [sign for sign in _SIGN.findall(form) if sign in _PATTERNS and sign != "%%"]
    parts = {sign: text.re_extract(pattern, number) for number, sign in enumerate(tokens, start=1)}
    day, year = parts["%d"].lpad(2, "0"), parts["%Y"]
    named = parts.get("%B", parts.get("%b"))
    month = parts["%m"].lpad(2, "0") if named is None else _month(named)
    iso = year.concat("-", month, "-", day)
    read = iso.try_cast("date")
    return _is(read, iso).ifelse(read, ibis.null("date"))


def _month(name: Any) -> Any:
    small = name.lower()
    return ibis.cases(
        *((small.isin(names), f"{number:02d}") for number, names in enumerate(_MONTHS, start=1)),
        else_="00",
    )

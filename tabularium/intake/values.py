"""Values as authorities write them: days, sums of money, durations. Pure functions of texts."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from tabularium.core.clocks import add_months
from tabularium.intake.readers.shape import PlainNumber

DAY_FORM = "%Y-%m-%d"
"""ISO 8601, which is read whatever the item declares: it cannot be mistaken for another form."""

FIRST_YEAR, LAST_YEAR = 1800, 2999
LONGEST_NUMBER = 40
"""Digits and marks of the longest sum of money or count that is read."""

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    )
    for number, name in enumerate(names.split(), start=1)
} | {"setiembre": 9, "sept": 9, "marco": 3}
_DIRECTIVES = {
    "%d": r"(?P<day>[0-9]{1,2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%Y": r"(?P<year>[0-9]{4})",
    "%B": r"(?P<name>[^\W\d_]+)",
    "%b": r"(?P<name>[^\W\d_]+)\.?",
    "%%": "%",
}
_TIME_OF_DAY = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
_TOKEN = re.compile(r"%.|[^%]+")


def date_form_problem(form: str) -> str:
    """What is wrong with the form of a day, as a sentence; "" when it can be used."""
    tokens = _TOKEN.findall(form)
    unknown = [token for token in tokens if token.startswith("%") and token not in _DIRECTIVES]
    if unknown:
        return f"The directive {unknown[0]!r} is not known; use %d, %m, %B, %b and %Y."
    has_month = sum(token in {"%m", "%B", "%b"} for token in tokens) == 1
    if tokens.count("%d") != 1 or tokens.count("%Y") != 1 or not has_month:
        return "The form of a day has a day, a month and a year, each once."
    return ""


@lru_cache(maxsize=256)
def _day_pattern(form: str) -> re.Pattern[str]:
    parts = (_DIRECTIVES.get(token) or re.escape(token) for token in _TOKEN.findall(form))
    return re.compile("".join(parts) + _TIME_OF_DAY)


@lru_cache(maxsize=8192)
def parse_day(text: str, forms: tuple[str, ...]) -> date | None:
    """The day that `text` names in one of `forms`, or in ISO 8601; None when it names none.

    A time of day behind the day is passed over: the decision's day is what was written. Names of months
    are read in English, Spanish and Portuguese. Days repeat in files, so the last 8,192 are remembered.
    """
    for form in (*forms, DAY_FORM):
        match = _day_pattern(form).fullmatch(text.strip())
        if match is not None:
            return _day_of(match.groupdict())
    return None


def _day_of(parts: dict[str, str]) -> date | None:
    month = _MONTHS.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        return None


def parse_amount(
    text: str, *, decimal: str, grouping: str, prefixes: tuple[str, ...] = ()
) -> str | None:
    """The sum that `text` names as a decimal text without grouping; None when it names none.

    Grouping, where there is any, has to be whole: "1,2" with a grouping comma is no sum, for it would
    be read as twelve. A cell that the file holds as a number is taken as it is.
    """
    if isinstance(text, PlainNumber):
        return _plain(text)
    written = text.strip()
    for prefix in prefixes:
        if written.startswith(prefix):
            written = written[len(prefix) :].strip()
            break
    if len(written) > LONGEST_NUMBER:
        return None
    match = _amount_pattern(decimal, grouping).fullmatch(written)
    if match is None:
        return None
    whole = match["whole"].replace(grouping, "") if grouping else match["whole"]
    decimals = match["decimals"]
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _plain(number: str) -> str | None:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    fits = value.is_finite() and value >= 0 and len(number) <= LONGEST_NUMBER
    return f"{value:f}" if fits and abs(value.adjusted()) < LONGEST_NUMBER else None


@lru_cache(maxsize=64)
def _amount_pattern(decimal: str, grouping: str) -> re.Pattern[str]:
    whole = "[0-9]+"
    if grouping:
        whole = f"(?:[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+|[0-9]+)"
    return re.compile(f"(?P<whole>{whole})(?:{re.escape(decimal)}(?P<decimals>[0-9]*))?")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar months and days."""

    months: int = 0
    days: int = 0

    def last_day_from(self, begins: date) -> date | None:
        """The last day of this length that begins on `begins`, that day counted; None if too far off.

        Three months from 8 May end on 7 August; 27 days from 1 April end on the 27th.
        """
        try:
            return add_months(begins, self.months) + timedelta(days=self.days - 1)
        except (ValueError, OverflowError):
            return None


_NUMBER_WORDS = {
    word: number
    for words in (
        "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
        "um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    )
    for number, word in enumerate(words.split(), start=1)
} | {"una": 1, "uma": 1, "duas": 2, "tres": 3, "a": 1, "an": 1}
_NUMBER_WORDS |= {"dieciocho": 18, "dezoito": 18, "eighteen": 18, "veinte": 20, "vinte": 20}
_NUMBER_WORDS |= {"veinticuatro": 24, "treinta": 30, "trinta": 30, "thirty": 30, "twenty": 20}
_UNITS = {
    **dict.fromkeys(("año", "años", "ano", "anos", "year", "years"), "years"),
    **dict.fromkeys(("mes", "meses", "mês", "month", "months"), "months"),
    **dict.fromkeys(("semana", "semanas", "week", "weeks"), "weeks"),
    **dict.fromkeys(("día", "días", "dia", "dias", "day", "days"), "days"),
}
_JOINING = re.compile(r"[\s,.]+|\b(?:y|e|and)\b", re.IGNORECASE)
_PART = re.compile(r"([0-9]{1,5}|[^\W\d_]+)\s*(?:\(\s*[^\W_]+\s*\)\s*)?([^\W\d_]+)")
_MONTHS_IN_A_YEAR, _DAYS_IN_A_WEEK = 12, 7


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration | None:
    """The duration that `text` names in Spanish, Portuguese or English words; None when it names none.

    "1 AÑO 3 MESES", "TRES MESES", "dois anos e seis meses", "18 (dieciocho) meses". Each unit may stand
    once, and the whole text has to be understood.
    """
    totals: dict[str, int] = {}
    place = 0
    written = text.strip().casefold()
    while place < len(written):
        joining = _JOINING.match(written, place)
        if joining:
            place = joining.end()
            continue
        part = _PART.match(written, place)
        if part is None:
            return None
        number, unit = _number(part[1]), _UNITS.get(part[2], "")
        if number is None or not unit or unit in totals:
            return None
        totals[unit] = number
        place = part.end()
    months = totals.get("years", 0) * _MONTHS_IN_A_YEAR + totals.get("months", 0)
    days = totals.get("weeks", 0) * _DAYS_IN_A_WEEK + totals.get("days", 0)
    return Duration(months, days) if months or days else None


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() else _NUMBER_WORDS.get(written)


_NOT_LETTERS = re.compile(r"[\W_]+")


def folded_name(name: str) -> str:
    """A name without what differs by its writing alone: blanks, punctuation, capitals."""
    return _NOT_LETTERS.sub("", name).casefold()

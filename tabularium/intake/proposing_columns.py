"""What stands in the columns of a sample: days, numbers, sums, numbers of organisations, or texts.

A column whose name collects people, or adds a subject up, is not looked into.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import pairwise

from tabularium.core import legal_forms
from tabularium.core.identifiers import AUTHORITY_CASE, SCHEMES, IdentifierError, Scheme, parse
from tabularium.intake.cells import clean
from tabularium.intake.person_words import crosses_a_line
from tabularium.intake.readers import PlainNumber, Row
from tabularium.intake.values import parse_amount, parse_day, parse_duration

DAY_FORMS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d de %B de %Y",
    "%Y%m%d",
)
"""Forms of days that are tried, the likelier first."""
ENOUGH = 0.9
"""Share of the values of a column that have to fit; the others are what findings are for."""

_ENOUGH_NUMBERS = 0.7  # numbers of organisations are mistyped more often than days
_FEW = 3
_LONGEST_INTEGER = 9
_NAMES_LOOKED_AT = 60
_MARKS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", " "))
_PREFIX = re.compile(r"(?:R\$|US\$|MX\$|S/\.?|[$£€¥￥])\s?")
_THREE_DIGITS = re.compile(r"\d{1,3}[.,]\d{3}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+")

# Numbers without check digits that any digits would fit: taken only where the column is so called.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "GB-COH": ("company number", "companies house", "company no", "crn"),
    "GB-CHC": ("charity number", "charity no"),
    "GB-NIC": ("charity number ni",),
    "US-EIN": ("ein", "employer identification number"),
    "US-CCN": ("ccn", "provider number", "cms certification number"),
    "BR-ANS": ("registro ans",),
    "GB-CQC": ("cqc location id", "cqc provider id"),
    "GB-FSA": ("approval number", "appno"),
}
_TELLING = frozenset({"MX-RFC", "IN-CIN", "GB-SC"})
"""Schemes without a check digit whose form alone can hardly be met by chance."""


class ColumnType(StrEnum):
    """What the values of a column are."""

    EMPTY = "empty"
    TEXT = "text"
    DAY = "date"
    DURATION = "duration"
    INTEGER = "integer"
    MONEY = "amount"


@dataclass(frozen=True, slots=True)
class MoneyForm:
    """How sums of money are written: see `AmountCell`."""

    decimal: str
    grouping: str
    prefixes: tuple[str, ...]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sample.

    Attributes:
        name: as the header has it.
        type: what its values are.
        filled: rows of the sample with a value.
        distinct: different values.
        refused_for: the word for which no item may have the column; "" where it may.
        day_forms: forms of days that fit all values alike; several where the values do not tell.
        money: how sums are written; None for another column.
        has_doubtful_decimals: whether "1.234" may be one thousand or one, by all that the values say.
        scheme: the scheme of identifiers that the values are of, or "".
        with_form: share of the values that tell the legal form of an organisation.
        is_row_counter: whether the values only count the rows; the next file counts them anew.
    """

    name: str
    type: ColumnType
    filled: int
    distinct: int
    refused_for: str = ""
    day_forms: tuple[str, ...] = ()
    money: MoneyForm | None = None
    has_doubtful_decimals: bool = False
    scheme: str = ""
    with_form: float = 0.0
    is_row_counter: bool = False


def words_of(name: str) -> str:
    """A column's name in small letters without accents, its words apart by single blanks."""
    decomposed = unicodedata.normalize("NFKD", _HUMP.sub(" ", name)).casefold()
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return " ".join(_NOT_A_WORD.sub(" ", plain).split())


def values_of(rows: Sequence[Row], name: str) -> list[str]:
    """The cleaned values of a column, those of rows without a value left out."""
    cleaned = (clean(row.cells.get(name) or "") for row in rows if row.trouble is None)
    return [value for value in cleaned if value]


def column_of(name: str, rows: Sequence[Row]) -> Column:
    """What a column of the sample is."""
    refused_for = crosses_a_line(name)
    if refused_for:
        return Column(name, ColumnType.TEXT, 0, 0, refused_for)
    values = values_of(rows, name)
    several = sorted(set(values))
    if not several:
        return Column(name, ColumnType.EMPTY, 0, 0)
    counts = len(values), len(several)
    scheme = _scheme_of(name, several)
    if scheme:
        return Column(name, ColumnType.TEXT, *counts, scheme=scheme)
    days = _day_forms(several)
    if days:
        return Column(name, ColumnType.DAY, *counts, day_forms=days)
    column = _counted(name, several, counts)
    return replace(column, is_row_counter=_counts_rows(values))


def _counted(name: str, several: Sequence[str], counts: tuple[int, int]) -> Column:
    """A column of lengths of time, numbers, sums, or else of texts."""
    if _share(several, lambda value: parse_duration(value) is not None) >= ENOUGH:
        return Column(name, ColumnType.DURATION, *counts)
    if all(_is_integer(value) for value in several):
        plain = MoneyForm(".", "", (), is_plain=True)
        return Column(name, ColumnType.INTEGER, *counts, money=plain)
    sums, is_doubtful = _money_form(several)
    if sums is not None:
        return Column(
            name, ColumnType.MONEY, *counts, money=sums, has_doubtful_decimals=is_doubtful
        )
    looked_at = several[:: 1 + len(several) // _NAMES_LOOKED_AT]
    named = _share(looked_at, lambda value: legal_forms.from_name(value, "") is not None)
    return Column(name, ColumnType.TEXT, *counts, with_form=named)


def legal_forms_in(values: Sequence[str], jurisdiction: str) -> dict[str, str]:
    """Codes of legal forms by the texts of a column that name one; nothing where most name none."""
    several = sorted(set(values))
    found = {value: legal_forms.from_text(value, jurisdiction) for value in several}
    known = {value: form.code for value, form in found.items() if form is not None}
    return known if 2 * len(known) >= len(several) else {}


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values)


def _scheme_of(name: str, values: Sequence[str]) -> str:
    called = f" {words_of(name)} "
    best, most = "", _ENOUGH_NUMBERS
    for scheme in SCHEMES.values():
        if scheme.code == AUTHORITY_CASE or not _may_be(scheme, called, values):
            continue
        share = _share(values, partial(_is_of, scheme.code))
        if share > most:
            best, most = scheme.code, share
    return best


def _may_be(scheme: Scheme, called: str, values: Sequence[str]) -> bool:
    own_word = scheme.code.partition("-")[2].casefold()
    names = (*_CALLED.get(scheme.code, ()), own_word)
    if any(f" {each} " in called for each in names):
        return True
    tells = scheme.check is not None or scheme.code in _TELLING
    return tells and len(values) >= _FEW


def _is_of(scheme: str, value: str) -> bool:
    try:
        parse(scheme, value)
    except IdentifierError:
        return False
    return True


def _day_forms(values: Sequence[str]) -> tuple[str, ...]:
    if _share(values, lambda value: any(map(str.isdigit, value))) < ENOUGH:
        return ()
    shares = {form: _share(values, partial(_is_day, (form,))) for form in DAY_FORMS}
    most = max(shares.values())
    if most < ENOUGH:
        return ()
    forms = tuple(form for form, share in shares.items() if share == most)
    # ISO 8601 is read whatever the form, so where it fits best nothing else is to be said.
    return forms[:1] if DAY_FORMS[0] in forms else forms


def _counts_rows(values: Sequence[str]) -> bool:
    """Whether the values rise from about one on with few gaps, as the rows of a list do."""
    if len(values) < _FEW or not all(_is_integer(value) for value in values):
        return False
    numbers = [int(value) for value in values]
    rise = all(first < second for first, second in pairwise(numbers))
    return rise and numbers[0] <= _FEW and numbers[-1] <= 2 * len(numbers)


def _is_day(forms: tuple[str, ...], value: str) -> bool:
    return parse_day(value, forms) is not None


def _is_integer(value: str) -> bool:
    """A count: digits without zeros in front, not so many that they are somebody's reference."""
    return (
        value.isdecimal() and len(value) <= _LONGEST_INTEGER and (value == "0" or value[0] != "0")
    )


def _money_form(values: Sequence[str]) -> tuple[MoneyForm | None, bool]:
    found = (_PREFIX.match(value) for value in values)
    prefixes = tuple(sorted({match[0].strip() for match in found if match}))
    for decimal, grouping in _MARKS:
        parsed = [
            parse_amount(value, decimal=decimal, grouping=grouping, prefixes=prefixes)
            for value in values
        ]
        if sum(each is not None for each in parsed) < ENOUGH * len(values):
            continue
        if any(value.isdecimal() and value[0] == "0" and len(value) > 1 for value in values):
            return None, False  # references with zeros in front
        if all(value.isdecimal() for value in values):
            return None, False  # long references
        bare = [_PREFIX.sub("", value) for value in values if not isinstance(value, PlainNumber)]
        marked = [value for value in bare if not value.isdecimal()]
        doubtful = bool(marked) and all(_THREE_DIGITS.fullmatch(value) for value in marked)
        plain = (decimal, grouping, prefixes) == (".", "", ())
        return MoneyForm(decimal, grouping, prefixes, plain), doubtful
    return None, False

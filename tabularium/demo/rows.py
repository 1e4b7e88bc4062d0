"""What stands in one row of an authority's file, before it is written in the file's manner."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tabularium.core.clocks import WorkingCalendar
from tabularium.demo.courses import End
from tabularium.demo.organisations import MadeUpOrganisation
from tabularium.demo.words import Stock
from tabularium.intake.item_parts import TermRule
from tabularium.intake.values import Duration

Value = str | int | date
"""A cell: a text, a whole number, or a day."""

_LONGEST_LAG = 14
"""Days from a decision to its file, at most."""
_WELL_AHEAD = timedelta(days=15)
_AGES_OF_THE_END = {End.PAST: (5, 80), End.ERASED: (95, 900)}
_FROM_FILE_TO_END = {End.PAST: 30, End.ERASED: 60}
"""Days for which an entry that ends is public at least."""
_LATEST_DUE = 120
"""Days from a promise to its day, at most."""
_MONTHS_IN_A_YEAR = 12
_LONGEST_TERM = 60
"""Months of the longest term that the rules allow for a penalty."""


@dataclass(slots=True)
class Facts:
    """One row.

    Attributes:
        subject: whom it is about.
        cells: what stands in it, by the names of `columns` in words/town.toml.
        surplus: whether a cell too many stands at its end.
    """

    subject: MadeUpOrganisation
    cells: dict[str, Value]
    surplus: bool = False


class FactsMaker:
    """Makes rows whose dates fit the day on which the town is made."""

    def __init__(self, last_day: date, draw: Random, calendar: WorkingCalendar) -> None:
        self._last_day = last_day
        self._draw = draw
        self._calendar = calendar
        self._given: Counter[tuple[str, int]] = Counter()

    def make(self, stock: Stock, age: int, end: End, subject: MadeUpOrganisation) -> Facts:
        """A right row for a file of that age, whose term ends as `end` says."""
        draw = self._draw
        decided_on = self._decided_on(stock, age)
        cells: dict[str, Value] = {
            "reference": self._reference(stock, decided_on.year),
            "name": subject.name_in(stock.spec.language, (self._last_day - decided_on).days),
            "identifier": subject.number,
            "case": subject.number,
            "legal_form": subject.legal_form,
            "decided_on": decided_on,
            "measure": draw.choice(stock.measures),
            "reason": draw.choice(stock.reasons),
        }
        if stock.amounts:
            smallest, largest = stock.amounts
            sum_ = smallest * (largest / smallest) ** draw.random()
            cells["amount"] = max(smallest, round(sum_ / 100) * 100)
        if stock.bases:
            cells["basis"] = draw.choice(stock.bases)
        if stock.details:
            cells["detail"] = draw.choice(stock.details)
        term = self._term(stock, decided_on, age, end)
        if stock.promised_to:
            cells["promised_to"] = draw.choice(stock.promised_to)
            cells["due_on"] = self._due_on(decided_on, term["ends"])
        return Facts(subject, cells | term)

    def day_of(self, age: int) -> date:
        """The day of that age."""
        return self._last_day - timedelta(days=age)

    def working_day_of(self, age: int) -> date:
        """The first working day from that age on, or the last day of the town's time."""
        day = self.day_of(age)
        while day < self._last_day and not self._calendar.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _decided_on(self, stock: Stock, age: int) -> date:
        longest = min(stock.every, _LONGEST_LAG)
        for most in (longest, _LONGEST_LAG):
            days = [self.day_of(age + lag) for lag in range(1, most + 1)]
            worked = [day for day in days if self._calendar.is_working_day(day)]
            if worked:
                return self._draw.choice(worked)
        return self.day_of(age + 1)

    def _reference(self, stock: Stock, year: int) -> str:
        self._given[stock.code, year] += 1
        return stock.reference.format(year=year, number=self._given[stock.code, year])

    def _term(self, stock: Stock, decided_on: date, age: int, end: End) -> dict[str, Value]:
        rule = stock.spec.term.rule
        if rule is TermRule.DURATION_TEXT:
            return {"months": _in_words(self._months(stock, decided_on, age, end))}
        if rule is TermRule.DAYS_COLUMN:
            ends = self._end_by_days(stock, decided_on, age, end)
            return {"days": (ends - decided_on).days + 1}
        if rule is TermRule.COLUMNS:
            if end is End.AHEAD:
                ends = _last_day(decided_on, self._months(stock, decided_on, age, end))
            else:
                ends = self._end_by_days(stock, decided_on, age, end)
            return {"begins": decided_on, "ends": ends}
        return {}

    def _due_on(self, decided_on: date, ends: Value) -> date:
        """A day that leaves its authority time to say what became of the promise, and to promise anew."""
        assert isinstance(ends, date)
        most = min(_LATEST_DUE, (ends - decided_on).days // 3)
        return decided_on + timedelta(days=self._draw.randint(max(1, most // 2), most))

    def _window(self, age: int, end: End) -> tuple[date, date]:
        """The first and the last day on which a term may end."""
        if end is End.AHEAD:
            return self._last_day + _WELL_AHEAD, date.max
        youngest, oldest = _AGES_OF_THE_END[end]
        return self.day_of(min(oldest, age - _FROM_FILE_TO_END[end])), self.day_of(youngest)

    def _months(self, stock: Stock, decided_on: date, age: int, end: End) -> int:
        first, last = self._window(age, end)

        def fitting(months: Sequence[int]) -> list[int]:
            return [each for each in months if first <= _last_day(decided_on, each) <= last]

        usual = fitting(stock.months)
        if usual:
            return self._draw.choice(usual)
        # No usual term ends there: a longer one, in years, or for a term that is over any at all.
        step = _MONTHS_IN_A_YEAR if end is End.AHEAD else 1
        return fitting(range(step, _LONGEST_TERM + 1, step))[0]

    def _end_by_days(self, stock: Stock, decided_on: date, age: int, end: End) -> date:
        first, last = self._window(age, end)
        if end is not End.AHEAD:
            return first + timedelta(days=self._draw.randint(0, (last - first).days))
        usual = [decided_on + timedelta(days=each - 1) for each in stock.days]
        fitting = [each for each in usual if each >= first]
        return self._draw.choice(fitting) if fitting else first + _WELL_AHEAD


def _last_day(begins: date, months: int) -> date:
    """The last day of a term in months, as the intake counts it."""
    day = Duration(months=months).last_day_from(begins)
    if day is None:
        raise ValueError(f"A term of {months} months from {begins} leaves the calendar.")
    return day


def _in_words(months: int) -> str:
    years, rest = divmod(months, _MONTHS_IN_A_YEAR)
    parts = [(years, "year"), (rest, "month")]
    return " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count)

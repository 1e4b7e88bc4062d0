"""What happens in the made-up town, laid out before any of it does: files, rows and acts.

The same day and sizes give the same plan. Nothing here knows a database.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from tabularium.demo import faults
from tabularium.demo.casting import Cast
from tabularium.demo.courses import Act, Course, End
from tabularium.demo.dealing import Deal, deal
from tabularium.demo.faults import Fault, Situation
from tabularium.demo.rows import Facts, FactsMaker
from tabularium.demo.words import Stock, Words, words
from tabularium.rules.loader import working_calendar

JURISDICTION = "cn"
_FAULTS_IN_A_HUNDRED_ENTRIES = 3


@dataclass(eq=False, slots=True)
class Row:
    """One row of a file.

    Attributes:
        facts: what stands in it.
        course: what happens to its entry; None for a row with a fault.
        expected: code of the finding that stops it; "" for a row that becomes an entry.
        acts: what is done to its entry, and on which day.
    """

    facts: Facts
    course: Course | None = None
    expected: str = ""
    acts: list[tuple[date, Act]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class File:
    """A file that an authority submits.

    Attributes:
        stock: the item that it belongs to.
        day: when it is submitted.
        rows: in their order.
    """

    stock: Stock
    day: date
    rows: list[Row]

    @property
    def name(self) -> str:
        """The file's name: the day and the item."""
        return f"{self.day}-{self.stock.code}.{self.stock.spec.file.format}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of it.

    Attributes:
        words: what it is put together from.
        first_day: the day of the first file.
        last_day: the day as of which the town is made.
        files: in the order in which they are submitted.
    """

    words: Words
    first_day: date
    last_day: date
    files: Sequence[File]

    def rows(self) -> Iterator[Row]:
        """All rows of all files."""
        for file in self.files:
            yield from file.rows

    def expected_findings(self) -> Counter[str]:
        """How many rows each finding has to stop."""
        return Counter(row.expected for row in self.rows() if row.expected)


def lay_out(last_day: date, *, organisations: int, entries: int) -> Plan:
    """The plan of a town as of `last_day`.

    Args:
        last_day: in the town's time zone.
        organisations: about how many, authorities counted.
        entries: how many decisions become entries.
    """
    stocks = words()
    draw = Random(stocks.seed)  # noqa: S311 - the made-up town comes out the same each time
    dealt = deal(stocks.stocks, entries, draw)
    by_file = _by_file(dealt)
    planted = faults.plant(
        [(deals[0].stock, age) for (_, age), deals in by_file.items()],
        _sent_before(dealt),
        entries * _FAULTS_IN_A_HUNDRED_ENTRIES // 100,
        draw,
    )
    writer = _Writer(last_day, draw, Cast(stocks, draw, organisations, dealt))
    files = [
        writer.file(age, deals, planted.get((code, age), []))
        for (code, age), deals in by_file.items()
    ]
    return Plan(stocks, files[0].day, last_day, files)


def _by_file(dealt: Sequence[Deal]) -> dict[tuple[str, int], list[Deal]]:
    """The deals by item and age, the oldest first."""
    found: dict[tuple[str, int], list[Deal]] = {}
    for each in sorted(dealt, key=lambda each: (-each.days_ago, each.stock.code)):
        found.setdefault((each.stock.code, each.days_ago), []).append(each)
    return found


def _stays(course: Course) -> bool:
    """Whether the entry is surely in the register as long as the town's time goes."""
    return course.name == "public" and course.end is End.AHEAD


def _sent_before(dealt: Sequence[Deal]) -> dict[str, int]:
    oldest: dict[str, int] = {}
    for each in dealt:
        if _stays(each.course):
            oldest[each.stock.code] = max(each.days_ago, oldest.get(each.stock.code, 0))
    return oldest


class _Writer:
    """Makes the files one after the other, the oldest first."""

    def __init__(self, last_day: date, draw: Random, cast: Cast) -> None:
        self._last_day = last_day
        self._draw = draw
        self._cast = cast
        self._maker = FactsMaker(last_day, draw, working_calendar(JURISDICTION))
        self._sent: dict[str, list[Facts]] = {}

    def file(self, age: int, deals: Sequence[Deal], planted: Sequence[Fault]) -> File:
        stock, day = deals[0].stock, self._maker.day_of(age)
        rows = [self._row(each) for each in deals]
        for fault in planted:
            place, facts = self._spoilt(fault, Situation(stock, day, self._draw), age, rows)
            rows.insert(place, Row(facts, expected=fault.code))
        self._sent.setdefault(stock.code, []).extend(
            row.facts for row in rows if row.course is not None and _stays(row.course)
        )
        return File(stock, day, rows)

    def _row(self, dealt: Deal) -> Row:
        facts = self._facts(dealt.stock, dealt.days_ago, dealt.course.end)
        acts = [
            (self._maker.working_day_of(age), act)
            for age, act in dealt.course.ages_of_steps(dealt.days_ago, self._draw)
        ]
        return Row(facts, dealt.course, acts=acts)

    def _facts(self, stock: Stock, age: int, end: End) -> Facts:
        year = self._maker.day_of(age).year
        return self._maker.make(stock, age, end, self._cast.subject(stock, year))

    def _spoilt(
        self, fault: Fault, at: Situation, age: int, rows: Sequence[Row]
    ) -> tuple[int, Facts]:
        """The spoilt row and its place; a copy stands behind what it copies."""
        earliest = 0
        if fault.copies == "file":
            right = [place for place, row in enumerate(rows) if row.course is not None]
            earliest = self._draw.choice(right)
            facts = faults.copy(rows[earliest].facts)
            earliest += 1
        elif fault.copies == "register":
            facts = faults.copy(self._draw.choice(self._sent[at.stock.code]))
        else:
            facts = self._facts(at.stock, age, End.AHEAD)
        fault.spoil(facts, at)
        return self._draw.randint(earliest, len(rows)), facts

"""Which item has an entry of which course in a file of which age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tabularium.core.kinds import Kind
from tabularium.demo.course_table import ADVERSE, OTHER, PROMISES
from tabularium.demo.courses import OLDEST, Course, End
from tabularium.demo.words import Stock
from tabularium.intake.item_parts import TermRule

# Ages of the file, oldest and youngest, that a term of twelve months set by the rules leaves for each end.
_BY_THE_RULES = {End.AHEAD: (330, 0), End.PAST: (415, 371), End.ERASED: (OLDEST, 470)}
_FIRST_AGES = 3


@dataclass(frozen=True, slots=True)
class Deal:
    """An entry to be: of an item, in its file of so many days ago, with a course."""

    stock: Stock
    days_ago: int
    course: Course


def deal(stocks: Sequence[Stock], entries: int, draw: Random) -> list[Deal]:
    """As many deals as entries; every item has one, and every course for which the entries suffice."""
    shares = _shares(stocks, entries)
    dealt: list[Deal] = []
    for courses in (ADVERSE, OTHER, PROMISES):
        counts = {stock.code: shares[stock.code] for stock in stocks}
        family = [stock for stock in stocks if _courses_of(stock.spec.kind) is courses]
        ages = {
            stock.code: _ages_by_course(stock, place, courses) for place, stock in enumerate(stocks)
        }
        for course in courses:
            able = [each for each in family if counts[each.code] and course in ages[each.code]]
            if not able:
                continue
            stock = draw.choice(able)
            counts[stock.code] -= 1
            dealt.append(Deal(stock, draw.choice(ages[stock.code][course]), course))
        for stock in family:
            dealt += _weighted(stock, counts[stock.code], ages[stock.code], draw)
    return dealt


def _courses_of(kind: Kind) -> Sequence[Course]:
    """The courses that entries of a kind take."""
    if kind is Kind.PROMISE:
        return PROMISES
    return ADVERSE if kind.is_adverse else OTHER


def _weighted(
    stock: Stock, count: int, ages: Mapping[Course, list[int]], draw: Random
) -> list[Deal]:
    courses = list(ages)
    drawn = draw.choices(courses, [course.weight for course in courses], k=count)
    return [Deal(stock, draw.choice(ages[course]), course) for course in drawn]


def _shares(stocks: Sequence[Stock], entries: int) -> dict[str, int]:
    """How many entries each item has: its share, at least one, and exactly all of them together."""
    shares: dict[str, int] = {}
    left, weight_left = entries, sum(stock.weight for stock in stocks)
    for stock in sorted(stocks, key=lambda each: each.weight):
        shares[stock.code] = max(1, round(left * stock.weight / weight_left))
        left, weight_left = left - shares[stock.code], weight_left - stock.weight
    return shares


def _ages_by_course(stock: Stock, place: int, courses: Sequence[Course]) -> dict[Course, list[int]]:
    """The ages of the item's files at which a course can begin; courses that cannot are left out."""
    files = range(1 + place % _FIRST_AGES, OLDEST, stock.every)
    rule = stock.spec.term.rule
    found: dict[Course, list[int]] = {}
    for course in courses:
        oldest, youngest = course.ages
        if rule is TermRule.PACK_DEFAULT:
            oldest = min(oldest, _BY_THE_RULES[course.end][0])
            youngest = max(youngest, _BY_THE_RULES[course.end][1])
        ages = [age for age in files if youngest <= age <= oldest]
        if ages and not (rule is TermRule.OPEN and course.end is not End.AHEAD):
            found[course] = ages
    return found

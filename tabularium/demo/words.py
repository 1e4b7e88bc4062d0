"""What the generator puts together: read from the data files beside it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item

ITEM_PREFIX = "suilan-"


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade of the town's organisations.

    Attributes:
        code: its name in the items' `subjects`.
        weight: its share of the organisations.
        english: how many of a hundred go by an English name.
        words: by language tag, what stands in the names.
        forms: category of the credit code, and the end of the name in English and in Chinese.
    """

    code: str
    weight: int
    english: int
    words: Mapping[str, list[str]]
    forms: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """What one catalogue item is made of.

    Attributes:
        spec: the item, as the intake reads it.
        text: the item's file.
        weight: its share of the entries.
        every: days between two files.
        subjects: trades whose organisations it names, or one of the words that are none.
        reference: form of the authority's references.
        measures: what is decided.
        reasons: what it is about.
        months: terms that it gives, in months; empty where the term has another rule.
        days: the same in days.
        amounts: smallest and largest sum; empty for none.
        details: values of its further column.
        bases: legal bases, where a column gives them.
        promised_to: to whom something is promised; empty for other kinds.
    """

    spec: ItemSpec
    text: str
    weight: int
    every: int
    subjects: tuple[str, ...]
    reference: str
    measures: tuple[str, ...]
    reasons: tuple[str, ...]
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    amounts: tuple[int, ...] = ()
    details: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    promised_to: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The item's code in the register."""
        return self.spec.code


@dataclass(frozen=True, slots=True)
class Words:
    """The made-up town's words.

    Attributes:
        seed: of the random numbers.
        name: the town's name by language tag.
        mark: by language tag, what marks a name as fictitious.
        prefix: the town in the names of its organisations.
        columns: by language tag, names of columns by what stands in them.
        trades: of its organisations.
        foreign: words and forms of the foreign suppliers.
        case: words and forms of the organisations without a number.
        middles: by language tag, two lists that make the middle of a name.
        texts: by language tag, what people write beside entries.
        stocks: what each authority publishes.
    """

    seed: int
    name: Mapping[str, str]
    mark: Mapping[str, str]
    prefix: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    trades: tuple[Trade, ...]
    foreign: Mapping[str, Any]
    case: Mapping[str, Any]
    middles: Mapping[str, list[list[str]]]
    texts: Mapping[str, Mapping[str, Any]]
    stocks: tuple[Stock, ...]


@cache
def words() -> Words:
    """The packaged words, read once."""
    folder = resources.files("tabularium.demo")
    town = tomllib.loads((folder / "words" / "town.toml").read_text(encoding="utf-8"))
    items = tomllib.loads((folder / "words" / "items.toml").read_text(encoding="utf-8"))
    trades = tuple(
        Trade(
            code=each["code"],
            weight=each["weight"],
            english=each["english"],
            words=each["words"],
            forms=tuple(tuple(form) for form in each["forms"]),
        )
        for each in town.pop("trades")
    )
    stocks = tuple(_stock(ITEM_PREFIX + name, given) for name, given in items.items())
    return Words(trades=trades, stocks=stocks, **town)


def _stock(code: str, given: Mapping[str, Any]) -> Stock:
    file = resources.files("tabularium.demo") / "items" / f"{code}.toml"
    text = file.read_text(encoding="utf-8")

    def several(name: str) -> tuple[Any, ...]:
        return tuple(given.get(name, ()))

    return Stock(
        spec=parse_item(text, file.name),
        text=text,
        weight=given["weight"],
        every=given["every"],
        reference=given["reference"],
        subjects=several("subjects"),
        measures=several("measures"),
        reasons=several("reasons"),
        months=several("months"),
        days=several("days"),
        amounts=several("amounts"),
        details=several("details"),
        bases=several("bases"),
        promised_to=several("promised_to"),
    )

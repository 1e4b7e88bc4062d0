"""Whom the decisions of the town are about."""

from collections.abc import Sequence
from random import Random

from tabularium.demo.dealing import Deal
from tabularium.demo.organisations import (
    MadeUpOrganisation,
    NameMaker,
    as_subjects,
    people_the_town,
)
from tabularium.demo.words import Stock, Words

ITSELF, AUTHORITY, FOREIGN, CASE = "itself", "authority", "foreign", "case"
"""The words among an item's subjects that are no trades."""

_FOREIGN_IN_A_HUNDRED = 2
_FEWEST_FOREIGN = 2
_CASE_GOES_ON = 0.15
"""How often a decision is taken in a case that the register knows."""
_SKEW = 1.25
"""Some organisations have more decisions than others."""


class Cast:
    """The organisations, and who has not been named yet."""

    def __init__(
        self, words: Words, draw: Random, organisations: int, dealt: Sequence[Deal]
    ) -> None:
        self._draw = draw
        self._maker = NameMaker(words, draw)
        self._authorities = as_subjects(words)
        cases = sum(CASE in each.stock.subjects for each in dealt)
        foreign = max(_FEWEST_FOREIGN, organisations * _FOREIGN_IN_A_HUNDRED // 100)
        others = len(self._authorities) + foreign + round(cases * (1 - _CASE_GOES_ON))
        self._by_trade = people_the_town(
            self._maker, words.trades, max(organisations - others, len(words.trades))
        )
        self._by_trade[FOREIGN] = [self._maker.foreign() for _ in range(foreign)]
        self._unnamed = {trade: list(each) for trade, each in self._by_trade.items()}
        self._cases: list[MadeUpOrganisation] = []

    def subject(self, stock: Stock, year: int) -> MadeUpOrganisation:
        """The subject of a decision; organisations that nobody has named yet come first."""
        if ITSELF in stock.subjects:
            return self._authorities[stock.spec.authority.code]
        if AUTHORITY in stock.subjects:
            own = stock.spec.authority.code
            return self._draw.choice(
                [each for code, each in self._authorities.items() if code != own]
            )
        if CASE in stock.subjects:
            return self._of_a_case(year)
        if not stock.spec.kind.is_adverse:
            for trade in stock.subjects:
                if self._unnamed[trade]:
                    return self._unnamed[trade].pop()
        pool = [each for trade in stock.subjects for each in self._by_trade[trade]]
        return pool[int(len(pool) * self._draw.random() ** _SKEW)]

    def _of_a_case(self, year: int) -> MadeUpOrganisation:
        if self._cases and self._draw.random() < _CASE_GOES_ON:
            return self._draw.choice(self._cases)
        made = self._maker.of_a_case(f"SHC-C/{year}/{len(self._cases) + 1:03d}")
        self._cases.append(made)
        return made

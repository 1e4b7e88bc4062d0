"""The town's organisations: made-up names, marked as such, with made-up numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tabularium.core.identifiers import AUTHORITY_CASE
from tabularium.demo.numbers import credit_code, legal_entity_identifier
from tabularium.demo.words import Trade, Words

CHINESE, ENGLISH = "zh-hans", "en"
_PER_HUNDRED = 100
_IN_BOTH_LANGUAGES = 6
"""How many organisations of a hundred go by a name in each language."""
_RENAMED = 3
"""How many of a hundred have changed their name in the last two years."""


@dataclass(eq=False, slots=True)
class MadeUpOrganisation:
    """An organisation that does not exist.

    Attributes:
        trade: what it does.
        scheme: of its number.
        number: its number, or the number of the case that names it.
        names: by language tag; one or two.
        legal_form: as a file names it; "" where no file does.
        former_names: by language tag, before it was renamed.
        renamed_at: age of the day from which it goes by `names`.
    """

    trade: str
    scheme: str
    number: str
    names: dict[str, str]
    legal_form: str = ""
    former_names: dict[str, str] = field(default_factory=dict)
    renamed_at: int = 0

    def name_in(self, language: str, age: int) -> str:
        """Its name as a decision of that language and age writes it."""
        known = self.former_names if self.former_names and age > self.renamed_at else self.names
        return known.get(language) or next(iter(known.values()))


class NameMaker:
    """Names that are never given twice."""

    def __init__(self, words: Words, draw: Random) -> None:
        self._words = words
        self._draw = draw
        self._middles = {
            language: self._shuffled(language, first, second)
            for language, (first, second) in words.middles.items()
        }
        self._numbers = iter(draw.sample(range(10_000_000, 99_999_999), 20_000))

    def _shuffled(self, language: str, first: list[str], second: list[str]) -> Iterator[str]:
        middles = [one + other for one in first for other in second]
        self._draw.shuffle(middles)
        return self._without_end(language, middles)

    @staticmethod
    def _without_end(language: str, middles: list[str]) -> Iterator[str]:
        """The middles, and when they are used up the same again with a second one behind."""
        yield from middles
        joint = " " if language == ENGLISH else ""
        for other in middles:
            for one in middles:
                yield one + joint + other

    def number(self) -> int:
        """A number of eight digits that was not given yet."""
        return next(self._numbers)

    def name(self, language: str, trade_word: str, form: str) -> str:
        """A name of the town, with the mark that it is fictitious."""
        middle = next(self._middles[language])
        parts = [self._words.prefix[language], middle, trade_word, form]
        joint = " " if language == ENGLISH else ""
        return joint.join(filter(None, parts)) + self._words.mark[language]

    def of_trade(self, trade: Trade) -> MadeUpOrganisation:
        """An organisation of a trade."""
        draw = self._draw
        category, *ends = draw.choice(trade.forms)
        end = dict(zip((ENGLISH, CHINESE), ends, strict=True))
        own = ENGLISH if draw.randrange(_PER_HUNDRED) < trade.english else CHINESE
        both = draw.randrange(_PER_HUNDRED) < _IN_BOTH_LANGUAGES
        languages = [own, *([ENGLISH if own == CHINESE else CHINESE] if both else [])]

        def names() -> dict[str, str]:
            return {
                each: self.name(each, draw.choice(trade.words[each]), end[each])
                for each in languages
            }

        made = MadeUpOrganisation(
            trade.code, "CN-USCC", credit_code(category, self.number()), names()
        )
        if draw.randrange(_PER_HUNDRED) < _RENAMED:
            made.former_names, made.renamed_at = names(), draw.randint(100, 700)
        return made

    def foreign(self) -> MadeUpOrganisation:
        """A foreign supplier with an LEI, whose name does not begin with the town's."""
        written, end = self._draw.choice(self._words.foreign["forms"])
        middle = next(self._middles[ENGLISH])
        name = f"{middle} {self._draw.choice(self._words.foreign['words'])} {end}"
        return MadeUpOrganisation(
            "foreign",
            "XI-LEI",
            legal_entity_identifier(self.number()),
            {ENGLISH: name + self._words.mark[ENGLISH]},
            legal_form=written,
        )

    def of_a_case(self, case: str) -> MadeUpOrganisation:
        """An organisation that a file names without any number."""
        word = self._draw.choice(self._words.case["words"])
        name = self.name(ENGLISH, word, self._draw.choice(self._words.case["forms"]))
        return MadeUpOrganisation("case", AUTHORITY_CASE, case, {ENGLISH: name})


def people_the_town(
    maker: NameMaker, trades: Sequence[Trade], count: int
) -> dict[str, list[MadeUpOrganisation]]:
    """`count` organisations by trade, each trade with its share and at least one."""
    total = sum(trade.weight for trade in trades)
    town: dict[str, list[MadeUpOrganisation]] = {}
    left, weight_left = count, total
    for trade in trades:
        share = max(1, round(left * trade.weight / weight_left))
        town[trade.code] = [maker.of_trade(trade) for _ in range(share)]
        left, weight_left = left - share, weight_left - trade.weight
    return town


def as_subjects(words: Words) -> dict[str, MadeUpOrganisation]:
    """The town's authorities as organisations, by their code: subjects of promises and judgments."""
    found: dict[str, MadeUpOrganisation] = {}
    for stock in words.stocks:
        authority = stock.spec.authority
        # By its first name alone, which is the one that its organisation goes by.
        language, name = next(iter(authority.name.items()))
        found.setdefault(
            authority.code,
            MadeUpOrganisation(
                "authority", authority.scheme, authority.identifier, {language: name}
            ),
        )
    return found

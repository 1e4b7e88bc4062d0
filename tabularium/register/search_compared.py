"""What of an organisation search compares, in one text that stands in its row of the index.

Folding a name, and taking from it the words for its legal form, takes longer than asking the index. So both
is done when the row is written, and a search that finds a thousand rows only looks at strings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from tabularium.register.company_suffixes import without_suffix
from tabularium.register.folding import fold, runs_of
from tabularium.register.models import OrganisationName
from tabularium.register.search_text import number_key

_NEXT = "\x1f"
"""Between two pieces: a control character, which stands for a blank in a name that has it."""


@dataclass(frozen=True, slots=True)
class Searched:
    """An organisation, and by what it is found.

    Attributes:
        identity: of the organisation.
        name: the one it goes by.
        others: former names, and names in other languages.
        written: as other public decisions write its name.
        numbers: identifiers.
    """

    identity: str
    name: str
    others: Sequence[str] = ()
    written: Sequence[str] = ()
    numbers: Sequence[str] = ()

    @classmethod
    def of(cls, organisation: Any) -> "Searched":
        """An organisation with its other names and identifiers, of the present model or a migration's."""
        others, written = list[str](), list[str]()
        for each in organisation.other_names.all():
            (written if each.sort == OrganisationName.Sort.WRITTEN else others).append(each.name)
        numbers = [each.value for each in organisation.identifiers.all()]
        return cls(organisation.pk, organisation.name, others, written, numbers)

    @property
    def names(self) -> list[str]:
        """All names."""
        return [self.name, *self.others, *self.written]


FIRST = 2
"""Where the name that an organisation goes by stands in a row, behind the two counts."""

Piece = tuple[str, str, str]
"""A name or a number as it is compared: as it is written, folded, and barer still.

Of a name that is without the words for its legal form, of a number what `number_key` says. The second is
empty where it says the same as the first, and the third where it says the same as the second.
"""


class Compared(NamedTuple):
    """The names and numbers of an organisation as they are compared, flat as they stand in its row.

    A search goes through a thousand of them, and has a microsecond or two for each.

    Attributes:
        names: how many names come first: the one it goes by, former ones, those in other languages.
        written: how many names come next, as other decisions write them; some may be public no more.
        texts: two that say the same as these two, then three of each name and, behind them, number.
    """

    names: int
    written: int
    texts: Sequence[str]

    @property
    def name(self) -> str:
        """The name that the organisation goes by."""
        return self.texts[FIRST]

    def by(self, public: Sequence[str]) -> "Compared":
        """The same by the names in its public decisions, the latest first, and by no others of those.

        Args:
            public: those names; none of an authority, which keeps all that it has.
        """
        pieces = list(zip(*(self.texts[FIRST + each :: 3] for each in range(3)), strict=True))
        end = self.names + self.written
        if public:
            known = {each[0]: each for each in pieces[:end]}
            first, *rest = [
                known.get(each) or piece_of_name(each) for each in dict.fromkeys(public)
            ]
            names = [first, *pieces[1 : self.names], *rest]
        else:
            names = pieces[:end]
        return Compared(len(names), 0, ["", "", *chain(*names, *pieces[end:])])


def bare(folded: str) -> str:
    """A folded name without the words for its legal form."""
    return " ".join(without_suffix(runs_of(folded)))


def piece_of_name(text: str) -> Piece:
    """A name as it is compared."""
    folded = fold(text).strip()
    return _piece(text, folded, bare(folded))


def piece_of_number(text: str) -> Piece:
    """A number as it is compared."""
    return _piece(text, fold(text), number_key(text))


def _piece(text: str, folded: str, barer: str) -> Piece:
    return text, "" if folded == text else folded, "" if barer == folded else barer


def as_text(searched: Searched) -> str:
    """What an organisation's row of the index holds of it.

    Two counts, of names and of names as others write them, and three texts for each name and number.
    """
    names = [searched.name, *searched.others]
    texts = [str(len(names)), str(len(searched.written))]  # as many as FIRST
    for name in (*names, *searched.written):
        texts += piece_of_name(name.replace(_NEXT, " "))
    for number in searched.numbers:
        texts += piece_of_number(number.replace(_NEXT, " "))
    return _NEXT.join(texts)


def from_text(text: str) -> Compared:
    """What a row holds, the other way around."""
    texts = text.split(_NEXT)
    return Compared(int(texts[0]), int(texts[1]), texts)

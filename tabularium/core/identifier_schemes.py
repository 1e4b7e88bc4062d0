"""What a scheme of identifiers is, and how it reads a number. The schemes are in `identifier_lists`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import normalize

from tabularium.core.check_digits import (
    is_number_of_a_person,
    is_written_as_number_of_a_person,
)
from tabularium.core.identifier_errors import IdentifierError, IdentifierProblem

_HALF_WIDTH = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2007\u2009\u202f"), " ")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
)
_BLANKS = re.compile(r" {2,}")
_INVISIBLE = r"[\s\u200b-\u200f\u2060\ufeff]+"
_ENDS = re.compile(rf"\A{_INVISIBLE}|{_INVISIBLE}\Z")


def fold(value: str) -> str:
    """One way to write the same characters: NFC, half-width, plain blanks and dashes, ends trimmed.

    Runs of blanks become one, and invisible characters at the ends go with the blanks there. What stands
    within the value stays, line ends too, for the scheme to refuse.
    """
    return _BLANKS.sub(" ", _ENDS.sub("", normalize("NFC", value).translate(_HALF_WIDTH)))


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list that gives organisations their numbers, and how one of them is written.

    Attributes:
        code: as in org-id.guide where it has the list, for example "BR-CNPJ".
        name_en: the list's name in English.
        name_zh: the list's name in simplified Chinese.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case; empty for an international list.
        admits_only_organisations: whether a number of this list never belongs to a natural person or
            sole trader, so that it needs no legal form beside it.
        pattern: what a canonical value looks like, whole.
        lengths: the lengths that a canonical value may have, in characters.
        shape_en: the pattern in English words.
        shape_zh: the pattern in Chinese words.
        url_of_list: where the list is described or searched.
        separators: characters that may stand between the parts and mean nothing.
        check: whether the check digits of a value of the right pattern fit.
        names_a_person: whether a compact value, of this list or given for one, is a person's.
        placeholders: values that stand for no one organisation.
        zero_filled: lengths of values of digits alone that lost zeros in front in a spreadsheet; they
            are filled up to the shortest right length.
        keeps_case: whether small and capital letters differ.
    """

    code: str
    name_en: str
    name_zh: str
    jurisdiction: str
    admits_only_organisations: bool
    pattern: re.Pattern[str]
    lengths: range
    shape_en: str
    shape_zh: str
    url_of_list: str
    separators: str = " "
    check: Callable[[str], bool] | None = None
    names_a_person: Callable[[str], bool] | None = None
    placeholders: frozenset[str] = frozenset()
    zero_filled: range = range(0)
    keeps_case: bool = False

    def error(self, problem: IdentifierProblem) -> IdentifierError:
        """The problem, said in this scheme's terms."""
        return IdentifierError(problem, self.code, shape_en=self.shape_en, shape_zh=self.shape_zh)

    def compact(self, written: str) -> str:
        """The value without separators, half-width, in upper case. Says nothing of its being right."""
        kept = fold(written) if self.keeps_case else fold(written).upper()
        kept = kept.translate(dict.fromkeys(map(ord, self.separators)))
        if len(kept) in self.zero_filled and kept.isascii() and kept.isdigit():
            kept = kept.zfill(self.lengths.start)
        return kept

    def validate(self, value: str) -> str:
        """The value itself, if it is a right canonical one.

        Raises:
            IdentifierError: empty, placeholder, natural-person, wrong-length, wrong-format or
                wrong-check-digit, tested in this order.
        """
        if not value:
            raise self.error(IdentifierProblem.EMPTY)
        if value in self.placeholders:
            raise self.error(IdentifierProblem.PLACEHOLDER)
        if self.names_a_person is not None and self.names_a_person(value):
            raise self.error(IdentifierProblem.NATURAL_PERSON)
        if is_number_of_a_person(value) and not self._holds(value):
            raise self.error(IdentifierProblem.NATURAL_PERSON)
        if len(value) not in self.lengths:
            raise self.error(IdentifierProblem.WRONG_LENGTH)
        if not self.pattern.fullmatch(value):
            raise self.error(IdentifierProblem.WRONG_FORMAT)
        if self.check is not None and not self.check(value):
            raise self.error(IdentifierProblem.WRONG_CHECK_DIGIT)
        return value

    def _holds(self, value: str) -> bool:
        """Whether the scheme's own check digits say that the value is its own.

        A unified social credit code of digits alone can look like an identity number.
        """
        return (
            self.check is not None
            and self.pattern.fullmatch(value) is not None
            and self.check(value)
        )

    def parse(self, written: str) -> str:
        """The canonical value of a number as somebody wrote it.

        Raises:
            IdentifierError: see `validate`; natural-person also where it is written in the manner of a
                personal number.
        """
        if is_written_as_number_of_a_person(fold(written)):
            raise self.error(IdentifierProblem.NATURAL_PERSON)
        return self.validate(self.compact(written))


def exactly(length: int) -> range:
    """Lengths of a scheme whose values all have one length."""
    return range(length, length + 1)


def from_to(shortest: int, longest: int) -> range:
    """Lengths of a scheme from the shortest to the longest value, that one included."""
    return range(shortest, longest + 1)

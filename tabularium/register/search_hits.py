"""How close a name or a number is to what is searched for, and which part of it matches."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tabularium.register.folding import fold, folded_with_places
from tabularium.register.models import Organisation
from tabularium.register.search_compared import (
    FIRST,
    Compared,
    bare,
    piece_of_name,
    piece_of_number,
)
from tabularium.register.search_text import Phrase, number_key, query_phrases


class Closeness(IntEnum):
    """How a text matches, closest first."""

    WHOLE_NUMBER = 0
    WHOLE = 1
    WHOLE_BUT_ITS_FORM = 2
    BEGINS = 3
    WORDS_BEGIN = 4
    WITHIN = 5
    NUMBER_BEGINS = 6
    TOGETHER = 7


class Why(StrEnum):
    """What of an organisation matches."""

    NAME = "name"
    FORMER = "former"
    TRANSLATED = "translated"
    WRITTEN = "written"
    IDENTIFIER = "identifier"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what matches."""

    text: str
    matches: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A text by which an organisation was found.

    Attributes:
        why: what the text is.
        parts: the text in pieces.
        of: the language of a name (a BCP 47 tag or empty), the scheme of an identifier, the identity of
            the entry of a decision's number.
    """

    why: Why
    parts: tuple[Part, ...]
    of: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(each.text for each in self.parts)


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for, as names are compared with it.

    Attributes:
        folded: the text, folded.
        bare: the same without the words for a legal form.
        key: the text as a number is compared.
        phrases: that a hit holds.
        patterns: what finds each in a folded name.
        beginnings: what finds each in a folded number.
        runs: the phrases that are found in a name wherever they stand.
        patterns_of_words: what finds the others.
        runs_and_beginnings: each phrase, and what finds it in a folded number.
    """

    folded: str
    bare: str
    key: str
    phrases: Sequence[Phrase]
    patterns: Sequence[re.Pattern[str]]
    beginnings: Sequence[re.Pattern[str]]
    runs: Sequence[str]
    patterns_of_words: Sequence[re.Pattern[str]]
    runs_and_beginnings: Sequence[tuple[str, re.Pattern[str]]]

    @classmethod
    def of(cls, text: str) -> "Question":
        """The question that a text asks."""
        folded, phrases = fold(text).strip(), query_phrases(text)
        return cls(
            folded,
            bare(folded),
            number_key(text),
            phrases,
            [each.pattern() for each in phrases],
            [each.pattern(of_a_number=True) for each in phrases],
            [each.run for each in phrases if each.anywhere],
            [each.pattern() for each in phrases if not each.anywhere],
            [(each.run, each.pattern(of_a_number=True)) for each in phrases],
        )

    def of_name(self, name: str) -> Closeness | None:
        """How close a name is by itself; None if it does not hold every phrase."""
        text, folded, barer = piece_of_name(name)
        folded = folded or text
        return self._of_name(folded, barer or folded)

    def of_number(self, value: str) -> Closeness | None:
        """How close an identifier is by itself; None if it does not hold every phrase."""
        text, folded, key = piece_of_number(value)
        folded = folded or text
        return self._of_number(folded, key or folded)

    def how_close(self, compared: Compared) -> tuple[Closeness, bool, int] | None:
        """How close an organisation is, as `closest` has it, told of what its row of the index holds.

        Returns:
            The closeness, whether it is by another text than the name it goes by, and that text's length.
            None if not even all of its texts together hold what is searched for.
        """
        best: tuple[Closeness, bool, int] | None = None
        texts = compared.texts
        end = FIRST + 3 * compared.names
        for place in range(FIRST, end, 3):
            folded = texts[place + 1] or texts[place]
            for run in self.runs:
                if run not in folded:
                    break
            else:
                closeness = self._of_name(folded, texts[place + 2] or folded)
                if closeness is not None:
                    found = (closeness, place != FIRST, len(texts[place]))
                    if best is None or found < best:
                        best = found
        for place in range(end, len(texts), 3):
            folded = texts[place + 1] or texts[place]
            # A number that only begins with the text is never closer than a name.
            is_open = best is None or best[0] is Closeness.NUMBER_BEGINS
            if is_open or (texts[place + 2] or folded) == self.key:
                closeness = self._of_number(folded, texts[place + 2] or folded)
                if closeness is not None:
                    found = (closeness, True, len(texts[place]))
                    if best is None or found < best:
                        best = found
        return best or (self._together(compared) if len(self.patterns) > 1 else None)

    def _of_name(self, folded: str, barer: str) -> Closeness | None:
        if folded == self.folded:
            return Closeness.WHOLE
        for run in self.runs:
            if run not in folded:
                return None
        for pattern in self.patterns_of_words:
            if not pattern.search(folded):
                return None
        if barer == self.bare:
            return Closeness.WHOLE_BUT_ITS_FORM
        if barer.startswith(self.bare) or folded.startswith(self.folded):
            return Closeness.BEGINS
        return Closeness.WORDS_BEGIN if self._words_begin(folded) else Closeness.WITHIN

    def _of_number(self, folded: str, key: str) -> Closeness | None:
        if key == self.key and key:
            return Closeness.WHOLE_NUMBER
        return Closeness.NUMBER_BEGINS if self._words_begin(folded) else None

    def _words_begin(self, folded: str) -> bool:
        # Asked of a thousand names: a pattern takes longer than to see that the run is not even there.
        for run, pattern in self.runs_and_beginnings:
            if run not in folded or not pattern.search(folded):
                return False
        return True

    def _together(self, compared: Compared) -> tuple[Closeness, bool, int] | None:
        texts = compared.texts
        folded = [texts[place + 1] or texts[place] for place in range(FIRST, len(texts), 3)]
        if not self.all_held(folded[: compared.names], folded[compared.names :]):
            return None
        by_another = not any(pattern.search(folded[0]) for pattern in self.patterns)
        return Closeness.TOGETHER, by_another, len(compared.name)

    def all_held(self, names: Iterable[str], numbers: Iterable[str]) -> bool:
        """Whether folded names and numbers together hold every phrase."""
        return all(
            any(anywhere.search(each) for each in names)
            or any(begins.search(each) for each in numbers)
            for anywhere, begins in zip(self.patterns, self.beginnings, strict=True)
        )

    def is_held_in_part(self, reason: "Reason") -> bool:
        """Whether a text holds a phrase."""
        if any(part.matches for part in reason.parts):
            return True
        patterns = self.beginnings if reason.why is Why.IDENTIFIER else self.patterns
        folded = fold(reason.text)
        return any(pattern.search(folded) for pattern in patterns)

    def parts(self, text: str, *, of_a_number: bool = False) -> tuple[Part, ...]:
        """A text in pieces, those marked that match."""
        folded, places = folded_with_places(text)
        marked = [False] * len(text)
        whole = of_a_number and number_key(text).startswith(self.key or "\0")
        if whole:
            _mark_beginning(text, len(self.key), marked)
        elif places:
            for pattern in self.beginnings if of_a_number else self.patterns:
                for found in pattern.finditer(folded):
                    for place in places[found.start() : found.end()]:
                        marked[place] = True
        return tuple(_pieces(text, marked))


def _mark_beginning(text: str, length: int, marked: list[bool]) -> None:
    """Mark as much of a number as its key's first `length` characters stand for."""
    counted = 0
    for place, sign in enumerate(text):
        if counted >= length:
            return
        counted += len(number_key(sign))
        marked[place] = True


def _pieces(text: str, marked: Sequence[bool]) -> Iterable[Part]:
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or marked[place] != marked[begin]:
            yield Part(text[begin:place], marked[begin])
            begin = place


def closest(question: Question, organisation: Organisation) -> tuple[Closeness, int, list[Reason]]:
    """How close an organisation is by its names and identifiers as they stand in `organisation`.

    Returns:
        The closeness, the length of the text that is closest, and that text as the reason; several where
        only several together hold what is searched for, and none where not even they do.
    """
    names = [(Why.NAME, organisation.name, "")]
    names += [(Why(each.sort), each.name, each.language) for each in organisation.other_names.all()]
    found = [
        (closeness, why is not Why.NAME, len(name), (why, name, of))
        for why, name, of in names
        if (closeness := question.of_name(name)) is not None
    ]
    numbers = [(Why.IDENTIFIER, each.value, each.scheme) for each in organisation.identifiers.all()]
    found += [
        (closeness, True, len(value), (why, value, of))
        for why, value, of in numbers
        if (closeness := question.of_number(value)) is not None
    ]
    if found:
        closeness, _, length, best = min(found)
        return closeness, length, [reason(question, *best)]
    told = [reason(question, *each) for each in (*names, *numbers)]
    texts = [fold(name).strip() for _, name, _ in names]
    all_held = question.all_held(texts, [fold(value) for _, value, _ in numbers])
    held = [each for each in told if question.is_held_in_part(each)] if all_held else []
    return Closeness.TOGETHER, len(organisation.name), held


def reason(question: Question, why: Why, text: str, of: str) -> Reason:
    """A text with the part of it that matches."""
    number = why in {Why.IDENTIFIER, Why.DECISION}
    return Reason(why, question.parts(text, of_a_number=number), of)

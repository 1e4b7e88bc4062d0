"""Names as search sees them: Chinese, Japanese and Korean in overlapping pairs, the rest in words.

Pairs, because neither database can find two Chinese characters by trigrams; and because the extension that
knows trigrams on PostgreSQL is not there for everybody, a part from within a word is found by a second sort
of token, the ends of the word, of which a query asks the beginning.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tabularium.register.company_suffixes import without_suffix
from tabularium.register.folding import WORD_SIGN, fold, has_pairs, runs_of

LEAST_CHARACTERS = 2
"""So many characters of a script that is searched in pairs are enough to search by while one types."""

LEAST_LETTERS = 3
"""So many letters or digits are, and so many are found within a word and not at its beginning alone."""

# Before each end of a word: a character for private use, which no query can hold.
_WITHIN = "\ue001"
# Before the digest of a whole text, likewise.
_WHOLE = "\ue002"
# Bytes of it.
_DIGEST = 6
# Characters of a word that count; PostgreSQL refuses a word of more than 2,046 bytes.
_LONGEST_WORD = 200
# Characters of an end of a word that count: what is longer is looked at again in the text itself.
_LONGEST_END = 16


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of a query, which a hit must hold.

    Attributes:
        run: the run as it is looked for in a folded text.
        tokens: of the index, in order.
        open_ended: whether the last token may be the beginning of a longer one.
        within: whether the run is found within a word of a name too.
    """

    run: str
    tokens: tuple[str, ...]
    open_ended: bool
    within: bool = False

    @property
    def end_token(self) -> str:
        """The beginning of an end of a word that holds the run."""
        return _WITHIN + self.run[:_LONGEST_END]

    @property
    def anywhere(self) -> bool:
        """Whether the run is found in a name wherever it stands, or only where a word begins."""
        return self.within or has_pairs(self.run)

    def pattern(self, *, of_a_number: bool = False) -> re.Pattern[str]:
        """What finds the run in a folded text; a number is found by its beginning alone."""
        anywhere = has_pairs(self.run) or (self.within and not of_a_number)
        return re.compile(("" if anywhere else f"(?<!{WORD_SIGN})") + re.escape(self.run))


def index_tokens(text: str) -> list[str]:
    """The tokens under which `text` is found from the beginnings of its words, in order."""
    tokens: list[str] = []
    for run in runs_of(fold(text)):
        if has_pairs(run):
            # The last character stands alone too, so that one character at the end is found.
            tokens += [run[place : place + 2] for place in range(len(run))]
        else:
            tokens.append(run[:_LONGEST_WORD])
    return tokens


def end_tokens(text: str) -> set[str]:
    """The tokens under which `text` is found from within its words."""
    return {
        _WITHIN + word[place : place + _LONGEST_END]
        for word in (run[:_LONGEST_WORD] for run in runs_of(fold(text)) if not has_pairs(run))
        for place in range(1, len(word) - LEAST_LETTERS + 1)
    }


def whole_token(text: str) -> str:
    """The one token under which `text` is found as a whole; empty if there is nothing to search by.

    A digest: every name has its own, so it is kept short. Whatever is found by it is compared anyway.
    """
    runs = runs_of(fold(text))
    digest = hashlib.blake2b(" ".join(runs).encode(), digest_size=_DIGEST)
    return _WHOLE + digest.hexdigest() if runs else ""


def query_phrases(text: str) -> list[Phrase]:
    """The phrases that a hit must hold all of; empty if there is nothing to search by.

    What names a legal form is left out where anything else is left.
    """
    phrases = []
    for run in without_suffix(runs_of(fold(text))):
        if not has_pairs(run):
            word = run[:_LONGEST_WORD]
            within = len(word) >= LEAST_LETTERS
            phrases.append(Phrase(word, (word,), open_ended=True, within=within))
        elif len(run) == 1:
            phrases.append(Phrase(run, (run,), open_ended=True))
        else:
            pairs = tuple(run[place : place + 2] for place in range(len(run) - 1))
            phrases.append(Phrase(run, pairs, open_ended=False))
    return phrases


def is_enough(text: str) -> bool:
    """Whether there is enough of a text to search by while it is still being typed."""
    return any(
        len(run) >= (LEAST_CHARACTERS if has_pairs(run) else LEAST_LETTERS)
        for run in runs_of(fold(text))
    )


def holds(names: Iterable[str], numbers: Iterable[str], phrases: Sequence[Phrase]) -> bool:
    """Whether names and numbers together hold every phrase, as the index of either database would say."""
    folded_names, folded_numbers = [fold(each) for each in names], [fold(each) for each in numbers]
    return all(
        any(phrase.pattern().search(each) for each in folded_names)
        or any(phrase.pattern(of_a_number=True).search(each) for each in folded_numbers)
        for phrase in phrases
    )


def number_key(number: str) -> str:
    """A decision's number without what is written in several ways: brackets, blanks, width, "第"."""
    return "".join(each for each in fold(number) if each.isalnum() and each != "第")[:_LONGEST_WORD]

"""Words by which a name says its legal form and not whose it is; the table is `company_suffixes.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tabularium.register.folding import fold, has_pairs, runs_of

TABLE = Path(__file__).with_name("company_suffixes.toml")

_LEAST_CHARACTERS = 2
"""As many of a Chinese name are left at least when a suffix is taken from the run it ends."""


def without_suffix(runs: Sequence[str]) -> list[str]:
    """The runs of a name (see `runs_of`) without the words for its legal form.

    Taken away once, the longest that fits; and none where nothing else would be left, so that a search
    for the words themselves still searches by them.
    """
    table = _table()
    ends, begins = table.ends, table.begins
    if runs and has_pairs(runs[-1]):
        return _without_in_pairs(list(runs), table)
    joined = _joined(runs)
    if not joined or not {joined[0][0], joined[-1][0]} & table.outermost:
        return list(runs)
    for length in range(min(len(joined) - 1, table.most_words), 0, -1):
        if tuple(word for word, _ in joined[-length:]) in ends:
            return list(runs[: joined[-length][1]])
        if tuple(word for word, _ in joined[:length]) in begins:
            return list(runs[joined[length][1] :])
    return list(runs)


def _without_in_pairs(runs: list[str], table: "_Table") -> list[str]:
    last, first = runs[-1], runs[0]
    ends, begins = table.ends, table.begins
    for start in range(max(len(last) - table.most_characters, 0), len(last)):
        if (last[start:],) in ends and (start >= _LEAST_CHARACTERS or (start == 0 and runs[1:])):
            return [*runs[:-1], *([last[:start]] if start else [])]
    for end in range(min(len(first), table.most_characters), 0, -1):
        left = len(first) - end
        if (first[:end],) in begins and (left >= _LEAST_CHARACTERS or (left == 0 and runs[1:])):
            return [*([first[end:]] if left else []), *runs[1:]]
    return runs


def _joined(runs: Sequence[str]) -> list[tuple[str, int]]:
    """The runs with letters that stand alone put together ("s", "a" to "sa"), each with its first place."""
    joined: list[tuple[str, int]] = []
    alone = False
    for place, run in enumerate(runs):
        letter = len(run) == 1 and run.isalpha()
        if letter and alone:
            word, first = joined[-1]
            joined[-1] = (word + run, first)
        else:
            joined.append((run, place))
        alone = letter
    return joined


@dataclass(frozen=True, slots=True)
class _Table:
    """What stands at ends of names, and what also at their beginnings, as `_joined` words.

    A thousand names are asked about for one search, so what cannot fit by its outermost words
    (`outermost`) or its length is not looked up.
    """

    ends: frozenset[tuple[str, ...]]
    begins: frozenset[tuple[str, ...]]
    outermost: frozenset[str]
    most_words: int
    most_characters: int


@lru_cache(maxsize=1)
def _table() -> _Table:
    ends: set[tuple[str, ...]] = set()
    begins: set[tuple[str, ...]] = set()
    for each in tomllib.loads(TABLE.read_text(encoding="utf-8"))["suffixes"]:
        for written in each["words"]:
            words = tuple(word for word, _ in _joined(runs_of(fold(written))))
            ends.add(words)
            if each["place"] == "begin-or-end":
                begins.add(words)
    return _Table(
        frozenset(ends),
        frozenset(begins),
        frozenset(word for each in ends for word in (each[0], each[-1])),
        most_words=max(len(each) for each in ends),
        most_characters=max(len(word) for each in ends for word in each),
    )

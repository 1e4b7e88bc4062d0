"""A glance over a column, by which most cells are known to hold nothing that the first look would find.

The first look reads a cell byte after byte; a glance asks for less. Whether a cell has other characters
than those among which nothing can be found is one question of Arrow's to a table of bits; where digits
stand close together, and what a cell begins and ends with, is seen in all cells at once. What the first
look finds is always doubtful at a glance, and only what is doubtful is looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import SEPARATOR_CHARACTERS, USUAL
from tabularium.intake.sets.columns import Columns
from tabularium.intake.sets.laid import Bytes, Flags, Laid, Places, laid
from tabularium.intake.sets.looks import looks_for_people_in_names
from tabularium.intake.sets.tell_tales import of_garbled

_SAMPLE = 2_000
_MOST_DOUBTFUL = 0.3
"""Share of a sample beyond which a glance is not worth its time."""
_AT_ONCE = 1 << 18
"""Bytes that are looked at together: what is made of them stays near the processor."""
_ZERO, _TEN = np.uint8(ord("0")), np.uint8(10)
_BLANKS = (0x20, 0x0A)
_NUMBER_SIGN = 0x23
_ERRORS = tuple(tuple(each.encode()[:2]) for each in ("Err", "Fehler", "错误"))
"""What errors of a spreadsheet begin with, besides "#": see `texts.CELL_ERROR`."""
_DIGITS_OF_PERSONS = 9
"""Of the shortest personal number that is known without a word or letters in front of it."""
_SAID_IN_CHINESE = "身護护"
"""One of these is in every Chinese word by which a number is said to be a person's."""


@dataclass(frozen=True)
class Glance:
    """What to be found in a column needs at least: some other character, or digits close together.

    Attributes:
        among: characters among which nothing is to be found.
        digits: how many digits of one number are to be found whatever stands around them; 0 for none.
    """

    among: frozenset[str]
    digits: int = 0

    def doubtful(self, texts: pa.Array) -> Flags:
        """In which cells the first look may find something; the column has no nulls."""
        rest = compute.utf8_ltrim(texts, characters=self._characters)
        doubtful: Flags = compute.binary_length(rest).to_numpy() > 0
        at = laid(texts)
        if at.data.size:
            _mark_ends(at, doubtful)
            if self.digits:
                _mark_numbers(at, self.digits, doubtful)
        return doubtful

    @cached_property
    def _characters(self) -> str:
        return "".join(sorted(self.among))


def glance_for(columns: Columns, item: ItemSpec, name: str, texts: pa.Array) -> Glance | None:
    """The glance that leaves the fewest cells doubtful; None where none leaves few.

    Args:
        columns: of the plan.
        item: what the file is.
        name: of the column in the file.
        texts: its first cells.
    """
    some = texts.slice(0, _SAMPLE)
    best: Glance | None = None
    fewest = _MOST_DOUBTFUL * len(some)
    for glance in glances(columns, item, name, "".join(some.to_pylist())):
        count = int(glance.doubtful(some).sum())
        if count < fewest:
            best, fewest = glance, count
    return best


def glances(columns: Columns, item: ItemSpec, name: str, usual: str = "") -> Sequence[Glance]:
    """The glances that may be taken at a column: whatever `looks.first_look` finds is doubtful in each.

    Args:
        columns: of the plan.
        item: what the file is.
        name: of the column in the file.
        usual: what stands in such a column; where one of several characters will do it is told by the one
            that is seldom there.
    """
    part, region = columns.part_of(name), item.authority.jurisdiction
    if part == "plain":
        # The first look looks for little there, and is as quick.
        return []
    among = USUAL - of_garbled() - frozenset(people.SIGNS)
    digits = people.digits_looked_at(region)
    if looks_for_people_in_names(item.mapping.name, name):
        words = {_telling(word, usual) for word in people.chinese_words(region)}
        return [Glance(among - _LATIN - words, digits)]
    found = [Glance(among, digits)]
    if part == "references":
        # A short number is a person's by what stands in front of it.
        said = _LATIN | {"&"} | frozenset(_SAID_IN_CHINESE)
        found.append(Glance(among - said, _DIGITS_OF_PERSONS))
    return found


_LATIN = frozenset(each for each in USUAL if each.isalpha() and each < "\u3000")


def _telling(word: str, usual: str) -> str:
    """The character of a word, none of which is there without it, that is the seldomest."""
    return min(filter(str.isalpha, word), key=lambda each: (usual.count(each), each))


def _mark_ends(at: Laid, doubtful: Flags) -> None:
    """Mark the cells with a blank at an end, and those that begin like an error of a spreadsheet."""
    last = at.data.size - 1
    # Of an empty cell what stands beside it is seen, which at worst makes it doubtful.
    first = at.data[np.minimum(at.begins, last)]
    second = at.data[np.minimum(at.begins + 1, last)]
    behind = at.data[np.maximum(at.ends - 1, 0)]
    for blank in _BLANKS:
        doubtful |= (first == blank) | (behind == blank)
    doubtful |= first == _NUMBER_SIGN
    for one, other in _ERRORS:
        doubtful |= (first == one) & (second == other)


def _mark_numbers(at: Laid, least: int, doubtful: Flags) -> None:
    """Mark the cells in which so many digits stand close together: see `people.number_of`."""
    digits = _digits(at.data)
    if digits.size < least:
        return
    behind, before = at.data[digits[:-1] + 1], at.data[digits[1:] - 1]
    near = (np.diff(digits) == 1) | (_BEGINS[behind] & _ENDS[before])
    run = near
    for length in range(1, least - 1):
        run = run[:-1] & near[length:]
    starts = digits[: run.size][run]
    doubtful[np.searchsorted(at.ends, starts, side="right")] = True


def _digits(data: Bytes) -> Places:
    """Where digits stand."""
    found = []
    above, few = np.empty(_AT_ONCE, np.uint8), np.empty(_AT_ONCE, np.bool_)
    for begins in range(0, data.size, _AT_ONCE):
        part = data[begins : begins + _AT_ONCE]
        # What is below "0" wraps, and is far above "9".
        np.subtract(part, _ZERO, out=above[: part.size])
        np.less(above[: part.size], _TEN, out=few[: part.size])
        found.append(np.flatnonzero(few[: part.size]) + begins)
    return np.concatenate(found)


def _bytes_at(place: int, characters: Iterable[str]) -> Flags:
    flags = np.zeros(256, np.bool_)
    flags[[each.encode()[place] for each in characters]] = True
    return flags


_BEGINS, _ENDS = _bytes_at(0, SEPARATOR_CHARACTERS), _bytes_at(-1, SEPARATOR_CHARACTERS)

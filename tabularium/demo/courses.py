"""The courses that an entry of the demo can take, from its file to the day on which the demo is made.

Times are ages: days before that day. A course says in which order things happen and about when; the
generator draws the ages, so that each course ends in the state it is named for.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tabularium.core.life_state import Appearance, Stage

OLDEST = 910
"""Age of the first files: about two and a half years."""

SETTLED = 20
"""Days after its file by which an entry of an ordinary course is public, long holidays counted."""


class Act(StrEnum):
    """What somebody does to an entry, by its service."""

    APPROVE = "approve"
    NOTICE = "notice"
    ANSWER_SHOWN = "answer-shown"
    ANSWER_HIDDEN = "answer-hidden"
    TAKE_BACK = "take-back"
    OBJECT = "object"
    UPHOLD = "uphold"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    STAY = "stay"
    LIFT = "lift"
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"
    NOTE = "note"
    KEEP = "keep"
    BREAK = "break"


class End(StrEnum):
    """Where the end of the term lies."""

    AHEAD = "ahead"
    PAST = "past"  # and the content is still kept
    ERASED = "erased"  # so long past that the content is gone


@dataclass(frozen=True, slots=True)
class Step:
    """One act, and when: so many days after the one before, or at an age in a window.

    Attributes:
        act: what is done.
        after: fewest and most days after the act before.
        window: oldest and youngest age, reckoned after the entry has become public; None for `after`.
        at_once: whether the window also holds before publication.
    """

    act: Act
    after: tuple[int, int] = (0, 0)
    window: tuple[int, int] | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A way through the life of an entry.

    Attributes:
        name: its name, also in the figures of the demo.
        weight: its share, in a thousand.
        ages: oldest and youngest age of a file whose entry can take it.
        steps: what is done, in order.
        end: where the end of the term lies.
        stage: where the entry is at the end.
        appearance: what the public gets.
        flags: columns of the entry that are true at the end.
    """

    name: str
    weight: int
    ages: tuple[int, int]
    steps: tuple[Step, ...]
    end: End = End.AHEAD
    stage: Stage = Stage.PUBLISHED
    appearance: Appearance = Appearance.PUBLIC
    flags: frozenset[str] = frozenset()

    def ages_of_steps(self, age: int, draw: Random) -> list[tuple[int, Act]]:
        """The age of each step for an entry whose file has the age `age`; never rising."""
        found: list[tuple[int, Act]] = []
        before = age
        for step in self.steps:
            if step.window is None:
                before = max(before - draw.randint(*step.after), 0)
            else:
                oldest = min(step.window[0], before, age if step.at_once else age - SETTLED)
                before = draw.randint(min(step.window[1], oldest), oldest)
            found.append((before, step.act))
        return found

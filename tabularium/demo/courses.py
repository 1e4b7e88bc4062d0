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


APPROVE = Step(Act.APPROVE, after=(1, 1))
NOTICE = Step(Act.NOTICE, after=(0, 1))
_LATELY = (10, 0)
_ANY_TIME = OLDEST
_IN_NOTICE = (APPROVE, Step(Act.NOTICE, window=(1, 0), at_once=True))
_TOLD = (APPROVE, NOTICE)
_HIDDEN = Appearance.UNKNOWN
_SUSPENDED = frozenset({"suspended", "objection_open"})

ADVERSE: tuple[Course, ...] = (
    Course("public", 560, (OLDEST, 22), _TOLD),
    Course("ended", 70, (OLDEST, 110), _TOLD, End.PAST, appearance=Appearance.GONE),
    Course("erased", 95, (OLDEST, 200), _TOLD, End.ERASED, Stage.ERASED, Appearance.GONE),
    Course("draft", 12, (4, 1), (), stage=Stage.DRAFT, appearance=_HIDDEN),
    Course(
        "awaiting-notice", 10, (10, 1), (APPROVE,), stage=Stage.APPROVED, appearance=_HIDDEN
    ),
    Course("in-notice", 12, (10, 1), _IN_NOTICE, stage=Stage.NOTIFIED, appearance=_HIDDEN),
    Course(
        "in-notice-answered-to-be-shown",
        5,
        (10, 1),
        (*_IN_NOTICE, Step(Act.ANSWER_SHOWN)),
        stage=Stage.NOTIFIED,
        appearance=_HIDDEN,
        flags=frozenset({"answer_shown"}),
    ),
    Course(
        "in-notice-answered",
        5,
        (10, 1),
        (*_IN_NOTICE, Step(Act.ANSWER_HIDDEN)),
        stage=Stage.NOTIFIED,
        appearance=_HIDDEN,
    ),
    Course(
        "objected-before-publication",
        8,
        (16, 1),
        (*_TOLD, Step(Act.OBJECT)),
        stage=Stage.NOTIFIED,
        appearance=_HIDDEN,
        flags=_SUSPENDED,
    ),
    Course(
        "upheld-before-publication",
        10,
        (_ANY_TIME, 30),
        (*_TOLD, Step(Act.OBJECT), Step(Act.UPHOLD, after=(1, 3))),
    ),
    Course(
        "answer-shown",
        40,
        (_ANY_TIME, 25),
        (*_TOLD, Step(Act.ANSWER_SHOWN)),
        flags=frozenset({"answer_shown"}),
    ),
    Course("answer-not-shown", 15, (_ANY_TIME, 25), (*_TOLD, Step(Act.ANSWER_HIDDEN))),
    Course(
        "answer-taken-back",
        5,
        (_ANY_TIME, 40),
        (*_TOLD, Step(Act.ANSWER_SHOWN), Step(Act.TAKE_BACK, after=(3, 10))),
    ),
    Course(
        "suspended-after-publication",
        12,
        (_ANY_TIME, 35),
        (*_TOLD, Step(Act.OBJECT, window=_LATELY)),
        appearance=_HIDDEN,
        flags=_SUSPENDED,
    ),
    Course(
        "upheld-after-publication",
        20,
        (_ANY_TIME, 60),
        (*_TOLD, Step(Act.OBJECT, window=(_ANY_TIME, 10)), Step(Act.UPHOLD, after=(1, 4))),
    ),
    Course(
        "objected-again",
        6,
        (_ANY_TIME, 90),
        (
            *_TOLD,
            Step(Act.OBJECT, window=(_ANY_TIME, 40)),
            Step(Act.UPHOLD, after=(1, 4)),
            Step(Act.OBJECT, window=_LATELY),
        ),
        flags=frozenset({"objection_open"}),
    ),
    Course(
        "corrected-awaiting-notice",
        5,
        (_ANY_TIME, 35),
        (*_TOLD, Step(Act.CORRECT, window=(4, 0))),
        stage=Stage.APPROVED,
        appearance=_HIDDEN,
    ),
    Course(
        "corrected-in-notice",
        6,
        (_ANY_TIME, 35),
        (*_TOLD, Step(Act.CORRECT, window=(3, 1)), Step(Act.NOTICE, window=(1, 0))),
        stage=Stage.NOTIFIED,
        appearance=_HIDDEN,
    ),
    Course(
        "corrected",
        20,
        (_ANY_TIME, 80),
        (*_TOLD, Step(Act.CORRECT, window=(_ANY_TIME, 30)), NOTICE),
    ),
    Course(
        "corrected-on-objection",
        8,
        (_ANY_TIME, 80),
        (
            *_TOLD,
            Step(Act.OBJECT, window=(_ANY_TIME, 35)),
            Step(Act.CORRECT, after=(1, 3)),
            NOTICE,
        ),
    ),
    Course(
        "withdrawn",
        12,
        (_ANY_TIME, 40),
        (*_TOLD, Step(Act.WITHDRAW, window=(80, 1))),
        stage=Stage.WITHDRAWN,
        appearance=Appearance.GONE,
    ),
    Course(
        "withdrawn-before-publication",
        6,
        (60, 1),
        (*_TOLD, Step(Act.OBJECT), Step(Act.WITHDRAW)),
        stage=Stage.WITHDRAWN,
        appearance=_HIDDEN,
    ),
    Course(
        "lapsed",
        8,
        (150, 90),
        (*_TOLD, Step(Act.OBJECT, window=(95, 65))),
        stage=Stage.WITHDRAWN,
        appearance=Appearance.GONE,
    ),
    Course(
        "stayed",
        10,
        (_ANY_TIME, 35),
        (*_TOLD, Step(Act.STAY, window=(200, 0))),
        appearance=_HIDDEN,
        flags=frozenset({"stayed"}),
    ),
    Course(
        "stay-lifted",
        10,
        (_ANY_TIME, 80),
        (*_TOLD, Step(Act.STAY, window=(_ANY_TIME, 40)), Step(Act.LIFT, after=(5, 25))),
    ),
    Course(
        "repair-asked",
        8,
        (_ANY_TIME, 35),
        (*_TOLD, Step(Act.ASK, window=_LATELY)),
        flags=frozenset({"repair_open"}),
    ),
    Course(
        "repaired-and-gone",
        14,
        (600, 125),
        (*_TOLD, Step(Act.ASK, window=(60, 20)), Step(Act.GRANT, after=(3, 6))),
        appearance=Appearance.GONE,
    ),
    Course(
        "repair-granted",
        8,
        (60, 30),
        (*_TOLD, Step(Act.ASK, window=(10, 3)), Step(Act.GRANT, after=(1, 3))),
    ),
    Course(
        "repair-refused",
        8,
        (_ANY_TIME, 50),
        (*_TOLD, Step(Act.ASK, window=(_ANY_TIME, 10)), Step(Act.REFUSE, after=(3, 6))),
    ),
)

_ADMITTED = (Step(Act.APPROVE, after=(0, 2)),)

OTHER: tuple[Course, ...] = (
    Course("public", 845, (OLDEST, 3), _ADMITTED),
    Course("ended", 35, (OLDEST, 110), _ADMITTED, End.PAST, appearance=Appearance.GONE),
    Course("erased", 80, (OLDEST, 200), _ADMITTED, End.ERASED, Stage.ERASED, Appearance.GONE),
    Course("draft", 8, (4, 1), (), stage=Stage.DRAFT, appearance=_HIDDEN),
    Course(
        "answer-shown",
        4,
        (_ANY_TIME, 20),
        (*_ADMITTED, Step(Act.ANSWER_SHOWN, after=(0, 3))),
        flags=frozenset({"answer_shown"}),
    ),
    Course(
        "corrected",
        12,
        (_ANY_TIME, 35),
        (*_ADMITTED, Step(Act.CORRECT, window=(_ANY_TIME, 1))),
    ),
    Course(
        "withdrawn",
        8,
        (_ANY_TIME, 35),
        (*_ADMITTED, Step(Act.WITHDRAW, window=(80, 1))),
        stage=Stage.WITHDRAWN,
        appearance=Appearance.GONE,
    ),
    Course(
        "withdrawn-before-publication",
        3,
        (60, 2),
        (Step(Act.WITHDRAW, after=(1, 5)),),
        stage=Stage.WITHDRAWN,
        appearance=_HIDDEN,
    ),
    Course(
        "stayed",
        3,
        (_ANY_TIME, 35),
        (*_ADMITTED, Step(Act.STAY, window=(200, 0))),
        appearance=_HIDDEN,
        flags=frozenset({"stayed"}),
    ),
    Course(
        "stay-lifted",
        2,
        (_ANY_TIME, 80),
        (*_ADMITTED, Step(Act.STAY, window=(_ANY_TIME, 40)), Step(Act.LIFT, after=(5, 25))),
    ),
)

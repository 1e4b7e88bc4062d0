"""The courses themselves: for adverse entries, which are noticed first, for promises, and for the others."""

from tabularium.core.life_state import Appearance, Stage
from tabularium.demo.courses import OLDEST, Act, Course, End, Step

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
    Course("awaiting-notice", 10, (10, 1), (APPROVE,), stage=Stage.APPROVED, appearance=_HIDDEN),
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
    Course("noted", 8, (_ANY_TIME, 40), (*_TOLD, Step(Act.NOTE, window=(_ANY_TIME, 5)))),
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

# A promise falls due some months after it was made, and its authority then has a few days to say so.
PROMISES: tuple[Course, ...] = (
    Course("promise-open", 250, (30, 1), _ADMITTED),
    Course(
        "promise-kept",
        400,
        (_ANY_TIME, 35),
        (*_ADMITTED, Step(Act.KEEP, window=(_ANY_TIME, 5))),
    ),
    Course(
        "promise-not-kept",
        200,
        (_ANY_TIME, 92),
        (*_ADMITTED, Step(Act.BREAK, window=(60, 20))),
    ),
    Course("promise-unanswered", 150, (_ANY_TIME, 150), _ADMITTED),
    Course("promise-ended", 60, (_ANY_TIME, 110), _ADMITTED, End.PAST, appearance=Appearance.GONE),
)

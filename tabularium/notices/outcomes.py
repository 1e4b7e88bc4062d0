"""What a channel says of an attempt: how it ended, and in which class of answers."""

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How an attempt ended."""

    ACCEPTED = "accepted"
    POSTPONED = "postponed"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"
    HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended, and what was answered: a class such as "5xx", or why there was no answer."""

    end: End
    reply: str = ""


HELD_BACK = Result(End.HELD_BACK)


def reply_class(code: int) -> str:
    """The class of a reply code of SMTP or HTTP: 550 is "5xx"."""
    return f"{code // 100}xx"

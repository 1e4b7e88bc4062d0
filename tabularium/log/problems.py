"""What a check of the log found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was, in plain words.

    Attributes:
        where: it is.
        what: it is, and what to do.
    """

    where: str
    what: str

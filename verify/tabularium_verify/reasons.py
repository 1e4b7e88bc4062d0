"""Why an extract or two checkpoints are not proven: a short list, the same in every program that checks.

The page of the register that checks in the browser has the same list; a table of cases, made by the tests,
holds that both say the same of each.
"""

from enum import IntEnum, StrEnum

from tabularium_verify.errors import VerificationError


class Verdict(IntEnum):
    """What a check comes to; the number is the exit code of the commands."""

    PROVEN = 0
    NOT_PROVEN = 1
    CANNOT_BE_JUDGED = 2


class Reason(StrEnum):
    """What is wrong, by a name to which `words.json` has a sentence for readers."""

    # Nothing can be said: what was handed over is not what is checked here.
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NO_KEY = "no-key"
    KEY = "key"
    NOT_JSON = "not-json"
    NOT_EXTRACT = "not-extract"
    OTHER_VERSION = "other-version"
    PDF_WITHOUT = "pdf-without"
    PDF_SEVERAL = "pdf-several"
    PDF_DAMAGED = "pdf-damaged"
    NOT_PROOF = "not-proof"
    TILE = "tile"
    # It is an extract, or a checkpoint, and does not show what it is said to show.
    NOT_CANONICAL = "not-canonical"
    DIGEST = "digest"
    FORM = "form"
    SUBJECT = "subject"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    NOT_SIGNED = "not-signed"
    ORIGIN = "origin"
    WITNESS = "witness"
    PROOF = "proof"
    OTHER_CHECKPOINT = "other-checkpoint"
    INCLUSION = "inclusion"
    ENTRY = "entry"
    SMALLER = "smaller"
    CONSISTENCY = "consistency"


CANNOT_BE_JUDGED = frozenset(
    {
        Reason.UNREADABLE,
        Reason.TOO_LARGE,
        Reason.NO_KEY,
        Reason.KEY,
        Reason.NOT_JSON,
        Reason.NOT_EXTRACT,
        Reason.OTHER_VERSION,
        Reason.PDF_WITHOUT,
        Reason.PDF_SEVERAL,
        Reason.PDF_DAMAGED,
        Reason.NOT_PROOF,
        Reason.TILE,
    }
)


class RefusedError(VerificationError):
    """Something is not proven.

    Attributes:
        reason: what is wrong.
        where: in which part, as a path through the JSON or the name of a file; empty if it is the whole.
    """

    def __init__(self, reason: Reason, where: str = "") -> None:
        super().__init__(f"{reason} {where}".rstrip())
        self.reason = reason
        self.where = where

    @property
    def verdict(self) -> Verdict:
        """Whether it is shown to be wrong, or cannot be judged at all."""
        return Verdict.CANNOT_BE_JUDGED if self.reason in CANNOT_BE_JUDGED else Verdict.NOT_PROVEN

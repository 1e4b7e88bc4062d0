"""What stands of people in a row's texts, as a finding: what stops a row at the door."""

from dataclasses import dataclass

from tabularium.core.personal import PersonalKind, personal_in, personal_number_in
from tabularium.intake.findings import FindingCode

__all__ = ["PersonalFind", "PersonalKind", "find_personal", "find_personal_number"]

_CODES = {
    PersonalKind.PHONE: FindingCode.PHONE_IN_TEXT,
    PersonalKind.EMAIL: FindingCode.EMAIL_IN_TEXT,
}


@dataclass(frozen=True, slots=True)
class PersonalFind:
    """That something personal stands in a text, and of what kind."""

    code: FindingCode
    kind: PersonalKind


def find_personal(text: str, region: str = "") -> PersonalFind | None:
    """The first personal thing in a text of a row, or None; see `core.personal.personal_in`."""
    return _find(personal_in(text, region))


def find_personal_number(text: str, region: str = "") -> PersonalFind | None:
    """The first personal number in a text that is itself a reference, where no phone is looked for."""
    return _find(personal_number_in(text, region))


def _find(kind: PersonalKind | None) -> PersonalFind | None:
    return (
        PersonalFind(_CODES.get(kind, FindingCode.PERSONAL_NUMBER_IN_TEXT), kind) if kind else None
    )

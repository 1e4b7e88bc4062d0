"""What one version of an entry says otherwise than the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from tabularium.core.content import EntryContent
from tabularium.register.models import OfferedCorrection, Version


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that two versions say otherwise: its name, and both sayings, "" for nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A version, and what it changed; nothing for the first."""

    version: Version
    differences: Sequence[Difference]


_COMPARED = (
    "subject_name",
    *(each.name for each in fields(EntryContent) if each.name != "details"),
)


def compared(versions: Sequence[Version]) -> list[Compared]:
    """Each version, newest first, with what it says otherwise than the one before."""
    older: list[Version | None] = [*versions[1:], None]
    return [
        Compared(version, differences(before, version) if before is not None else ())
        for version, before in zip(versions, older, strict=True)
    ]


def differences(before: Version, after: Version) -> list[Difference]:
    """The facts that two versions say otherwise, in the order of the content."""
    pairs = [
        Difference(name, _said(before, name), _said(after, name))
        for name in _COMPARED
        if hasattr(after, name)
    ]
    names = sorted({*before.details, *after.details})
    pairs += [
        Difference(name, str(before.details.get(name, "")), str(after.details.get(name, "")))
        for name in names
    ]
    return [each for each in pairs if each.before != each.after]


def _said(version: Version, name: str) -> str:
    value = getattr(version, name)
    return "" if value is None else str(value)


def offered_differences(version: Version, offer: OfferedCorrection) -> list[Difference]:
    """The facts that a file says otherwise than a version of an entry."""
    said = offer.content
    found = []
    for name in offer.changed:
        if name == "details":
            later = said.get("details") or {}
            names = sorted({*version.details, *later})
            found += [
                Difference(each, str(version.details.get(each, "")), str(later.get(each, "")))
                for each in names
            ]
        else:
            later_value = said.get(name)
            found.append(
                Difference(
                    name, _said(version, name), "" if later_value is None else str(later_value)
                )
            )
    return [each for each in found if each.before != each.after]

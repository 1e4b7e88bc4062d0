"""Reading the leaves of the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tabularium.core.logged_changes import LoggedChange
from tabularium.register.leaf_facts import (
    LeafFact,
    Step,
    content_facts,
    content_values,
    erased_values,
    own_facts,
    own_values,
    steps_of,
)
from tabularium.register.models import Entry, Event, Leaf, SignedCheckpoint, VersionSalts
from tabularium.register.services.advance import to_core

BLOCK = 4096


class GapError(Exception):
    """A leaf is not where it was; the message says which."""


def commitments(begin: int, end: int) -> Iterator[bytes]:
    """What stands in the log from one index to another, without the last; read block by block.

    Raises:
        GapError: one is not there.
    """
    place = begin
    while place < end:
        until = min(place + BLOCK, end)
        rows = Leaf.objects.filter(index__gte=place, index__lt=until).order_by("index")
        for index, committed in rows.values_list("index", "commitment"):
            if index != place:
                raise GapError(f"Leaf {place} of the log is not in the database.")
            yield bytes(committed)
            place += 1
        if place < until:
            raise GapError(f"Leaf {place} of the log is not in the database.")


def last_checkpoint(origin: str) -> SignedCheckpoint | None:
    """The checkpoint that was signed last under a name; None if none was."""
    return SignedCheckpoint.objects.filter(origin=origin).order_by("-size", "-pk").first()


def has_begun() -> bool:
    """Whether any checkpoint was signed."""
    return SignedCheckpoint.objects.exists()


def is_waiting(entry_id: str, size: int) -> bool:
    """Whether a public change of an entry is not among the first so many leaves yet."""
    leaves = Leaf.objects.filter(entry=entry_id)
    return leaves.filter(index__isnull=True).exists() or leaves.filter(index__gte=size).exists()


@dataclass(frozen=True, slots=True)
class ToldLeaf:
    """A leaf with what it says.

    Attributes:
        leaf: its row.
        version: of which version it is.
        own: its facts that are no content.
        content: what the version says, if the leaf says it.
    """

    leaf: Leaf
    version: str
    own: list[LeafFact]
    content: list[LeafFact]


def told_leaves(entry: Entry) -> list[ToldLeaf]:
    """The leaves of an entry that is not erased, in the order of their events, with what they say.

    Raises:
        NotAllowedError: its events cannot be replayed.
        ValueError: a leaf has not as many salts as facts.
    """
    events = Event.objects.filter(entry=entry).order_by("number")
    leaves = {each.event_id: each for each in Leaf.objects.filter(entry=entry)}
    salts = {
        each.version_id: each
        for each in VersionSalts.objects.filter(version__entry=entry).select_related("version")
    }
    return [
        told(entry, step, leaves[step.row.pk], salts)
        for step in steps_of(events, to_core)
        if step.row.pk in leaves
    ]


def told(entry: Entry, step: Step, leaf: Leaf, salts: Mapping[str, VersionSalts]) -> ToldLeaf:
    """What a leaf says, worked out of the rows that are kept.

    Args:
        entry: with its item.
        step: what happened.
        leaf: its row.
        salts: of the versions of the entry, with their versions.

    Raises:
        ValueError: there are not as many salts as facts, or none of the version.
    """
    version = step.row.version_id
    if step.change is LoggedChange.ERASED:
        values = erased_values(step.event.at, leaf.told["rule"], leaf.told["leaves"])
    else:
        values = own_values(entry, step)
    said: list[LeafFact] = []
    if step.shows_content:
        kept = salts.get(version)
        if kept is None:
            raise ValueError("the salts of its version are not there")
        said = content_facts(content_values(kept.version, kept.identifier), bytes(kept.fields))
    return ToldLeaf(leaf, version, own_facts(values, bytes(leaf.fact_salts)), said)

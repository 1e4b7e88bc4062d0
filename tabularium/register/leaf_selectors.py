"""Reading the leaves of the log."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Q, QuerySet

from tabularium.core.life_state import Stage
from tabularium.core.logged_changes import LoggedChange
from tabularium.register.leaf_facts import (
    Step,
    content_facts,
    erased_values,
    own_facts,
    own_values,
    steps_of,
)
from tabularium.register.models import Entry, Event, Leaf, SignedCheckpoint, VersionSalts
from tabularium.register.services.advance import to_core
from tabularium_verify.commitments import Fact, WithheldFact

BLOCK = 4096
ENTRIES = 500


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


@dataclass(frozen=True, slots=True)
class PlacedLeaf:
    """A leaf that has a place.

    Attributes:
        index: the place.
        commitment: 32 bytes.
        at: of its event; None if that is not there.
    """

    index: int
    commitment: bytes
    at: datetime | None


def placed_leaves() -> Iterator[PlacedLeaf]:
    """All leaves that have a place, in order; read block by block."""
    begin = 0
    while True:
        # Looked up apart: a leaf whose event is gone would not be found together with it.
        rows = list(
            Leaf.objects.filter(index__gte=begin)
            .order_by("index")
            .values_list("index", "commitment", "event_id")[:BLOCK]
        )
        if not rows:
            return
        events = [each[2] for each in rows]
        times = dict(
            Event.objects.filter(pk__gte=min(events), pk__lte=max(events), leaf__isnull=False)
            .filter(leaf__index__gte=begin, leaf__index__lte=rows[-1][0])
            .values_list("pk", "at")
        )
        for index, committed, event in rows:
            assert index is not None
            yield PlacedLeaf(index, bytes(committed), times.get(event))
            begin = index + 1


def places_given() -> int:
    """How many places were given."""
    last = (
        Leaf.objects.filter(index__isnull=False).order_by("-index").values_list("index", flat=True)
    )
    found = last.first()
    return 0 if found is None else found + 1


def signed_checkpoints() -> QuerySet[SignedCheckpoint]:
    """All checkpoints that were signed, the smallest first."""
    return SignedCheckpoint.objects.order_by("size", "pk")


def last_checkpoint(origin: str) -> SignedCheckpoint | None:
    """The checkpoint that was signed last under a name; None if none was."""
    return SignedCheckpoint.objects.filter(origin=origin).order_by("-size", "-pk").first()


def has_begun() -> bool:
    """Whether any checkpoint was signed."""
    return SignedCheckpoint.objects.exists()


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
    own: list[Fact]
    content: list[Fact | WithheldFact]


def told_leaves(entry: Entry) -> list[ToldLeaf]:
    """The leaves of an entry that is not erased, in the order of their events, with what they say.

    Raises:
        NotAllowedError: its events cannot be replayed.
        ValueError: a leaf has not as many salts as facts.
    """
    return told_leaves_of([entry])[entry.pk]


def told_leaves_of(entries: Sequence[Entry]) -> dict[str, list[ToldLeaf]]:
    """The same of several entries, by their keys; two queries for each block of them.

    Args:
        entries: with their items.

    Raises:
        NotAllowedError, ValueError: as for `told_leaves`.
    """
    found: dict[str, list[ToldLeaf]] = {}
    for begin in range(0, len(entries), ENTRIES):
        block = entries[begin : begin + ENTRIES]
        keys = [each.pk for each in block]
        rows = Event.objects.filter(entry__in=keys).select_related("leaf")
        by_entry = groupby(rows.order_by("entry", "number"), attrgetter("entry_id"))
        events = {key: list(some) for key, some in by_entry}
        kept = VersionSalts.objects.filter(version__entry__in=keys).select_related("version")
        salts = {each.version_id: each for each in kept}
        for entry in block:
            found[entry.pk] = [
                told(entry, step, step.row.leaf, salts)
                for step in steps_of(events.get(entry.pk, ()), to_core)
                if hasattr(step.row, "leaf")
            ]
    return found


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
    said: list[Fact | WithheldFact] = []
    if step.shows_content:
        kept = salts.get(version)
        if kept is None:
            raise ValueError("the salts of its version are not there")
        said = content_facts(kept.version, kept)
    return ToldLeaf(leaf, version, own_facts(values, bytes(leaf.fact_salts)), said)


@dataclass(frozen=True, slots=True)
class EntryLeaves:
    """An entry with its events and leaves, all as they stand now.

    Attributes:
        entry: with its item.
        events: in order.
        leaves: by the key of their event.
        salts: by version, with the versions.
        begun_at: when the first checkpoint was signed; None if none was.
    """

    entry: Entry
    events: list[Event]
    leaves: Mapping[int, Leaf]
    salts: Mapping[str, VersionSalts]
    begun_at: datetime | None

    @property
    def is_erased(self) -> bool:
        """Whether it is erased."""
        return self.entry.stage == Stage.ERASED

    def steps(self) -> Iterator[Step]:
        """The public changes among its events.

        Raises:
            NotAllowedError: an event could not happen where it stands.
        """
        return steps_of(self.events, to_core)

    def told(self, event: int) -> ToldLeaf:
        """What the leaf of an event says now.

        Raises:
            ValueError: there are not as many salts as facts.
        """
        (step,) = (each for each in self.steps() if each.row.pk == event)
        return told(self.entry, step, self.leaves[event], self.salts)

    @property
    def may_lack_leaves(self) -> bool:
        """Whether its changes may have no leaves: the log has not begun, or it was erased before it did."""
        if self.begun_at is None:
            return True
        return self.is_erased and not self.leaves


def entries_with_leaves() -> Iterator[EntryLeaves]:
    """All entries that ever were public; read block by block."""
    begun = SignedCheckpoint.objects.order_by("pk").values_list("at", flat=True).first()
    last = ""
    wanted = Entry.objects.filter(Q(was_public=True) | Q(leaves__isnull=False))
    while block := list(
        wanted.filter(pk__gt=last).select_related("item").order_by("pk").distinct()[:ENTRIES]
    ):
        keys = [each.pk for each in block]
        events = Event.objects.filter(entry__in=keys).order_by("entry", "number")
        leaves = Leaf.objects.filter(entry__in=keys).order_by("entry", "event")
        salts = (
            VersionSalts.objects.filter(version__entry__in=keys)
            .select_related("version")
            .order_by("version__entry")
        )
        by_entry = attrgetter("entry_id")
        its_events = {key: list(some) for key, some in groupby(events, by_entry)}
        its_leaves = {key: list(some) for key, some in groupby(leaves, by_entry)}
        its_salts = {
            key: list(some) for key, some in groupby(salts, attrgetter("version.entry_id"))
        }
        for entry in block:
            yield EntryLeaves(
                entry,
                its_events.get(entry.pk, []),
                {each.event_id: each for each in its_leaves.get(entry.pk, [])},
                {each.version_id: each for each in its_salts.get(entry.pk, [])},
                begun,
            )
        last = keys[-1]

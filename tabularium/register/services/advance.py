"""One step in the life of an entry: the pure function decides; all that belongs to it is written at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import connection

from tabularium import clock
from tabularium.core import life, life_events
from tabularium.core.life_events import NO_FACTS, EventType, Facts, Role
from tabularium.core.life_state import Stage, State
from tabularium.core.logged_changes import LoggedChange, logged_change
from tabularium.register.erasable import EMPTY_STATE
from tabularium.register.leaf_facts import Step
from tabularium.register.models import Entry, Event, Statement, User, Version
from tabularium.register.services import outbox
from tabularium.register.services.leaves import commit_change, salts_of
from tabularium.register.services.public_changes import note_change

SEVERED = "somebody of the organisation"
"""Who acted for the organisation, once its entry is erased: an opaque name of nobody."""

NOTHING_ELSE: Mapping[str, Any] = MappingProxyType({})


def to_core(row: Event) -> life_events.Event:
    """The event as the pure function takes it."""
    return life_events.Event(
        number=row.number,
        type=EventType(row.type),
        at=row.at,
        role=Role(row.role),
        actor=_actor(row),
        version=int(row.version_id.rpartition(".")[2]),
        facts=Facts.from_json(row.facts),
    )


def _actor(row: Event) -> str | None:
    if row.actor_id is not None:
        return str(row.actor_id)
    return None if row.role == Role.SYSTEM else SEVERED


def to_row(event: life_events.Event, entry: Entry, version_id: str) -> Event:
    """The event as the table holds it."""
    return Event(
        entry=entry,
        version_id=version_id,
        number=event.number,
        type=event.type,
        at=event.at,
        role=event.role,
        actor_id=None if event.actor is None else int(event.actor),
        facts=event.facts.as_json(),
    )


def columns(state: State) -> dict[str, Any]:
    """What an entry's columns say when its events add up to `state`."""
    if state.stage is Stage.ERASED:
        return {**EMPTY_STATE, **_counters(state), "stage": state.stage}
    return {
        **_counters(state),
        "stage": state.stage,
        "noticed_at": state.noticed_at,
        "window_closes_at": state.window_closes_at,
        "public_from": state.public_from,
        "public_until": state.public_until,
        "objection_open": state.objection_open,
        "suspended": state.suspended,
        "decide_by": state.decide_by,
        "lapses_at": state.lapses_at,
        "stayed": state.stayed,
        "repair_open": state.repair_open,
        "answer_shown": state.answer_shown,
        "withdrawn_at": state.withdrawn_at,
        "erasable_from": state.erasable_from,
        "due_at": state.due_at,
        "unanswered_from": state.unanswered_from,
        "outcome": state.outcome or "",
    }


def _counters(state: State) -> dict[str, Any]:
    return {
        "last_event_number": state.number,
        "last_event_at": state.last_at,
        "was_public": state.was_public,
    }


def locked(entry_id: str) -> Entry:
    """The entry, with its row locked until the transaction ends.

    Raises:
        Entry.DoesNotExist: there is none of that identity.
    """
    entries = Entry.objects.filter(pk=entry_id)
    if connection.features.has_select_for_update:
        # Locked alone and read after: a row that changed while the lock was waited for would be joined
        # with the version it named before, and so not be found at all.
        entries.select_for_update().values_list("pk", flat=True).get()
    beside = ("authority", "current_version", "item", "organisation__authority")
    # The file of an item is long, and asked for by few.
    return entries.select_related(*beside).defer("item__definition").get()


def state_of(entry: Entry) -> State:
    """What the entry's events add up to."""
    return life.replay(map(to_core, entry.events.order_by("number")))


def advance(
    entry: Entry,
    type_: EventType,
    *,
    actor: User | None,
    role: Role,
    facts: Facts = NO_FACTS,
    version: Version | None = None,
    also: Mapping[str, Any] = NOTHING_ELSE,
) -> tuple[Event, State]:
    """Let one event happen to a locked entry, now.

    Args:
        entry: from `locked`.
        type_: what happens.
        actor: who does it; None for the system.
        role: in which role.
        facts: the instants it fixes.
        version: the new version, for a correction.
        also: further columns of the entry to write with it.

    Returns:
        The event's row and the state after it.

    Raises:
        NotAllowedError: it cannot happen now; nothing was written.
    """
    before = state_of(entry)
    event = life_events.Event(
        number=before.number + 1,
        type=type_,
        at=clock.now(),
        role=role,
        actor=None if actor is None else str(actor.pk),
        version=before.version if version is None else version.number,
        facts=facts,
    )
    after = life.apply(before, event)
    changed = {**columns(after), **also}
    if version is not None:
        version.save(force_insert=True)
        changed["current_version"] = version
    row = to_row(event, entry, entry.current_version_id if version is None else version.pk)
    row.save(force_insert=True)
    _write(entry, changed)
    _commit(entry, row, before, event, after)
    note_change(entry, before, after, type_)
    outbox.owe(entry, row)
    return row, after


def _commit(
    entry: Entry, row: Event, before: State, event: life_events.Event, after: State
) -> None:
    """Give a version that becomes public its salts, and the log a leaf of what the public sees otherwise."""
    salts = None
    if after.stage is Stage.PUBLISHED and not (
        before.stage is Stage.PUBLISHED and before.version == after.version
    ):
        salts = salts_of(entry.current_version, entry, never_public=not before.was_public)
    change = logged_change(before, event, after)
    # An erasure is committed to once it is known by which rule it was.
    if change is not None and change is not LoggedChange.ERASED:
        commit_change(entry, Step(row, change, event, after), salts)


def _write(entry: Entry, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(changed))


@dataclass(frozen=True, slots=True)
class Act:
    """The authority's act behind an event.

    Attributes:
        dated_on: its day, in the authority's calendar.
        ordered_by: the court or review body that ordered it; "" for none.
        file_number: of that order.
    """

    dated_on: date
    ordered_by: str = ""
    file_number: str = ""


def state_text(
    event: Event, text: str, *, language: str = "", shown: bool = False, act: Act | None = None
) -> Statement:
    """Keep the text that came with an event, and the act behind it, where erasure finds them."""
    return Statement.objects.create(
        event=event,
        entry_id=event.entry_id,
        text=text,
        language=language,
        shown=shown,
        dated_on=act.dated_on if act else None,
        ordered_by=act.ordered_by if act else "",
        file_number=act.file_number if act else "",
    )

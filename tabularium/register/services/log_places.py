"""Leaves are given their places in the log, and what was signed is kept. Called by the log alone.

A place is given once and never changed; it is not made of a key of the database.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.core.logged_changes import LoggedChange
from tabularium.register.leaf_facts import steps_of
from tabularium.register.models import Entry, Erasure, Event, Leaf, SignedCheckpoint
from tabularium.register.services.advance import to_core
from tabularium.register.services.leaves import commit_change
from tabularium_verify.checkpoints import Checkpoint

AT_ONCE = 5_000
"""Leaves that are given their places in one transaction."""

BLOCK = 200
"""Entries whose past is entered in one transaction."""

_LOCK = 0x7AB_106
"""Of the lock in PostgreSQL under which places are given: a number of our own."""

_GIVE = """
    UPDATE register_leaf SET "index" = numbered.place
    FROM (
        SELECT event_id, %s - 1 + row_number() OVER (ORDER BY event_id) AS place
        FROM (
            SELECT l.event_id FROM register_leaf l JOIN register_event e ON e.id = l.event_id
            WHERE l."index" IS NULL AND e.at < %s ORDER BY l.event_id LIMIT %s
        ) AS waiting
    ) AS numbered
    WHERE register_leaf.event_id = numbered.event_id
"""


def give_places(before: datetime) -> int:
    """Give the leaves of events before an instant the next places, in the order of their events.

    Two at once wait for each other. Stopped at any moment, each leaf has its place or has none.

    Returns:
        How many leaves have a place now.
    """
    while True:
        size, given = _give_some(before)
        if given < AT_ONCE:
            return size


@transaction.atomic
def _give_some(before: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        # SQLite's transactions claim the right to write when they begin.
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute('SELECT max("index") FROM register_leaf')
        (last,) = cursor.fetchone()
        size = 0 if last is None else int(last) + 1
        cursor.execute(_GIVE, [size, connection.ops.adapt_datetimefield_value(before), AT_ONCE])
        given = cursor.rowcount
    placed = Leaf.objects.filter(change=LoggedChange.ERASED, index__gte=size)
    for entry, index in placed.values_list("entry", "index"):
        Erasure.objects.filter(entry=entry, leaf__isnull=True).update(leaf=index)
    return size + given, given


@transaction.atomic
def keep_checkpoint(checkpoint: Checkpoint, note: bytes) -> SignedCheckpoint:
    """Keep what was signed.

    Raises:
        IntegrityError: a larger one was signed under the same name, or another of its size.
    """
    return SignedCheckpoint.objects.create(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        note=note.decode(),
        at=clock.now(),
    )


def enter_past(stop: Callable[[], bool] = lambda: False) -> bool:
    """Commit to the public changes of entries that are older than the log; safe to do again.

    Done once, before the first checkpoint is signed, and never after: then every change has its leaf, and
    one that has not was taken away. Of what was erased before there was a log, nothing is left to commit to.

    Args:
        stop: asked between transactions; once true, the rest is left for the next time.

    Returns:
        Whether nothing is left.
    """
    last = ""
    while block := _without_leaves(last):
        if stop():
            return False
        last = block[-1]
        _enter(block)
    return True


def _without_leaves(after: str) -> list[str]:
    waiting = Entry.objects.filter(was_public=True, leaves__isnull=True, pk__gt=after)
    return list(
        waiting.exclude(stage=Stage.ERASED).order_by("pk").values_list("pk", flat=True)[:BLOCK]
    )


@transaction.atomic
def _enter(block: list[str]) -> None:
    entries = Entry.objects.filter(pk__in=block)
    if connection.features.has_select_for_update:
        list(entries.select_for_update().values_list("pk", flat=True))
    for entry in entries.filter(leaves__isnull=True).select_related("item"):
        versions = {each.pk: each for each in entry.versions.all()}
        for step in steps_of(Event.objects.filter(entry=entry).order_by("number"), to_core):
            entry.current_version = versions[step.row.version_id]
            commit_change(entry, step)

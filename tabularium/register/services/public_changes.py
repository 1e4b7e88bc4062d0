"""Changes of what is public: noted with the event that brings them about, and put in order after it."""

from django.db import connection, transaction

from tabularium.core.life_events import EventType
from tabularium.core.life_state import State
from tabularium.core.seen_changes import changes_what_is_seen, is_shown
from tabularium.register.models import ChangeFeed, Entry, PublicChange

AT_ONCE = 1000


def note_change(entry: Entry, before: State, after: State, event: EventType) -> None:
    """Note that copies of an entry may be wrong from now on, if they may; in the event's transaction."""
    if not changes_what_is_seen(before, after, event):
        return
    appears = is_shown(after) and not is_shown(before)
    PublicChange.objects.bulk_create(
        [PublicChange(entry=entry)],
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["position", "appeared"] if appears else ["position"],
    )


def place_changes() -> int:
    """Give each noted change its place behind all that have one; how many.

    One at a time does so, block by block. What somebody else is about to change is passed over: it is
    noted anew, and gets a place the next time.
    """
    if not ChangeFeed.objects.exists():
        _make_feed()
    placed = 0
    while PublicChange.objects.filter(position__isnull=True).exists():
        block = _place_block()
        placed += block
        if not block:
            break
    return placed


@transaction.atomic
def _place_block() -> int:
    feed = ChangeFeed.objects.select_for_update().get()
    waiting = PublicChange.objects.filter(position__isnull=True).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    rows = list(waiting[:AT_ONCE])
    for number, row in enumerate(rows, feed.last + 1):
        row.position = number
        if row.appeared is None:
            row.appeared = number
    PublicChange.objects.bulk_update(rows, ["position", "appeared"], batch_size=200)
    feed.last += len(rows)
    feed.save(update_fields=["last"])
    return len(rows)


def _make_feed() -> None:
    """Make the feed of a new register, and of one that was brought back, where the places are there."""
    placed = PublicChange.objects.filter(position__isnull=False).order_by("-position")
    last = placed.values_list("position", flat=True).first() or 0
    ChangeFeed.objects.bulk_create([ChangeFeed(last=last)], ignore_conflicts=True)

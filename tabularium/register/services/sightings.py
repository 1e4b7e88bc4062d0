"""In which submission a decision was last seen, and what a file that lists them all no longer holds.

A decision that is not in a file is not withdrawn by that: silence decides nothing. The authority is shown
what is missing, and withdraws, corrects, or sends the row again.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.register.models import Entry, Sighting, Submission

# Rows of two values in one statement; SQLite takes 999 values in the oldest versions that Django supports,
# and Django cuts the block where that holds.
BATCH = 5000


@transaction.atomic
def see(entry_ids: Iterable[str], *, submission: Submission) -> None:
    """Remember that a submission held the decisions of these entries, in its own transaction.

    Entries that the submission itself made are seen by that and need not be named.
    """
    for block in _blocks(entry_ids):
        Sighting.objects.bulk_create(
            [Sighting(entry_id=entry_id, submission=submission) for entry_id in block],
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["submission"],
        )


def _blocks(entry_ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(entry_ids)
    while block := list(islice(left, BATCH)):
        yield list(dict.fromkeys(block))


def unsee(entry: Entry) -> None:
    """Forget where an entry that is being erased was seen: the submission would lead to its row."""
    Sighting.objects.filter(entry=entry).delete()


def last_submission(authority: str, item: str) -> Submission | None:
    """The latest submission of an item in any of its versions; None before the first."""
    of_item = Submission.objects.filter(item__authority=authority, item__code=item)
    return of_item.order_by("-received_at", "-pk").first()


def disappeared(submission: Submission) -> QuerySet[Entry]:
    """Entries whose decision an earlier submission of the item brought and this one no longer held.

    To be asked of the latest submission of an item whose files list every decision in force: later ones
    move what was seen. Entries that are withdrawn, erased or at their end are not missing, and neither
    are those that a clerk recorded by hand.
    """
    now = clock.now()
    return (
        Entry.objects.filter(
            Q(public_until__isnull=True) | Q(public_until__gt=now),
            authority=submission.item.authority_id,
            item__code=submission.item.code,
            submission__isnull=False,
        )
        .exclude(stage__in=[Stage.WITHDRAWN, Stage.ERASED])
        .exclude(submission=submission)
        .exclude(sighting__submission=submission)
        .select_related("current_version")
        .order_by("pk")
    )

"""What restoring and the clock do so that what was to be forgotten stays forgotten."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef

from tabularium import clock
from tabularium.core import life
from tabularium.core.life_events import Event as CoreEvent
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.register.backups.keys import Keys
from tabularium.register.backups.months import first_instant, month_of
from tabularium.register.models import (
    Entry,
    Erasure,
    Event,
    Organisation,
    OrganisationName,
    ServiceAddress,
)
from tabularium.register.services.advance import state_of, to_row
from tabularium.register.services.organisations import let_go
from tabularium.register.services.outbox import make_moot

AT_ONCE = 500


def register_keys() -> Keys:
    """The keys of this register's backups."""
    return Keys(Path(settings.KEY_FOLDER))


def destroy_keys_that_are_due() -> list[str]:
    """Destroy the keys of months that are over; the names of their files.

    As long as the register itself has not erased what was to be erased in a month, the month's key stays.

    Raises:
        BackupError: a key cannot be removed.
    """
    this_month = month_of(clock.now())
    late = (
        Entry.objects.exclude(stage=Stage.ERASED)
        .filter(erasable_from__lt=first_instant(this_month))
        .order_by("erasable_from")
        .values_list("erasable_from", flat=True)
        .first()
    )
    return register_keys().destroy_due(this_month, None if late is None else month_of(late))


def complete_what_was_forgotten(now: datetime) -> int:
    """Give entries that came back without content the event and the row that say they were erased.

    And let go of what only they held: names, and addresses for service. Runs in the transaction that
    brings a register back.

    Returns:
        How many entries there were.

    Raises:
        NotAllowedError: one of them is not to be erased yet.
    """
    waiting = Entry.objects.filter(stage=Stage.ERASED, erasure__isnull=True).order_by("pk")
    done = 0
    while block := list(waiting[:AT_ONCE]):
        for entry in block:
            _complete(entry, now)
        done += len(block)
    if done:
        _let_go_of_names()
        _let_go_of_addresses()
    return done


def _complete(entry: Entry, now: datetime) -> None:
    before = state_of(entry)
    erased = CoreEvent(
        number=before.number + 1,
        type=EventType.ERASED,
        at=now,
        role=Role.SYSTEM,
        actor=None,
        version=before.version,
    )
    life.apply(before, erased)
    Event.objects.bulk_create([to_row(erased, entry, entry.current_version_id)])
    make_moot(entry, every=True)
    Erasure.objects.create(
        entry=entry,
        event_number=erased.number,
        erased_at=now,
        retention_days=before.retention_days,
    )


def _let_go_of_names() -> None:
    """Of organisations that stay for another entry, the names that only forgotten decisions wrote."""
    entries = Entry.objects.filter(organisation=OuterRef("pk"))
    named = entries.filter(current_version__subject_name=OuterRef("name"))
    of_another = Entry.objects.filter(
        organisation=OuterRef("organisation"), current_version__subject_name=OuterRef("name")
    )
    written = OrganisationName.objects.filter(
        ~Exists(of_another), organisation=OuterRef("pk"), sort=OrganisationName.Sort.WRITTEN
    )
    stale = Organisation.objects.filter(
        Exists(entries), ~Exists(named) | Exists(written), authority__isnull=True
    )
    for organisation in list(stale):
        let_go(organisation)


def _let_go_of_addresses() -> None:
    entries = Entry.objects.filter(
        organisation=OuterRef("organisation"), authority=OuterRef("authority")
    )
    ServiceAddress.objects.filter(~Exists(entries)).delete()

"""Approval, notice and publication."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Facts, Role
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Notice, User, Version
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.memberships import require_role
from tabularium.register.services.organisations import take_name


@transaction.atomic
def approve(entry_id: str, *, approver: User) -> Entry:
    """Approve a draft: a licence is public at once, an adverse entry goes to notice.

    Raises:
        NotPermittedError: the account is no approver of the entry's authority.
        NotAllowedError: the entry is no draft, is over, or was recorded by the same account.
    """
    entry = locked(entry_id)
    require_role(approver, entry.authority, Role.APPROVER)
    advance(
        entry,
        EventType.APPROVED,
        actor=approver,
        role=Role.APPROVER,
        also={"approved_by": approver},
    )
    if Kind(entry.kind).is_adverse:
        put_in_outbox(entry)
    else:
        take_name(entry)
    return entry


@transaction.atomic
def approve_licences(entry_ids: Sequence[str], *, approver: User) -> list[Entry]:
    """Approve several drafts of licences, all or none. An adverse entry is approved one by one.

    Raises:
        RefusedError: one of them is adverse.
        NotPermittedError, NotAllowedError: as for `approve`.
    """
    adverse = [kind for kind in Kind if kind.is_adverse]
    if Entry.objects.filter(pk__in=entry_ids, kind__in=adverse).exists():
        raise RefusedError("one-by-one", "Adverse entries are approved one by one.")
    return [approve(entry_id, approver=approver) for entry_id in entry_ids]


def put_in_outbox(entry: Entry) -> Notice:
    """Ask for the notice of the current version, in the transaction of the event that causes it."""
    return Notice.objects.create(
        version=entry.current_version,
        channel=entry.current_version.notice_channel,
        created_at=clock.now(),
    )


@transaction.atomic
def give_notice(entry_id: str, *, fact: Notice.Fact) -> Entry:
    """Record the fact by which a notice counts as given, now; the organisation's window opens.

    Raises:
        RefusedError: no notice of the entry waits.
        NotAllowedError: the entry does not wait for one.
    """
    entry = locked(entry_id)
    waiting = Notice.objects.filter(version=entry.current_version_id, given_at=None)
    now = clock.now()
    if not waiting.update(given_at=now, fact=fact):
        raise RefusedError("no-notice", "No notice of this entry waits to be given.")
    closes = deadlines.window_closes_at(entry.authority, _decided_on(entry.current_version), now)
    advance(
        entry,
        EventType.NOTIFIED,
        actor=None,
        role=Role.SYSTEM,
        facts=Facts(window_closes_at=closes),
    )
    return entry


@transaction.atomic
def publish(entry_id: str) -> bool:
    """Publish an adverse entry whose window has closed. What the clock does.

    A window that was counted when its year's holidays were not yet out is counted again, and waits
    longer if it was too short.

    Returns:
        False if the window, counted again, is still open.

    Raises:
        NotAllowedError: it may not be published now.
    """
    entry = locked(entry_id)
    if entry.noticed_at is not None:
        decided_on = _decided_on(entry.current_version)
        if clock.now() < deadlines.window_closes_at(entry.authority, decided_on, entry.noticed_at):
            return False
    advance(entry, EventType.PUBLISHED, actor=None, role=Role.SYSTEM)
    take_name(entry)
    return True


def _decided_on(version: Version) -> date:
    if version.decided_on is None:
        raise RefusedError("erased", "The content of this version has been erased.")
    return version.decided_on

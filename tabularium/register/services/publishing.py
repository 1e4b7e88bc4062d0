"""Approval and publication."""

from collections.abc import Sequence

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Role
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, User
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.memberships import require_role
from tabularium.register.services.noticing import window_closes_at
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
    if not Kind(entry.kind).is_adverse:
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
    if entry.noticed_at is not None and clock.now() < window_closes_at(entry, entry.noticed_at):
        return False
    advance(entry, EventType.PUBLISHED, actor=None, role=Role.SYSTEM)
    take_name(entry)
    return True

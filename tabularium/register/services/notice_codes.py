"""The code that a notice carries: made each time it is asked for, replaced, withdrawn, used up, forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.register import deadlines
from tabularium.register import invitation_codes as codes
from tabularium.register.errors import NotPermittedError
from tabularium.register.invitation_codes import Origin, Recognised
from tabularium.register.models import Entry, Membership, Notice, NoticeCode, User
from tabularium.register.services.memberships import require_role

VALID_AFTER_WINDOW = timedelta(days=90)
"""How long after the end of its window the code of a notice holds: the register's own default.

A letter may lie; and the organisation may object and answer until the entry ends. The authority can give
another code at any time.
"""


def code_for(notice: Notice) -> str:
    """The one-time code that a notice carries, always the same until the authority makes another."""
    return codes.code(of_notice(notice))


def of_notice(notice: Notice) -> Recognised:
    """What the present code of a notice stands for."""
    row = NoticeCode.objects.filter(notice=notice).first()
    generation = row.generation if row else 1
    return Recognised(Origin.NOTICE, notice.pk, generation, notice.created_at.isoformat())


def holds(notice: Notice) -> bool:
    """Whether the present code of a notice can be used now."""
    row = NoticeCode.objects.filter(notice=notice).first()
    if row is not None and (row.used_at or row.withdrawn_at):
        return False
    if notice.version.entry.stage == Stage.ERASED:
        return False
    expires = code_expires_at(notice)
    return expires is None or clock.now() < expires


def use_up(notice: Notice) -> None:
    """Let the code of a notice be used. Runs inside a transaction that has locked the notice."""
    _ensure_row(notice)
    _change(notice, used_at=clock.now())


@transaction.atomic
def new_code(notice: Notice, *, by: User) -> str:
    """Make another code for a notice; the one before holds no longer, whether used or not.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the entry's authority.
    """
    row = _row_for(notice, by)
    _change(
        notice,
        generation=row.generation + 1,
        used_at=None,
        withdrawn_at=None,
        valid_from=clock.now(),
    )
    return code_for(notice)


@transaction.atomic
def withdraw_code(notice: Notice, *, by: User) -> None:
    """Let the code of a notice hold no longer; once more changes nothing.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the entry's authority.
    """
    if _row_for(notice, by).withdrawn_at is None:
        _change(notice, withdrawn_at=clock.now())


def code_expires_at(notice: Notice) -> datetime | None:
    """When the code of a notice expires; None while the notice has not been given, or is of nothing left."""
    decided_on = notice.version.decided_on
    if notice.given_at is None or decided_on is None:
        return None
    authority = notice.version.entry.authority
    closes = deadlines.window_closes_at(authority, decided_on, notice.given_at)
    row = NoticeCode.objects.filter(notice=notice).first()
    # Another code, asked for long after, holds as long as the first did.
    return max(closes, row.valid_from if row else closes) + VALID_AFTER_WINDOW


def forget_codes(entry: Entry) -> None:
    """Forget what became of the codes of an entry that is being erased."""
    NoticeCode.objects.filter(notice__version__entry=entry).delete()


def _row_for(notice: Notice, by: User) -> NoticeCode:
    entry = notice.version.entry
    require_role(by, entry.authority, Membership.Role.CLERK, Membership.Role.APPROVER)
    if entry.organisation_id is None:
        raise NotPermittedError("The entry has been erased.")
    Notice.objects.select_for_update().get(pk=notice.pk)
    return _ensure_row(notice)


def _ensure_row(notice: Notice) -> NoticeCode:
    row, _ = NoticeCode.objects.get_or_create(
        notice=notice, defaults={"valid_from": notice.created_at}
    )
    return row


def _change(notice: Notice, **values: Any) -> None:
    NoticeCode.objects.filter(notice=notice, notice__version__entry=notice.version.entry_id).update(
        **values
    )

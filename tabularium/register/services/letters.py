"""Letters: put on a posting list, printed, posted on a day that somebody enters; and notices tried again."""

from datetime import date

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.register.errors import RefusedError
from tabularium.register.models import Delivery, Membership, Notice, User
from tabularium.register.services.deliveries import (
    address_for,
    begin,
    change,
    is_held,
    is_owed,
    last_number,
    locked_notice,
)
from tabularium.register.services.memberships import require_role
from tabularium.register.services.noticing import give

_State = Notice.State
_Role = Membership.Role


@transaction.atomic
def put_on_list(notice_id: int, list_code: str) -> bool:
    """Put a waiting letter on a posting list that is being made; False if it is not to be printed now."""
    notice = locked_notice(notice_id)
    if notice is None or notice.state != _State.WAITING or notice.channel != NoticeChannel.LETTER:
        return False
    if not is_owed(notice) or is_held(notice) or address_for(notice) is None:
        return False
    change(notice, state=_State.SENDING, list_code=list_code)
    return True


@transaction.atomic
def printed(notice_id: int) -> bool:
    """Record that a letter and the list it stands on are made whole; False if it is not owed any more."""
    notice = locked_notice(notice_id)
    if notice is None or notice.state != _State.SENDING:
        return False
    change(notice, state=_State.PRINTED)
    return True


@transaction.atomic
def posted(notice_id: int, *, on: date, by: User) -> Notice:
    """Record that a letter was posted on a day, in the authority's zone: it is given, and a window opens.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
        RefusedError: "given-already"; "moot", it is owed no more; "not-printed", it is on no list;
            "posted-in-the-future" or "posted-before-it-was-made".
        NotAllowedError: the entry does not wait for a notice.
    """
    notice = _of_member(notice_id, by)
    if notice.state == _State.GIVEN:
        raise RefusedError("given-already", "This notice has been given already.")
    if notice.state == _State.MOOT:
        raise RefusedError(
            "moot", "This notice is owed no more: the entry was corrected or withdrawn, or is over."
        )
    if notice.state != _State.PRINTED:
        raise RefusedError("not-printed", "This notice stands on no posting list.")
    delivery = begin(notice, entered_by=by)
    Delivery.objects.filter(pk=delivery.pk, notice__version__entry=notice.version.entry_id).update(
        ended_at=clock.now(), outcome=Delivery.Outcome.POSTED
    )
    give(notice.version.entry, notice, Notice.Fact.POSTED, on)
    return Notice.objects.get(pk=notice.pk)


@transaction.atomic
def send_again(notice_id: int, *, by: User, channel: NoticeChannel | None = None) -> Notice:
    """Let a notice go again that has failed, was printed and not posted, or waits; by another channel too.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
        RefusedError: "given-already"; "moot"; "being-sent", a process is at it.
    """
    notice = _of_member(notice_id, by)
    refused = {
        _State.GIVEN: ("given-already", "This notice has been given already."),
        _State.MOOT: ("moot", "This notice is owed no more."),
        _State.SENDING: ("being-sent", "This notice is being sent just now; wait a little."),
    }.get(_State(notice.state))
    if refused is not None:
        raise RefusedError(*refused)
    change(
        notice,
        state=_State.WAITING,
        channel=channel or notice.channel,
        list_code="",
        first_try=last_number(notice) + 1,
    )
    return notice


def _of_member(notice_id: int, by: User) -> Notice:
    notice = locked_notice(notice_id)
    if notice is None:
        raise RefusedError("moot", "This notice is owed no more: the entry has been erased.")
    require_role(by, notice.version.entry.authority, _Role.CLERK, _Role.APPROVER)
    return notice

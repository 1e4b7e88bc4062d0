"""Letters on posting lists, printed, and posted on a day that is entered; what came back or goes again."""

from datetime import date

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.core.notice_purposes import Purpose
from tabularium.register.errors import RefusedError
from tabularium.register.models import Delivery, Membership, Notice, User
from tabularium.register.services.advance import advance
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
from tabularium.register.services.notice_codes import new_code
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
def came_back(notice_id: int, *, by: User) -> Notice:
    """Record that a notice came back, or that its letter could not be posted: it has failed.

    If its window has been opened by it, the window is closed again, and nothing is published until the notice
    was given another way. Its code holds no longer, for somebody else may have read it.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
        RefusedError: "not-given-by-sending", it was never sent, or the organisation has read it here;
            "public-already", the window is over and the entry has been published.
        NotAllowedError: "was-heard", the organisation has objected; "over".
    """
    notice = _of_member(notice_id, by)
    entry = notice.version.entry
    sent = notice.state == _State.GIVEN and notice.fact != Notice.Fact.READ
    if notice.state != _State.PRINTED and not sent:
        raise RefusedError("not-given-by-sending", "This notice was not sent.")
    opened = Purpose(notice.purpose).gates and sent
    current = entry.current_version_id == notice.version_id
    if opened and (entry.stage != Stage.NOTIFIED or not current):
        raise RefusedError(
            "public-already", "The window of this entry is over; correct or withdraw the entry."
        )
    delivery = begin(notice, entered_by=by)
    Delivery.objects.filter(pk=delivery.pk, notice__version__entry=entry.pk).update(
        ended_at=clock.now(), outcome=Delivery.Outcome.REFUSED, reply="came back"
    )
    change(notice, state=_State.FAILED, given_at=None, fact="", list_code="")
    if opened:
        role = require_role(by, entry.authority, _Role.CLERK, _Role.APPROVER)
        advance(entry, EventType.NOTICE_RETURNED, actor=by, role=Role(role))
        new_code(notice, by=by)
    return notice


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

"""Attempts to give a notice: claimed, handed over, and what became of it, each recorded as it happens.

A process may be killed between any two of these. What it had claimed, the next one settles by one rule: if
nothing was handed over, nothing was sent; if it was being handed over, it may have arrived, and goes again
under the same name, by which the receiver knows it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeGuard

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.core.life_state import Stage
from tabularium.core.notice_purposes import Purpose
from tabularium.register.models import Delivery, Entry, Notice, ServiceAddress
from tabularium.register.services.advance import locked
from tabularium.register.services.noticing import give

TRY_AGAIN_AFTER = tuple(
    timedelta(minutes=each) for each in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60, 24 * 60)
)
"""How long is waited after each failure that may pass; after the last of them the notice has failed.

The register's own default: some four days in all, as mail servers keep trying (RFC 5321, 4.5.4.1).
"""

_State, _Outcome = Notice.State, Delivery.Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """A notice that this process has claimed, and the attempt at it.

    Attributes:
        notice: with its version, entry, organisation and authority.
        delivery: the attempt.
        address: where it goes.
    """

    notice: Notice
    delivery: Delivery
    address: ServiceAddress


def claim(notice_id: int) -> Attempt | None:
    """Claim a waiting notice to send it now. None if it is not to be sent: it is moot, held or not waiting.

    Whether it is still owed is asked again here: an entry that is over is noticed no more, and one that a
    court has stayed waits until the stay is lifted.
    """
    with transaction.atomic():
        notice = locked_notice(notice_id)
        if notice is None or notice.state != _State.WAITING:
            return None
        address = address_for(notice)
        if not is_owed(notice) or is_held(notice) or address is None:
            return None
        delivery = begin(notice)
        change(notice, state=_State.SENDING)
        return Attempt(notice, delivery, address)


def address_for(notice: Notice) -> ServiceAddress | None:
    """Where the authority reaches the organisation by the notice's channel; None if it is not known."""
    entry = notice.version.entry
    return ServiceAddress.objects.filter(
        authority=entry.authority_id, organisation=entry.organisation_id, channel=notice.channel
    ).first()


def is_held(notice: Notice) -> bool:
    """Whether a notice before publication waits because a court has stayed the entry."""
    return Purpose(notice.purpose).gates and notice.version.entry.stayed


def hand_over(attempt: Attempt) -> bool:
    """Record that the notice itself goes out now; False if it is no longer ours to send, or owed."""
    with transaction.atomic():
        notice = locked_notice(attempt.notice.pk)
        ours = notice is not None and notice.state == _State.SENDING and is_owed(notice)
        if notice is None or not ours or is_held(notice):
            _end(attempt.delivery, _Outcome.INTERRUPTED, "held back")
            if notice is not None and notice.state == _State.SENDING:
                change(notice, state=_State.WAITING)
            return False
        changed = Delivery.objects.filter(
            pk=attempt.delivery.pk,
            notice__version__entry=notice.version.entry_id,
            ended_at=None,
            handed_over_at=None,
        ).update(handed_over_at=clock.now())
        return bool(changed)


def accept(attempt: Attempt, reply: str) -> None:
    """Record that the receiving server has accepted the notice: it is given, and a window opens."""
    with transaction.atomic():
        notice = locked_notice(attempt.notice.pk)
        _end(attempt.delivery, _Outcome.ACCEPTED, reply)
        if notice is not None and notice.state == _State.SENDING and is_owed(notice):
            give(notice.version.entry, notice, Notice.Fact.ACCEPTED)


def postpone(attempt: Attempt, reply: str) -> bool:
    """Record a failure that may pass; whether it is tried again, or has failed too often."""
    with transaction.atomic():
        notice = locked_notice(attempt.notice.pk)
        ours = _end(attempt.delivery, _Outcome.POSTPONED, reply)
        return _wait_or_fail(notice) if _is_sent_by(notice, ours) else True


def refuse(attempt: Attempt, reply: str) -> None:
    """Record a failure that will not pass: the notice has failed, and the authority's desk shows it."""
    with transaction.atomic():
        notice = locked_notice(attempt.notice.pk)
        ours = _end(attempt.delivery, _Outcome.REFUSED, reply)
        if _is_sent_by(notice, ours):
            change(notice, state=_State.FAILED)


def doubt(attempt: Attempt, reply: str) -> bool:
    """Record that a connection broke while the notice was handed over: it goes again, under its name.

    Returns:
        Whether it does, or has failed too often.
    """
    with transaction.atomic():
        notice = locked_notice(attempt.notice.pk)
        ours = _end(attempt.delivery, _Outcome.UNKNOWN, reply)
        return _wait_or_fail(notice) if _is_sent_by(notice, ours) else True


def settle_interrupted() -> int:
    """Settle what processes had claimed that are no more; how many notices those were.

    To be called by a process that knows itself to be the only one that sends.
    """
    found = Notice.objects.filter(state=_State.SENDING).exclude(channel=NoticeChannel.LETTER)
    interrupted = list(found.order_by("pk").values_list("pk", flat=True))
    for notice_id in interrupted:
        with transaction.atomic():
            notice = locked_notice(notice_id)
            if notice is None or notice.state != _State.SENDING:
                continue
            for delivery in notice.deliveries.filter(ended_at=None):
                handed_over = delivery.handed_over_at is not None
                outcome = _Outcome.UNKNOWN if handed_over else _Outcome.INTERRUPTED
                _end(delivery, outcome, "killed")
            change(notice, state=_State.WAITING)
    return len(interrupted)


def locked_notice(notice_id: int) -> Notice | None:
    """The notice as it is now, with its entry locked until the transaction ends."""
    entry_id = Notice.objects.values_list("version__entry", flat=True).get(pk=notice_id)
    entry = locked(entry_id)
    notice = Notice.objects.select_related("version").get(pk=notice_id)
    notice.version.entry = entry
    return None if entry.stage == Stage.ERASED else notice


def is_owed(notice: Notice) -> bool:
    """Whether a notice of a locked entry is still to be given; one that never will is made moot."""
    if not Purpose(notice.purpose).gates:
        return True
    entry = notice.version.entry
    over = entry.public_until is not None and clock.now() >= entry.public_until
    if entry.stage != Stage.APPROVED or entry.current_version_id != notice.version_id or over:
        change(notice, state=_State.MOOT)
        return False
    return True


def last_number(notice: Notice) -> int:
    """The number of the last attempt at a notice; 0 if there was none."""
    return notice.deliveries.order_by("-number").values_list("number", flat=True).first() or 0


def begin(notice: Notice, **values: Any) -> Delivery:
    """Begin another attempt at a notice of a locked entry."""
    number = last_number(notice)
    return Delivery.objects.create(
        notice=notice, number=number + 1, channel=notice.channel, begun_at=clock.now(), **values
    )


def _end(delivery: Delivery, outcome: str, reply: str) -> bool:
    """Close an attempt; False if another process has settled it already."""
    entry_id = Entry.objects.values_list("pk", flat=True).get(versions__notices=delivery.notice_id)
    found = Delivery.objects.filter(pk=delivery.pk, notice__version__entry=entry_id, ended_at=None)
    return bool(found.update(ended_at=clock.now(), outcome=outcome, reply=reply))


def _is_sent_by(notice: Notice | None, ours: bool) -> TypeGuard[Notice]:
    """Whether a notice still waits for how this attempt ended."""
    return notice is not None and ours and notice.state == _State.SENDING


def _wait_or_fail(notice: Notice) -> bool:
    """Let a notice wait longer after each failure since it was last addressed, or fail at last."""
    tried = notice.deliveries.filter(number__gte=notice.first_try)
    failures = len(tried.exclude(outcome=_Outcome.INTERRUPTED).values_list("pk"))
    if failures > len(TRY_AGAIN_AFTER):
        change(notice, state=_State.FAILED)
        return False
    again = clock.now() + TRY_AGAIN_AFTER[failures - 1]
    change(notice, state=_State.WAITING, try_after=again)
    return True


def change(notice: Notice, **values: Any) -> None:
    """Change what became of a notice of a locked entry. What it waited for is over, if not said again."""
    values = {"try_after": None, **values}
    Notice.objects.filter(pk=notice.pk, version__entry=notice.version.entry_id).update(**values)
    for name, value in values.items():
        setattr(notice, name, value)

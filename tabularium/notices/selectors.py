"""What stands in the outbox: for the commands, and for the desk of an authority."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from tabularium.core.kinds import NoticeChannel
from tabularium.core.notice_purposes import Purpose
from tabularium.register.models import Authority, Notice, ServiceAddress

_State = Notice.State

BY_MACHINE = (NoticeChannel.EMAIL, NoticeChannel.MAILBOX)

_HELD = Q(purpose=Purpose.BEFORE_PUBLICATION, version__entry__stayed=True)
"""A court has stayed the entry: nothing is said of a publication that it holds back."""


def owed(authority: Authority | None = None) -> QuerySet[Notice]:
    """Notices that are still to be given, the oldest first."""
    notices = Notice.objects.filter(given_at=None).exclude(state=_State.MOOT)
    if authority is not None:
        notices = notices.filter(version__entry__authority=authority)
    return notices.select_related(
        "event", "version__entry__organisation", "version__entry__authority__organisation"
    ).order_by("created_at", "pk")


def with_address(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those of some notices for which the authority knows where to."""
    return notices.filter(_has_address())


def without_address(authority: Authority | None = None) -> QuerySet[Notice]:
    """Waiting notices that cannot go: the authority has not said where the organisation is reached."""
    return owed(authority).filter(~_has_address(), state=_State.WAITING)


def _has_address() -> Exists:
    return Exists(
        ServiceAddress.objects.filter(
            authority=OuterRef("version__entry__authority"),
            organisation=OuterRef("version__entry__organisation"),
            channel=OuterRef("channel"),
        )
    )


def due(now: datetime, channels: Sequence[str]) -> list[int]:
    """Numbers of the waiting notices that are to be sent by some channels now, the oldest first."""
    waiting = with_address(owed()).filter(
        Q(try_after=None) | Q(try_after__lte=now), state=_State.WAITING, channel__in=channels
    )
    return list(waiting.exclude(_HELD).values_list("pk", flat=True))


def failed_notices(authority: Authority | None = None) -> QuerySet[Notice]:
    """Notices that have failed for good, until somebody gives another address or says "again"."""
    return owed(authority).filter(state=_State.FAILED)


def waiting_letters(authority: Authority | None = None) -> QuerySet[Notice]:
    """Letters that are to be printed and for which there is an address."""
    letters = with_address(owed(authority)).filter(channel=NoticeChannel.LETTER)
    return letters.filter(state=_State.WAITING).exclude(_HELD)


def on_their_way(authority: Authority) -> QuerySet[Notice]:
    """Notices with which nobody has to do anything now: they go by themselves, or when a stay is lifted."""
    by_themselves = Q(_has_address(), state=_State.WAITING) & (Q(channel__in=BY_MACHINE) | _HELD)
    return owed(authority).filter(by_themselves | Q(state=_State.SENDING))


@dataclass(frozen=True, slots=True)
class Owed:
    """How much of an outbox somebody has to see to, each up to `MOST`.

    Attributes:
        failed: notices that failed for good.
        no_address: notices for which the authority has not said where to.
        to_print: letters to print.
        to_post: letters that are printed and not yet said to be posted.
    """

    failed: int
    no_address: int
    to_print: int
    to_post: int

    @property
    def any(self) -> bool:
        """Whether there is anything to see to."""
        return bool(self.failed or self.no_address or self.to_print or self.to_post)


MOST = 1000
"""Notices are looked at up to here to say how many there are of a sort."""


def owed_by(authority: Authority) -> Owed:
    """What of an authority's outbox somebody has to see to, in one query."""
    rows = (
        owed(authority)
        .order_by()
        .values_list(
            "state", "channel", _has_address(), Case(When(_HELD, then=True), default=False)
        )
    )
    sorts = Counter(_sort_of(*row) for row in rows[:MOST])
    return Owed(sorts["failed"], sorts["no-address"], sorts["to-print"], sorts["to-post"])


def _sort_of(state: str, channel: str, reachable: bool, held: bool) -> str:
    if state == _State.WAITING and not reachable:
        return "no-address"
    if state == _State.WAITING and channel == NoticeChannel.LETTER and not held:
        return "to-print"
    return {_State.FAILED.value: "failed", _State.PRINTED.value: "to-post"}.get(state, "")


def printed_letters(authority: Authority | None = None) -> QuerySet[Notice]:
    """Letters that stand on a posting list and are not yet said to be posted."""
    return owed(authority).filter(state=_State.PRINTED)

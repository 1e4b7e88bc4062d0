"""What the clock does: publish, lapse, erase. Run twice or by two at once, it does each thing once.

Each entry is a transaction of its own. On PostgreSQL a row that somebody else works on is passed over and
done the next time; SQLite lets one writer in at a time. What is due is done in the order in which it fell
due, and an entry for which a step fails holds no other back.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from tabularium import clock
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.register.failures import FAILURES, reason
from tabularium.register.models import Entry, Invitation
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.clearing import clear_erased
from tabularium.register.services.documents import destroy_unsent_documents
from tabularium.register.services.erasing import erase
from tabularium.register.services.idempotency import forget_old_keys
from tabularium.register.services.publishing import publish

AT_MOST = 5_000
"""So many steps are taken in one run, if not said otherwise; what is left is due in the next."""

BLOCK = 200
GIVE_UP_AFTER = 10
"""After so many steps in a row that the database itself did not let be taken, the run ends."""


def never() -> bool:
    """Whether to stop: never."""
    return False


@dataclass(slots=True)
class TickReport:
    """What a tick did.

    Attributes:
        published: how many entries it published.
        lapsed: how many it withdrew because nobody decided the objection.
        erased: how many it erased.
        left: whether more is due, which the next run does.
        failures: identity of each entry for which a step failed, or the name of a chore, and the reason.
    """

    published: int = 0
    lapsed: int = 0
    erased: int = 0
    left: bool = False
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Work:
    """One kind of step: for which entries it is due, since when, and what it does."""

    done: str
    since: str
    due: QuerySet[Entry]
    step: Callable[[str], bool]

    def entries(self, number: int) -> Iterator[tuple[datetime, str, int]]:
        """Since when a step is due, for which entry, and the number given; read block by block."""
        ordered = self.due.order_by(self.since, "pk").values_list(self.since, "pk")
        rest = ordered
        while block := list(rest[:BLOCK]):
            yield from ((since, identity, number) for since, identity in block)
            since, identity = block[-1]
            later = Q((f"{self.since}__gt", since))
            rest = ordered.filter(later | Q((self.since, since), pk__gt=identity))


def tick(*, at_most: int = AT_MOST, stop: Callable[[], bool] = never) -> TickReport:
    """Do all that is due now, each entry in a transaction of its own.

    Args:
        at_most: so many steps are taken; those that fail do not count.
        stop: asked before each entry; once true, the rest is left.
    """
    report = TickReport()
    works = _works(clock.now())
    due = heapq.merge(*(work.entries(number) for number, work in enumerate(works)))
    in_vain = done = 0
    for _, identity, number in due:
        if done >= at_most or in_vain >= GIVE_UP_AFTER or stop():
            report.left = True
            break
        try:
            taken = _take(works[number], identity)
        except (OperationalError, InterfaceError) as error:
            report.failures[identity] = reason(error)
            in_vain += 1
        except FAILURES as error:
            report.failures[identity] = reason(error)
            in_vain = 0
        else:
            in_vain = 0
            done += taken
            name = works[number].done
            setattr(report, name, getattr(report, name) + taken)
    _do_chores(report)
    return report


def _works(now: datetime) -> list[_Work]:
    waiting = Entry.objects.filter(
        Q(public_until__isnull=True) | Q(public_until__gt=now),
        stage=Stage.NOTIFIED,
        window_closes_at__lte=now,
        suspended=False,
        stayed=False,
    )
    undecided = Entry.objects.filter(suspended=True, lapses_at__lte=now)
    over = Entry.objects.filter(erasable_from__lte=now).exclude(stage=Stage.ERASED)
    return [
        _Work("lapsed", "lapses_at", undecided, _lapse),
        _Work("published", "window_closes_at", waiting, publish),
        _Work("erased", "erasable_from", over, erase),
    ]


@transaction.atomic
def _take(work: _Work, identity: str) -> bool:
    """Take a step if it is still due; whether it was taken."""
    if not _mine(identity) or not work.due.filter(pk=identity).exists():
        return False
    try:
        with transaction.atomic():
            return work.step(identity)
    except NotAllowedError:
        # Another was first after all: then it is no longer due, and nothing failed.
        if work.due.filter(pk=identity).exists():
            raise
        return False


def _mine(identity: str) -> bool:
    """Lock an entry until the transaction ends; False if somebody else holds it."""
    if not connection.features.has_select_for_update_skip_locked:
        return True
    free = Entry.objects.select_for_update(skip_locked=True).filter(pk=identity)
    return bool(free.values_list("pk", flat=True))


@transaction.atomic
def _lapse(entry_id: str) -> bool:
    advance(locked(entry_id), EventType.LAPSED, actor=None, role=Role.SYSTEM)
    return True


def _forget_old_invitations() -> None:
    Invitation.objects.filter(expires_at__lte=clock.now()).delete()


_CHORES: Mapping[str, Callable[[], object]] = {
    "clearing what was erased": clear_erased,
    "keys of calls": forget_old_keys,
    "invitations": _forget_old_invitations,
    "documents that were not sent": destroy_unsent_documents,
}


def _do_chores(report: TickReport) -> None:
    for name, chore in _CHORES.items():
        try:
            chore()
        except FAILURES as error:
            report.failures[name] = reason(error)

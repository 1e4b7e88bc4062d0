"""What the clock does: publish, lapse, erase. Run twice or by two at once, it does each thing once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from tabularium import clock
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.register import search_index
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.documents import destroy_unsent_documents
from tabularium.register.services.erasing import erase
from tabularium.register.services.idempotency import forget_old_keys
from tabularium.register.services.publishing import publish


@dataclass(slots=True)
class TickReport:
    """What a tick did.

    Attributes:
        published: how many entries it published.
        lapsed: how many it withdrew because nobody decided the objection.
        erased: how many it erased.
        failures: identity of each entry for which a step failed, with the reason.
    """

    published: int = 0
    lapsed: int = 0
    erased: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def tick() -> TickReport:
    """Do all that is due now, each entry in a transaction of its own."""
    now = clock.now()
    due_to_publish = Entry.objects.filter(
        Q(public_until__isnull=True) | Q(public_until__gt=now),
        stage=Stage.NOTIFIED,
        window_closes_at__lte=now,
        suspended=False,
        stayed=False,
    ).order_by("window_closes_at", "pk")
    due_to_lapse = Entry.objects.filter(suspended=True, lapses_at__lte=now).order_by(
        "lapses_at", "pk"
    )
    due_to_erase = (
        Entry.objects.filter(erasable_from__lte=now)
        .exclude(stage=Stage.ERASED)
        .order_by("erasable_from", "pk")
    )
    report = TickReport()
    report.lapsed = _each(due_to_lapse, _lapse, report)
    report.published = _each(due_to_publish, publish, report)
    report.erased = _each(due_to_erase, erase, report)
    if report.erased:
        search_index.purge()
    forget_old_keys()
    destroy_unsent_documents()
    return report


def _each(due: QuerySet[Entry], step: Callable[[str], bool], report: TickReport) -> int:
    done = 0
    for entry_id in list(due.values_list("pk", flat=True)):
        try:
            done += step(entry_id)
        except NotAllowedError as error:
            # Another tick or a person was first: then it is no longer due, and nothing failed.
            if due.filter(pk=entry_id).exists():
                report.failures[entry_id] = str(error)
        except RefusedError as error:
            report.failures[entry_id] = str(error)
        except DatabaseError as error:
            # The first line alone: below it, PostgreSQL repeats the row with all that it says.
            report.failures[entry_id] = str(error).partition("\n")[0]
    return done


@transaction.atomic
def _lapse(entry_id: str) -> bool:
    advance(locked(entry_id), EventType.LAPSED, actor=None, role=Role.SYSTEM)
    return True

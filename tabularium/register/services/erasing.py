"""Erasure: after retention, content, salts, statements and documents are destroyed, the subject let go."""

from django.db import transaction

from tabularium import clock
from tabularium.core.life_events import EventType, Role
from tabularium.core.rules import RulePack
from tabularium.register import decision_numbers
from tabularium.register.deadlines import rules_for
from tabularium.register.erasable import EMPTY_ENTRY, EMPTY_EVENT, EMPTY_STATEMENT, EMPTY_VERSION
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Erasure, VersionSalts
from tabularium.register.services.advance import advance, locked
from tabularium.register.services.correction_requests import forget_correction_requests
from tabularium.register.services.digests import forget_digests
from tabularium.register.services.documents import destroy_documents
from tabularium.register.services.leaves import commit_erasure
from tabularium.register.services.looking import forget_lookings
from tabularium.register.services.notice_codes import forget_codes
from tabularium.register.services.offers import forget
from tabularium.register.services.organisations import let_go
from tabularium.register.services.outbox import forget_deliveries
from tabularium.register.services.service_addresses import forget_addresses
from tabularium.register.services.sightings import unsee


@transaction.atomic
def erase(entry_id: str) -> bool:
    """Erase an entry whose retention is over.

    Its events stay, which say nothing of content or subject, without the accounts that acted for the
    organisation, which lead to it; and so does its row, without a subject. That and by which rule it was
    erased is kept in an `Erasure`.

    Raises:
        NotAllowedError: retention is not over, or it is erased already.
    """
    entry = locked(entry_id)
    subject = entry.organisation
    rules = _rules(entry)
    # Asked of the submission that brought it, which is let go in the next step.
    forget_digests(entry)
    event, state = advance(
        entry,
        EventType.ERASED,
        actor=None,
        role=Role.SYSTEM,
        also=EMPTY_ENTRY,
    )
    _destroy(entry)
    erasure = Erasure.objects.create(
        entry=entry,
        event_number=event.number,
        erased_at=event.at,
        rules_of=rules.jurisdiction if rules else "",
        rules_version=rules.version if rules else None,
        retention_days=state.retention_days,
    )
    commit_erasure(entry, event, erasure)
    if subject is not None:
        forget_addresses(subject)
        let_go(subject)
    return True


def _destroy(entry: Entry) -> None:
    """Destroy what the versions say, their salts, and all that came beside them."""
    now = clock.now()
    entry.versions.update(**EMPTY_VERSION, erased_at=now)
    decision_numbers.remove([entry.pk])
    VersionSalts.objects.filter(version__entry=entry).delete()
    entry.events.filter(role=Role.ORGANISATION).update(**EMPTY_EVENT)
    entry.statements.update(**EMPTY_STATEMENT, erased_at=now)
    destroy_documents(entry)
    forget_correction_requests(entry)
    forget(entry)
    forget_codes(entry)
    forget_deliveries(entry)
    forget_lookings(entry)
    unsee(entry)


def _rules(entry: Entry) -> RulePack | None:
    """The rules by which it was kept so long; None if those in force then are not known any more."""
    decided_on = entry.current_version.decided_on
    if decided_on is None:
        return None
    try:
        return rules_for(entry.authority, decided_on)
    except RefusedError:
        return None

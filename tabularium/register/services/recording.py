"""Decisions become drafts by hand; what a version of an entry is made of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tabularium import clock
from tabularium.core.content import Draft, EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life_events import Role
from tabularium.core.web_addresses import web_address
from tabularium.register.among import Among, by_index
from tabularium.register.at_once import refused_at_once
from tabularium.register.errors import RefusedError
from tabularium.register.models import CatalogueItem, Entry, User, Version
from tabularium.register.services.batches import batch_of
from tabularium.register.services.loading import Recording, load
from tabularium.register.services.memberships import require_role

BATCH = 20_000
"""Keys looked up in one query."""


@refused_at_once()
@transaction.atomic
def record(
    drafts: Sequence[Draft], *, item: CatalogueItem, recorder: User, role: Role = Role.CLERK
) -> list[Entry]:
    """Record decisions as drafts, not public, all of them or none.

    Raises:
        NotPermittedError: the account has not that role at the item's authority.
        RefusedError: a person as subject, a fact that the kind needs is missing, a term outside the
            rules, or the decision is in the register already or comes there right now.
    """
    require_role(recorder, item.authority, role)
    refuse_known_keys(item, drafts)
    made = load(batch_of(drafts), Recording(item, recorder, role, clock.now(), None))
    entries = Entry.objects.in_bulk(made)
    return [entries[identity] for identity in made]


def refuse_known_keys(item: CatalogueItem, drafts: Iterable[Draft]) -> None:
    """Make sure that no decision is twice among `drafts` or stands in the register.

    Raises:
        RefusedError: one does, or is.
    """
    keys = [draft.key for draft in drafts if draft.key]
    if len(set(keys)) < len(keys) or keys_in_register(item, keys):
        raise RefusedError("already-in-register", "A decision of the same key is in the register.")


def keys_in_register(item: CatalogueItem, keys: Iterable[str]) -> set[str]:
    """Those of `keys` under which a decision of any version of the item stands in the register."""
    versions = list(CatalogueItem.objects.filter(code=item.code).values_list("pk", flat=True))
    wanted = list(keys)
    found: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        rows = Entry.objects.filter(
            Among("decision_key", wanted[start : start + BATCH]),
            authority=item.authority_id,
            item__in=versions,
        ).values_list("decision_key", flat=True)
        with by_index():
            found.update(key for key in rows if key is not None)
    return found


def new_version(
    entry: Entry,
    number: int,
    subject_name: str,
    content: EntryContent,
    recorder: User,
    now: datetime,
) -> Version:
    """A version of an entry, not yet in the database."""
    return Version(
        id=f"{entry.pk}.{number}",
        entry=entry,
        number=number,
        kind=entry.kind,
        recorded_by=recorder,
        recorded_at=now,
        subject_name=subject_name,
        decision_number=content.decision_number,
        decided_on=content.decided_on,
        measure=content.measure,
        summary=content.summary,
        legal_basis=content.legal_basis,
        legal_basis_url=content.legal_basis_url,
        amount=content.amount,
        currency=content.currency,
        term_begins=content.term_begins,
        term_ends=content.term_ends,
        objection_route=content.objection_route,
        objection_url=content.objection_url,
        notice_channel=content.notice_channel,
        language=content.language,
        details=dict(content.details),
        promised_to=content.promised_to,
        due_on=content.due_on,
    )


def check_content(content: EntryContent, kind: Kind) -> None:
    """Make sure that nothing is missing without which the register refuses an entry of this kind.

    Raises:
        RefusedError: something is.
    """
    missing = content.missing_for(kind)
    if missing:
        raise RefusedError("missing-value", f"A {kind} needs {', '.join(missing)}.")
    if misplaced := content.out_of_place_for(kind):
        raise RefusedError("no-promise", f"A {kind} has no {', '.join(misplaced)}.")
    if too_long := content.too_long():
        raise RefusedError("too-long", f"Too long: {', '.join(too_long)}.")
    if bool(content.amount) != bool(content.currency):
        raise RefusedError(
            "amount-without-currency", "An amount needs a currency, and has none alone."
        )
    for address in (content.legal_basis_url, content.objection_url):
        if address and not web_address(address):
            raise RefusedError("no-web-address", "An address begins with https:// or http://.")

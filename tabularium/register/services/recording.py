"""Decisions become drafts: by hand or from a submission, many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tabularium import clock
from tabularium.core import life, life_events
from tabularium.core.content import LONGEST_NAME, Draft, EntryContent, Subject
from tabularium.core.identifiers import IdentifierError, admit
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import State
from tabularium.core.web_addresses import web_address
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.ids import new_id
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Entry,
    Event,
    Finding,
    Organisation,
    Submission,
    User,
    Version,
)
from tabularium.register.services.advance import columns, to_row
from tabularium.register.services.memberships import require_role
from tabularium.register.services.organisations import resolve

BATCH = 500


@dataclass(frozen=True, slots=True)
class FoundInRow:
    """One thing that is wrong with one row of a submission, as `models.Finding` keeps it."""

    row: int
    column: str
    code: str
    severity: str
    primary: bool
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a submission."""

    submission: Submission
    entries: Sequence[Entry]


@transaction.atomic
def receive(
    drafts: Sequence[Draft],
    *,
    item: CatalogueItem,
    submitted_by: User,
    file_name: str,
    file_sha256: str,
    rows_read: int,
    findings: Iterable[FoundInRow],
) -> Received:
    """Keep a submission: its drafts, its findings and its figures, or nothing of it.

    Raises:
        NotPermittedError: the account may not submit for the item's authority.
        RefusedError: a draft crosses a rule of the register.
    """
    role = require_role(submitted_by, item.authority, Role.CLERK, Role.SUBMISSION)
    kept = list(findings)
    submission = Submission.objects.create(
        item=item,
        submitted_by=submitted_by,
        received_at=clock.now(),
        file_name=file_name,
        file_sha256=file_sha256,
        rows_read=rows_read,
        entries_made=len(drafts),
        rows_stopped=sum(each.primary for each in kept),
    )
    Finding.objects.bulk_create(
        (
            Finding(
                submission=submission,
                row=each.row,
                column=each.column,
                code=each.code,
                severity=each.severity,
                primary=each.primary,
                parameters=dict(each.parameters),
            )
            for each in kept
        ),
        batch_size=BATCH,
    )
    entries = _record(
        drafts, item=item, recorder=submitted_by, role=Role(role), submission=submission
    )
    return Received(submission, entries)


@transaction.atomic
def record(
    drafts: Sequence[Draft], *, item: CatalogueItem, recorder: User, role: Role = Role.CLERK
) -> list[Entry]:
    """Record decisions as drafts, not public, all of them or none.

    Raises:
        NotPermittedError: the account has not that role at the item's authority.
        RefusedError: a person as subject, a fact that the kind needs is missing, a term outside the
            rules, or the decision is in the register already.
    """
    require_role(recorder, item.authority, role)
    return _record(drafts, item=item, recorder=recorder, role=role, submission=None)


def keys_in_register(item: CatalogueItem, keys: Iterable[str]) -> set[str]:
    """Those of `keys` under which a decision of any version of the item stands in the register."""
    wanted = list(keys)
    found: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        rows = Entry.objects.filter(
            authority=item.authority_id,
            item__code=item.code,
            decision_key__in=wanted[start : start + BATCH],
        ).values_list("decision_key", flat=True)
        found.update(key for key in rows if key is not None)
    return found


def _record(
    drafts: Sequence[Draft],
    *,
    item: CatalogueItem,
    recorder: User,
    role: Role,
    submission: Submission | None,
) -> list[Entry]:
    kind = Kind(item.kind)
    authority = item.authority
    for draft in drafts:
        _check(draft.subject, draft.content, kind)
    keys = [draft.key for draft in drafts if draft.key]
    if len(set(keys)) < len(keys) or keys_in_register(item, keys):
        raise RefusedError("already-in-register", "A decision of the same key is in the register.")
    made: list[Entry] = []
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        subjects = resolve([draft.subject for draft in batch])
        if kind.is_about_an_authority:
            _check_authorities(subjects, authority, kind)
        made += _insert(batch, subjects, item, recorder, role, submission)
    return made


def _insert(
    drafts: Sequence[Draft],
    subjects: Sequence[Organisation],
    item: CatalogueItem,
    recorder: User,
    role: Role,
    submission: Submission | None,
) -> list[Entry]:
    kind, authority, now = Kind(item.kind), item.authority, clock.now()
    entries: list[Entry] = []
    versions: list[Version] = []
    events: list[Event] = []
    for draft, subject in zip(drafts, subjects, strict=True):
        event, state = _first_event(authority, kind, draft.content, recorder, role, now)
        entry = Entry(
            id=new_id(),
            item=item,
            authority=authority,
            organisation=subject,
            kind=kind,
            submission=submission,
            decision_key=draft.key or None,
            recorded_by=recorder,
            **columns(state),
        )
        version = new_version(entry, 1, draft.subject.name, draft.content, recorder, now)
        entry.current_version_id = version.pk
        entries.append(entry)
        versions.append(version)
        events.append(to_row(event, entry, version.pk))
    # The entry's key to its version is checked at the end of the transaction.
    Entry.objects.bulk_create(entries)
    Version.objects.bulk_create(versions)
    Event.objects.bulk_create(events)
    return entries


def _first_event(
    authority: Authority,
    kind: Kind,
    content: EntryContent,
    recorder: User,
    role: Role,
    now: datetime,
) -> tuple[life_events.Event, State]:
    event = life_events.Event(
        number=1,
        type=EventType.RECORDED,
        at=now,
        role=role,
        actor=str(recorder.pk),
        version=1,
        facts=deadlines.term_facts(authority, kind, content),
    )
    return event, life.apply(None, event)


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
    )


def check_content(content: EntryContent, kind: Kind) -> None:
    """Make sure that nothing is missing without which the register refuses an entry of this kind.

    Raises:
        RefusedError: something is.
    """
    missing = content.missing_for(kind)
    if missing:
        raise RefusedError("missing-value", f"A {kind} needs {', '.join(missing)}.")
    if too_long := content.too_long():
        raise RefusedError("too-long", f"Too long: {', '.join(too_long)}.")
    if bool(content.amount) != bool(content.currency):
        raise RefusedError(
            "amount-without-currency", "An amount needs a currency, and has none alone."
        )
    for address in (content.legal_basis_url, content.objection_url):
        if address and not web_address(address):
            raise RefusedError("no-web-address", "An address begins with https:// or http://.")


def _check(subject: Subject, content: EntryContent, kind: Kind) -> None:
    try:
        admit(subject.identifier, subject.legal_form)
    except IdentifierError as error:
        raise RefusedError(error.code, str(error)) from None
    if not subject.name.strip():
        raise RefusedError("name-missing", "The organisation needs a name.")
    if len(subject.name) > LONGEST_NAME:
        raise RefusedError("too-long", "The organisation's name is too long.")
    check_content(content, kind)


def _check_authorities(subjects: Iterable[Organisation], authority: Authority, kind: Kind) -> None:
    known = dict(
        Authority.objects.filter(organisation__in={each.pk for each in subjects}).values_list(
            "organisation_id", "code"
        )
    )
    for subject in subjects:
        code = known.get(subject.pk)
        if code is None:
            raise RefusedError("not-an-authority", f"The subject of a {kind} is an authority.")
        if kind is Kind.PROMISE and code != authority.pk:
            raise RefusedError("not-its-own", "An authority publishes its own promises alone.")
        if kind is Kind.JUDGMENT and code == authority.pk:
            raise RefusedError(
                "its-own", "A judgment is recorded by the court or body that gave it."
            )

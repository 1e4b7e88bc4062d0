"""Corrections that a later submission offers: nothing is overwritten, an approver decides.

A decision that is sent again is compared with the current version of its entry. Where it differs, what it
says now is kept beside the entry as an offer. Accepting one is a correction like any other; the rules of
`decisions.correct` hold, and what they refuse stays refused: an entry that is still a draft is approved
first or withdrawn, and one that is over stays over.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import islice

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from tabularium import clock
from tabularium.core.canonical import canonical_bytes
from tabularium.core.content import Draft, EntryContent
from tabularium.core.life_events import Role
from tabularium.core.life_state import Stage
from tabularium.register.erased_fields import erased_fields_of, is_of, without
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, OfferedCorrection, Submission, User
from tabularium.register.services.advance import locked
from tabularium.register.services.decisions import correct
from tabularium.register.services.memberships import require_role

BATCH = 500

_DAYS = frozenset({"decided_on", "term_begins", "term_ends", "due_on"})
_OVER = (Stage.WITHDRAWN, Stage.ERASED)
Outcome = OfferedCorrection.Outcome


class Standing(StrEnum):
    """How a decision that is sent again stands to its entry."""

    SAME = "same"
    CHANGED = "changed"  # other content: offered as a correction
    OTHER_SUBJECT = "other-subject"  # names another organisation, which no correction can do
    OVER = "over"  # withdrawn or ended: it does not come back


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that stands in the register and was sent again.

    Attributes:
        entry_id: identity of the entry.
        version_id: identity of the version that it was compared with, the current one.
        draft: the decision as it was sent.
        standing: how the two stand to each other.
        changed: names of the content's fields that differ, "subject_name" among them; those of details as
            "details.NAME"; empty unless the standing is `CHANGED`.
    """

    entry_id: str
    version_id: str
    draft: Draft
    standing: Standing
    changed: tuple[str, ...] = ()


@transaction.atomic
def offer(changes: Iterable[Change], *, submission: Submission) -> int:
    """Keep what a submission says otherwise than the register, in the submission's own transaction.

    All decisions that were recognised are to be handed over: one that says what the register says takes
    an open offer of an earlier submission back. The same content is offered once, and not again after
    it was dismissed, unless the entry has another version since.

    Args:
        changes: from `intake.comparing`; each entry once.
        submission: which brought them; only entries of its authority can be among them.

    Returns:
        How many offers were made.

    Raises:
        RefusedError: an entry is another authority's.
    """
    return sum(_offer(block, submission) for block in _blocks(changes))


def _blocks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    left = iter(changes)
    while block := list(islice(left, BATCH)):
        yield block


def _offer(changes: Sequence[Change], submission: Submission) -> int:
    ids = [change.entry_id for change in changes]
    _check_own(ids, submission)
    rows = list(OfferedCorrection.objects.filter(entry__in=ids))
    open_now = {each.entry_id: each for each in rows if each.outcome == Outcome.OPEN}
    dismissed = {_what(each) for each in rows if each.outcome == Outcome.DISMISSED}
    closed: dict[str, list[str]] = {Outcome.SUPERSEDED: [], Outcome.MOOT: []}
    made: list[OfferedCorrection] = []
    erased = erased_fields_of(ids)
    for change in changes:
        fresh = _fresh(change, submission, erased.get(change.entry_id, ()))
        before = open_now.get(change.entry_id)
        if fresh is not None and before is not None and _what(fresh) == _what(before):
            continue
        if before is not None:
            over = change.standing is Standing.OVER
            closed[Outcome.MOOT if over else Outcome.SUPERSEDED].append(before.entry_id)
        if fresh is not None and _what(fresh) not in dismissed:
            made.append(fresh)
    for outcome, entry_ids in closed.items():
        OfferedCorrection.objects.filter(entry__in=entry_ids, outcome=Outcome.OPEN).update(
            outcome=outcome, content={}, decided_at=clock.now()
        )
    OfferedCorrection.objects.bulk_create(made)
    return len(made)


def _what(offered: OfferedCorrection) -> tuple[str, str]:
    """What is offered, and for which version: the same is offered once."""
    return offered.version_id, offered.digest


def _check_own(ids: Sequence[str], submission: Submission) -> None:
    own = Entry.objects.filter(pk__in=ids, authority=submission.item.authority_id).order_by("pk")
    if connection.features.has_select_for_update:
        own = own.select_for_update()
    if set(own.values_list("pk", flat=True)) != set(ids):
        raise RefusedError(
            "not-its-own", "A submission speaks of its own authority's entries alone."
        )


def _fresh(
    change: Change, submission: Submission, erased: Iterable[str]
) -> OfferedCorrection | None:
    if change.standing is not Standing.CHANGED:
        return None
    said = {"subject_name": change.draft.subject.name, **change.draft.content.as_fields()}
    said = without(said, erased)
    return OfferedCorrection(
        entry_id=change.entry_id,
        version_id=change.version_id,
        submission=submission,
        row=change.draft.row,
        content=said,
        changed=list(change.changed),
        digest=hashlib.sha256(canonical_bytes(said)).hexdigest(),
        offered_at=clock.now(),
    )


def open_offers() -> QuerySet[OfferedCorrection]:
    """The offers that can be decided now: the entry is not over and has no later version."""
    now = clock.now()
    return (
        OfferedCorrection.objects.filter(
            Q(entry__public_until__isnull=True) | Q(entry__public_until__gt=now),
            outcome=Outcome.OPEN,
            version=F("entry__current_version"),
        )
        .exclude(entry__stage__in=_OVER)
        .select_related("entry__item", "version", "submission")
        .order_by("offered_at", "pk")
    )


@transaction.atomic
def accept(offer_id: int, *, by: User, reasons: str) -> Entry:
    """Correct an entry as a submission says. An adverse one leaves the public view and is noticed anew.

    Raises:
        OfferedCorrection.DoesNotExist: there is no such offer.
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is a draft ("not-approved") or over, or the account recorded the version.
        RefusedError: the offer is no longer open, or the register refuses what it says.
    """
    found = _open(offer_id, by)
    content = dict(found.content)
    entry = correct(
        found.entry_id,
        by=by,
        subject_name=str(content.pop("subject_name")),
        content=content_of(content),
        reasons=reasons,
    )
    _decide(found, Outcome.ACCEPTED, by)
    return entry


@transaction.atomic
def dismiss(offer_id: int, *, by: User, reasons: str) -> Entry:
    """Leave an entry as it is, with the reasons why. The same content is not offered again.

    Raises:
        OfferedCorrection.DoesNotExist: there is no such offer.
        NotPermittedError: the account is no approver of the authority.
        RefusedError: the offer is no longer open, or the account recorded the version, which nobody who
            did so may defend alone.
    """
    found = _open(offer_id, by)
    if found.version.recorded_by_id == by.pk:
        raise RefusedError(
            "by-the-recorder", "Who recorded an entry does not decide about its correction."
        )
    _decide(found, Outcome.DISMISSED, by, reasons)
    return found.entry


def _open(offer_id: int, by: User) -> OfferedCorrection:
    entry_id = OfferedCorrection.objects.values_list("entry_id", flat=True).get(pk=offer_id)
    require_role(by, locked(entry_id).authority, Role.APPROVER)
    found = open_offers().filter(pk=offer_id).first()
    if found is None:
        raise RefusedError(
            "offer-closed",
            "This correction is no longer open: it was decided, a later submission says something else,"
            " or the entry has been corrected or is over since.",
        )
    return found


def _decide(found: OfferedCorrection, outcome: str, by: User, reasons: str = "") -> None:
    OfferedCorrection.objects.filter(pk=found.pk, entry=found.entry_id).update(
        outcome=outcome, content={}, decided_at=clock.now(), decided_by=by, reasons=reasons
    )


def content_of(said: Mapping[str, object]) -> EntryContent:
    """The content that `EntryContent.as_fields` gave, read back."""
    values: dict[str, object] = {}
    for each in fields(EntryContent):
        # What was offered before the register knew a fact says nothing of it.
        value = said.get(each.name, "")
        if each.name in _DAYS:
            value = date.fromisoformat(str(value)) if value else None
        values[each.name] = value
    return EntryContent(**values)  # type: ignore[arg-type] # the names decide which type a value has


def leave_out_of_offers(entry: Entry, field: str) -> None:
    """Take a field that is being erased out of what is offered for an entry, and the offer if it was all."""
    for offered in OfferedCorrection.objects.filter(entry=entry, outcome=Outcome.OPEN):
        offered.content = without(offered.content, {field})
        offered.changed = [each for each in offered.changed if not is_of(each, {field})]
        if not offered.changed:
            offered.outcome, offered.content = Outcome.SUPERSEDED, {}
            offered.decided_at = clock.now()
        offered.save(update_fields=["content", "changed", "outcome", "decided_at"])


def forget(entry: Entry) -> None:
    """Empty what was offered for an entry that is being erased, and where it was seen."""
    now = clock.now()
    offers = OfferedCorrection.objects.filter(entry=entry)
    offers.filter(outcome=Outcome.OPEN).update(outcome=Outcome.MOOT, content={}, decided_at=now)
    offers.update(changed=[], digest="", reasons="", row=None, submission=None, erased_at=now)

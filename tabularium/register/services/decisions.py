"""What the authority decides about an entry: on objections, corrections, stays and repair."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from tabularium import clock
from tabularium.core.content import LONGEST_NAME, EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, User, Version
from tabularium.register.services.advance import Act, advance, locked, state_text
from tabularium.register.services.memberships import require_role
from tabularium.register.services.organisations import take_name
from tabularium.register.services.public_words import refuse_personal
from tabularium.register.services.recording import check_content, new_version

LONGEST_NAME_OF_A_COURT = 200
LONGEST_FILE_NUMBER = 100
"""In characters."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a court or review body ordered.

    Attributes:
        by: its name, of at most 200 characters.
        file_number: of the order, of at most 100 characters.
    """

    by: str = ""
    file_number: str = ""


_NO_ORDER = Order()


def act_of(entry: Entry, dated: date | None, order: Order = _NO_ORDER) -> Act:
    """The act behind an event, of today where no day is given.

    Raises:
        RefusedError: it lies ahead, or before the decision that it changes; or the order's name or number
            is too long.
    """
    today = clock.today(ZoneInfo(entry.authority.time_zone))
    day = dated or today
    decided_on = entry.current_version.decided_on
    if day > today:
        raise RefusedError("date-ahead", "The day of the act lies ahead.")
    if decided_on is not None and day < decided_on:
        raise RefusedError("date-before-decision", "The act is dated before the decision itself.")
    if len(order.by) > LONGEST_NAME_OF_A_COURT or len(order.file_number) > LONGEST_FILE_NUMBER:
        raise RefusedError("too-long", "The court's name or the file number is too long.")
    return Act(day, order.by, order.file_number)


def _decide(
    entry_id: str,
    type_: EventType,
    by: User,
    text: str,
    dated: date | None,
    order: Order = _NO_ORDER,
) -> Entry:
    entry = locked(entry_id)
    require_role(by, entry.authority, Role.APPROVER)
    if not text.strip():
        raise RefusedError("missing-value", "The reasons are empty.")
    act = act_of(entry, dated, order)
    event, state = advance(entry, type_, actor=by, role=Role.APPROVER)
    state_text(event, text, act=act)
    if state.stage is Stage.PUBLISHED and not state.suspended and not state.stayed:
        take_name(entry)
    return entry


@transaction.atomic
def uphold(entry_id: str, *, by: User, reasons: str, dated: date | None = None) -> Entry:
    """Decide an objection against the organisation: the entry is as it was before it.

    Args:
        entry_id: which.
        by: an approver of its authority.
        reasons: why.
        dated: the day of the act, in the authority's calendar; today if not given.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: no objection is open, or the account recorded the version.
    """
    return _decide(entry_id, EventType.UPHELD, by, reasons, dated)


@transaction.atomic
def withdraw(entry_id: str, *, by: User, reasons: str, dated: date | None = None) -> Entry:
    """Withdraw an entry for good; a tombstone without content stays at its address.

    Raises:
        NotPermittedError, NotAllowedError: as for `uphold`.
    """
    return _decide(entry_id, EventType.WITHDRAWN, by, reasons, dated)


@transaction.atomic
def correct(
    entry_id: str,
    *,
    by: User,
    content: EntryContent,
    reasons: str,
    subject_name: str = "",
    dated: date | None = None,
) -> Entry:
    """Give an entry a new version. An adverse one leaves the public view and is noticed anew.

    Args:
        entry_id: which.
        by: an approver of its authority.
        content: what the decision says.
        reasons: why it is corrected.
        subject_name: the organisation's name as the decision writes it; as before if not given.
        dated: the day of the correction, in the authority's calendar; today if not given.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is a draft or over, or the account recorded the version.
        RefusedError: the new content lacks something or its term is outside the rules; or to whom a promise
            is made has a number of a person in it.
    """
    entry = locked(entry_id)
    require_role(by, entry.authority, Role.APPROVER)
    if not reasons.strip():
        raise RefusedError("missing-value", "The reasons are empty.")
    act = act_of(entry, dated)
    kind = Kind(entry.kind)
    check_content(content, kind)
    refuse_personal(content.promised_to, entry.authority)
    version = _next_version(entry, content, by, subject_name.strip())
    event, state = advance(
        entry,
        EventType.CORRECTED,
        actor=by,
        role=Role.APPROVER,
        facts=deadlines.term_facts(entry.authority, kind, content),
        version=version,
    )
    state_text(event, reasons, act=act)
    if state.stage is Stage.PUBLISHED:
        take_name(entry)
    return entry


def _next_version(entry: Entry, content: EntryContent, by: User, subject_name: str) -> Version:
    if len(subject_name) > LONGEST_NAME:
        raise RefusedError("too-long", "The organisation's name is too long.")
    present = entry.current_version
    name = subject_name or present.subject_name
    return new_version(entry, present.number + 1, name, content, by, clock.now())


@transaction.atomic
def stay(
    entry_id: str,
    *,
    by: User,
    order: str,
    dated: date | None = None,
    ordered: Order = _NO_ORDER,
) -> Entry:
    """Suspend an entry on the order of a court or review body, until the stay is lifted.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is a draft, over, or stayed already.
    """
    return _decide(entry_id, EventType.STAYED, by, order, dated, ordered)


@transaction.atomic
def lift_stay(
    entry_id: str,
    *,
    by: User,
    order: str,
    dated: date | None = None,
    ordered: Order = _NO_ORDER,
) -> Entry:
    """Lift a stay.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is not stayed.
    """
    return _decide(entry_id, EventType.STAY_LIFTED, by, order, dated, ordered)


@transaction.atomic
def grant_repair(entry_id: str, *, by: User, reasons: str, dated: date | None = None) -> Entry:
    """End the public view early, at the shortest term of the rules if that is still ahead.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: no request is open, or the account recorded the version.
    """
    return _decide(entry_id, EventType.REPAIR_GRANTED, by, reasons, dated)


@transaction.atomic
def refuse_repair(entry_id: str, *, by: User, reasons: str, dated: date | None = None) -> Entry:
    """Refuse a request for repair; another may be made.

    Raises:
        NotPermittedError, NotAllowedError: as for `grant_repair`.
    """
    return _decide(entry_id, EventType.REPAIR_REFUSED, by, reasons, dated)

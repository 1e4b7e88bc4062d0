"""What an authority says of its own promise: that it kept it, or that it did not and by when it will.

An approver says so who did not record the promise: it is public at once, so two people have seen whatever is
public of it. Nobody says that a promise is unanswered; the date tells.
"""

from datetime import date

from django.db import transaction

from tabularium.core.life_events import EventType, Role
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, User
from tabularium.register.services.advance import advance, locked, state_text
from tabularium.register.services.decisions import act_of
from tabularium.register.services.memberships import require_role
from tabularium.register.services.public_words import checked


@transaction.atomic
def keep_promise(
    entry_id: str, *, by: User, evidence: str, language: str = "", dated: date | None = None
) -> Entry:
    """Say that a promise was kept, and what shows it. It stays public, as kept, until its term ends.

    Args:
        entry_id: the promise.
        by: an approver of its authority, not who recorded the version.
        evidence: what shows that it was kept, in words that anyone can check; public.
        language: BCP 47 tag of the text; "" if not known.
        dated: the day on which it is said, in the authority's calendar; today if not given.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is no promise, was kept already, is a draft or over, or the account
            recorded the version.
        RefusedError: the text is empty, too long, or something personal stands in it; or the day on which
            it is said lies ahead, or before the decision.
    """
    entry = _for_answer(entry_id, by)
    act = act_of(entry, dated)
    said = checked(evidence, entry.authority)
    event, _ = advance(entry, EventType.PROMISE_KEPT, actor=by, role=Role.APPROVER)
    state_text(event, said, language=language, shown=True, act=act)
    return entry


@transaction.atomic
def break_promise(
    entry_id: str,
    *,
    by: User,
    reasons: str,
    due_on: date,
    language: str = "",
    dated: date | None = None,
) -> Entry:
    """Say that a promise was not kept, why, and by when it will be: a further promise of the same entry.

    Args:
        entry_id: the promise.
        by: an approver of its authority, not who recorded the version.
        reasons: why it was not kept; public.
        due_on: the day by which it is promised now, included; later than the day before.
        language: BCP 47 tag of the text; "" if not known.
        dated: the day on which it is said, in the authority's calendar; today if not given.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: as for `keep_promise`; or the new day is not later than the one before and than
            now ("new-day-not-later"), or the entry ends before it ("ends-before-it-is-due"): its term is
            corrected first.
        RefusedError: as for `keep_promise`, or the day is beyond the calendar.
    """
    entry = _for_answer(entry_id, by)
    decided_on = entry.current_version.decided_on
    if decided_on is None:
        raise RefusedError("erased", "The content of this version has been erased.")
    act = act_of(entry, dated)
    said = checked(reasons, entry.authority)
    facts = deadlines.due_facts(entry.authority, decided_on, due_on)
    event, _ = advance(entry, EventType.PROMISE_NOT_KEPT, actor=by, role=Role.APPROVER, facts=facts)
    state_text(event, said, language=language, shown=True, act=act)
    return entry


def _for_answer(entry_id: str, by: User) -> Entry:
    entry = locked(entry_id)
    require_role(by, entry.authority, Role.APPROVER)
    return entry

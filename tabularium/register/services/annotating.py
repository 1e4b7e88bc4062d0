"""Notes beside an entry: what an authority adds without deciding anew."""

from datetime import date

from django.db import transaction

from tabularium.core.life_events import EventType, Role
from tabularium.register.models import Entry, User
from tabularium.register.services.advance import advance, locked, state_text
from tabularium.register.services.decisions import act_of
from tabularium.register.services.memberships import require_role
from tabularium.register.services.public_words import checked


@transaction.atomic
def annotate(
    entry_id: str, *, by: User, text: str, language: str = "", dated: date | None = None
) -> Entry:
    """Put a note beside an entry, such as that the decision was appealed; public with it and dated.

    It changes nothing of what was decided. It belongs to the current version: a correction takes it out of
    the public view, so that a note which is wrong can be taken back.

    Args:
        entry_id: which.
        by: an approver of its authority, not who recorded the version.
        text: the note.
        language: BCP 47 tag of the text; "" if not known.
        dated: the day of the note, in the authority's calendar; today if not given.

    Raises:
        NotPermittedError: the account is no approver of the authority.
        NotAllowedError: the entry is a draft or over, or the account recorded the version.
        RefusedError: the text is empty, too long, or something personal stands in it; or the day lies
            ahead, or before the decision.
    """
    entry = locked(entry_id)
    require_role(by, entry.authority, Role.APPROVER)
    said, act = checked(text, entry.authority), act_of(entry, dated)
    event, _ = advance(entry, EventType.ANNOTATED, actor=by, role=Role.APPROVER)
    state_text(event, said, language=language, shown=True, act=act)
    return entry

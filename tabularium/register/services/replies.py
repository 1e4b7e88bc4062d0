"""What the organisation does: answer, object, ask for repair."""

from django.db import transaction

from tabularium import clock
from tabularium.core.life_events import NO_FACTS, EventType, Facts, Role
from tabularium.register import deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Event, Statement, User
from tabularium.register.services.advance import advance, locked, state_text
from tabularium.register.services.documents import attach_documents, destroy_answers_documents
from tabularium.register.services.memberships import require_reply
from tabularium.register.services.public_words import refuse_personal


def _for_reply(entry_id: str, by: User) -> Entry:
    entry = locked(entry_id)
    require_reply(by, entry)
    return entry


def _reply(entry: Entry, type_: EventType, by: User, facts: Facts = NO_FACTS) -> Event:
    event, _ = advance(entry, type_, actor=by, role=Role.ORGANISATION, facts=facts)
    return event


@transaction.atomic
def answer(entry_id: str, *, by: User, text: str, shown: bool, language: str = "") -> Entry:
    """Put the organisation's statement beside the entry; a later one takes the place of an earlier.

    Documents that were added for it are sent with it, as those of an objection or a request are with them.

    Args:
        entry_id: the entry.
        by: an account that answers for the organisation.
        text: the statement, whole.
        shown: whether the public may read it.
        language: BCP 47 tag of the text.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        NotAllowedError: the organisation has not been given notice, or the entry is over.
        RefusedError: the statement is empty; or the public may read it, and something personal stands in it.
    """
    if not text.strip():
        raise RefusedError("missing-value", "The statement is empty.")
    entry = _for_reply(entry_id, by)
    if shown:
        refuse_personal(text, entry.authority)
    _hide_answers(entry)
    event = _reply(entry, EventType.ANSWERED, by, Facts(shown=shown))
    statement = state_text(event, text, language=language, shown=shown)
    attach_documents(statement, EventType.ANSWERED)
    return entry


@transaction.atomic
def take_back_answer(entry_id: str, *, by: User) -> Entry:
    """Take the organisation's statement back, and destroy the documents that came with it.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        NotAllowedError: there is no statement.
    """
    entry = _for_reply(entry_id, by)
    _reply(entry, EventType.ANSWER_TAKEN_BACK, by)
    _hide_answers(entry)
    destroy_answers_documents(entry)
    return entry


def _hide_answers(entry: Entry) -> None:
    Statement.objects.filter(entry=entry, event__type=EventType.ANSWERED).update(shown=False)


@transaction.atomic
def object_to(entry_id: str, *, by: User, text: str, language: str = "") -> Entry:
    """Object: the first objection to a version suspends it at once, until it is decided.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        NotAllowedError: no notice was given yet, the entry is over, or an objection is open.
    """
    entry = _for_reply(entry_id, by)
    decided_on = entry.current_version.decided_on
    if decided_on is None:
        raise RefusedError("erased", "The content of this version has been erased.")
    facts = deadlines.objection_facts(entry.authority, decided_on, clock.now())
    event = _reply(entry, EventType.OBJECTED, by, facts)
    attach_documents(state_text(event, text, language=language), EventType.OBJECTED)
    return entry


@transaction.atomic
def ask_repair(entry_id: str, *, by: User, text: str, language: str = "") -> Entry:
    """Ask the authority to end the public view early because the matter has been put right.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        NotAllowedError: the entry is not adverse, not published, over, or a request is open.
    """
    entry = _for_reply(entry_id, by)
    event = _reply(entry, EventType.REPAIR_ASKED, by)
    attach_documents(state_text(event, text, language=language), EventType.REPAIR_ASKED)
    return entry

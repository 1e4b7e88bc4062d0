"""Documents of organisations: kept until they are sent, attached to a statement, removed, destroyed."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from tabularium import clock
from tabularium.core.life_events import EventType
from tabularium.register.errors import RefusedError
from tabularium.register.models import Document, Entry, Statement, User
from tabularium.register.services.advance import locked
from tabularium.register.services.memberships import require_reply

MOST = 10
"""How many documents one statement has at most."""

UNSENT_FOR = timedelta(days=1)
"""How long a document is kept that was added to a page and never sent."""

TOO_MANY = "too-many-documents"
TOO_LARGE = "document-too-large"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it came: its name made harmless, its type told by its bytes.

    Attributes:
        name: at most 100 characters.
        media_type: such as "application/pdf".
        content: the bytes.
        warning: what the sender is warned of, as a code; "" for nothing.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    warning: str = ""


@transaction.atomic
def add_document(entry_id: str, *, by: User, purpose: EventType, document: NewDocument) -> Document:
    """Keep a document for the statement that somebody is writing. It is not sent by that.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        RefusedError: TOO_MANY or TOO_LARGE.
    """
    entry = _for_sender(entry_id, by)
    if len(document.content) > settings.LARGEST_DOCUMENT:
        raise RefusedError(TOO_LARGE, "The document is larger than this register takes.")
    others = Document.objects.filter(entry=entry, purpose=purpose)
    if purpose != EventType.ANSWERED:
        others = others.filter(statement=None)
    if others.count() >= MOST:
        raise RefusedError(TOO_MANY, f"A statement has at most {MOST} documents.")
    return Document.objects.create(
        entry=entry,
        purpose=purpose,
        name=document.name,
        media_type=document.media_type,
        size=len(document.content),
        content=document.content,
        warning=document.warning,
        added_at=clock.now(),
    )


@transaction.atomic
def remove_document(identity: str, entry_id: str, *, by: User) -> None:
    """Destroy a document that was not sent yet, or that stands with an answer; of none, nothing is said.

    What came with an objection or a request is a part of what the authority decides on, and stays.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
    """
    entry = _for_sender(entry_id, by)
    own = Document.objects.filter(pk=identity, entry=entry)
    own.filter(statement=None).delete()
    own.filter(purpose=EventType.ANSWERED).delete()


def attach_documents(statement: Statement, purpose: EventType) -> None:
    """Send the documents that were kept for a statement with it.

    An answer takes the place of an earlier one and has its documents too. Runs inside a transaction that
    has locked the entry.
    """
    kept = Document.objects.filter(entry=statement.entry_id, purpose=purpose)
    if purpose != EventType.ANSWERED:
        kept = kept.filter(statement=None)
    kept.update(statement=statement)


def destroy_answers_documents(entry: Entry) -> None:
    """Destroy the documents of an answer that is taken back."""
    Document.objects.filter(entry=entry, purpose=EventType.ANSWERED).delete()


def destroy_documents(entry: Entry) -> None:
    """Destroy all documents of an entry that is being erased."""
    Document.objects.filter(entry=entry).delete()


def destroy_unsent_documents() -> None:
    """Destroy what was added to a page and never sent, entry by entry. What the clock does."""
    due = Document.objects.filter(statement=None, added_at__lte=clock.now() - UNSENT_FOR)
    for entry_id in set(due.values_list("entry_id", flat=True)):
        due.filter(entry=entry_id).delete()


def _for_sender(entry_id: str, by: User) -> Entry:
    entry = locked(entry_id)
    require_reply(by, entry)
    return entry

"""The outbox: what an organisation is owed to be told, written with the event that causes it."""

from tabularium import clock
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_events import EventType
from tabularium.core.notice_purposes import Purpose, purpose_of
from tabularium.register.models import Delivery, Entry, Event, Notice, ServiceAddress

_State = Notice.State
UNFINISHED = (_State.WAITING, _State.SENDING, _State.PRINTED, _State.FAILED)
"""States of a notice that has not been given and is still owed."""

ENDING = frozenset({Purpose.WITHDRAWN, Purpose.LAPSED, Purpose.BEFORE_PUBLICATION})
"""Purposes of what makes an earlier notice before publication say something that no longer is so."""


def owe(entry: Entry, event: Event) -> Notice | None:
    """Put in the outbox what the organisation is to be told of an event, in the event's transaction.

    An organisation that cannot have heard of an entry is not told that it is withdrawn or stayed, and an
    authority does not tell itself.

    Args:
        entry: locked, as it is after the event.
        event: what happened.
    """
    kind = Kind(entry.kind)
    purpose = purpose_of(EventType(event.type), adverse=kind.is_adverse)
    if purpose is None or _is_its_own(entry):
        return None
    heard = purpose.gates or _may_have_heard(entry)
    if purpose in ENDING:
        make_moot(entry)
    if not heard:
        return None
    return Notice.objects.create(
        version_id=event.version_id,
        event=event,
        purpose=purpose,
        channel=_channel(entry),
        created_at=clock.now(),
    )


def make_moot(entry: Entry, *, every: bool = False) -> None:
    """Let notices that have not been given be owed no longer: those before publication, or every one."""
    notices = Notice.objects.filter(version__entry=entry.pk, state__in=UNFINISHED)
    if not every:
        notices = notices.filter(purpose=Purpose.BEFORE_PUBLICATION)
    notices.update(state=_State.MOOT, try_after=None)


def forget_deliveries(entry: Entry) -> None:
    """Forget when and how it was tried to tell of an entry that is being erased."""
    make_moot(entry, every=True)
    Delivery.objects.filter(notice__version__entry=entry.pk).delete()


def _is_its_own(entry: Entry) -> bool:
    """Whether the authority speaks of itself, as in a promise: then there is nobody else to tell."""
    return bool(entry.organisation_id == entry.authority.organisation_id)


def _may_have_heard(entry: Entry) -> bool:
    """Whether anything of the entry was public, given, or is or may be on its way."""
    if entry.was_public:
        return True
    notices = Notice.objects.filter(version__entry=entry.pk)
    on_its_way = notices.filter(state__in=[_State.GIVEN, _State.SENDING, _State.PRINTED])
    in_doubt = notices.filter(deliveries__outcome=Delivery.Outcome.UNKNOWN)
    return on_its_way.exists() or in_doubt.exists()


def _channel(entry: Entry) -> str:
    """As the decision says; a licence says nothing, so there it is where the authority has an address."""
    said = entry.current_version.notice_channel
    if said:
        return said
    kept = ServiceAddress.objects.filter(
        authority=entry.authority_id, organisation=entry.organisation_id
    )
    channels = set(kept.values_list("channel", flat=True))
    by_machine = (NoticeChannel.MAILBOX, NoticeChannel.EMAIL)
    return next((each for each in by_machine if each in channels), NoticeChannel.LETTER)

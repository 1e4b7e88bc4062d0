"""What an organisation reads of its own entries, public or not, and what it may do with each.

Nothing here is public. Every function is given the organisation and looks no further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q, QuerySet

from tabularium.core.life_events import NO_FACTS, EventType, Facts, Role
from tabularium.core.life_state import Stage, State
from tabularium.register.acting import beyond
from tabularium.register.models import Authority, Document, Entry, Event, Notice, Organisation
from tabularium.register.services.advance import state_of
from tabularium.register.services.outbox import UNFINISHED
from tabularium.register.steps import may_happen
from tabularium.register.visibility import with_content

_OVER_BY_STAGE = Q(stage=Stage.WITHDRAWN)


def entries_of_ours(organisation: Organisation) -> QuerySet[Entry]:
    """The entries that an organisation may read: approved, whether public or not; never a draft.

    What an authority says of itself, as in a promise, it sees to at its desk and replies to nowhere.
    """
    return with_content(
        Entry.objects.filter(organisation=organisation, approved_by__isnull=False)
        .exclude(stage__in=[Stage.DRAFT, Stage.ERASED])
        .exclude(authority__organisation=organisation)
    )


def entry_of_ours(organisation: Organisation, identity: str) -> Entry | None:
    """One of these entries; None if the organisation has none of that identity to read."""
    return entries_of_ours(organisation).filter(pk=identity).first()


def sections(organisation: Organisation, now: datetime) -> Mapping[str, QuerySet[Entry]]:
    """All entries that an organisation may read, each in one section, in the order to read them in."""
    every = entries_of_ours(organisation)
    over = _OVER_BY_STAGE | Q(public_until__lte=now) | Q(suspended=True, lapses_at__lte=now)
    there = every.exclude(pk__in=every.filter(over).values("pk"))
    free = there.filter(suspended=False, stayed=False)
    return MappingProxyType(
        {
            "coming": free.exclude(stage=Stage.PUBLISHED).order_by("window_closes_at", "pk"),
            "objected": there.filter(suspended=True).order_by("decide_by", "pk"),
            "stayed": there.filter(suspended=False, stayed=True).order_by("-last_event_at", "pk"),
            "public": free.filter(stage=Stage.PUBLISHED).order_by("-public_from", "pk"),
            "over": every.filter(over).order_by("-last_event_at", "pk"),
        }
    )


@dataclass(frozen=True, slots=True)
class AboutAuthority:
    """What others have decided about an authority itself, as its own desk is told: no more than that."""

    is_any: bool
    waits: bool


def about_authority(authority: Authority, now: datetime) -> AboutAuthority:
    """Whether others have decided about an authority, and whether any of it waits to be published."""
    with beyond():
        organisation = authority.organisation
        return AboutAuthority(
            is_any=entries_of_ours(organisation).exists(),
            waits=sections(organisation, now)["coming"].exists(),
        )


def notice_waits(entry: Entry) -> bool:
    """Whether something that the organisation is to be told of the entry does not count as given yet."""
    return Notice.objects.filter(version__entry=entry.pk, state__in=UNFINISHED).exists()


@dataclass(frozen=True, slots=True)
class Possible:
    """What an organisation may do with an entry now.

    Attributes:
        steps: what the life of the entry allows it.
        would_suspend: whether an objection suspends, which it does once for each version.
    """

    steps: frozenset[EventType]
    would_suspend: bool

    @property
    def names(self) -> frozenset[str]:
        """The steps as templates ask for them: "answered", "repair_asked"."""
        return frozenset(each.value.replace("-", "_") for each in self.steps)


_ASKED = (
    EventType.ANSWERED,
    EventType.ANSWER_TAKEN_BACK,
    EventType.OBJECTED,
    EventType.REPAIR_ASKED,
)


def possible(entry: Entry, now: datetime) -> Possible:
    """What the pure function says may happen to an entry, done by its organisation at `now`."""
    state = state_of(entry)
    steps = frozenset(each for each in _ASKED if _may_happen(state, each, now))
    return Possible(steps, state.version not in state.suspended_versions)


def _may_happen(state: State, type_: EventType, now: datetime) -> bool:
    facts = Facts(decide_by=now, lapses_at=now) if type_ is EventType.OBJECTED else NO_FACTS
    who = "somebody who answers for it"
    return may_happen(state, type_, now, role=Role.ORGANISATION, actor=who, facts=facts)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step in the life of an entry, as its organisation reads it.

    Attributes:
        type: what happened.
        at: when.
        text: what was said with it; "" for nothing.
        language: BCP 47 tag of the text, or "".
        shown: whether the public may read the text.
        documents: what came with it, without the content.
    """

    type: EventType
    at: datetime
    text: str
    language: str
    shown: bool
    documents: Sequence[Document]


# Who prepared and approved an entry is the authority's own matter.
_OWN_MATTERS = (EventType.RECORDED, EventType.ERASED)


def history(entry: Entry) -> list[Happened]:
    """What happened to an entry since the authority approved it, the latest first."""
    documents: dict[int, list[Document]] = {}
    for document in documents_of(entry).filter(statement__isnull=False):
        documents.setdefault(document.statement_id or 0, []).append(document)
    events = (
        Event.objects.filter(entry=entry)
        .exclude(type__in=_OWN_MATTERS)
        .select_related("statement")
        .order_by("-number")
    )
    return [_happened(event, documents) for event in events]


def _happened(event: Event, documents: Mapping[int, Sequence[Document]]) -> Happened:
    statement = getattr(event, "statement", None)
    return Happened(
        type=EventType(event.type),
        at=event.at,
        text=statement.text if statement else "",
        language=statement.language if statement else "",
        shown=bool(statement and statement.shown),
        documents=documents.get(statement.pk, ()) if statement else (),
    )


def present_answer(entry: Entry) -> Happened | None:
    """The organisation's answer as it stands beside the entry now; None if there is none."""
    for each in history(entry):
        if each.type is EventType.ANSWER_TAKEN_BACK:
            return None
        if each.type is EventType.ANSWERED:
            return each
    return None


def documents_of(entry: Entry) -> QuerySet[Document]:
    """The documents of an entry, sent and unsent, without their content. For its organisation."""
    return Document.objects.filter(entry=entry).defer("content").order_by("added_at", "pk")


def document_of(entry: Entry, identity: str) -> Document | None:
    """One document of an entry with its content; None if it has none of that identity."""
    return Document.objects.filter(entry=entry, pk=identity).first()


def documents_beside(entry: Entry, purpose: EventType) -> QuerySet[Document]:
    """What goes with a statement that is being written: unsent, and those of the answer it replaces."""
    every = documents_of(entry).filter(purpose=purpose)
    return every if purpose == EventType.ANSWERED else every.filter(statement=None)

"""What members of an authority read at its desk, public or not. Each function takes the authority."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from django.db.models import Q, QuerySet

from tabularium.core.kinds import ADVERSE_KINDS, Kind
from tabularium.core.life_events import EventType, Role
from tabularium.core.life_state import Stage
from tabularium.register.deadlines import publish_by
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Document,
    Entry,
    Event,
    Notice,
    OfferedCorrection,
    Statement,
    Upload,
    Version,
)
from tabularium.register.models.entry_indexes import BEYOND_DRAFT, UNKEPT
from tabularium.register.services.offers import open_offers
from tabularium.register.visibility import with_content

MOST_COUNTED = 1000
"""Work is counted up to here; beyond it, the desk says that there is more."""

SOON = timedelta(days=14)
"""A promise is among today's work so long before its day is over."""

_ADVERSE = sorted(ADVERSE_KINDS)
OTHERS = sorted(set(Kind) - ADVERSE_KINDS)
"""Kinds of which several can be approved together."""

DRAFTS_LOOKED_AT = 200
"""Of the drafts of one kind so many are looked at to say which is most pressing: those recorded first."""


def authority_of_code(code: str) -> Authority | None:
    """The authority of that code; None if there is none."""
    return Authority.objects.filter(pk=code).first()


def entries_at(authority: Authority) -> QuerySet[Entry]:
    """All entries of the authority that have a content, with it."""
    return with_content(Entry.objects.filter(authority=authority).exclude(stage=Stage.ERASED))


def entry_at(authority: Authority, identity: str) -> Entry | None:
    """One of them; None if the authority has none of that identity."""
    return entries_at(authority).filter(pk=identity).first()


def drafts(authority: Authority, kinds: Iterable[str], *, but_by: int | None = None) -> list[str]:
    """Identities of drafts of some kinds, of each kind those recorded first, up to `DRAFTS_LOOKED_AT`.

    Index `entry_draft_at_desk`: a million drafts take no longer than these.

    Args:
        authority: whose.
        kinds: of which kinds.
        but_by: not those that this account recorded; None for all.
    """
    found: list[str] = []
    for kind in kinds:
        every = Entry.objects.filter(authority=authority, stage=Stage.DRAFT, kind=kind)
        if but_by is not None:
            every = every.exclude(recorded_by=but_by)
        identities = every.order_by("last_event_at").values_list("pk", flat=True)
        found += identities[:DRAFTS_LOOKED_AT]
    return found


def in_order_of_decision(authority: Authority, identities: Sequence[str]) -> QuerySet[Entry]:
    """These entries of the authority, the decision that was taken first at the top."""
    found = entries_at(authority).filter(pk__in=identities)
    return found.order_by("current_version__decided_on", "pk")


def work(authority: Authority, now: datetime) -> Mapping[str, QuerySet[Entry]]:
    """What waits for somebody at the authority, by what has to be done, each in the order to do it in.

    Each is found by a small index that only such entries enter, see `register.models.entry_indexes`.
    """
    every = entries_at(authority)
    there = every.exclude(stage=Stage.WITHDRAWN).exclude(public_until__lte=now)
    to_approve = {
        name: in_order_of_decision(authority, drafts(authority, kinds)).exclude(
            public_until__lte=now
        )
        for name, kinds in (("adverse", _ADVERSE), ("others", OTHERS))
    }
    promised = there.filter(UNKEPT, kind=Kind.PROMISE, stage=Stage.PUBLISHED)
    return MappingProxyType(
        {
            "objections": there.filter(objection_open=True).order_by("decide_by", "pk"),
            **to_approve,
            "unanswered": promised.filter(unanswered_from__lte=now).order_by(
                "unanswered_from", "pk"
            ),
            "promises": promised.filter(unanswered_from__gt=now, due_at__lte=now + SOON).order_by(
                "unanswered_from", "pk"
            ),
            "repairs": there.filter(repair_open=True).order_by("last_event_at", "pk"),
            "to-tell": there.filter(stage=Stage.APPROVED).order_by("last_event_at", "pk"),
            "running": there.filter(stage=Stage.NOTIFIED, objection_open=False).order_by(
                "window_closes_at", "pk"
            ),
            "stayed": there.filter(stayed=True).order_by("last_event_at", "pk"),
        }
    )


def listed(
    authority: Authority, *, item: str = "", kind: str = "", stage: str = "", number: str = ""
) -> QuerySet[Entry]:
    """Entries of the authority, the last changed first, as somebody looks for them.

    Drafts are listed when they are asked for, or by their number: index `entry_beyond_draft_at_desk` has the
    others in this order, and `entry_draft_at_desk` the drafts, kind by kind.

    Args:
        authority: whose.
        item: code of a catalogue item; "" for any.
        kind: a kind; "" for any.
        stage: a stage; "" for any but drafts.
        number: of the decision, whole, in any stage if none is given; "" for any.
    """
    asked = Q()
    if item:
        asked &= Q(item__code=item)
    if kind:
        asked &= Q(kind=kind)
    if stage:
        asked &= Q(stage=stage)
    if stage != Stage.DRAFT and not number:
        # As the index has it, word for word.
        asked &= BEYOND_DRAFT
    if number:
        asked &= Q(current_version__decision_number=number)
    found = entries_at(authority).filter(asked)
    if stage == Stage.DRAFT:
        return found.order_by("-kind", "-last_event_at")
    return found.order_by("-last_event_at")


def due(entry: Entry) -> date | None:
    """The last day on which the entry of a decision is published in time; None if no rule says."""
    decided_on = entry.current_version.decided_on
    return None if decided_on is None else publish_by(entry.authority, decided_on)


def offered(authority: Authority) -> QuerySet[OfferedCorrection]:
    """What files say otherwise than the register, and nobody has decided on."""
    return open_offers().filter(entry__authority=authority)


def notice_of(entry: Entry) -> Notice | None:
    """The notice that opens the window of the entry's current version; None if it needs none."""
    return Notice.objects.filter(version=entry.current_version_id).order_by("pk").first()


def missed(authority: Authority, now: datetime) -> QuerySet[Entry]:
    """Entries of which a date of the authority's own has passed: objections that nobody decided in time."""
    return (
        entries_at(authority).filter(objection_open=True, decide_by__lte=now).order_by("decide_by")
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of an entry, as members of its authority read it.

    Attributes:
        event: what happened.
        by: login of who did it, if it was a member of the authority; "" for organisation and system.
        statement: the text that came with it; None for none.
        documents: what the organisation attached to it, without the content.
    """

    event: Event
    by: str
    statement: Statement | None
    documents: Sequence[Document]


NOT_NAMED = frozenset({Role.ORGANISATION.value, Role.SYSTEM.value})
"""Roles of which the account is not shown to an authority."""


def history(entry: Entry) -> list[Step]:
    """All that happened to an entry, the latest first. Who answers for an organisation is not named."""
    events = (
        Event.objects.filter(entry=entry).select_related("actor", "statement").order_by("-number")
    )
    documents: dict[int, list[Document]] = {}
    for each in Document.objects.filter(entry=entry, statement__isnull=False).defer("content"):
        documents.setdefault(each.statement_id or 0, []).append(each)
    return [_step(event, documents) for event in events]


def _step(event: Event, documents: Mapping[int, Sequence[Document]]) -> Step:
    statement = getattr(event, "statement", None)
    named = event.actor is not None and event.role not in NOT_NAMED
    return Step(
        event=event,
        by=event.actor.login if named and event.actor else "",
        statement=statement,
        documents=documents.get(statement.pk, ()) if statement else (),
    )


def versions_of(entry: Entry) -> list[Version]:
    """The versions of an entry, the newest first."""
    return list(Version.objects.filter(entry=entry).order_by("-number"))


def open_objection(entry: Entry) -> Step | None:
    """The objection that waits for a decision; None if none does."""
    if not entry.objection_open:
        return None
    return next(each for each in history(entry) if each.event.type == EventType.OBJECTED)


def open_request_for_repair(entry: Entry) -> Step | None:
    """The request for repair that waits for a decision; None if none does."""
    if not entry.repair_open:
        return None
    return next(each for each in history(entry) if each.event.type == EventType.REPAIR_ASKED)


def document_at(authority: Authority, entry: str, identity: str) -> Document | None:
    """A document that an organisation sent the authority about an entry, with its content."""
    return Document.objects.filter(
        pk=identity, entry=entry, entry__authority=authority, statement__isnull=False
    ).first()


def events_at(
    authority: Authority, *, type_: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Event]:
    """All events of the authority's entries, the latest first: what its auditor reads.

    Args:
        authority: whose.
        type_: only these; "" for all.
        since: from this day on, in UTC.
        until: up to this day, in UTC, the day included.
    """
    found = Event.objects.filter(entry__authority=authority)
    if type_:
        found = found.filter(type=type_)
    if since is not None:
        found = found.filter(at__date__gte=since)
    if until is not None:
        found = found.filter(at__date__lte=until)
    return found.select_related("actor", "entry").order_by("-at", "-pk")


def items_at(authority: Authority) -> QuerySet[CatalogueItem]:
    """All versions of the authority's catalogue items, the newest version of each first."""
    return CatalogueItem.objects.filter(authority=authority).order_by("code", "-version")


def kinds_at(authority: Authority) -> list[Kind]:
    """The kinds of decision that the authority's items bring."""
    kinds = set(items_at(authority).order_by().values_list("kind", flat=True).distinct())
    return [kind for kind in Kind if kind in kinds]


def uploads_at(authority: Authority) -> QuerySet[Upload]:
    """Files that were sent through the desk, the latest first."""
    return (
        Upload.objects.filter(authority=authority)
        .select_related("item", "uploaded_by", "submission")
        .order_by("-uploaded_at", "-pk")
    )

"""From rows of the register to what members are told of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from tabularium.api import answers, member_schemas
from tabularium.api.answers import Addresses, Beside
from tabularium.api.parameters import MembersPlace
from tabularium.api.problem_types import UNKNOWN_TO_THE_KEY
from tabularium.api.problems import ProblemError
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.register import visibility
from tabularium.register.models import Entry
from tabularium.register.own_word import word_of
from tabularium.register.standing import standing_of
from tabularium.register.visibility import ShownAnswer

ON_A_PAGE = 30


def short(row: Entry, now: datetime, address: str) -> member_schemas.ShortEntry:
    """An entry in a list."""
    standing, said = standing_of(row, now), row.current_version
    if row.organisation is None or said.decided_on is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    return member_schemas.ShortEntry(
        id=row.pk,
        kind=Kind(row.kind),
        organisation=row.organisation.name,
        decision_number=said.decision_number,
        decided_on=said.decided_on,
        measure=said.measure,
        stage=Stage(row.stage),
        stands=standing.stand,
        until=standing.until.astimezone(UTC) if standing.until else None,
        working_days_left=standing.days_left,
        member_url=address,
    )


def whole(
    row: Entry,
    now: datetime,
    *,
    answer: ShownAnswer | None,
    may: Iterable[member_schemas.Step],
    on_the_screen: Iterable[EventType] = (),
    happened: Iterable[tuple[EventType, datetime]],
    to: Addresses,
    address: str,
) -> member_schemas.MemberEntry:
    """An entry as the public sees it or would see it, and how it stands.

    Args:
        row: the entry, with its content.
        now: when.
        answer: what the organisation says to it and wants shown.
        may: what may be done with it by the key.
        on_the_screen: what may be done at the desk alone.
        happened: what happened to it, the latest first.
        to: where things are.
        address: of the entry for who asks.
    """
    if row.organisation is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    standing = standing_of(row, now)
    subject = answers.organisation(row.organisation, to)
    beside = Beside(answer, word_of(row, now))
    return member_schemas.MemberEntry(
        entry=answers.entry_as_it_would_be_shown(row, subject, beside, to),
        stage=Stage(row.stage),
        stands=standing.stand,
        appearance=visibility.appearance(row.pk, now)[0],
        until=standing.until.astimezone(UTC) if standing.until else None,
        working_days_left=standing.days_left,
        last_event=row.last_event_number,
        may=sorted(may),
        on_the_screen=sorted(on_the_screen),
        happened=[
            member_schemas.Happening(type=type_, at=at.astimezone(UTC)) for type_, at in happened
        ],
        member_url=address,
    )


def page_of(rows: QuerySet[Entry], after: str, *, by_kind: bool) -> tuple[Sequence[Entry], str]:
    """A page of a list, the last changed first, and the place behind it; "" if nothing follows.

    Args:
        rows: what is listed.
        after: the place to go on from; "" for the first page.
        by_kind: whether the list goes kind by kind.
    """
    order = ("-kind", "-last_event_at", "pk") if by_kind else ("-last_event_at", "pk")
    if after:
        place = MembersPlace.read(after)
        at = place.at
        behind = Q(last_event_at__lt=at) | Q(last_event_at=at, pk__gt=place.entry_id)
        rows = rows.filter(
            Q(kind__lt=place.kind) | Q(behind, kind=place.kind) if by_kind else behind
        )
    found = list(rows.order_by(*order)[: ON_A_PAGE + 1])
    page = found[:ON_A_PAGE]
    if len(found) == len(page):
        return page, ""
    last = page[-1]
    return page, str(MembersPlace(last.kind, last.last_event_at, last.pk))

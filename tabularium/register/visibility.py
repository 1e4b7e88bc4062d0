"""The one selector of what the public may see.

Page, API, search, feed, open data, sitemap, reconciliation and extract all go through it, and through
nothing else. The dates in the row decide, so what has ended is gone even when nothing runs.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tabularium.core.life_events import EventType
from tabularium.core.life_state import Appearance, Stage
from tabularium.register.among import Among
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Entry,
    Organisation,
    OrganisationName,
    Statement,
)

# Terms and windows end at midnights, and every time zone is a whole number of quarters of an hour from
# UTC. A cache that forgets at each quarter therefore never outlives a scheduled change, and its lifetime
# tells nothing about what is scheduled.
SCHEDULE_STEP = timedelta(minutes=15)
LONGEST_CACHE = timedelta(seconds=60)

BY_LATEST_DECISION = ("-current_version__decided_on", "-public_from", "pk")
"""The order of public entries in which the first gives its organisation the name it goes by.

Of decisions of one day, the one that became public last.
"""


def public_entries(now: datetime) -> QuerySet[Entry]:
    """The entries that the public sees at `now`."""
    return Entry.objects.filter(_public(now))


def ended_entries(now: datetime) -> QuerySet[Entry]:
    """The entries that the public saw until their date ended that, by `now`; their identities may be told."""
    return Entry.objects.filter(_shown(now), public_until__lte=now)


def _public(now: datetime) -> Q:
    return Q(Q(public_until__isnull=True) | Q(public_until__gt=now), _shown(now))


def _shown(now: datetime) -> Q:
    """What the public sees, but for the date on which it ends."""
    return Q(
        stage=Stage.PUBLISHED,
        suspended=False,
        stayed=False,
        public_from__lte=now,
    )


def appearance(entry_id: str, now: datetime) -> tuple[Appearance, Entry | None]:
    """What the public gets who asks for an entry by its address.

    Returns:
        The entry too if it is public, and never otherwise.
    """
    entry = (
        with_content(public_entries(now))
        .prefetch_related("organisation__other_names")
        .filter(pk=entry_id)
        .first()
    )
    if entry is not None:
        if entry.organisation is not None:
            go_by_public_names([entry.organisation], now)
        return Appearance.PUBLIC, entry
    over = Q(stage__in=[Stage.WITHDRAWN, Stage.ERASED]) | Q(public_until__lte=now)
    gone = Entry.objects.filter(over, pk=entry_id, was_public=True).exists()
    return (Appearance.GONE if gone else Appearance.UNKNOWN), None


def public_organisations(now: datetime) -> QuerySet[Organisation]:
    """The organisations that have an entry which the public sees at `now`.

    One without is not shown at all: that it stands in the register is itself something that has ended.
    """
    return Organisation.objects.filter(
        Exists(public_entries(now).filter(organisation=OuterRef("pk")))
    )


def public_authorities() -> QuerySet[Authority]:
    """All authorities: that one publishes here is public."""
    return Authority.objects.select_related("organisation")


def public_items() -> QuerySet[CatalogueItem]:
    """All catalogue items: what an authority publishes, and on which legal basis, is public."""
    return CatalogueItem.objects.select_related("authority__organisation")


def cache_lifetime(now: datetime) -> timedelta:
    """How long an answer given at `now` may be kept: at most a minute, and never past a scheduled change."""
    step = int(SCHEDULE_STEP.total_seconds())
    to_the_next = timedelta(seconds=step - now.timestamp() % step)
    return min(LONGEST_CACHE, to_the_next)


def with_content(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """The same entries with all that a page shows of them, in a fixed number of queries."""
    return entries.select_related(
        "current_version", "authority__organisation", "item", "organisation"
    )


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What an organisation says to an entry and wants shown; `language` is a BCP 47 tag or empty."""

    text: str
    language: str


def shown_answers(entry_ids: Iterable[str], now: datetime) -> dict[str, ShownAnswer]:
    """The answers that stand beside public entries because the organisation wants them shown."""
    rows = (
        Statement.objects.filter(
            entry__in=public_entries(now).filter(pk__in=list(entry_ids), answer_shown=True),
            event__type=EventType.ANSWERED,
            shown=True,
            erased_at__isnull=True,
        )
        .order_by("event__number")
        .values_list("entry_id", "text", "language")
    )
    return {identity: ShownAnswer(text, language) for identity, text, language in rows}


def public_names(identities: Iterable[str], now: datetime) -> dict[str, list[str]]:
    """The names that stand in public decisions about organisations, that of the latest first.

    Of an authority none: it goes by the name that it gives itself.
    """
    rows = (
        public_entries(now)
        .filter(Among("organisation", identities), organisation__authority__isnull=True)
        .order_by(*BY_LATEST_DECISION)
        .values_list("organisation_id", "current_version__subject_name")
    )
    names: dict[str, list[str]] = {}
    for identity, name in rows:
        if identity is not None:
            names.setdefault(identity, []).append(name)
    return names


def go_by_public_names(organisations: Collection[Organisation], now: datetime) -> None:
    """Let organisations go by the names that stand in their public decisions, and by no others.

    A name that only an ended or a suspended decision gives has gone with it. Changes the instances and
    saves nothing; `other_names` must have been prefetched.
    """
    several = {
        each.pk: each
        for each in organisations
        if any(other.sort == OrganisationName.Sort.WRITTEN for other in each.other_names.all())
    }
    if not several:
        return
    names = public_names(several, now)
    for identity, given in names.items():
        organisation = several[identity]
        organisation.name = given[0]
        kept = [
            other
            for other in organisation.other_names.all()
            if other.sort != OrganisationName.Sort.WRITTEN
        ]
        written = [
            OrganisationName(
                organisation=organisation, name=name, sort=OrganisationName.Sort.WRITTEN
            )
            for name in dict.fromkeys(given)
            if name != given[0]
        ]
        cache = organisation._prefetched_objects_cache  # type: ignore[attr-defined]  # noqa: SLF001 - Django offers no other way to set what was prefetched
        cache["other_names"] = [*kept, *written]

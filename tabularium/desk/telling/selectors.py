"""What members of an authority read of how organisations are told: its outbox, and one entry's notices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import QuerySet

from tabularium.core.notice_purposes import Purpose
from tabularium.notices import selectors as outbox
from tabularium.register.models import (
    Authority,
    Delivery,
    Entry,
    Notice,
    NoticeCode,
    ServiceAddress,
)
from tabularium.register.services.notice_codes import code_expires_at, holds


def waiting(authority: Authority) -> Mapping[str, QuerySet[Notice]]:
    """Notices of an authority that are owed, by what has to be done, the most pressing first.

    Each stands once. Printed letters are not among them: they are read list by list.
    """
    return MappingProxyType(
        {
            "failed": outbox.failed_notices(authority),
            "no-address": outbox.without_address(authority),
            "to-print": outbox.waiting_letters(authority),
            "on-the-way": outbox.on_their_way(authority),
        }
    )


def lists_to_post(authority: Authority) -> list[str]:
    """Names of the posting lists with letters that nobody has said to be posted, the oldest first."""
    codes = outbox.printed_letters(authority).order_by("list_code")
    return list(codes.values_list("list_code", flat=True).distinct())


def on_list(authority: Authority, code: str) -> list[Notice]:
    """The letters on a posting list that are still to be posted or were posted, in their order."""
    found = Notice.objects.filter(version__entry__authority=authority, list_code=code)
    return list(
        found.filter(state__in=[Notice.State.PRINTED, Notice.State.GIVEN])
        .select_related(
            "event", "version__entry__organisation", "version__entry__authority__organisation"
        )
        .order_by("created_at", "pk")
    )


def notice_at(authority: Authority, number: int) -> Notice | None:
    """One notice of the authority's entries; None if it has none of that number."""
    return (
        Notice.objects.filter(pk=number, version__entry__authority=authority)
        .select_related("event", "version__entry__organisation", "version__entry__authority")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One notice, with what was tried to give it."""

    notice: Notice
    deliveries: Sequence[Delivery]

    @property
    def last(self) -> Delivery | None:
        """The last attempt; None if there was none."""
        return self.deliveries[-1] if self.deliveries else None


def with_attempts(notices: Iterable[Notice]) -> list[Told]:
    """Notices with what was tried to give them, in one query for all."""
    every = list(notices)
    tries: dict[int, list[Delivery]] = {}
    for each in Delivery.objects.filter(notice__in=every).order_by("number"):
        tries.setdefault(each.notice_id, []).append(each)
    return [Told(each, tries.get(each.pk, ())) for each in every]


def told_of(entry: Entry) -> list[Told]:
    """All that the organisation was or is to be told of an entry, the latest first."""
    notices = Notice.objects.filter(version__entry=entry).select_related("event", "version")
    return with_attempts(notices.order_by("-created_at", "-pk"))


def addresses_of(entry: Entry) -> list[ServiceAddress]:
    """Where the authority reaches the organisation of an entry."""
    found = ServiceAddress.objects.filter(
        authority=entry.authority_id, organisation=entry.organisation_id
    )
    return list(found.order_by("channel"))


@dataclass(frozen=True, slots=True)
class Invited:
    """The code by which somebody of the organisation gets in, and what became of it. Not the code itself.

    Attributes:
        notice: that carries it.
        holds: whether it can be used now.
        used_at: when it was used.
        withdrawn_at: when it was withdrawn.
        expires_at: when it ends; None while the notice has not been given.
    """

    notice: Notice
    holds: bool
    used_at: datetime | None
    withdrawn_at: datetime | None
    expires_at: datetime | None


def invitation_of(entry: Entry) -> Invited | None:
    """The code on the notice before publication of the current version; None if it has no such notice."""
    notice = (
        Notice.objects.filter(version=entry.current_version_id, purpose=Purpose.BEFORE_PUBLICATION)
        .select_related("event", "version__entry__authority__organisation")
        .first()
    )
    if notice is None:
        return None
    row = NoticeCode.objects.filter(notice=notice).first()
    return Invited(
        notice=notice,
        holds=holds(notice),
        used_at=row.used_at if row else None,
        withdrawn_at=row.withdrawn_at if row else None,
        expires_at=code_expires_at(notice),
    )

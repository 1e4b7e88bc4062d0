"""What members of an authority read of how an organisation is told of one entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tabularium.core.notice_purposes import Purpose
from tabularium.register.models import (
    Delivery,
    Entry,
    Notice,
    NoticeCode,
    ServiceAddress,
)
from tabularium.register.services.notice_codes import code_expires_at, holds


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of an entry, with what was tried to give it."""

    notice: Notice
    deliveries: Sequence[Delivery]


def told_of(entry: Entry) -> list[Told]:
    """All that the organisation was or is to be told of an entry, the latest first."""
    notices = list(
        Notice.objects.filter(version__entry=entry)
        .select_related("event", "version")
        .order_by("-created_at", "-pk")
    )
    tries: dict[int, list[Delivery]] = {}
    for each in Delivery.objects.filter(notice__in=notices).order_by("number"):
        tries.setdefault(each.notice_id, []).append(each)
    return [Told(each, tries.get(each.pk, ())) for each in notices]


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

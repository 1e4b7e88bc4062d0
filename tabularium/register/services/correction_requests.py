"""Requests for correction: an organisation says what is wrong, and the authority corrects or says why not."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.register.errors import RefusedError
from tabularium.register.models import Authority, CorrectionRequest, Entry, Membership, User
from tabularium.register.services.advance import locked
from tabularium.register.services.memberships import require_reply, require_role

OPEN_ALREADY = "correction-open"
NOT_OPEN = "correction-not-open"
OVER = "over"


@transaction.atomic
def ask_correction(entry_id: str, *, by: User, text: str, language: str = "") -> CorrectionRequest:
    """Tell the authority of a mistake in the current version. The entry stays as it is meanwhile.

    Raises:
        NotPermittedError: the account does not answer for the organisation.
        RefusedError: nothing is said, the entry is over or no more than a draft, or a request on this
            version is open.
    """
    if not text.strip():
        raise RefusedError("missing-value", "The request is empty.")
    entry = locked(entry_id)
    require_reply(by, entry)
    now = clock.now()
    if _is_over(entry, now):
        raise RefusedError(OVER, "The entry is over.")
    if _open().filter(entry=entry).exists():
        raise RefusedError(OPEN_ALREADY, "A request for correction is open.")
    return CorrectionRequest.objects.create(
        entry=entry, version=entry.current_version, text=text, language=language, asked_at=now
    )


def may_ask_correction(entry: Entry, now: datetime) -> bool:
    """Whether the organisation may ask for a correction of an entry."""
    return not _is_over(entry, now) and not _open().filter(entry=entry).exists()


def _is_over(entry: Entry, now: datetime) -> bool:
    ended = entry.public_until is not None and entry.public_until <= now
    return ended or entry.stage in {Stage.DRAFT, Stage.WITHDRAWN, Stage.ERASED}


@transaction.atomic
def settle_correction_request(
    number: int, *, by: User, outcome: CorrectionRequest.Outcome, reasons: str
) -> CorrectionRequest:
    """Answer a request without a new version: it was put right otherwise, or nothing is wrong.

    A new version by `correct` settles the request by itself.

    Raises:
        NotPermittedError: the account is no approver of the entry's authority.
        RefusedError: no reasons, or the request is not open.
    """
    if not reasons.strip():
        raise RefusedError("missing-value", "Reasons are missing.")
    request = _open().filter(pk=number).first()
    if request is None:
        raise RefusedError(NOT_OPEN, "This request for correction is not open.")
    entry = locked(request.entry_id)
    require_role(by, entry.authority, Membership.Role.APPROVER)
    request = _open().filter(pk=number, entry=entry).first()
    if request is None:
        raise RefusedError(NOT_OPEN, "This request for correction is not open.")
    request.settled_at, request.outcome, request.reasons = clock.now(), outcome, reasons
    CorrectionRequest.objects.filter(pk=number, entry=entry).update(
        settled_at=request.settled_at, outcome=outcome, reasons=reasons
    )
    return request


def open_correction_requests(authority: Authority) -> QuerySet[CorrectionRequest]:
    """The requests that wait for an answer of an authority, the oldest first. For its desk."""
    return (
        _open()
        .filter(entry__authority=authority)
        .select_related("entry__organisation", "version")
        .order_by("asked_at", "pk")
    )


def correction_requests_of(entry: Entry) -> QuerySet[CorrectionRequest]:
    """All requests for correction of an entry, the latest first."""
    return CorrectionRequest.objects.filter(entry=entry).order_by("-asked_at", "-pk")


def forget_correction_requests(entry: Entry) -> None:
    """Destroy the requests on an entry that is being erased."""
    CorrectionRequest.objects.filter(entry=entry).delete()


def _open() -> QuerySet[CorrectionRequest]:
    """A newer version settles a request, and so does the end of the entry; nobody has to remember it."""
    return CorrectionRequest.objects.filter(
        Q(entry__public_until__isnull=True) | Q(entry__public_until__gt=clock.now()),
        settled_at__isnull=True,
        version=F("entry__current_version"),
    ).exclude(entry__stage__in=[Stage.WITHDRAWN, Stage.ERASED])

"""The operations by which an approver's program decides: what is possible on the desk's pages, but for two.

What speaks against an organisation is approved, and everything is corrected, on the screen alone.
"""

from collections.abc import Callable

from django.http import HttpRequest
from ninja import Body, P, PathEx, Router

from tabularium.accounts.access import ForAuthority
from tabularium.api import member_schemas as schemas
from tabularium.api.desk_operations import decided
from tabularium.api.member_authentication import MAY_ACT, MemberKey
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry

router = Router(auth=MemberKey(), tags=["members of an authority"])

_Code = PathEx[str, P(description="Code of the authority.")]
_Identity = PathEx[str, P(description="Identity of the entry.")]


@router.post(
    "/desk/{code}/entries/{id}/withdrawal",
    response=schemas.MemberEntry,
    operation_id="withdraw",
    summary="Withdraw an entry",
    url_name="withdrawal",
    openapi_extra=MAY_ACT,
)
def withdraw(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.Reasons],
) -> schemas.MemberEntry:
    """Withdraw an entry for good."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        services.withdraw(entry.pk, by=acting.user, reasons=body.reasons, dated=body.dated_on)

    return decided(request, code, id, body.seen, act)


@router.post(
    "/desk/{code}/entries/{id}/objection-decision",
    response=schemas.MemberEntry,
    operation_id="decide_objection",
    summary="Decide an objection",
    url_name="objection-decision",
    openapi_extra=MAY_ACT,
)
def decide_objection(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.ObjectionDecision],
) -> schemas.MemberEntry:
    """Let an entry stay, or withdraw it. A correction that decides the objection is made at the desk."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        if not entry.objection_open:
            raise RefusedError("no-objection", "No objection waits to be decided.")
        decide = services.uphold if body.outcome == "upheld" else services.withdraw
        decide(entry.pk, by=acting.user, reasons=body.reasons, dated=body.dated_on)

    return decided(request, code, id, body.seen, act)


def _ordered(
    request: HttpRequest,
    code: str,
    identity: str,
    body: schemas.CourtOrder,
    enter: Callable[..., object],
) -> schemas.MemberEntry:
    """Enter what a court or review body ordered, by the service that takes its order."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        ordered = services.Order(body.ordered_by, body.file_number)
        enter(entry.pk, by=acting.user, order=body.text, dated=body.dated_on, ordered=ordered)

    return decided(request, code, identity, body.seen, act)


@router.post(
    "/desk/{code}/entries/{id}/stay",
    response=schemas.MemberEntry,
    operation_id="enter_stay",
    summary="Enter a stay",
    url_name="stay",
    openapi_extra=MAY_ACT,
)
def enter_stay(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.CourtOrder],
) -> schemas.MemberEntry:
    """Enter the stay of a court or review body: until it is lifted, the entry is not public."""
    return _ordered(request, code, id, body, services.stay)


@router.post(
    "/desk/{code}/entries/{id}/stay-lifted",
    response=schemas.MemberEntry,
    operation_id="lift_stay",
    summary="Lift a stay",
    url_name="stay-lifted",
    openapi_extra=MAY_ACT,
)
def lift_stay(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.CourtOrder],
) -> schemas.MemberEntry:
    """Lift a stay, on the order of a court or review body."""
    return _ordered(request, code, id, body, services.lift_stay)


@router.post(
    "/desk/{code}/entries/{id}/repair-decision",
    response=schemas.MemberEntry,
    operation_id="decide_repair",
    summary="Decide that an entry ends early",
    url_name="repair-decision",
    openapi_extra=MAY_ACT,
)
def decide_repair(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.RepairDecision],
) -> schemas.MemberEntry:
    """Grant or refuse that the public view ends early; not before the shortest term in the rules."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        decide = services.grant_repair if body.granted else services.refuse_repair
        decide(entry.pk, by=acting.user, reasons=body.reasons, dated=body.dated_on)

    return decided(request, code, id, body.seen, act)


@router.post(
    "/desk/{code}/entries/{id}/notes",
    response=schemas.MemberEntry,
    operation_id="add_note",
    summary="Put a note beside an entry",
    url_name="notes",
    openapi_extra=MAY_ACT,
)
def add_note(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.NoteText],
) -> schemas.MemberEntry:
    """Put a note beside an entry. It is public with it, and decides nothing anew."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        services.annotate(
            entry.pk,
            by=acting.user,
            text=body.text,
            language=body.language,
            dated=body.dated_on,
        )

    return decided(request, code, id, body.seen, act)


@router.post(
    "/desk/{code}/entries/{id}/promise-answer",
    response=schemas.MemberEntry,
    operation_id="answer_promise",
    summary="Say what became of a promise",
    url_name="promise-answer",
    openapi_extra=MAY_ACT,
)
def answer_promise(
    request: HttpRequest,
    code: _Code,
    id: _Identity,  # noqa: A002 - its public name
    body: Body[schemas.PromiseWord],
) -> schemas.MemberEntry:
    """Say that a promise was kept and what shows it; or that it was not, why, and by when it will be."""

    def act(acting: ForAuthority, entry: Entry) -> None:
        if Kind(entry.kind) is not Kind.PROMISE:
            raise RefusedError("no-promise", "This is no promise.")
        by, text, language, dated = acting.user, body.text, body.language, body.dated_on
        if body.kept:
            services.keep_promise(entry.pk, by=by, evidence=text, language=language, dated=dated)
        elif body.due_on is None:
            raise RefusedError("missing-value", "Give the day by which it is promised now.")
        else:
            services.break_promise(
                entry.pk,
                by=by,
                reasons=text,
                due_on=body.due_on,
                language=language,
                dated=dated,
            )

    return decided(request, code, id, body.seen, act)

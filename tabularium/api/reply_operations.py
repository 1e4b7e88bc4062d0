"""The operations for who answers for an organisation, by their own keys: its entries, and what it says."""

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest
from ninja import Body, P, PathEx, Query, Router

from tabularium import clock
from tabularium.accounts.access import ForOrganisation
from tabularium.api import member_answers as answers
from tabularium.api import member_schemas as schemas
from tabularium.api.answers import Addresses
from tabularium.api.gate import READING
from tabularium.api.member_authentication import (
    MAY_ACT,
    MAY_READ,
    MemberKey,
    done,
    for_organisation,
)
from tabularium.api.member_schemas import Step
from tabularium.api.parameters import IDENTITY
from tabularium.api.problem_types import UNKNOWN_TO_THE_KEY
from tabularium.api.problems import ProblemError
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType
from tabularium.register import reply_selectors as selectors
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry
from tabularium.register.services.correction_requests import may_ask_correction
from tabularium.register.visibility import ShownAnswer

_POST = ("POST",)
METHODS = {
    "own-entries": READING,
    "own-entry": READING,
    "answer": _POST,
    "take-back": _POST,
    "objection": _POST,
    "correction": _POST,
    "repair": _POST,
}
"""What is taken at each address here, by the name of its route."""

_STEPS = {
    EventType.ANSWERED: Step.ANSWER,
    EventType.ANSWER_TAKEN_BACK: Step.TAKE_BACK,
    EventType.OBJECTED: Step.OBJECT,
    EventType.REPAIR_ASKED: Step.ASK_REPAIR,
}

router = Router(auth=MemberKey(), tags=["who answers for an organisation"])

_Id = PathEx[str, P(description="Identity of the organisation.")]
_Entry = PathEx[str, P(description="Identity of the entry.")]


def _address(to: Addresses, acting: ForOrganisation, entry: Entry) -> str:
    return to.api("reply", acting.organisation.pk, "entries", entry.pk)


@router.get(
    "/reply/{id}/entries",
    response=schemas.EntriesAnswer,
    operation_id="own_entries",
    summary="Entries of one's organisation, public or not",
    url_name="own-entries",
    openapi_extra=MAY_READ,
)
def entries(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    parameters: Query[schemas.OwnListParameters],
) -> schemas.EntriesAnswer:
    """What authorities decided about the organisation, also what is about to be published."""
    now, to = clock.now(), Addresses(request)
    with for_organisation(request, id) as acting:
        every = selectors.entries_of_ours(acting.organisation)
        rows, further = answers.page_of(every, parameters.after, by_kind=False)
        return schemas.EntriesAnswer(
            entries=[answers.short(each, now, _address(to, acting, each)) for each in rows],
            next=to.api("reply", id, "entries", after=further) if further else None,
        )


@router.get(
    "/reply/{id}/entries/{entry}",
    response=schemas.MemberEntry,
    operation_id="own_entry",
    summary="An entry of one's organisation, public or not",
    url_name="own-entry",
    openapi_extra=MAY_READ,
)
def entry(request: HttpRequest, id: _Id, entry: _Entry) -> schemas.MemberEntry:  # noqa: A002 - its public name
    """An entry exactly as the public would see it, the working days that are left, and what may be done now.

    A notice of it that was not given yet counts as given now: it has been read.
    """
    with for_organisation(request, id) as acting:
        found = _entry(acting, entry)
        if selectors.notice_waits(found):
            # Refused where the entry is over before its notice was given: there is nothing to record.
            with suppress(RefusedError, NotAllowedError):
                services.read_notices(found.pk)
        return _told(request, acting, entry)


def _told(request: HttpRequest, acting: ForOrganisation, identity: str) -> schemas.MemberEntry:
    now, to = clock.now(), Addresses(request)
    found = _entry(acting, identity)
    said = selectors.present_answer(found)
    may = {_STEPS[each] for each in selectors.possible(found, now).steps}
    if may_ask_correction(found, now):
        may.add(Step.ASK_CORRECTION)
    return answers.whole(
        found,
        now,
        answer=ShownAnswer(said.text, said.language) if said and said.shown else None,
        may=may,
        happened=[(each.type, each.at) for each in selectors.history(found)],
        to=to,
        address=_address(to, acting, found),
    )


def _entry(acting: ForOrganisation, identity: str) -> Entry:
    found = None
    if IDENTITY.fullmatch(identity):
        found = selectors.entry_of_ours(acting.organisation, identity)
    if found is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    return found


def _said(
    request: HttpRequest,
    identity: str,
    entry: str,
    seen: int | None,
    act: Callable[[ForOrganisation], object],
) -> schemas.MemberEntry:
    with for_organisation(request, identity) as acting:
        found = _entry(acting, entry)
        done(lambda: act(acting), found, seen)
        return _told(request, acting, entry)


def _stated(
    request: HttpRequest,
    identity: str,
    entry: str,
    body: schemas.Statement,
    state: Callable[..., object],
) -> schemas.MemberEntry:
    """Put a statement to one of the services that take an entry, by whom, a text and its language."""
    return _said(
        request,
        identity,
        entry,
        body.seen,
        lambda acting: state(entry, by=acting.user, text=body.text, language=body.language),
    )


@router.post(
    "/reply/{id}/entries/{entry}/answer",
    response=schemas.MemberEntry,
    operation_id="answer",
    summary="Answer an entry",
    url_name="answer",
    openapi_extra=MAY_ACT,
)
def answer(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    entry: _Entry,
    body: Body[schemas.AnswerText],
) -> schemas.MemberEntry:
    """Put a statement beside the entry; a later one takes its place. Public only if `shown` says so."""
    return _said(
        request,
        id,
        entry,
        body.seen,
        lambda acting: services.answer(
            entry, by=acting.user, text=body.text, language=body.language, shown=body.shown
        ),
    )


@router.post(
    "/reply/{id}/entries/{entry}/answer/take-back",
    response=schemas.MemberEntry,
    operation_id="take_back",
    summary="Take the answer back",
    url_name="take-back",
    openapi_extra=MAY_ACT,
)
def take_back(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    entry: _Entry,
) -> schemas.MemberEntry:
    """Take the statement back, and the documents that came with it."""
    return _said(
        request,
        id,
        entry,
        None,
        lambda acting: services.take_back_answer(entry, by=acting.user),
    )


@router.post(
    "/reply/{id}/entries/{entry}/objection",
    response=schemas.MemberEntry,
    operation_id="object_to",
    summary="Object to an entry",
    url_name="objection",
    openapi_extra=MAY_ACT,
)
def object_to(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    entry: _Entry,
    body: Body[schemas.Statement],
) -> schemas.MemberEntry:
    """Object. The first objection to a version suspends the entry at once, until it is decided."""
    return _stated(request, id, entry, body, services.object_to)


@router.post(
    "/reply/{id}/entries/{entry}/correction",
    response=schemas.MemberEntry,
    operation_id="ask_correction",
    summary="Ask for a correction",
    url_name="correction",
    openapi_extra=MAY_ACT,
)
def ask_correction(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    entry: _Entry,
    body: Body[schemas.Statement],
) -> schemas.MemberEntry:
    """Tell the authority of a mistake. The entry stays as it is meanwhile."""
    return _stated(request, id, entry, body, services.ask_correction)


@router.post(
    "/reply/{id}/entries/{entry}/repair",
    response=schemas.MemberEntry,
    operation_id="ask_repair",
    summary="Ask that an entry ends early",
    url_name="repair",
    openapi_extra=MAY_ACT,
)
def ask_repair(
    request: HttpRequest,
    id: _Id,  # noqa: A002 - its public name
    entry: _Entry,
    body: Body[schemas.Statement],
) -> schemas.MemberEntry:
    """Ask that the public view ends early, because the matter has been put right."""
    return _stated(request, id, entry, body, services.ask_repair)

"""The operations for members of an authority, by their own keys: what they do at the desk, by program.

What speaks against an organisation is approved on the screen alone, and corrected there.
"""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from ninja import Body, Header, P, PathEx, Query, Router, Status

from tabularium import clock
from tabularium.accounts.access import ForAuthority
from tabularium.accounts.roles import Act
from tabularium.api import member_answers as answers
from tabularium.api import member_schemas as schemas
from tabularium.api import submission_schemas
from tabularium.api.answers import Addresses
from tabularium.api.gate import READING
from tabularium.api.member_authentication import MAY_READ, MemberKey, at_desk, done, member
from tabularium.api.member_schemas import Step
from tabularium.api.parameters import IDENTITY
from tabularium.api.problem_types import (
    NO_VALID_KEY,
    NOT_FOR_THE_ROLE,
    NOT_NOW,
    ON_THE_SCREEN,
    TOO_MANY_CALLS,
    UNKNOWN_TO_THE_KEY,
)
from tabularium.api.problems import ProblemError, may_answer
from tabularium.api.receiving import received
from tabularium.api.recording import understood
from tabularium.api.submission_operations import answered, submitting
from tabularium.api.submission_parameters import SubmittingHeaders, SubmittingParameters
from tabularium.core.kinds import ADVERSE_KINDS
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.open_steps import open_to_approver
from tabularium.register.services.looking import note_lookings
from tabularium.register.visibility import shown_answers

_POST = ("POST",)
METHODS = {
    "member-work": READING,
    "member-entries": READING,
    "member-entry": READING,
    "member-submissions": _POST,
    "approvals": _POST,
    "withdrawal": _POST,
    "objection-decision": _POST,
    "stay": _POST,
    "stay-lifted": _POST,
    "repair-decision": _POST,
    "notes": _POST,
    "promise-answer": _POST,
}
"""What is taken at each address here, by the name of its route."""

SHOWN = 30
"""So many entries of each sort of work are given."""

_STEPS = {
    EventType.APPROVED: Step.APPROVE,
    EventType.UPHELD: Step.DECIDE_OBJECTION,
    EventType.WITHDRAWN: Step.WITHDRAW,
    EventType.STAYED: Step.STAY,
    EventType.STAY_LIFTED: Step.LIFT_STAY,
    EventType.REPAIR_GRANTED: Step.DECIDE_REPAIR,
    EventType.ANNOTATED: Step.NOTE,
    EventType.PROMISE_KEPT: Step.ANSWER_PROMISE,
    EventType.PROMISE_NOT_KEPT: Step.ANSWER_PROMISE,
}

router = Router(auth=MemberKey(), tags=["members of an authority"])

_Code = PathEx[str, P(description="Code of the authority.")]
_Identity = PathEx[str, P(description="Identity of the entry.")]
_ENTRY = "/desk/{code}/entries/{id}"


def _address(to: Addresses, acting: ForAuthority, entry: Entry) -> str:
    return to.api("desk", acting.authority.pk, "entries", entry.pk)


@router.get(
    "/desk/{code}/work",
    response=schemas.WorkAnswer,
    operation_id="member_work",
    summary="What waits at a desk",
    url_name="member-work",
    openapi_extra=MAY_READ,
)
def work(request: HttpRequest, code: _Code) -> schemas.WorkAnswer:
    """What waits for somebody at the authority, each sort in the order to do it in."""
    now, to = clock.now(), Addresses(request)
    with at_desk(request, code, Act.LOOK) as acting:
        found = {
            sort: list(rows[: SHOWN + 1])
            for sort, rows in selectors.work(acting.authority, now).items()
        }
        _note(acting, [each for rows in found.values() for each in rows[:SHOWN]])
        return schemas.WorkAnswer(
            work=[
                schemas.Work(
                    sort=sort,
                    entries=[
                        answers.short(each, now, _address(to, acting, each))
                        for each in rows[:SHOWN]
                    ],
                    more=len(rows) > SHOWN,
                )
                for sort, rows in found.items()
            ]
        )


@router.get(
    "/desk/{code}/entries",
    response=schemas.EntriesAnswer,
    operation_id="member_entries",
    summary="Entries of an authority, public or not",
    url_name="member-entries",
    openapi_extra=MAY_READ,
)
def entries(
    request: HttpRequest, code: _Code, parameters: Query[schemas.ListParameters]
) -> schemas.EntriesAnswer:
    """Entries of the authority, the last changed first, as its members list them."""
    now, to = clock.now(), Addresses(request)
    asked = parameters.dict(exclude={"after"})
    with at_desk(request, code, Act.LOOK) as acting:
        rows, further = answers.page_of(
            selectors.listed(acting.authority, **asked),
            parameters.after,
            by_kind=parameters.stage == Stage.DRAFT,
        )
        _note(acting, rows)
        following = {name: each for name, each in asked.items() if each}
        return schemas.EntriesAnswer(
            entries=[answers.short(each, now, _address(to, acting, each)) for each in rows],
            next=to.api("desk", code, "entries", **following, after=further) if further else None,
        )


@router.get(
    _ENTRY,
    response=schemas.MemberEntry,
    operation_id="member_entry",
    summary="An entry of an authority, public or not",
    url_name="member-entry",
    openapi_extra=MAY_READ,
)
def entry(request: HttpRequest, code: _Code, id: _Identity) -> schemas.MemberEntry:  # noqa: A002 - its public name
    """An entry as the public sees it or would see it, how it stands, and what may be done with it now."""
    with at_desk(request, code, Act.LOOK) as acting:
        return _told(request, acting, id)


def _told(request: HttpRequest, acting: ForAuthority, identity: str) -> schemas.MemberEntry:
    now, to = clock.now(), Addresses(request)
    found = _entry(acting, identity)
    _note(acting, [found])
    open_steps = frozenset[EventType]()
    if acting.may(Act.DECIDE):
        open_steps = open_to_approver(found, acting.user, now)
    screen = {EventType.CORRECTED} & open_steps
    if found.kind in ADVERSE_KINDS:
        screen |= {EventType.APPROVED} & open_steps
    return answers.whole(
        found,
        now,
        answer=shown_answers([found.pk], now).get(found.pk),
        may={_STEPS[each] for each in open_steps - screen},
        on_the_screen=screen,
        happened=[(EventType(each.event.type), each.event.at) for each in selectors.history(found)],
        to=to,
        address=_address(to, acting, found),
    )


def _entry(acting: ForAuthority, identity: str) -> Entry:
    found = None
    if IDENTITY.fullmatch(identity):
        found = selectors.entry_at(acting.authority, identity)
    if found is None or found.organisation is None:
        raise ProblemError(UNKNOWN_TO_THE_KEY)
    return found


def _note(acting: ForAuthority, rows: Iterable[Entry]) -> None:
    note_lookings(acting.user, acting.authority, rows)


def decided(
    request: HttpRequest,
    code: str,
    identity: str,
    seen: int | None,
    act: Callable[[ForAuthority, Entry], object],
) -> schemas.MemberEntry:
    """What an entry is after an approver has decided something about it.

    Raises:
        ProblemError: there is no such entry, or it is refused.
    """
    with at_desk(request, code, Act.DECIDE) as acting:
        found = _entry(acting, identity)
        done(lambda: act(acting, found), found, seen)
        return _told(request, acting, identity)


@router.post(
    "/desk/{code}/submissions",
    response={200: submission_schemas.SubmissionAnswer, 201: submission_schemas.SubmissionAnswer},
    operation_id="member_submit",
    summary="Submit decisions as a clerk",
    url_name="member-submissions",
    openapi_extra=submitting(NO_VALID_KEY, NOT_FOR_THE_ROLE, UNKNOWN_TO_THE_KEY, TOO_MANY_CALLS),
)
def submit(
    request: HttpRequest,
    response: HttpResponse,
    code: _Code,
    headers: Header[SubmittingHeaders],
    parameters: Query[SubmittingParameters],
) -> Status[submission_schemas.SubmissionAnswer]:
    """The same as `submit`, recorded by the clerk whose key it is: who then approves none of it."""
    acting = member(request, code, Act.RECORD)
    with received(request, parameters.file_name) as body:
        call = understood(acting.authority, parameters, body, acting.user)
        return answered(call, headers.key, body, response, Addresses(request))


@router.post(
    "/desk/{code}/approvals",
    response=schemas.ApprovalsAnswer,
    operation_id="approve",
    summary="Approve drafts that speak against nobody",
    url_name="approvals",
    openapi_extra=may_answer(
        NO_VALID_KEY, ON_THE_SCREEN, UNKNOWN_TO_THE_KEY, NOT_NOW, TOO_MANY_CALLS
    ),
)
def approve(
    request: HttpRequest, code: _Code, body: Body[schemas.Approvals]
) -> schemas.ApprovalsAnswer:
    """Approve drafts of licences and promises, all or none; none that the holder of the key recorded.

    One that speaks against an organisation is refused, and nothing is approved: that is read and approved by
    a person on the screen.
    """
    with at_desk(request, code, Act.DECIDE) as acting:
        chosen = [_entry(acting, each) for each in dict.fromkeys(body.entries)]
        if any(each.kind in ADVERSE_KINDS for each in chosen):
            raise ProblemError(ON_THE_SCREEN)
        identities = [each.pk for each in chosen]
        done(lambda: services.approve_licences(identities, approver=acting.user))
        return schemas.ApprovalsAnswer(approved=identities)

"""The operations for an authority's own programs: to send decisions, and to ask what became of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, P, PathEx, Query, Router, Status

from tabularium.api import submission_answers as answers
from tabularium.api import submission_schemas as schemas
from tabularium.api.answers import Addresses
from tabularium.api.authentication import AuthorityToken, authority_of
from tabularium.api.gate import READING
from tabularium.api.problem_types import (
    BODY_TOO_LONG,
    IN_PROGRESS,
    LENGTH_MISSING,
    NO_VALID_TOKEN,
    ROWS_WITH_ERRORS,
    SLOW_BODY,
    UNKNOWN_MEDIA_TYPE,
    UNKNOWN_SUBMISSION,
    UNREADABLE_FILE,
    ProblemType,
)
from tabularium.api.problems import ProblemError, may_answer
from tabularium.api.receiving import Body, received
from tabularium.api.recording import Call, carry_out, understood
from tabularium.api.submission_examples import REQUEST_BODY
from tabularium.api.submission_parameters import (
    NUMBER,
    FindingParameters,
    SubmittingHeaders,
    SubmittingParameters,
)
from tabularium.register.models import Submission
from tabularium.register.submission_selectors import submission_of

REPLAYED = "Idempotent-Replayed"
"""Says `true` where an earlier try of the same call recorded what is answered."""

METHODS = {"submissions": ("POST",), "submission": READING, "findings": READING}
"""What is taken at each address here, by the name of its route."""

router = Router(auth=AuthorityToken())

_Number = PathEx[str, P(description="Number of the submission.")]


def submitting(*problems: ProblemType) -> dict[str, Any]:
    """What an operation that takes a file adds to its description, with what else it may answer."""
    of_bodies = (
        SLOW_BODY,
        IN_PROGRESS,
        LENGTH_MISSING,
        BODY_TOO_LONG,
        UNKNOWN_MEDIA_TYPE,
        UNREADABLE_FILE,
    )
    return {**may_answer(*problems, *of_bodies), "requestBody": REQUEST_BODY}


@router.post(
    "/submissions",
    response={200: schemas.SubmissionAnswer, 201: schemas.SubmissionAnswer},
    operation_id="submit",
    summary="Submit decisions",
    url_name="submissions",
    openapi_extra=submitting(NO_VALID_TOKEN),
)
def submit(
    request: HttpRequest,
    response: HttpResponse,
    headers: Header[SubmittingHeaders],
    parameters: Query[SubmittingParameters],
) -> Status[schemas.SubmissionAnswer]:
    """Check a file of decisions row by row, and record what passes as drafts of the token's authority.

    201 if a submission was recorded, whatever its rows were stopped by; 200 for a trial (`dry_run`). The
    same call sent again with the same `Idempotency-Key` is answered as the first and records nothing more.
    With `all_or_nothing`, a row with an error is answered with 422, and nothing is recorded.
    """
    authority, to = authority_of(request), Addresses(request)
    with received(request, parameters.file_name) as body:
        call = understood(authority, parameters, body)
        return answered(call, headers.key, body, response, to)


def answered(
    call: Call, key: str, body: Body, response: HttpResponse, to: Addresses
) -> Status[schemas.SubmissionAnswer]:
    """Carry a call out, and say what became of it.

    Raises:
        ProblemError: nothing was recorded, and not because it was a trial.
    """
    outcome = carry_out(call, key)
    if outcome.submission is None:
        assert outcome.report is not None
        return _not_recorded(call, answers.tried(outcome.report, call.item, body, to))
    said = answers.recorded(outcome.submission, to)
    assert said.api_url is not None
    response["Location"] = said.api_url
    if outcome.replayed:
        response[REPLAYED] = "true"
    return Status(201, said)


def _not_recorded(call: Call, said: schemas.SubmissionAnswer) -> Status[schemas.SubmissionAnswer]:
    if call.parameters.dry_run:
        return Status(200, said)
    report: dict[str, Any] = said.model_dump(mode="json")
    raise ProblemError(ROWS_WITH_ERRORS, report=report)


@router.get(
    "/submissions/{id}",
    response=schemas.SubmissionAnswer,
    operation_id="submission",
    summary="A submission",
    url_name="submission",
    openapi_extra=may_answer(NO_VALID_TOKEN, UNKNOWN_SUBMISSION),
)
def submission(request: HttpRequest, id: _Number) -> schemas.SubmissionAnswer:  # noqa: A002 - its public name
    """What became of a submission of the token's authority."""
    return answers.recorded(_own_submission(request, id), Addresses(request))


@router.get(
    "/submissions/{id}/findings",
    response=schemas.FindingsAnswer,
    operation_id="findings",
    summary="The findings of a submission",
    url_name="findings",
    openapi_extra=may_answer(NO_VALID_TOKEN, UNKNOWN_SUBMISSION),
)
def findings(
    request: HttpRequest,
    id: _Number,  # noqa: A002 - its public name
    parameters: Query[FindingParameters],
) -> schemas.FindingsAnswer:
    """What was said about the rows of a submission of the token's authority, in the order of rows."""
    found = _own_submission(request, id)
    return answers.findings_page(found, parameters.place, parameters.limit, Addresses(request))


def _own_submission(request: HttpRequest, number: str) -> Submission:
    found = None
    if NUMBER.fullmatch(number):
        found = submission_of(authority_of(request), int(number))
    if found is None:
        raise ProblemError(UNKNOWN_SUBMISSION)
    return found

"""Every error of the API, in the one shape of RFC 9457 (application/problem+json).

An answer says what is wrong and what to do. It never repeats what was sent: what stands in the place of
a company's number may be the number of a person.
"""

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tabularium.api.problem_types import (
    INTERNAL_ERROR,
    RETRY_AFTER,
    UNKNOWN_ADDRESS,
    ProblemType,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """What is wrong with one parameter, or with the body.

    Attributes:
        parameter: its name; "body" for the body.
        code: why it is refused: missing, wrong, or a problem of `core.identifier_errors`; of a body:
            unreadable, or the reason for which the register refuses what it brings.
        detail: what it must be, in English, without what was given.
    """

    parameter: str
    code: str
    detail: str


class ProblemError(Exception):
    """An operation answers with a problem."""

    def __init__(
        self,
        problem: ProblemType,
        faults: Sequence[ParameterFault] = (),
        report: Mapping[str, Any] | None = None,
    ) -> None:
        self.problem = problem
        self.faults = tuple(faults)
        self.report = report
        super().__init__(problem.code)


def type_of(problem: ProblemType) -> str:
    """The URI reference that names the sort of error."""
    return f"{reverse('api:problems')}#{problem.code}"


def problem_response(
    problem: ProblemType,
    faults: Sequence[ParameterFault] = (),
    report: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer for a problem; its `instance` is a new UUID and tells nothing of the request."""
    body = {
        "type": type_of(problem),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": uuid4().urn,
        "errors": [asdict(each) for each in faults],
    }
    if report is not None:
        body["report"] = report
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE
    )
    if problem.status == HTTPStatus.UNAUTHORIZED:
        # RFC 9110, section 15.5.2: a 401 always says how to authenticate.
        response["WWW-Authenticate"] = 'Bearer realm="tabularium"'
    if problem in RETRY_AFTER:
        response["Retry-After"] = str(RETRY_AFTER[problem])
    return response


def failure_response(error: Exception) -> HttpResponse:
    """The answer for a mistake of ours; what happened goes to the log under the answer's `instance`."""
    response = problem_response(INTERNAL_ERROR)
    instance = json.loads(response.content)["instance"]
    if isinstance(error, DatabaseError):
        # The first line alone: below it, PostgreSQL repeats the row with all that it says.
        said = str(error).partition("\n")[0]
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("The API failed to answer (%s): %s\n%s", instance, said, where)
    else:
        logger.error("The API failed to answer (%s)", instance, exc_info=error)
    return response


def response_name(status: int) -> str:
    """The name, among the components of the OpenAPI document, of the answer with this status."""
    return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")


def may_answer(*problems: ProblemType) -> dict[str, Any]:
    """What an operation adds to its description in the OpenAPI document.

    Args:
        problems: those it answers with; what every operation may answer need not be named.
    """
    return {
        "responses": {
            each.status: {"$ref": f"#/components/responses/{response_name(each.status)}"}
            for each in problems
        }
    }


def unknown_address(_request: HttpRequest, *_arguments: str) -> HttpResponse:
    """The view of every address below the API's that is none of its own."""
    return problem_response(UNKNOWN_ADDRESS)

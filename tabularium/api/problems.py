"""Every error of the API, in the one shape of RFC 9457 (application/problem+json).

An answer says what is wrong and what to do. It never repeats what was sent: what stands in the place of
a company's number may be the number of a person.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A sort of error.

    Attributes:
        code: the fragment of its `type`, below the address of the list of problems.
        status: the HTTP status it comes with.
        title: what is wrong, in English; the same every time.
        detail: what to do about it, in English.
    """

    code: str
    status: int
    title: str
    detail: str


MALFORMED_REQUEST = ProblemType(
    "malformed-request",
    400,
    "The request cannot be read",
    "Send a plain GET request with the parameters that the OpenAPI document names, each once.",
)
INVALID_PARAMETERS = ProblemType(
    "invalid-parameters",
    400,
    "A parameter is missing or wrong",
    "Correct the parameters that `errors` names and ask again.",
)
UNKNOWN_ADDRESS = ProblemType(
    "unknown-address",
    404,
    "The API has no such address",
    "See the index of the API or its OpenAPI document for the addresses there are.",
)
NOT_FOUND = ProblemType(
    "not-found",
    404,
    "Nothing public is here",
    "Check the identity or the code. What is not public now is not told apart from what never was.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    405,
    "This method is not allowed",
    "The API is for reading. Use GET or HEAD.",
)
GONE = ProblemType(
    "gone",
    410,
    "This entry has ended or was withdrawn",
    "Delete your copies of it. It does not come back.",
)
ADDRESS_TOO_LONG = ProblemType(
    "address-too-long",
    414,
    "The address is too long",
    "Keep the address, its parameters included, within 8,000 bytes.",
)
INTERNAL_ERROR = ProblemType(
    "internal-error",
    500,
    "The register failed to answer",
    "Ask again later. If it goes on, tell the register's operator the `instance` of this answer.",
)

PROBLEMS: tuple[ProblemType, ...] = (
    MALFORMED_REQUEST,
    INVALID_PARAMETERS,
    UNKNOWN_ADDRESS,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    GONE,
    ADDRESS_TOO_LONG,
    INTERNAL_ERROR,
)


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """What is wrong with one parameter.

    Attributes:
        parameter: its name.
        code: why it is refused: missing, wrong, or a problem of `core.identifier_errors`.
        detail: what it must be, in English, without what was given.
    """

    parameter: str
    code: str
    detail: str


class ProblemError(Exception):
    """An operation answers with a problem."""

    def __init__(self, problem: ProblemType, faults: Sequence[ParameterFault] = ()) -> None:
        self.problem = problem
        self.faults = tuple(faults)
        super().__init__(problem.code)


def type_of(problem: ProblemType) -> str:
    """The URI reference that names the sort of error."""
    return f"{reverse('api:problems')}#{problem.code}"


def problem_response(problem: ProblemType, faults: Sequence[ParameterFault] = ()) -> HttpResponse:
    """The answer for a problem; its `instance` is a new UUID and tells nothing of the request."""
    body = {
        "type": type_of(problem),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": uuid4().urn,
        "errors": [asdict(each) for each in faults],
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE
    )
    if problem is METHOD_NOT_ALLOWED:
        response["Allow"] = "GET, HEAD"
    return response


def failure_response(error: Exception) -> HttpResponse:
    """The answer for a mistake of ours; what happened goes to the log under the answer's `instance`."""
    response = problem_response(INTERNAL_ERROR)
    instance = json.loads(response.content)["instance"]
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


def malformed_request(_request: HttpRequest) -> HttpResponse:
    """The view for what is refused before any operation is asked, such as a wrong `Host`."""
    return problem_response(MALFORMED_REQUEST)


def unknown_address(_request: HttpRequest, *_arguments: str) -> HttpResponse:
    """The view of every address below the API's that is none of its own."""
    return problem_response(UNKNOWN_ADDRESS)

"""The API as a whole: how answers are written, and how every exception becomes a problem."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from tabularium.api.change_operations import router as change_router
from tabularium.api.desk_decisions import router as decision_router
from tabularium.api.desk_operations import router as desk_router
from tabularium.api.document import complete
from tabularium.api.operations import router
from tabularium.api.parameters import RULES
from tabularium.api.problem_types import BUSY, INVALID_PARAMETERS, MALFORMED_REQUEST
from tabularium.api.problems import (
    ParameterFault,
    ProblemError,
    failure_response,
    problem_response,
)
from tabularium.api.reply_operations import router as reply_router
from tabularium.api.submission_operations import router as submission_router
from tabularium.api.words import DESCRIPTION, TITLE, VERSION

logger = logging.getLogger(__name__)


class Utf8Renderer(JSONRenderer):
    """JSON in UTF-8: escaped Chinese would take 70 % more bytes."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class Application(NinjaAPI):
    """An API whose errors all have one shape."""

    def set_default_exception_handlers(self) -> None:
        """Ours in place of those of the library, each of which has a shape of its own."""
        self.add_exception_handler(ProblemError, _problem)
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(SuspiciousOperation, _malformed)
        # A body that is no JSON.
        self.add_exception_handler(HttpError, _malformed)
        self.add_exception_handler(BadRequest, _malformed)
        self.add_exception_handler(OperationalError, _busy)
        self.add_exception_handler(InterfaceError, _busy)
        self.add_exception_handler(Exception, _failure)


def _problem(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(error.problem, error.faults, error.report)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    faults = {_parameter_at(each["loc"]): each["type"] == "missing" for each in error.errors}
    return problem_response(
        INVALID_PARAMETERS,
        [
            ParameterFault(name, "missing" if missing else "wrong", RULES[name])
            for name, missing in faults.items()
        ],
    )


def _parameter_at(place: Sequence[str | int]) -> str:
    """The parameter, or the member of a body, in which something is wrong; deeper than that is not said."""
    return next(
        (each for each in reversed(place) if isinstance(each, str) and each in RULES), "body"
    )


def _malformed(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem_response(MALFORMED_REQUEST)


def _busy(_request: HttpRequest, error: Any) -> HttpResponse:
    # A lock that was not had in time, a connection that broke, a disk that is full: the operator may look.
    logger.warning("The database did not do its part: %s", str(error).partition("\n")[0])
    return problem_response(BUSY)


def _failure(_request: HttpRequest, error: Any) -> HttpResponse:
    return failure_response(error)


api = Application(
    title=TITLE,
    version=VERSION,
    description=DESCRIPTION,
    renderer=Utf8Renderer(),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": "/", "description": "This register."}],
)
api.add_router("", router)
api.add_router("", change_router)
api.add_router("", submission_router)
api.add_router("", desk_router)
api.add_router("", decision_router)
api.add_router("", reply_router)


@api.get(
    "/openapi.json",
    response=dict[str, Any],
    operation_id="openapi",
    summary="The OpenAPI document",
    url_name="openapi",
)
def openapi(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the library asks for it
    """This document."""
    return _document(api.get_root_path({}))


@cache
def _document(path_prefix: str) -> dict[str, Any]:
    return complete(api.get_openapi_schema(path_prefix=path_prefix))

"""The addresses of the service. Whatever is asked reads alone; a query by POST has no room in an address."""

import json
from collections.abc import Callable
from functools import wraps
from importlib.resources import files

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from tabularium import clock
from tabularium.api.answers import Addresses
from tabularium.api.problem_types import (
    BODY_TOO_LONG,
    BUSY,
    INVALID_PARAMETERS,
    MALFORMED_REQUEST,
    NOT_FOUND,
    UNKNOWN_MEDIA_TYPE,
)
from tabularium.api.problems import ParameterFault, ProblemError, problem_response
from tabularium.api.reconciling import answers
from tabularium.api.reconciling.candidates import candidates, found
from tabularium.api.reconciling.queries import plain, read_batch
from tabularium.core.identifiers import SCHEMES
from tabularium.register import selectors

LARGEST = 128 * 1024
"""Bytes of a form: a batch of the longest queries, each character of which may be sent as nine bytes."""

_A_PAGE = 10
_FURTHEST = 100
_FORM = "application/x-www-form-urlencoded"
_CURSOR = "How many suggestions to leave out: a whole number from 0."
_PREFIX = "What was typed so far; empty is let pass."
_NOT_OFFERED = "There is no data extension here: it would join what stands apart."

# Any site may show it in a frame. It runs nothing, sends nothing and loads our own style sheet alone.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)

View = Callable[..., HttpResponse]


def _answered(view: View) -> View:
    """The view, whose refusals are problems as everywhere in the API."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: str, **named: str) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except ProblemError as error:
            return problem_response(error.problem, error.faults)
        except RequestDataTooBig:
            return problem_response(BODY_TOO_LONG)
        except (SuspiciousOperation, UnicodeError):
            return problem_response(MALFORMED_REQUEST)
        except OperationalError:
            return problem_response(BUSY)

    return answer


@csrf_exempt
@_answered
def service(request: HttpRequest) -> HttpResponse:
    """The manifest, or the candidates of a batch of queries."""
    given = _form(request) if request.method == "POST" else request.GET
    if "extend" in given:
        raise ProblemError(INVALID_PARAMETERS, [ParameterFault("extend", "wrong", _NOT_OFFERED)])
    if "queries" not in given:
        if request.method == "POST":
            fault = ParameterFault("queries", "missing", "A batch of queries, as JSON.")
            raise ProblemError(INVALID_PARAMETERS, [fault])
        return _json(answers.manifest(Addresses(request)))
    now = clock.now()
    batch = read_batch(given["queries"])
    return _json(
        {
            key: {"result": [answers.candidate(each) for each in candidates(query, now)]}
            for key, query in batch.items()
        }
    )


@_answered
def suggest_entity(request: HttpRequest) -> HttpResponse:
    """Organisations whose name or identifier has what was typed so far."""
    prefix, cursor = _typed(request)
    if not prefix:
        return _json({"result": []})
    matching = found(prefix, clock.now(), cursor + _A_PAGE)
    return _json({"result": [answers.entity(each) for each in matching[cursor:]]})


@_answered
def suggest_property(request: HttpRequest) -> HttpResponse:
    """Schemes of identifiers by which a query may be narrowed."""
    prefix, cursor = _typed(request)
    return _json({"result": answers.properties(prefix)[cursor : cursor + _A_PAGE]})


@_answered
def preview(request: HttpRequest, identity: str) -> HttpResponse:
    """Who an organisation is, for the frame of a client: its names and identifiers, and nothing else."""
    organisation = selectors.organisation(identity, clock.now())
    if organisation is None:
        raise ProblemError(NOT_FOUND)
    numbers = [
        (SCHEMES[each.scheme], each.value)
        for each in sorted(
            organisation.identifiers.all(), key=lambda each: (each.scheme, each.value)
        )
    ]
    others = sorted({each.name for each in organisation.other_names.all()})
    context = {
        "organisation": organisation,
        "others": others,
        "numbers": numbers,
        "page": Addresses(request).page("organisations", organisation.pk),
    }
    response = render(request, "api/preview.html", context)
    response["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@_answered
def about(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """What the service does and how closeness is counted, in words."""
    text = files("tabularium.api.reconciling").joinpath("about.txt").read_text("utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _form(request: HttpRequest) -> "dict[str, str]":
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdigit() or int(announced) > LARGEST:
        raise ProblemError(BODY_TOO_LONG)
    if request.content_type != _FORM:
        raise ProblemError(UNKNOWN_MEDIA_TYPE)
    return request.POST.dict()


def _typed(request: HttpRequest) -> tuple[str, int]:
    if "prefix" not in request.GET:
        raise ProblemError(INVALID_PARAMETERS, [ParameterFault("prefix", "missing", _PREFIX)])
    cursor = request.GET.get("cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit()) or len(cursor) > len(str(_FURTHEST)):
        raise ProblemError(INVALID_PARAMETERS, [ParameterFault("cursor", "wrong", _CURSOR)])
    return plain(request.GET["prefix"]), min(int(cursor), _FURTHEST)


def _json(answer: object) -> HttpResponse:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json; charset=utf-8")

"""What holds for every answer of the API, whichever view gave it: methods, caching, use from any site.

What an authority's programs send and ask goes through the same gate: never kept, and for no other site.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from tabularium import clock
from tabularium.api.limits import READERS, policy, seconds_to_wait_once
from tabularium.api.problem_types import (
    ADDRESS_TOO_LONG,
    METHOD_NOT_ALLOWED,
    TOKEN_IN_ADDRESS,
    TOO_MANY_CALLS,
)
from tabularium.api.problems import problem_response
from tabularium.register.token_text import TOKEN
from tabularium.register.visibility import cache_lifetime

LONGEST_ADDRESS = 8000
"""In bytes, as asked for. RFC 9110, section 4.1, recommends that at least so many are taken."""

_MAY_BE_KEPT = frozenset({HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

READING = ("GET", "HEAD")

# What a script of another site may read beside what every browser shows it.
_EXPOSED = "Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset"

# RFC 6750, section 5.3: tokens are not to stand in addresses, which logs and histories keep.
_NAMES_OF_TOKENS = frozenset({"access_token", "api_token", "token"})

View = Callable[..., HttpResponseBase]


def through_the_gate(
    view: View,
    *,
    methods: Sequence[str] = READING,
    any_method: bool = False,
    private: bool = False,
) -> View:
    """The view, with what holds for all answers.

    Args:
        view: answers `methods`; HEAD as a GET.
        methods: what is taken at its address.
        any_method: let the view answer every method; for addresses that are none, whatever is asked.
        private: for an authority's own programs: no other site's page may ask, and nobody keeps an answer.
    """

    # What is taken from other sites changes nothing, and what changes anything asks for a key: no answer
    # rests on a cookie, and Django's own refusal of a form would not have the shape of a problem.
    @csrf_exempt
    @wraps(view)
    def gate(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        # The clock is read before the answer is, so that no change falls between the two.
        asked_at = clock.now()
        keep_until = asked_at + cache_lifetime(asked_at)
        refusal = _refusal(request, () if any_method else methods)
        if private:
            response = refusal or _ask(view, request, arguments, named)
            _set_private_headers(response)
            return response
        response = refusal or _too_many(request) or _ask(view, request, arguments, named)
        _set_headers(response, keep_until - clock.now(), kept=request.method in READING)
        return _unless_known(request, response)

    gate.for_everybody = not private and not any_method  # type: ignore[attr-defined] # a mark, see `short_way`
    return gate


def tag_of(content: bytes) -> str:
    """The ETag of an answer."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def kept_for(remaining: timedelta) -> str:
    """How long anyone may keep an answer, as Cache-Control says it."""
    seconds = max(0, int(remaining.total_seconds()))
    # A cache that cannot reach us may not show what has ended either.
    return f"public, max-age={seconds}, must-revalidate"


def _refusal(request: HttpRequest, methods: Sequence[str]) -> HttpResponse | None:
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        return problem_response(ADDRESS_TOO_LONG)
    if _has_token(request):
        return problem_response(TOKEN_IN_ADDRESS)
    if not methods or request.method in methods:
        return None
    refusal = problem_response(METHOD_NOT_ALLOWED)
    refusal["Allow"] = ", ".join(methods)
    return refusal


def _too_many(request: HttpRequest) -> HttpResponse | None:
    wait = seconds_to_wait_once(request)
    if wait is None:
        return None
    refusal = problem_response(TOO_MANY_CALLS)
    refusal["Retry-After"] = str(wait)
    refusal["RateLimit"] = f'"{READERS}";r=0;t={wait}'
    return refusal


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer or, to who has it already, that it is still right (RFC 9110, section 13.1.2).

    What has ended is not answered with 200 and therefore never still right.
    """
    if response.status_code != HTTPStatus.OK or request.method not in READING:
        return response
    if not isinstance(response, HttpResponse):
        return response
    if "ETag" not in response:
        response["ETag"] = tag_of(response.content)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # Compared weakly, as the standard has it: a proxy that packs an answer marks its tag as weak.
    if "*" not in known and response["ETag"] not in {each.removeprefix("W/") for each in known}:
        return response
    unchanged = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    for name, value in response.headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            unchanged[name] = value
    del unchanged["Content-Type"]
    return unchanged


def _has_token(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    names = {each.partition("=")[0].lower() for each in query.split("&")}
    return (
        not names.isdisjoint(_NAMES_OF_TOKENS) or TOKEN.search(request.get_full_path()) is not None
    )


def _ask(
    view: View, request: HttpRequest, arguments: tuple[object, ...], named: dict[str, object]
) -> HttpResponseBase:
    method = request.method
    if method == "HEAD":
        # A HEAD is answered as a GET; the server leaves the body out.
        request.method = "GET"
    response = view(request, *arguments, **named)
    request.method = method
    return response


def _set_headers(response: HttpResponseBase, remaining: timedelta, *, kept: bool) -> None:
    kept = kept and response.status_code in _MAY_BE_KEPT
    # A refusal may rest on more than the address, and a failure of ours is over when it is mended.
    response["Cache-Control"] = kept_for(remaining) if kept else "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _EXPOSED
    response["RateLimit-Policy"] = policy()
    # The same for every reader: the middleware would put the reader's language here.
    response["Content-Language"] = "en"


def _set_private_headers(response: HttpResponseBase) -> None:
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = "en"

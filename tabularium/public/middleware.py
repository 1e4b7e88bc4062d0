"""Headers of every answer: what a browser may load for it, and how long anyone may keep it."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tabularium import clock
from tabularium.public.instant import instant_of
from tabularium.register.visibility import cache_lifetime

# Nothing but our own style sheet and our own pictures; no script at all.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
    )
)
NOT_TO_BE_KEPT = "private, no-store"

# What the public gets, and what says that there is nothing (any more). Errors and redirects are not kept.
_MAY_BE_KEPT = frozenset({HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class PageHeaders:
    """Adds the headers that an answer does not bring itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say how the answer is to be treated."""
        began = instant_of(request)
        response = self._get_response(request)
        if response.get("Access-Control-Allow-Origin") == "*":
            _leave_out_the_language(response)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", _cache_control(response, began))
        return response


def _varies_by(response: HttpResponseBase) -> list[str]:
    return [each.strip() for each in response.get("Vary", "").split(",") if each.strip()]


def _leave_out_the_language(response: HttpResponseBase) -> None:
    """Let caches keep one answer for all readers where any site may ask, which is to say of the API.

    Django says of every address without a language that its answer depends on the reader's.
    """
    kept = [each for each in _varies_by(response) if each.lower() != "accept-language"]
    del response.headers["Vary"]
    if kept:
        response.headers["Vary"] = ", ".join(kept)


def _cache_control(response: HttpResponseBase, began: datetime) -> str:
    """How long an answer to a request of the instant `began` may be kept.

    A redirect, and whatever else stands at an address without a language, depends on the reader's, which
    a cookie may tell; an error depends on the moment, and an answer that reads or sets a cookie on who
    asks: none of them is kept. The rest is public, until the instant that
    `cache_lifetime` gives for the beginning of the request; what the answer took is counted off.
    """
    varies_by = {each.lower() for each in _varies_by(response)}
    personal = bool(response.cookies) or not varies_by.isdisjoint({"accept-language", "cookie"})
    if personal or response.status_code not in _MAY_BE_KEPT:
        return NOT_TO_BE_KEPT
    left = began + cache_lifetime(began) - clock.now()
    seconds = max(0, int(left.total_seconds()))
    # must-revalidate: also a cache that cannot reach us may not show what has ended.
    return f"public, max-age={seconds}, must-revalidate"

"""A short way for whoever reads an entry and is nobody: past all that only accounts and forms need.

What holds for every answer stands before it in the settings. Who brings a cookie or asks for more than the
page, and whatever is not a public entry as most are, goes the way of all pages.
"""

import re
from collections.abc import Callable
from functools import cache

from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import translation

from tabularium.public.quick_page import entry_page
from tabularium.public.views.subjects import robots_of
from tabularium.register.ids import LENGTH, PATTERN

_READING = ("GET", "HEAD")
_ENTRY = re.compile(f"/(en|zh-hans)/entries/({PATTERN})")

Answering = Callable[[HttpRequest], HttpResponseBase]


class ShortWayToEntries:
    """Answers whoever reads an entry's page; all else goes its way."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        return _answer(request) or self._get_response(request)


def _answer(request: HttpRequest) -> HttpResponse | None:
    asked, about = _ENTRY.fullmatch(request.path_info), request.META
    if asked is None or request.method not in _READING:
        return None
    if about.get("QUERY_STRING") or about.get("HTTP_COOKIE"):
        return None
    language, identity = asked.groups()
    # As the middleware of languages does: the next to be answered by this thread sets its own.
    translation.activate(language)
    request.resolver_match = _match(language)
    try:
        page = entry_page(request, identity)
    except (DisallowedHost, Error):
        # It will be so again, and is answered in words there.
        return None
    if page is None:
        return None
    html = page.html.encode()
    headers = {
        "Content-Language": language,
        "Content-Length": str(len(html)),
        "X-Robots-Tag": robots_of(page.until),
    }
    return HttpResponse(html, headers=headers)


@cache
def _match(language: str) -> ResolverMatch:
    """To what such an address leads, whichever entry it names."""
    return resolve(f"/{language}/entries/{'0' * LENGTH}")

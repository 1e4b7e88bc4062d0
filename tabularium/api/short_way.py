"""A short way for what programs read and everybody may: past all that only pages and accounts need.

What holds for every answer stands before it in the settings; a session, a reader's language, a form's token
and a message are nothing to an answer of the API that is the same for all.
"""

import re
from collections.abc import Callable
from functools import cache

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from tabularium.api.gate import READING
from tabularium.register.ids import LENGTH, PATTERN

BELOW = "/api/v1/"
_LANGUAGE = "en"

OF_MOST = re.compile(rf"{BELOW}(organisations|entries)/({PATTERN})")
"""What is asked most; the route of each is looked up once."""

Answering = Callable[[HttpRequest], HttpResponseBase]


class ShortWay:
    """Answers the reading of what the API says to everybody; all else goes its way."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        if request.method not in READING or not request.path_info.startswith(BELOW):
            return self._get_response(request)
        asked = OF_MOST.fullmatch(request.path_info)
        try:
            request.get_host()
            match = _match(asked[1]) if asked else resolve(request.path_info)
        except (Resolver404, DisallowedHost):
            return self._get_response(request)
        if not getattr(match.func, "for_everybody", False):
            return self._get_response(request)
        request.resolver_match = match
        named = {"id": asked[2]} if asked else match.kwargs
        # The thread may still speak the language of the page before.
        with translation.override(_LANGUAGE):
            response: HttpResponseBase = match.func(request, *match.args, **named)
        if isinstance(response, HttpResponse) and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response


@cache
def _match(of: str) -> ResolverMatch:
    """To what the address of any of these leads."""
    return resolve(f"{BELOW}{of}/{'0' * LENGTH}")

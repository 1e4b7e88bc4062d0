"""A short way for what programs read and everybody may: past all that only pages and accounts need.

What holds for every answer stands before it in the settings; a session, a reader's language, a form's token
and a message are nothing to an answer of the API that is the same for all.
"""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from tabularium.api.gate import READING

_BELOW = "/api/v1/"
_LANGUAGE = "en"

Answering = Callable[[HttpRequest], HttpResponseBase]


class ShortWay:
    """Answers the reading of what the API says to everybody; all else goes its way."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        if request.method not in READING or not request.path_info.startswith(_BELOW):
            return self._get_response(request)
        try:
            request.get_host()
            match = resolve(request.path_info)
        except (Resolver404, DisallowedHost):
            return self._get_response(request)
        if not getattr(match.func, "for_everybody", False):
            return self._get_response(request)
        request.resolver_match = match
        # The thread may still speak the language of the page before.
        with translation.override(_LANGUAGE):
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        if isinstance(response, HttpResponse) and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response

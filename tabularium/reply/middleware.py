"""How much may be sent to an address of the organisations' workspace, before a byte of it is read."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tabularium.register.ids import PATTERN
from tabularium.register.services.documents import MOST

FORMS = 128 * 1024
"""Bytes of a form without documents: its longest text, each character of which may be sent as nine."""

_BELOW = re.compile(r"/[\w-]+/reply(?:/|\Z)")
_WITH_DOCUMENTS = re.compile(
    rf"/[\w-]+/reply/{PATTERN}/entries/{PATTERN}/(?:answer|objection|repair)"
)


class NoLargerThanNeeded:
    """Refuses what is larger than anything that is asked for there.

    Documents are taken on three pages, and from who has a session; whoever has none is not signed in and
    sends nothing large.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, if what was sent is not too large."""
        if _BELOW.match(request.path_info) and _length(request) > _most(request):
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            response = render(request, "reply/too_large.html", status=status)
            response.headers["Cache-Control"] = "private, no-store"
            return response
        return self._get_response(request)


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdigit() else 0


def _most(request: HttpRequest) -> int:
    takes_documents = _WITH_DOCUMENTS.fullmatch(request.path_info)
    if takes_documents and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return MOST * int(settings.LARGEST_DOCUMENT) + FORMS
    return FORMS

"""What is asked of the API most, answered in front of Django's handler where nothing else is to be done.

What the handler does around every request, for signals, sessions and languages, took a third as long as such
an answer. Who counts, logs or traces requests, or reads from a copy of the database, has no front: there the
same answers are given within the handler (`hot_answers`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections

from tabularium.api.answers import Addresses
from tabularium.api.hot_answers import Asked, Mould, Moulds, answer, asked_for
from tabularium.api.short_way import BELOW

_OK = "200 OK"

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class HotFront:
    """A web application (PEP 3333) in front of the whole one, which answers all else.

    Args:
        application: the whole one.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._moulds = Moulds()

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """The answer."""
        # No request is made of what is nothing to the API: Django makes one.
        if not environ["PATH_INFO"].startswith(BELOW):
            return self._application(environ, start_response)
        request = WSGIRequest(environ)
        asked = asked_for(request)
        if asked is None:
            return self._application(environ, start_response)
        mould = self._moulds.get(asked)
        if mould is None:
            return self._application(environ, self._casting(request, asked, start_response))
        return _answered(request, mould, asked, start_response) or self._application(
            environ, start_response
        )

    def _casting(self, request: WSGIRequest, asked: Asked, start_response: Start) -> Start:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status == _OK:
                self._moulds.cast(asked, headers, Addresses(request))
            return start_response(status, headers, *more)

        return start


def _answered(
    request: WSGIRequest, mould: Mould, asked: Asked, start_response: Start
) -> list[bytes] | None:
    # As Django's handler does before and after.
    close_old_connections()
    response = answer(request, mould, asked)
    if response is None:
        return None
    close_old_connections()
    start_response(_OK, list(response.headers.items()))
    return [response.content]

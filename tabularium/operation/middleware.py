"""What is done with every request for whoever looks after the register."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, HttpResponseNotFound
from django.http.response import HttpResponseBase

from tabularium.api.gate import READING
from tabularium.operation import views
from tabularium.operation.counting import count
from tabularium.operation.logs import method_of, route_of
from tabularium.operation.tracing import Tracer, tracer

Answering = Callable[[HttpRequest], HttpResponseBase]

_PROBES = {"/healthz": views.alive, "/readyz": views.ready, "/metrics": views.figures}

_log = logging.getLogger("tabularium.requests")


class Probes:
    """Answers whoever asks whether this process is alive, before anything else looks at the request.

    They ask by the number of a machine or a container, and not by a name that TABULARIUM_HOSTS has.
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        view = _PROBES.get(request.path_info)
        if view is None:
            return self._get_response(request)
        if request.method not in READING:
            return HttpResponseNotAllowed(READING)
        try:
            return view(request)
        except Http404:
            return HttpResponseNotFound()


def watches() -> bool:
    """Whether the settings ask that requests be counted, logged or traced."""
    return bool(settings.METRICS_TOKEN or settings.REQUEST_LOG or tracer())


class Watched:
    """Counts answers, writes lines about them and sends spans: whichever of these the settings ask for."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response
        if not watches():
            raise MiddlewareNotUsed
        self._tracer: Tracer | None = tracer()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        began = perf_counter()
        if self._tracer is None:
            response = self._get_response(request)
        else:
            response = self._tracer.answer(request, self._get_response)
        seconds = perf_counter() - began
        method, route, status = method_of(request), route_of(request), response.status_code
        if settings.METRICS_TOKEN:
            count(method, route, status, seconds)
        if settings.REQUEST_LOG:
            facts = {
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
            }
            _log.info("answered", extra={"facts": facts})
        return response

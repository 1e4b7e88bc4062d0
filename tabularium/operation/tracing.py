"""Spans for a collector of OpenTelemetry, if the settings name one; nothing of it is needed otherwise.

A span of a request has its method, the pattern of its address and the status. One of a database has the
kind of statement: no statement, for texts and numbers that people typed may stand in one, and no values.
An exception is told by its kind.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tabularium.operation.logs import method_of, route_of

SERVICE = "tabularium"


class Tracer(Protocol):
    """What lets spans come of requests."""

    def answer(
        self, request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer a request within a span."""


@cache
def tracer() -> Tracer | None:
    """What makes spans and sends them; None where no collector is named.

    Raises:
        ImproperlyConfigured: one is named, and the packages are not there.
    """
    if not settings.TRACES:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - may be absent
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - the same
    except ImportError:
        raise ImproperlyConfigured(
            "TABULARIUM_TRACES needs packages that are not installed: requirements/tracing.lock."
        ) from None
    exporter = OTLPSpanExporter(endpoint=f"{settings.TRACES.rstrip('/')}/v1/traces")
    return Spans(BatchSpanProcessor(exporter))


class Spans:
    """Makes spans, and gives them to a processor of OpenTelemetry's SDK."""

    def __init__(self, processor: Any) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - may be absent
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - the same

        # What the SDK would tell of machine and process is not asked for.
        provider = TracerProvider(resource=Resource({"service.name": SERVICE}))
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer(SERVICE)

    def answer(
        self, request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer a request within a span, and each statement to the database within one below it."""
        with (
            self._span(method_of(request)) as span,
            connection.execute_wrapper(self._statement),
        ):
            response = get_response(request)
            method, route = method_of(request), route_of(request)
            span.update_name(f"{method} {route}")
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", response.status_code)
        return response

    def _span(self, name: str) -> Any:
        # Neither what an exception says nor where it came from: the log has the latter.
        return self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        )

    def _statement(
        self,
        execute: Callable[..., Any],
        sql: str,
        parameters: Sequence[Any],
        many: bool,
        context: Any,
    ) -> Any:
        kind = str(sql).lstrip("( \n").partition(" ")[0].upper()
        with self._span(kind if kind in _KINDS else "statement") as span:
            span.set_attribute("db.system.name", connection.vendor)
            return execute(sql, parameters, many, context)


_KINDS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "COPY", "SET"})

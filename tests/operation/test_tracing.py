"""Spans say how long what took, and nothing of what was asked."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django import Settings

from tabularium.operation import tracing
from tabularium.operation.middleware import Watched
from tests import builders
from tests.operation.conftest import Move

pytestmark = pytest.mark.django_db

MARKS = ("Marked", "13912345678", "203.0.113.9", "标记")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What a collector would be sent."""
    exporter = InMemorySpanExporter()
    spans = tracing.Spans(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("tabularium.operation.middleware.tracer", lambda: spans)
    return exporter


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    tracing.tracer.cache_clear()


def all_of(spans: tuple[ReadableSpan, ...]) -> str:
    return "\n".join(each.to_json() for each in spans)


def test_none_are_made_unless_the_settings_ask(client: Client) -> None:
    assert tracing.tracer() is None
    assert client.get("/en/").status_code == 200


def test_a_span_has_the_pattern_of_the_address_and_kinds_of_statements(
    kept: InMemorySpanExporter, move: Move
) -> None:
    entry = builders.published(builders.Town(), move)
    organisation = entry.organisation
    assert organisation is not None
    number = organisation.identifiers.get().value
    client = Client()
    headers = {"user-agent": "Marked", "x-forwarded-for": "203.0.113.9"}
    client.get(f"/en/entries/{entry.pk}?from=Marked+13912345678", headers=headers)
    client.get("/en/?q=标记+Marked", headers=headers, REMOTE_ADDR="203.0.113.9")
    client.get(f"/api/v1/organisations?scheme=CN-USCC&value={number}")
    client.get("/en/Marked/13912345678")
    spans = kept.get_finished_spans()
    names = [each.name for each in spans]
    assert "GET en/entries/<identity:identity>" in names
    assert "GET none" in names
    assert "SELECT" in names
    text = all_of(spans)
    for mark in (*MARKS, entry.pk, organisation.pk, number, organisation.name, "FROM"):
        assert mark not in text, mark


def test_an_error_is_told_without_what_it_says(
    kept: InMemorySpanExporter, rf: RequestFactory
) -> None:
    def fails(_: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT Marked FROM nothing WHERE name = %s", ["13912345678"])
        return HttpResponse()

    with pytest.raises(DatabaseError):
        Watched(fails)(rf.get("/en/Marked"))
    spans = kept.get_finished_spans()
    assert {each.name for each in spans} == {"SELECT", "GET"}
    for mark in (*MARKS, "nothing"):
        assert mark not in all_of(spans)


def test_the_marks_would_be_seen_in_a_span(kept: InMemorySpanExporter) -> None:
    spans = tracing.Spans(SimpleSpanProcessor(kept))
    with spans._span("Marked 13912345678"):
        pass
    assert "13912345678" in all_of(kept.get_finished_spans())


def test_a_collector_is_named_in_the_settings(settings: Settings) -> None:
    settings.TRACES = "http://127.0.0.1:9/"
    made = tracing.tracer()
    assert isinstance(made, tracing.Spans)
    assert tracing.tracer() is made


def test_without_the_packages_it_is_said_what_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACES = "http://127.0.0.1:9"
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace.export", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/tracing\.lock"):
        tracing.tracer()

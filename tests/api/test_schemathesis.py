"""schemathesis asks what the OpenAPI document allows and what it does not, and finds nothing."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from tabularium.register import services
from tests import builders
from tests.api.sending import Office, a_file

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]

_application = get_wsgi_application()

# Of each operation, so many in the way of the document and as many in other ways.
EXAMPLES = 300 if os.environ.get("TABULARIUM_SOAK") else 5
OFTEN_ENOUGH = {"member_key": "1000000/m/user", "member_key_failed": "1000000/m/ip"}

# What a schema cannot say: that a check digit fits, that there is such a day, that a file can be read, that
# a place in a list is one which a page before gave.
NOT_ALL_SAID = {
    "/api/v1/changes",
    "/api/v1/search",
    "/api/v1/organisations",
    "/api/v1/organisations/{id}",
    "/api/v1/authorities/{code}",
    "/api/v1/submissions",
    "/api/v1/submissions/{id}/findings",
    "/api/v1/desk/{code}/submissions",
}


def _from_this_machine(environ: dict[str, Any], start_response: Any) -> Any:
    return _application({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


def _operations(start: str, without: tuple[str, ...] = ()) -> Iterator[APIOperation]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _from_this_machine)
    for each in schema.get_all_operations():
        operation = each.ok()
        if operation.path.startswith(start) and not operation.path.startswith(without or ("#",)):
            yield operation


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """After a test, requests close connections again, as `_ask_all` has them not do."""
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _ask(
    operation: APIOperation,
    mode: GenerationMode,
    headers: Mapping[str, str],
    known: Mapping[str, Any],
) -> int:
    """Ask an operation; what does not answer as the document says fails. How often it was asked."""
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        derandomize=not os.environ.get("TABULARIUM_SOAK"),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    def _ask_once(case: schemathesis.Case, real: bool) -> None:
        nonlocal asked
        asked += 1
        if real:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known.get(name, case.path_parameters[name])
        excluded = [positive_data_acceptance] if operation.path in NOT_ALL_SAID else []
        # Parameters that no operation has are left aside.
        if set(case.query or {}) - {each.name for each in operation.query}:
            excluded.append(negative_data_rejection)
        case.call_and_validate(
            headers={**(case.headers or {}), **headers}, excluded_checks=excluded
        )

    _ask_once()
    return asked


def _ask_all(
    start: str, headers: Mapping[str, str], known: Mapping[str, Any], without: tuple[str, ...] = ()
) -> int:
    # A server closes what a request left open; here it is the connection of the test. Django's own client
    # has it stay open too, and undoes that after each of its requests.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return sum(
        _ask(operation, mode, headers, known)
        for operation in _operations(start, without)
        for mode in _modes(operation)
    )


def _modes(operation: APIOperation) -> Iterator[GenerationMode]:
    yield GenerationMode.POSITIVE
    # Where nothing is asked, nothing can be asked wrongly; every path is a text.
    if operation.query or operation.body:
        yield GenerationMode.NEGATIVE


def test_whoever_reads(move: Move) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    for each in ("/api/v1/entries", "/api/v1/organisations", "/api/v1/authorities", "/api/v1/"):
        known = {
            "code": town.code if each.endswith("authorities") else entry.item.code,
            "id": entry.pk if each.endswith("entries") else entry.organisation_id,
        }
        others = ("/api/v1/e", "/api/v1/o", "/api/v1/a", "/api/v1/d", "/api/v1/r", "/api/v1/sub")
        assert _ask_all(each, {}, known, others if each == "/api/v1/" else ())


@pytest.mark.usefixtures("move")
def test_programs_with_a_token() -> None:
    office = Office()
    sent = office.client.post(
        "/api/v1/submissions?item=food-penalties",
        a_file(1),
        content_type="text/csv",
        headers={**office.headers, "idempotency-key": '"one"'},
    )
    assert sent.status_code == 201, sent.content
    headers = {"Authorization": office.headers["authorization"]}
    assert _ask_all("/api/v1/submissions", headers, {"id": sent.json()["submission"]})


@override_settings(ACCOUNT_RATE_LIMITS=OFTEN_ENOUGH)
@pytest.mark.parametrize("of", ["desk", "reply"])
def test_members_with_a_key(move: Move, of: str) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    assert entry.organisation is not None
    user = town.second_approver if of == "desk" else builders.a_replier(entry.organisation)
    key = services.new_member_key(user, label="program", days=90).text
    known = {
        "code": town.code,
        "id": entry.pk if of == "desk" else entry.organisation_id,
        "entry": entry.pk,
    }
    assert _ask_all(f"/api/v1/{of}/", {"Authorization": f"Bearer {key}"}, known)

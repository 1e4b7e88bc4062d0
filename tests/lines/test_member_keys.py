"""Every operation below a desk or an organisation, asked with the keys of everybody who might.

A new one comes in by itself, and is for nobody who is not a member there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from tabularium.api.member_examples import BODIES
from tabularium.register import services
from tabularium.register.models import Entry, User
from tests import builders
from tests.lines.addresses import KEYED

pytestmark = pytest.mark.django_db

ROLES = ("clerk", "approver", "registrar", "auditor")
READING = frozenset(ROLES)
# Who may do what, by the last part of the address. What is not here is for approvers.
MAY: dict[str, frozenset[str]] = {
    "work": READING,
    "entries": READING,
    "entries/{id}": READING,
    "submissions": frozenset({"clerk"}),
}


@dataclass(frozen=True)
class Operation:
    """One operation: its method, its path as the document has it, and its example of a body."""

    method: str
    path: str
    body: Any

    @property
    def of_desk(self) -> bool:
        return self.path.startswith("/api/v1/desk/")

    @property
    def roles(self) -> frozenset[str]:
        tail = self.path.removeprefix("/api/v1/desk/{code}/")
        return MAY.get(tail, frozenset({"approver"}))


def operations() -> list[Operation]:
    """All that the document has below these addresses."""
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    return [
        Operation(method, path, BODIES.get(each["operationId"], {}))
        for path, methods in paths.items()
        for method, each in methods.items()
        if path.startswith(tuple(f"/{start}/" for start in KEYED))
    ]


@dataclass(frozen=True)
class Somebody:
    """Who asks: the account, its roles at the authority, and whether it answers for the organisation."""

    called: str
    user: User
    roles: frozenset[str] = frozenset()
    answers: bool = False


@dataclass(frozen=True)
class Place:
    """An entry that the addresses name, and everybody who might ask."""

    entry: Entry
    people: tuple[Somebody, ...]

    def address(self, operation: Operation) -> str:
        subject = self.entry.pk if operation.of_desk else str(self.entry.organisation_id)
        return (
            operation.path.replace("{code}", self.entry.authority_id)
            .replace("{id}", subject)
            .replace("{entry}", self.entry.pk)
        )


@pytest.fixture
def place(move: object, settings: LazySettings) -> Place:
    del move
    settings.ACCOUNT_RATE_LIMITS = {}
    here, elsewhere = builders.Town(), builders.Town("another-office")
    entry, other = builders.in_notice(here), builders.in_notice(elsewhere)
    people = []
    for role in ROLES:
        people.append(Somebody(f"{role} here", here.account(f"a-{role}", role), frozenset({role})))
        people.append(Somebody(f"{role} elsewhere", elsewhere.account(f"a-{role}", role)))
    people += [
        Somebody("who answers here", builders.a_replier(entry.organisation), answers=True),
        Somebody("who answers elsewhere", builders.a_replier(other.organisation)),
        Somebody("a member of nothing", User.objects.create(login="nobody-s")),
    ]
    return Place(entry, tuple(people))


def expected(operation: Operation, somebody: Somebody) -> frozenset[int]:
    """The statuses with which somebody may be refused; empty if somebody is let in."""
    if operation.of_desk:
        if not somebody.roles:
            return frozenset({404})
        return frozenset() if somebody.roles & operation.roles else frozenset({403})
    return frozenset() if somebody.answers else frozenset({404})


def crossings(found: list[Operation], place: Place) -> Iterator[str]:
    """Where somebody gets in who should not, or is refused who should not be, or everything breaks."""
    for somebody in place.people:
        key = services.new_member_key(somebody.user, label="program", days=1).text
        for operation in found:
            answer = Client(raise_request_exception=False).generic(
                operation.method.upper(),
                place.address(operation),
                json.dumps(operation.body),
                "application/json",
                headers={"authorization": f"Bearer {key}", "idempotency-key": '"one"'},
            )
            status, refused = answer.status_code, expected(operation, somebody)
            # Let in, somebody may hear that it cannot be done now, or that the body is none.
            right = (
                status in refused if refused else status in {200, 400, 409} or _on_screen(answer)
            )
            # The drafts in an example of approvals are none of the place.
            named = operation.path.endswith("approvals") and status == 404 and not refused
            if not right and not named:
                yield f"{operation.method} {operation.path} by {somebody.called}: {status}"
            if answer["Cache-Control"] != "no-store":
                yield f"{operation.method} {operation.path} by {somebody.called}: may be kept"


def _on_screen(answer: Any) -> bool:
    return bool(json.loads(answer.content)["type"].endswith("#on-the-screen"))


def test_nobody_crosses_into_a_workspace_by_a_key(place: Place) -> None:
    found = operations()
    assert len(found) >= 19
    assert list(crossings(found, place)) == []


def test_an_operation_that_lets_others_in_is_met(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    [reading] = [each for each in operations() if each.path.endswith("/work")]
    monkeypatch.setitem(MAY, "work", frozenset({"approver"}))
    met = list(crossings([reading], place))
    assert "get /api/v1/desk/{code}/work by clerk here: 200" in met
    assert not [each for each in met if "approver here" in each or "elsewhere" in each]

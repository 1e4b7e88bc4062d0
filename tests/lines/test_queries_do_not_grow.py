"""No public page and no answer of the API asks the database more often when there is three times as much.

Every public route is fetched; one that `addresses.COVERED` does not know fails `test_ended_is_gone`. The
workspaces have the same in `tests/desk/test_queries.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry
from tests import builders
from tests.lines.addresses import all_addresses
from tests.lines.walkers.visible import Case

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
MOST = 30
"""Queries that any public address may take."""
_NOT_LOOKED_AT = (".pdf",)
"""Laid out of what the JSON beside it says, and slow."""


@pytest.fixture(autouse=True)
def _own_folders(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path  # type: ignore[attr-defined] # settings, as pytest-django gives them


class Scene:
    """An authority, and decisions of every kind, to which more can be added."""

    def __init__(self, move: Move) -> None:
        self.town, self.move = builders.Town(), move
        self.subject = builders.a_subject("Growing Company")
        self.first = self.published(Kind.PENALTY)
        assert self.first.organisation is not None
        self.replier = builders.a_replier(self.first.organisation)

    def published(self, kind: Kind) -> Entry:
        return builders.published(self.town, self.move, kind, subject=self.subject)

    def add(self) -> None:
        """One more of each, of the same organisation and of another, and something said beside them."""
        for kind in (Kind.LICENCE, Kind.PENALTY, Kind.EXCLUSION):
            entry = self.published(kind)
            services.answer(entry.pk, by=self.replier, text="Our side.", shown=True)
            builders.annotated(self.town, entry)
        other = builders.a_subject("Growing Others")
        builders.published(self.town, self.move, subject=other)
        promise = builders.promised(self.town)
        builders.broken(self.town, promise)
        for kind in Kind:
            builders.Town(f"office-{clock.now():%j%f}-{kind}").item(kind)
        self.move(clock.now() + timedelta(minutes=1))
        services.place_changes()

    def case(self) -> Case:
        organisation = self.first.organisation
        assert organisation is not None
        number = organisation.identifiers.get()
        name = ("Growing", "Company")
        authority, item = self.first.authority_id, self.first.item.code
        of_it = (organisation.pk, number.scheme, number.value, authority, item, name)
        return Case(self.first.pk, *of_it, {})


def _addresses(case: Case) -> Iterator[str]:
    for each in all_addresses(case):
        if not each.startswith("/zh-hans/") and not each.endswith(_NOT_LOOKED_AT):
            yield each


def _asked(case: Case) -> dict[str, int]:
    client, found = Client(), {}
    for address in _addresses(case):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


def _grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    return {each: (before[each], after[each]) for each in after if after[each] > before[each]}


def test_no_public_address_asks_more_often_when_there_is_more(move: Move) -> None:
    scene = Scene(move)
    scene.add()
    before = _asked(scene.case())
    scene.add()
    scene.add()
    after = _asked(scene.case())
    assert before.keys() == after.keys()
    assert _grown(before, after) == {}
    assert {each: number for each, number in after.items() if number > MOST} == {}
    assert sum(map(bool, after.values())) > len(after) / 3


def test_an_address_that_asks_more_often_is_met() -> None:
    assert _grown({"/a": 2, "/b": 1}, {"/a": 4, "/b": 1}) == {"/a": (2, 4)}

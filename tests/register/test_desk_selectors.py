"""What the desk lists: found by an index of its own, and in the order in which it is to be done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import QuerySet

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Stage
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.models import Entry
from tests import builders

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


def plan(found: QuerySet[Entry]) -> str:
    """How the database would find these, if the table were too long to read it whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        said = found.explain()
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = on")
    return said


INDEXES = {
    "objections": "entry_objection_at_desk",
    "repairs": "entry_repair_at_desk",
    "to-tell": "entry_to_tell_at_desk",
    "running": "entry_window_at_desk",
    "stayed": "entry_stayed_at_desk",
}


@pytest.mark.parametrize("sort", INDEXES)
def test_work_is_found_by_an_index_that_only_such_entries_enter(
    town: builders.Town, sort: str
) -> None:
    found = selectors.work(town.authority, clock.now())[sort]
    said = plan(found[:6])
    assert INDEXES[sort] in said


def test_lists_are_found_by_an_index(town: builders.Town) -> None:
    for asked, index in (
        ({}, "entry_beyond_draft_at_desk"),
        ({"stage": "published"}, "entry_beyond_draft_at_desk"),
        ({"stage": "draft"}, "entry_draft_at_desk"),
        ({"stage": "draft", "kind": "licence"}, "entry_draft_at_desk"),
    ):
        said = plan(selectors.listed(town.authority, **asked)[:31])
        assert index in said


def test_drafts_are_found_by_their_kind_and_those_recorded_first_are_looked_at(
    town: builders.Town, move: Move
) -> None:
    early = [builders.a_draft(town, Kind.LICENCE) for _ in range(2)]
    move(clock.now() + timedelta(hours=1))
    today = clock.now().date()
    later = builders.a_draft(town, Kind.LICENCE, decided_on=today - timedelta(days=40))
    adverse = builders.a_draft(town)
    work = selectors.work(town.authority, clock.now())
    assert next(each.pk for each in work["others"]) == later.pk
    assert {each.pk for each in work["others"]} == {later.pk, *(each.pk for each in early)}
    assert [each.pk for each in work["adverse"]] == [adverse.pk]
    with patch.object(selectors, "DRAFTS_LOOKED_AT", 2):
        shown = selectors.work(town.authority, clock.now())["others"]
        assert {each.pk for each in shown} == {each.pk for each in early}
    own = selectors.drafts(town.authority, selectors.OTHERS, but_by=town.clerk.pk)
    assert own == []


def test_drafts_are_listed_when_they_are_asked_for_or_by_number(town: builders.Town) -> None:
    draft = builders.a_draft(town, decision_number="No. 7-a")
    licence = services.approve(builders.a_draft(town, Kind.LICENCE).pk, approver=town.approver)
    listed = selectors.listed
    assert [each.pk for each in listed(town.authority)] == [licence.pk]
    assert [each.pk for each in listed(town.authority, stage=Stage.DRAFT)] == [draft.pk]
    assert [each.pk for each in listed(town.authority, number="No. 7-a")] == [draft.pk]

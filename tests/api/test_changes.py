"""The feed of changes over HTTP."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tabularium import clock
from tabularium.register import services
from tabularium.register.models import ChangeFeed
from tabularium.register.open_records import as_json as record_as_json
from tabularium.register.open_records import records_of
from tests import builders
from tests.api.conftest import Answer
from tests.builders import Town
from tests.register.conftest import Move


def _next(answer: Any) -> str:
    parts = urlsplit(answer["next"])
    return f"{parts.path.removeprefix('/api/v1/')}?{parts.query}"


def test_it_tells_of_entries_published_changed_and_removed(
    ask: Answer, town: Town, move: Move
) -> None:
    services.place_changes()
    entry = builders.published(town, move)
    first = ask("changes?records=true")
    [told] = first["changes"]
    assert (told["id"], told["change"], first["more"]) == (entry.pk, "published", False)
    assert told["record"] == record_as_json(records_of([entry.pk], clock.now())[entry.pk])
    assert told["record"]["organisation_name"]
    assert told["record"]["public_until"].endswith("Z")
    services.place_changes()
    services.stay(entry.pk, by=town.approver, order="Order 1")
    second = ask(_next(first))
    assert second["changes"] == [{"id": entry.pk, "change": "removed", "record": None}]


def test_what_was_told_earlier_says_nothing_of_what_is_hidden_now(
    ask: Answer, town: Town, move: Move
) -> None:
    services.place_changes()
    begun = ask("changes?records=true")
    entry = builders.published(town, move, measure="Fine of a hidden sort")
    services.place_changes()
    assert "hidden sort" in str(ask(_next(begun)))
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")
    again = ask(_next(begun))
    assert again["changes"] == [{"id": entry.pk, "change": "removed", "record": None}]

    services.place_changes()
    assert ask("changes")["changes"] == [], "who begins anew hears nothing of it"


def test_pages_follow_each_other_to_the_end(ask: Answer, town: Town, move: Move) -> None:
    entries = {builders.published(town, move).pk for _ in range(5)}
    services.place_changes()
    told, answer = [], ask("changes?limit=2")
    while True:
        told += [each["id"] for each in answer["changes"]]
        if not answer["more"]:
            break
        answer = ask(_next(answer))
    assert sorted(told) == sorted(entries)


def test_while_nothing_changes_the_answer_is_the_same(ask: Answer, town: Town, move: Move) -> None:
    builders.published(town, move)
    services.place_changes()
    at = _next(ask("changes"))
    first = ask(at)
    move(clock.now() + timedelta(seconds=1))
    assert ask(at) == first
    assert first["changes"] == []


def test_after_a_restore_old_cursors_say_how_to_start_over(
    ask: Answer, town: Town, move: Move
) -> None:
    builders.published(town, move)
    services.place_changes()
    at = _next(ask("changes"))
    ChangeFeed.objects.all().delete()
    services.place_changes()
    problem = ask(at, expected=410)
    assert problem["type"].endswith("#feed-begun-anew")
    assert len(ask("changes")["changes"]) == 1


@pytest.mark.django_db
def test_what_is_no_cursor_is_refused_and_not_repeated(client: Client) -> None:
    response = client.get("/api/v1/changes?after=91999900MA00000019")
    assert response.status_code == 400
    assert "91999900MA" not in response.content.decode()
    assert client.get("/api/v1/changes?limit=101").status_code == 400

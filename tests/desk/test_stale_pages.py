"""A page that was opened before something else happened decides nothing that its reader has not read."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Event
from tests import builders
from tests.desk.test_desk import Move, desk, fresh, last_day, text
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

REFUSED = "Something has happened to this entry since you opened the page."
Typed = dict[str, str]


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


def opened(client: Client, address: str) -> Typed:
    """What the page sends along that nobody types: with which event the entry ended."""
    (seen,) = re.findall(r'name="seen" value="(\d+)"', text(client.get(address)))
    return {"seen": seen}


def events(entry: Entry) -> list[str]:
    return list(Event.objects.filter(entry=entry).order_by("number").values_list("type", flat=True))


def a_newer_objection(town: builders.Town, entry: Entry) -> None:
    services.uphold(entry.pk, by=town.second_approver, reasons="The first was without ground.")
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="But look here.")


def a_newer_version(town: builders.Town, entry: Entry) -> None:
    changed = builders.content(measure="Smaller fine")
    services.correct(entry.pk, by=town.second_approver, content=changed, reasons="A slip.")


def test_an_objection_that_came_meanwhile_is_not_decided_unread(
    town: builders.Town, move: Move
) -> None:
    entry = builders.objected(town, move)
    client, address = signed_in(town.approver), desk(town, f"entries/{entry.pk}/objection")
    typed = {"outcome": "withdrawn", "reasons": "You are right.", "dated": last_day(entry)}
    stale = typed | opened(client, address)
    a_newer_objection(town, entry)
    before = events(entry)
    refused = client.post(address, stale)
    assert refused.status_code == 422
    for said in (REFUSED, "But look here.", "You are right."):
        assert said in text(refused)
    assert events(entry) == before
    # The page that says so shows what came, and is itself one that has been read.
    (seen,) = re.findall(r'name="seen" value="(\d+)"', text(refused))
    assert client.post(address, typed | {"seen": seen}).status_code == 302
    assert events(entry) == [*before, "withdrawn"]


@pytest.mark.parametrize("tail", ["withdraw", "stay", "correct"])
@pytest.mark.parametrize("meanwhile", [a_newer_objection, a_newer_version])
def test_no_page_decides_on_what_came_after_it_was_opened(
    town: builders.Town,
    move: Move,
    tail: str,
    meanwhile: Callable[[builders.Town, Entry], None],
) -> None:
    entry = builders.objected(town, move)
    client, address = signed_in(town.approver), desk(town, f"entries/{entry.pk}/{tail}")
    page = client.get(address)
    form = page.context["form"]
    typed = {
        name: str(form.get_initial_for_field(each, name) or "")
        for name, each in form.fields.items()
    }
    typed |= {"reasons": "So it is.", "ordered_by": "Made-up Court", "file_number": "1"}
    stale = typed | opened(client, address)
    meanwhile(town, entry)
    before = events(entry)
    refused = client.post(address, stale)
    assert (refused.status_code, REFUSED in text(refused)) == (422, True)
    assert events(entry) == before


def test_a_request_to_end_early_that_was_made_anew_is_read_first(
    town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    replier = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=replier, text="It is mended.")
    client, address = signed_in(town.approver), desk(town, f"entries/{entry.pk}/repair")
    stale = {"outcome": "granted", "reasons": "Seen.", "dated": last_day(entry)}
    stale |= opened(client, address)
    services.refuse_repair(entry.pk, by=town.second_approver, reasons="It was not.")
    services.ask_repair(entry.pk, by=replier, text="Now it is mended.")
    refused = client.post(address, stale)
    assert REFUSED in text(refused)
    assert "Now it is mended." in text(refused)
    assert fresh(entry).repair_open


def test_of_two_who_enter_the_same_stay_the_second_does_not_lift_it(
    town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    first, second = (signed_in(each) for each in (town.approver, town.second_approver))
    address = desk(town, f"entries/{entry.pk}/stay")
    typed = {"ordered_by": "Made-up Court", "file_number": "1", "reasons": "Stayed."}
    typed |= {"dated": last_day(entry)} | opened(first, address)
    assert first.post(address, typed).status_code == 302
    refused = second.post(address, typed)
    assert (refused.status_code, REFUSED in text(refused)) == (422, True)
    assert fresh(entry).stayed


def test_a_draft_that_was_withdrawn_meanwhile_is_not_approved(town: builders.Town) -> None:
    entry = builders.a_draft(town)
    client, address = signed_in(town.approver), desk(town, f"entries/{entry.pk}/approve")
    stale = opened(client, address)
    services.withdraw(entry.pk, by=town.second_approver, reasons="Sent twice.")
    answer = client.post(address, stale, follow=True)
    assert "Somebody has withdrawn the entry meanwhile." in text(answer)
    assert fresh(entry).stage == Stage.WITHDRAWN

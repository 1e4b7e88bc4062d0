"""At the desk: a promise is recorded, falls due and is answered for; a note is put beside an entry."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry, Membership, Notice, Statement
from tests import builders
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
DUE = date(2026, 4, 3)
PHONE = "Ring 010-62284116 for more."


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


def desk(town: builders.Town, tail: str = "") -> str:
    return f"/en/desk/{town.code}/{tail}"


def of(town: builders.Town, entry: Entry, tail: str = "") -> str:
    return desk(town, f"entries/{entry.pk}{tail}")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def test_todays_work_tells_of_promises_when_their_day_comes(
    town: builders.Town, move: Move
) -> None:
    entry = builders.promised(town, due_on=DUE, measure="New pipes")
    kept = builders.promised(town, due_on=DUE, measure="New lamps")
    services.keep_promise(kept.pk, by=town.approver, evidence="They shine.")
    assert entry.due_at
    assert entry.unanswered_from
    for at, heading in (
        (entry.due_at - timedelta(days=15), ""),
        (entry.due_at - timedelta(days=14), "whose day has come or comes soon"),
        (entry.unanswered_from - timedelta(seconds=1), "whose day has come or comes soon"),
        (entry.unanswered_from, "Promises that are unanswered"),
    ):
        move(at)
        seen = text(signed_in(town.clerk).get(desk(town)))
        assert ("New pipes" in seen) == bool(heading)
        assert heading in seen
        assert "New lamps" not in seen
    assert "Promised by <time" in seen
    assert "The date has passed." in seen


def test_that_it_was_kept_is_said_with_evidence_and_a_day(town: builders.Town, move: Move) -> None:
    entry = builders.promised(town, due_on=DUE)
    assert entry.due_at
    move(entry.due_at)
    client = signed_in(town.approver)
    page = text(client.get(of(town, entry)))
    for tail in ("/kept", "/not-kept", "/note"):
        assert of(town, entry, tail) in page
    assert "Businesses of Made-up Street" in page
    without = client.post(of(town, entry, "/kept"), {"reasons": "Protocol 7."})
    assert without.status_code == 422
    assert "Please give the day." in text(without)
    said = {"reasons": "Protocol 7.", "dated": "2026-04-04"}
    page = text(client.post(of(town, entry, "/kept"), said, follow=True))
    assert "Everybody reads it." in page
    assert 'Day of the act: <time datetime="2026-04-04">' in page
    assert fresh(entry).outcome == "kept"
    assert "Protocol 7." in text(client.get(f"/en/entries/{entry.pk}"))
    # What is over is offered no more, and who had the form open is told so.
    assert of(town, entry, "/kept") not in page
    assert of(town, entry, "/not-kept") not in page
    again = client.post(of(town, entry, "/kept"), said)
    assert "It has been said already that this promise was kept." in text(again)


def test_that_it_was_not_kept_is_said_with_reasons_and_a_later_day(town: builders.Town) -> None:
    entry = builders.promised(town, due_on=DUE)
    client = signed_in(town.approver)
    said = {"reasons": "Frost.", "dated": "2026-03-04", "due_on": "2026-04-03"}
    refused = client.post(of(town, entry, "/not-kept"), said)
    assert refused.status_code == 422
    assert "not after the day promised before" in text(refused)
    client.post(of(town, entry, "/not-kept"), {**said, "due_on": "2026-07-01"})
    assert fresh(entry).outcome == "not-kept"
    seen = text(client.get(f"/en/authorities/{town.code}"))
    assert "Frost." in seen
    assert 'datetime="2026-07-01"' in seen


@pytest.mark.parametrize("tail", ["/kept", "/not-kept", "/note"])
def test_what_is_said_names_nobody_and_an_approver_says_it(town: builders.Town, tail: str) -> None:
    entry = builders.promised(town, due_on=DUE)
    said = {"reasons": PHONE, "dated": "2026-03-04", "due_on": "2026-07-01"}
    refused = signed_in(town.approver).post(of(town, entry, tail), said)
    assert refused.status_code == 422
    assert "Please take it out." in text(refused)
    registrar = town.account("registrar", Membership.Role.REGISTRAR)
    give_a_second_factor(registrar)
    for user in (town.clerk, registrar):
        client = signed_in(user)
        assert client.post(of(town, entry, tail), said).status_code == 403
        assert of(town, entry, tail) not in text(client.get(of(town, entry)))
    assert not Statement.objects.exists()


def test_who_recorded_the_version_is_offered_nothing_of_it(town: builders.Town) -> None:
    entry = builders.promised(town, due_on=DUE)
    client = signed_in(town.approver)
    corrected = {
        **_as_it_stands(entry),
        "promised_to": "Builders of Made-up Street",
        "due_on": "2026-04-20",
    }
    assert client.post(of(town, entry, "/correct"), corrected).status_code == 302
    entry = fresh(entry)
    assert entry.current_version.promised_to == "Builders of Made-up Street"
    assert entry.current_version.due_on == date(2026, 4, 20)
    page = text(client.get(of(town, entry)))
    assert of(town, entry, "/kept") not in page
    said = {"reasons": "Protocol 7.", "dated": "2026-03-04"}
    assert "You recorded this version yourself." in text(
        client.post(of(town, entry, "/kept"), said)
    )
    assert of(town, entry, "/kept") in text(signed_in(town.second_approver).get(of(town, entry)))


def _as_it_stands(entry: Entry) -> dict[str, str]:
    version = entry.current_version
    return {
        "subject_name": version.subject_name,
        "decision_number": version.decision_number,
        "decided_on": str(version.decided_on),
        "measure": version.measure,
        "legal_basis": version.legal_basis,
        "promised_to": version.promised_to,
        "due_on": str(version.due_on),
        "reasons": "A slip.",
        "dated": "2026-03-04",
    }


def test_a_promise_is_corrected_to_no_person_and_to_no_missing_day(town: builders.Town) -> None:
    entry = builders.promised(town, due_on=DUE)
    client = signed_in(town.approver)
    for wrong in ({"promised_to": PHONE}, {"promised_to": ""}, {"due_on": ""}, {"measure": PHONE}):
        answer = client.post(of(town, entry, "/correct"), {**_as_it_stands(entry), **wrong})
        assert answer.status_code == 422
        [name] = wrong
        assert f'id="id_{name}_error"' in text(answer)
    assert fresh(entry).current_version.number == 1


def test_other_kinds_are_corrected_without_what_is_promised(town: builders.Town) -> None:
    entry = services.approve(builders.a_draft(town, Kind.LICENCE).pk, approver=town.second_approver)
    client = signed_in(town.approver)
    assert "promised_to" not in text(client.get(of(town, entry, "/correct")))
    said = {**_as_it_stands(entry), "promised_to": "Suppliers", "due_on": "2026-07-01"}
    assert client.post(of(town, entry, "/correct"), said).status_code == 302
    assert fresh(entry).current_version.promised_to == ""


def test_a_note_stands_with_its_day_and_decides_nothing(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move, Kind.LICENCE)
    client = signed_in(town.approver)
    client.post(of(town, entry, "/note"), {"reasons": "Appealed.", "dated": "2026-03-03"})
    assert (fresh(entry).stage, fresh(entry).suspended) == ("published", False)
    for page in (of(town, entry), f"/en/entries/{entry.pk}"):
        seen = text(client.get(page))
        assert "Appealed." in seen
        assert 'datetime="2026-03-03"' in seen


def test_an_authority_is_not_told_of_its_own_promise(town: builders.Town) -> None:
    entry = builders.promised(town)
    services.correct(
        entry.pk,
        by=town.approver,
        content=builders.content(Kind.PROMISE, due_on=entry.current_version.due_on),
        reasons="A slip.",
    )
    services.withdraw(entry.pk, by=town.second_approver, reasons="An error.")
    assert not Notice.objects.exists()


def test_promises_on_todays_work_cost_the_same_however_many_there_are(
    town: builders.Town,
) -> None:
    client = signed_in(town.clerk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "whose day has come" in text(client.get(desk(town)))
        return len(queries)

    builders.promised(town, due_on=date(2026, 3, 10))
    one = cost()
    for _ in range(4):
        builders.promised(town, due_on=date(2026, 3, 11))
    assert cost() == one

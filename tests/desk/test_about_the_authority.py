"""An authority that owes hears of a judgment at its own desk, and its registrar answers to it there."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import HttpResponse

from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry, Membership, User
from tests import builders
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


@pytest.fixture
def registrar(town: builders.Town) -> User:
    return town.account("registrar", Membership.Role.REGISTRAR)


@pytest.fixture
def judgment(town: builders.Town) -> Entry:
    court = builders.Town("made-up-court")
    draft = builders.a_draft(
        court,
        Kind.JUDGMENT,
        subject=builders.as_subject(town.authority),
        measure="Payment for pipes delivered",
    )
    return services.approve(draft.pk, approver=court.approver)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_registrar_reads_it_at_the_desk_and_the_public_sees_the_answer(
    town: builders.Town, registrar: User, judgment: Entry, move: Move
) -> None:
    client = signed_in(registrar)
    home = f"/en/reply/{town.authority.organisation_id}/"
    page = text(client.get(f"/en/desk/{town.code}/"))
    assert "wants to publish something about yours" in page
    assert home in page
    assert "Payment for pipes delivered" in text(client.get(home))
    opened = text(client.get(f"{home}entries/{judgment.pk}"))
    assert "working days" in opened
    entry = Entry.objects.get(pk=judgment.pk)
    assert entry.stage == "notified", "read at sign-in: the notice is given and the window runs"
    answered = client.post(
        f"{home}entries/{entry.pk}/answer",
        {"text": "The cheque is in the post.", "shown": "yes", "act": "send"},
        follow=True,
    )
    assert answered.status_code == 200
    objected = client.post(
        f"{home}entries/{entry.pk}/objection",
        {"text": "It was paid.", "act": "send"},
        follow=True,
    )
    assert objected.status_code == 200
    assert Entry.objects.get(pk=entry.pk).suspended
    court = User.objects.get(login="second-approver@made-up-court")
    seen = text(signed_in(court).get(f"/en/desk/made-up-court/entries/{entry.pk}"))
    assert "It was paid." in seen
    assert "registrar@" not in seen, "who answers is not named"
    services.uphold(entry.pk, by=court, reasons="Nothing arrived.")
    assert entry.window_closes_at
    move(entry.window_closes_at)
    services.tick()
    public = text(client.get(f"/en/authorities/{town.code}"))
    assert "Payment for pipes delivered" in public
    assert "The cheque is in the post." in text(client.get(f"/en/entries/{entry.pk}"))


def test_others_at_the_desk_are_told_and_come_no_further(
    town: builders.Town, judgment: Entry
) -> None:
    client = signed_in(town.clerk)
    page = text(client.get(f"/en/desk/{town.code}/"))
    assert "Your registrar answers for it" in page
    assert "Payment for pipes delivered" not in page
    home = f"/en/reply/{town.authority.organisation_id}/"
    assert home not in page
    for path in (home, f"{home}entries/{judgment.pk}", f"{home}members"):
        assert client.get(path).status_code == 404


def test_a_registrar_answers_with_a_second_factor_alone(
    town: builders.Town, registrar: User, judgment: Entry
) -> None:
    del judgment
    home = f"/en/reply/{town.authority.organisation_id}/"
    registrar.authenticator_set.all().delete()
    assert signed_in(registrar).get(home).status_code == 403
    give_a_second_factor(registrar)
    assert signed_in(registrar).get(home).status_code == 200

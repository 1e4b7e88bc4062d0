"""The authority's desk: today's work, approving, deciding, correcting, and who may do what."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from tabularium.core.kinds import Kind
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Looking, Statement
from tests import builders
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    town = builders.Town()
    for each in (town.approver, town.second_approver):
        give_a_second_factor(each)
    return town


def desk(town: builders.Town, tail: str = "", language: str = "en") -> str:
    return f"/{language}/desk/{town.code}/{tail}"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def last_day(entry: Entry) -> str:
    return fresh(entry).last_event_at.date().isoformat()


def test_the_desk_says_what_waits_and_for_how_long(town: builders.Town) -> None:
    builders.a_draft(town, measure="Fine for smoke")
    builders.a_draft(town, Kind.LICENCE, measure="Permit to brew")
    answer = signed_in(town.clerk).get(desk(town))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    seen = text(answer)
    assert "To approve, one by one" in seen
    assert "Fine for smoke" in seen
    assert "Permit to brew" in seen
    # 7 working days after the 3rd of March, seen on the 4th.
    assert "6 working days left after today" in seen


def test_an_adverse_entry_is_approved_on_a_page_that_shows_all_of_it(town: builders.Town) -> None:
    entry = builders.a_draft(town, summary="Smoke over the town.")
    client = signed_in(town.approver)
    page = client.get(desk(town, f"entries/{entry.pk}/approve"))
    for said in ("Made-up Act, article 5", "Smoke over the town.", "4,965.70"):
        assert said in text(page)
    assert client.post(desk(town, f"entries/{entry.pk}/approve")).status_code == 302
    assert fresh(entry).stage == Stage.APPROVED


def test_nobody_approves_what_they_recorded(town: builders.Town) -> None:
    both = town.account("both", "clerk")
    services.open_account(both.login, role="approver", authority=town.authority)
    give_a_second_factor(both)
    entry = builders.a_draft(town)
    town.clerk = both
    own = builders.a_draft(town)
    client = signed_in(both)
    assert "You cannot approve it" in text(client.get(desk(town, f"entries/{own.pk}/approve")))
    answer = client.post(desk(town, f"entries/{own.pk}/approve"), follow=True)
    assert "Somebody else of your authority has to do this." in text(answer)
    assert fresh(own).stage == Stage.DRAFT
    client.post(desk(town, f"entries/{entry.pk}/approve"))
    assert fresh(entry).stage == Stage.APPROVED


def test_licences_are_approved_together_and_adverse_entries_never(town: builders.Town) -> None:
    first, second = (builders.a_draft(town, Kind.LICENCE) for _ in range(2))
    adverse = builders.a_draft(town)
    client = signed_in(town.approver)
    page = text(client.get(desk(town, "licences")))
    assert first.pk in page
    assert adverse.pk not in page
    client.post(desk(town, "licences"), {"entry": [first.pk, second.pk, adverse.pk]})
    stages = [fresh(each).stage for each in (first, second, adverse)]
    assert stages == [Stage.PUBLISHED, Stage.PUBLISHED, Stage.DRAFT]
    nothing = client.post(desk(town, "licences"), {"entry": [adverse.pk]}, follow=True)
    assert "Please choose at least one entry that still waits." in text(nothing)


def test_a_clerk_decides_nothing(town: builders.Town) -> None:
    entry = builders.a_draft(town)
    client = signed_in(town.clerk)
    for tail in ("approve", "withdraw", "stay", "objection", "repair", "correct"):
        assert client.get(desk(town, f"entries/{entry.pk}/{tail}")).status_code == 403
        assert client.post(desk(town, f"entries/{entry.pk}/{tail}")).status_code == 403
    assert fresh(entry).stage == Stage.DRAFT
    assert "Read and approve" not in text(client.get(desk(town, f"entries/{entry.pk}")))


@pytest.mark.parametrize(
    ("outcome", "stage"), [("upheld", Stage.PUBLISHED), ("withdrawn", Stage.WITHDRAWN)]
)
def test_an_objection_is_decided_with_reasons_and_a_day(
    town: builders.Town, move: Move, outcome: str, stage: Stage
) -> None:
    entry = builders.objected(town, move)
    address = desk(town, f"entries/{entry.pk}/objection")
    client = signed_in(town.approver)
    assert "It was not us." in text(client.get(address))
    typed = {"outcome": outcome, "reasons": "We heard both sides.", "dated": ""}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "We heard both sides." in text(refused)
    assert "Please give the day." in text(refused)
    day = last_day(entry)
    assert client.post(address, {**typed, "dated": day}).status_code == 302
    decided = fresh(entry)
    assert (decided.stage, decided.suspended) == (stage, False)
    said = Statement.objects.get(event__type=outcome)
    assert said.text == "We heard both sides."
    assert said.dated_on is not None
    assert said.dated_on.isoformat() == day
    history = text(client.get(desk(town, f"entries/{entry.pk}")))
    assert "We heard both sides." in history
    assert "Day of the act" in history


def test_a_day_ahead_and_one_before_the_decision_are_refused(
    town: builders.Town, move: Move
) -> None:
    entry = builders.objected(town, move)
    address = desk(town, f"entries/{entry.pk}/objection")
    client = signed_in(town.approver)
    typed = {"outcome": "upheld", "reasons": "So it is."}
    ahead = (fresh(entry).last_event_at + timedelta(days=2)).date().isoformat()
    assert "lies ahead" in text(client.post(address, {**typed, "dated": ahead}))
    refused = client.post(address, {**typed, "dated": "2026-03-01"})
    assert "before the decision itself" in text(refused)
    assert fresh(entry).suspended


def test_the_second_of_two_who_decide_hears_that_it_is_decided(
    town: builders.Town, move: Move
) -> None:
    entry = builders.objected(town, move)
    typed = {"outcome": "upheld", "reasons": "So it is.", "dated": last_day(entry)}
    address = desk(town, f"entries/{entry.pk}/objection")
    assert signed_in(town.approver).post(address, typed).status_code == 302
    second = signed_in(town.second_approver).post(address, typed)
    assert second.status_code == 422
    assert "Somebody has decided this objection meanwhile." in text(second)
    assert Statement.objects.filter(event__type="upheld").count() == 1


def test_a_correction_is_a_new_version_and_shows_what_changed(
    town: builders.Town, move: Move
) -> None:
    entry = builders.objected(town, move)
    address = desk(town, f"entries/{entry.pk}/correct")
    client = signed_in(town.approver)
    form = client.get(address).context["form"]
    initial = {name: form.get_initial_for_field(each, name) for name, each in form.fields.items()}
    typed = {name: "" if value is None else str(value) for name, value in initial.items()}
    typed |= {"amount": "12.50", "reasons": "A slip of the pen.", "dated": last_day(entry)}
    bad = client.post(address, {**typed, "summary": "Call 13800138000 for more."})
    assert bad.status_code == 422
    assert "seems to hold a telephone number" in text(bad)
    assert client.post(address, typed).status_code == 302
    corrected = fresh(entry)
    assert (corrected.current_version.number, corrected.stage) == (2, Stage.APPROVED)
    assert corrected.current_version.amount == "12.50"
    page = text(client.get(desk(town, f"entries/{entry.pk}")))
    assert "4965.70" in page
    assert "12.50" in page


def test_a_stay_is_entered_with_its_court_and_lifted(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    address = desk(town, f"entries/{entry.pk}/stay")
    client = signed_in(town.approver)
    typed = {
        "ordered_by": "Made-up Court",
        "file_number": "7 K 12/26",
        "dated": last_day(entry),
        "reasons": "Enforcement is stayed.",
    }
    assert client.post(address, typed).status_code == 302
    assert fresh(entry).stayed
    said = Statement.objects.get(event__type="stayed")
    assert (said.ordered_by, said.file_number) == ("Made-up Court", "7 K 12/26")
    assert client.get(f"/en/entries/{entry.pk}").status_code == 404
    assert client.post(address, typed).status_code == 302
    assert not fresh(entry).stayed


def test_a_repair_is_granted(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    services.ask_repair(entry.pk, by=builders.a_replier(entry.organisation), text="It is mended.")
    client = signed_in(town.approver)
    assert "Asked to end early" in text(client.get(desk(town)))
    address = desk(town, f"entries/{entry.pk}/repair")
    assert "It is mended." in text(client.get(address))
    typed = {"outcome": "granted", "reasons": "We looked at it.", "dated": last_day(entry)}
    assert client.post(address, typed).status_code == 302
    assert not fresh(entry).repair_open
    assert Statement.objects.filter(event__type="repair-granted").count() == 1


def test_looking_at_what_is_not_public_leaves_a_note(town: builders.Town) -> None:
    entry = builders.a_draft(town)
    signed_in(town.clerk).get(desk(town, f"entries/{entry.pk}"))
    assert Looking.objects.get(entry=entry).role == "clerk"


def test_another_authority_s_entry_is_not_there(town: builders.Town) -> None:
    other = builders.Town("another-office")
    entry = builders.a_draft(other)
    client = signed_in(town.approver)
    for tail in ("", "/approve", "/withdraw", "/stay", "/objection", "/repair", "/correct"):
        assert client.get(desk(town, f"entries/{entry.pk}{tail}")).status_code == 404
    assert client.get(desk(other)).status_code == 404
    assert entry.pk not in text(client.get(desk(town, "entries")))


def test_entries_are_found_by_number_and_stage(town: builders.Town) -> None:
    entry = builders.a_draft(town, decision_number="A-77")
    builders.a_draft(town, decision_number="A-78")
    client = signed_in(town.clerk)
    found = text(client.get(desk(town, "entries?number=A-77")))
    assert entry.pk in found
    assert "A-78" not in found
    assert "There is no such entry." in text(client.get(desk(town, "entries?stage=published")))
    assert client.get(desk(town, "entries?stage=nonsense")).status_code == 400


def test_the_auditor_reads_all_events_and_takes_them_along(town: builders.Town) -> None:
    entry = builders.a_draft(town)
    services.approve(entry.pk, approver=town.approver)
    auditor = signed_in(town.account("auditor", "auditor"))
    assert town.clerk.login in text(auditor.get(desk(town, "events")))
    lines = text(auditor.get(desk(town, "events.csv?type_=approved"))).splitlines()
    assert len(lines) == 2
    said = [entry.pk, "2", "approved", "approver", town.approver.login]
    assert lines[1].endswith(",".join(f'"{each}"' for each in said))
    assert auditor.post(desk(town, "events")).status_code in {403, 405}
    assert signed_in(town.clerk).get(desk(town, "events")).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_in_each_language(
    town: builders.Town, move: Move, language: str
) -> None:
    entry = builders.objected(town, move)
    client = signed_in(town.approver)
    for tail in ("", "entries", f"entries/{entry.pk}", "licences", "corrections", "files"):
        assert client.get(desk(town, tail, language)).status_code == 200, tail
    assert Client().get(desk(town, "", language)).status_code == 302

"""Members act by their own keys: every example is sent, and what a key does not do is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from tabularium import clock
from tabularium.api.member_examples import BODIES
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Event, Looking, Statement, User
from tests import builders
from tests.api.sending import CSV, Office, a_file

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
Validate = Callable[[Any, str], None]


@dataclass
class Caller:
    """A program with the key of a member; its answers are held against the document."""

    user: User
    base: str
    validate: Validate
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = services.new_member_key(self.user, label="program", days=90).text

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def get(self, tail: str, status: int = 200) -> Any:
        return self._held(Client().get(f"{self.base}{tail}", headers=self._headers()), status)

    def post(self, tail: str, body: Any = None, status: int = 200) -> Any:
        answer = Client().post(
            f"{self.base}{tail}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self._headers(),
        )
        return self._held(answer, status)

    def _held(self, answer: HttpResponse, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer
        said = json.loads(answer.content)
        if status != 200:
            self.validate(said, "/components/schemas/Problem")
        elif "happened" in said:
            self.validate(said, "/components/schemas/MemberEntry")
        return said


@dataclass
class Calls:
    """A town whose approver, clerk and organisations have programs."""

    town: builders.Town
    move: Move
    validate: Validate

    def desk(self, user: User | None = None) -> Caller:
        base = f"/api/v1/desk/{self.town.code}/"
        return Caller(user or self.town.second_approver, base, self.validate)

    def reply(self, entry: Entry) -> Caller:
        replier = builders.a_replier(entry.organisation)
        return Caller(replier, f"/api/v1/reply/{entry.organisation_id}/", self.validate)


@pytest.fixture
def calls(move: Move, validate: Validate) -> Calls:
    return Calls(builders.Town(), move, validate)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def test_an_organisation_reads_what_is_to_be_published_and_says_all_that_it_may(
    calls: Calls,
) -> None:
    entry = builders.in_notice(calls.town, summary="Smoke over the town.")
    caller = calls.reply(entry)
    [listed] = caller.get("entries")["entries"]
    assert (listed["id"], listed["stands"], listed["working_days_left"]) == (
        entry.pk,
        "in-notice",
        3,
    )
    at = f"entries/{entry.pk}"
    read = caller.get(at)
    assert read["entry"]["summary"] == "Smoke over the town."
    assert (read["entry"]["public_from"], read["appearance"]) == (None, "unknown")
    assert read["may"] == ["answer", "correction", "objection"]

    personal = {**BODIES["answer"], "text": "Call 13800138000."}
    assert caller.post(f"{at}/answer", personal, 409)["errors"][0]["code"] == "personal-in-text"
    answered = caller.post(f"{at}/answer", BODIES["answer"])
    assert answered["entry"]["answer"] == BODIES["answer"]["text"]
    assert "answer/take-back" in answered["may"]
    taken = caller.post(f"{at}/answer/take-back")
    assert taken["entry"]["answer"] is None
    asked = caller.post(f"{at}/correction", BODIES["ask_correction"])
    assert "correction" not in asked["may"]
    objected = caller.post(f"{at}/objection", BODIES["object_to"])
    assert (objected["stands"], objected["may"]) == ("objected", ["answer"])
    again = caller.post(f"{at}/objection", BODIES["object_to"], 409)
    assert again["errors"][0]["code"] == "objection-open"
    actors = set(Event.objects.filter(role="organisation").values_list("actor", flat=True))
    assert actors == {caller.user.pk}


def test_reading_an_entry_by_a_key_gives_its_notice(calls: Calls) -> None:
    draft = builders.a_draft(calls.town)
    services.approve(draft.pk, approver=calls.town.approver)
    read = calls.reply(fresh(draft)).get(f"entries/{draft.pk}")
    assert (read["stage"], read["stands"]) == ("notified", "in-notice")


def test_what_an_organisation_asks_of_a_public_entry_its_authority_decides(calls: Calls) -> None:
    entry = builders.published(calls.town, calls.move)
    said = calls.reply(entry).post(f"entries/{entry.pk}/repair", BODIES["ask_repair"])
    assert "repair" not in said["may"]
    desk = calls.desk()
    [repairs] = [each for each in desk.get("work")["work"] if each["sort"] == "repairs"]
    assert [each["id"] for each in repairs["entries"]] == [entry.pk]
    decided = desk.post(f"entries/{entry.pk}/repair-decision", BODIES["decide_repair"])
    assert "repair-decision" not in decided["may"]
    assert decided["happened"][0]["type"] == "repair-granted"
    assert Statement.objects.filter(text=BODIES["decide_repair"]["reasons"]).exists()
    assert Looking.objects.filter(entry=entry, role="approver").exists()


def test_an_approver_decides_objections_stays_notes_and_withdrawals(calls: Calls) -> None:
    entry = builders.objected(calls.town, calls.move)
    desk, at = calls.desk(), f"entries/{entry.pk}"
    read = desk.get(at)
    assert read["may"] == ["notes", "objection-decision", "stay", "withdrawal"]
    assert read["on_the_screen"] == ["corrected"]
    unread = {**BODIES["decide_objection"], "seen": read["last_event"] - 1}
    stale = desk.post(f"{at}/objection-decision", unread, 409)
    assert stale["errors"][0]["code"] == "changed-since"
    assert fresh(entry).objection_open
    early = {**BODIES["decide_objection"], "dated_on": "2001-01-01"}
    assert desk.post(f"{at}/objection-decision", early, 409)["errors"][0]["code"]
    right = {**BODIES["decide_objection"], "seen": read["last_event"]}
    decided = desk.post(f"{at}/objection-decision", right)
    assert decided["appearance"] == "public"
    late = desk.post(f"{at}/objection-decision", BODIES["decide_objection"], 409)
    assert late["errors"][0]["code"] == "no-objection"
    assert desk.post(f"{at}/stay", BODIES["enter_stay"])["appearance"] == "unknown"
    assert desk.post(f"{at}/stay-lifted", BODIES["lift_stay"])["appearance"] == "public"
    noted = desk.post(f"{at}/notes", BODIES["add_note"])
    assert noted["entry"]["notes"][0]["text"] == BODIES["add_note"]["text"]
    withdrawn = desk.post(f"{at}/withdrawal", BODIES["withdraw"])
    assert (withdrawn["stage"], withdrawn["may"]) == ("withdrawn", [])
    assert Client().get(f"/api/v1/entries/{entry.pk}").status_code == 410


def test_an_approver_says_what_became_of_a_promise(calls: Calls) -> None:
    entry = builders.promised(calls.town)
    desk, at = calls.desk(), f"entries/{entry.pk}"
    without = {**BODIES["answer_promise"], "kept": False}
    assert desk.post(f"{at}/promise-answer", without, 409)["errors"][0]["code"] == "missing-value"
    later = (clock.now() + timedelta(days=90)).date().isoformat()
    anew = desk.post(f"{at}/promise-answer", {**without, "due_on": later})
    assert anew["entry"]["promise"]["due_on"] == later
    kept = desk.post(f"{at}/promise-answer", BODIES["answer_promise"])
    assert kept["entry"]["promise"]["outcome"] == "kept"
    penalty = builders.published(calls.town, calls.move)
    desk = calls.desk()
    refused = desk.post(f"entries/{penalty.pk}/promise-answer", BODIES["answer_promise"], 409)
    assert refused["errors"][0]["code"] == "no-promise"


def test_licences_are_approved_together_and_adverse_entries_on_the_screen_alone(
    calls: Calls,
) -> None:
    licences = [builders.a_draft(calls.town, Kind.LICENCE) for _ in range(2)]
    adverse = builders.a_draft(calls.town)
    desk = calls.desk()
    read = desk.get(f"entries/{adverse.pk}")
    assert "approvals" not in read["may"]
    assert read["on_the_screen"] == ["approved"]
    every = {"entries": [each.pk for each in (*licences, adverse)]}
    refused = desk.post("approvals", every, 403)
    assert refused["type"].endswith("#on-the-screen")
    assert {fresh(each).stage for each in (*licences, adverse)} == {Stage.DRAFT}
    chosen = {"entries": every["entries"][:2]}
    assert desk.post("approvals", chosen)["approved"] == chosen["entries"]
    assert {fresh(each).stage for each in licences} == {Stage.PUBLISHED}
    assert desk.post("approvals", chosen, 409)["errors"][0]["code"] == "not-a-draft"


def test_a_list_is_narrowed_and_paged(calls: Calls) -> None:
    entry = builders.published(calls.town, calls.move)
    draft = builders.a_draft(calls.town, Kind.LICENCE)
    desk = calls.desk()
    assert [each["id"] for each in desk.get("entries")["entries"]] == [entry.pk]
    [found] = desk.get("entries?stage=draft&kind=licence")["entries"]
    assert found["id"] == draft.pk
    assert found["member_url"].endswith(f"{desk.base}entries/{draft.pk}")
    assert desk.get("entries?stage=none", 400)["errors"][0]["parameter"] == "stage"
    for _ in range(30):
        builders.a_draft(calls.town, Kind.LICENCE)
    first = desk.get("entries?stage=draft")
    # What was read goes from the list meanwhile, and what follows is the same.
    desk.post("approvals", {"entries": [first["entries"][0]["id"]]})
    rest = desk.get(f"entries?{first['next'].partition('?')[2]}")
    assert rest["next"] is None
    listed = [each["id"] for page in (first, rest) for each in page["entries"]]
    assert len(listed) == len(set(listed)) == 31
    assert desk.get("entries?after=licence_1", 400)["errors"][0]["parameter"] == "after"


def test_a_clerk_submits_as_a_person_and_the_clerk_alone(move: Move, validate: Validate) -> None:
    del move
    office = Office()
    authority = office.item.authority
    clerk = services.open_account("the-clerk", role="clerk", authority=authority)
    approver = services.open_account("the-approver", role="approver", authority=authority)
    desk = Caller(clerk, f"/api/v1/desk/{office.code}/", validate)
    address = f"{desk.base}submissions?item={office.item_code}"
    file = a_file(2)

    def send(key: str) -> HttpResponse:
        return Client().generic(
            "POST",
            address,
            file,
            CSV,
            headers={"authorization": f"Bearer {key}", "idempotency-key": '"one"'},
        )

    first = send(desk.key)
    assert first.status_code == 201
    assert json.loads(first.content)["entries_made"] == 2
    assert {each.recorded_by for each in Entry.objects.all()} == {clerk}
    again = send(desk.key)
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert Entry.objects.count() == 2
    other = services.new_member_key(approver, label="program", days=1).text
    assert send(other).status_code == 403


def test_a_key_does_no_more_than_its_holder_may_at_that_moment(calls: Calls) -> None:
    entry = builders.published(calls.town, calls.move)
    desk, at = calls.desk(), f"entries/{entry.pk}/withdrawal"
    Authenticator.objects.filter(user=desk.user).delete()
    assert desk.post(at, BODIES["withdraw"], 403)["type"].endswith("#not-for-the-role")
    services.change_roles(calls.town.authority, desk.user, roles=["auditor"], by=None)
    desk.get(f"entries/{entry.pk}")
    assert desk.post(at, BODIES["withdraw"], 403)
    services.take_from_authority(calls.town.authority, desk.user, by=None)
    assert desk.post(at, BODIES["withdraw"], 404)
    assert fresh(entry).stage == Stage.PUBLISHED


def test_nobody_decides_by_a_key_about_what_they_recorded(calls: Calls) -> None:
    own = builders.published(calls.town, calls.move)
    services.open_account(calls.town.clerk.login, role="approver", authority=calls.town.authority)
    builders.give_a_second_factor(calls.town.clerk)
    desk = calls.desk(calls.town.clerk)
    assert "withdrawal" not in desk.get(f"entries/{own.pk}")["may"]
    refused = desk.post(f"entries/{own.pk}/withdrawal", BODIES["withdraw"], 409)
    assert refused["errors"][0]["code"] == "by-the-recorder"


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ("{", None),
        ("[]", "reasons"),
        ("", "body"),
        ({"dated_on": None}, "reasons"),
        ({"reasons": ""}, "reasons"),
    ],
)
def test_a_wrong_body_is_named_and_not_repeated(
    calls: Calls, body: Any, parameter: str | None
) -> None:
    entry = builders.published(calls.town, calls.move)
    desk = calls.desk()
    answer = Client().post(
        f"{desk.base}entries/{entry.pk}/withdrawal",
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {desk.key}"},
    )
    assert answer.status_code == 400
    named = [each["parameter"] for each in json.loads(answer.content)["errors"]]
    assert named == ([parameter] if parameter else [])


def test_keys_that_are_none_are_tried_only_so_often(calls: Calls, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "member_key_failed": "3/m/ip",
        "member_key": "2/m/user",
    }
    desk = calls.desk()
    desk.get("work")
    desk.get("work")
    assert desk.get("work", 429)["type"].endswith("#too-many-calls")
    wrong = calls.desk(calls.town.clerk)
    wrong.key = "tabularium_none"
    for _ in range(3):
        assert wrong.get("work", 401)["type"].endswith("#no-valid-key")
    assert wrong.get("work", 429)


def test_a_key_is_no_session_and_a_session_no_key(calls: Calls) -> None:
    client = Client()
    client.force_login(calls.town.clerk)
    assert client.get(f"/api/v1/desk/{calls.town.code}/work").status_code == 401
    desk = calls.desk()
    in_address = Client().get(f"{desk.base}work?token={desk.key}")
    assert in_address.status_code == 400
    page = Client().get(
        f"/en/desk/{calls.town.code}/", headers={"authorization": f"Bearer {desk.key}"}
    )
    assert page.status_code == 302


def test_what_is_wrong_within_a_list_is_named_by_the_list(calls: Calls) -> None:
    refused = calls.desk().post("approvals", {"entries": [None, 1]}, 400)
    assert [each["parameter"] for each in refused["errors"]] == ["entries"]

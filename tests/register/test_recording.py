from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tabularium import clock
from tabularium.core.clocks import end_of_day
from tabularium.core.content import Draft, Subject
from tabularium.core.identifiers import Identifier, by_case, uscc_check_character
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import Role
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import (
    Entry,
    Event,
    Finding,
    Membership,
    Organisation,
    Submission,
    Version,
)
from tabularium.register.services.memberships import submission_account
from tabularium.register.services.recording import keys_in_register
from tests.builders import Town, a_draft, a_subject, an_identifier, content


def draft(kind: Kind = Kind.PENALTY, key: str = "", **changes: Any) -> Draft:
    return Draft(1, key, a_subject(), content(kind, **changes))


def refusal(town: Town, given: Draft, kind: Kind = Kind.PENALTY) -> str:
    """The reason; and that nothing was written."""
    with pytest.raises(RefusedError) as refused:
        services.record([given], item=town.item(kind), recorder=town.clerk)
    assert not Entry.objects.exists()
    assert not Event.objects.exists()
    return refused.value.reason


def test_a_decision_becomes_an_entry_with_a_version_and_an_event(town: Town) -> None:
    given = draft(key="case 1", details={"place": "Made-up Lane 1"})
    [entry] = services.record([given], item=town.item(), recorder=town.clerk)
    entry.refresh_from_db()
    assert entry.stage == Stage.DRAFT
    assert (entry.authority, entry.kind) == (town.authority, Kind.PENALTY)
    assert (entry.decision_key, entry.recorded_by) == ("case 1", town.clerk)
    assert entry.organisation is not None
    assert entry.organisation.identifiers.get().value == given.subject.identifier.value
    version = entry.current_version
    assert (version.pk, version.number, version.kind) == (f"{entry.pk}.1", 1, Kind.PENALTY)
    assert version.subject_name == given.subject.name
    for name, value in vars_of(given).items():
        assert getattr(version, name) == value, name
    [event] = entry.events.all()
    assert (event.number, event.type, event.role) == (1, "recorded", "clerk")
    assert (event.actor, event.at, event.version) == (town.clerk, clock.now(), version)
    assert set(event.facts) == {"adverse", "term_ends_at", "shortest_term_at", "retention_days"}


def vars_of(given: Draft) -> dict[str, object]:
    said = given.content
    return {name: getattr(said, name) for name in said.__dataclass_fields__}


def test_the_term_ends_at_the_midnight_of_the_authoritys_zone(town: Town) -> None:
    entry = a_draft(town, term_begins=date(2026, 3, 4), term_ends=date(2026, 12, 31))
    assert entry.public_until is not None
    assert entry.public_until.isoformat() == "2026-12-31T16:00:00+00:00"


def test_several_decisions_against_one_organisation_make_it_once(town: Town) -> None:
    subject = a_subject()
    drafts = [Draft(row, f"case {row}", subject, content()) for row in (1, 2, 3)]
    entries = services.record(drafts, item=town.item(), recorder=town.clerk)
    assert len({entry.organisation_id for entry in entries}) == 1
    assert len({entry.pk for entry in entries}) == 3


def test_names_never_bring_two_organisations_together(town: Town) -> None:
    subjects = [a_subject("虚构同名公司"), a_subject("虚构同名公司")]
    drafts = [Draft(1, "", subject, content()) for subject in subjects]
    first, second = services.record(drafts, item=town.item(), recorder=town.clerk)
    assert first.organisation_id != second.organisation_id


def test_without_a_number_authority_and_case_name_the_organisation(town: Town) -> None:
    cases = [by_case(town.code, number) for number in ("case 1", "case 2", "case 1")]
    drafts = [Draft(1, "", without_number("虚构同名公司", case), content()) for case in cases]
    one, two, again = services.record(drafts, item=town.item(), recorder=town.clerk)
    assert one.organisation_id == again.organisation_id != two.organisation_id


def without_number(name: str, case: Identifier) -> Subject:
    return Subject(case, name, "cn-youxian", "cn")


def test_more_decisions_than_a_batch_are_recorded_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabularium.register.services.recording.BATCH", 3)
    drafts = [draft(key=f"case {number}") for number in range(8)]
    entries = services.record(drafts, item=town.item(), recorder=town.clerk)
    assert [entry.decision_key for entry in entries] == [each.key for each in drafts]
    assert Entry.objects.count() == Version.objects.count() == Event.objects.count() == 8


# ---- who may record


def test_a_clerk_of_another_authority_may_not_record(town: Town, other_town: Town) -> None:
    with pytest.raises(NotPermittedError):
        services.record([draft()], item=town.item(), recorder=other_town.clerk)
    assert not Entry.objects.exists()


def test_an_approver_or_a_replier_is_no_clerk(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        services.record([draft()], item=town.item(), recorder=town.approver)
    replier = services.open_account(
        "replier",
        role=Membership.Role.REPLIER,
        organisation=town.authority.organisation,
    )
    with pytest.raises(NotPermittedError):
        services.record([draft()], item=town.item(), recorder=replier)


def test_an_approver_does_not_record_in_that_role(town: Town) -> None:
    with pytest.raises(NotAllowedError, match="wrong-role"):
        services.record([draft()], item=town.item(), recorder=town.approver, role=Role.APPROVER)


def test_a_closed_account_records_nothing(town: Town) -> None:
    town.clerk.is_active = False
    town.clerk.save()
    with pytest.raises(NotPermittedError):
        services.record([draft()], item=town.item(), recorder=town.clerk)


# ---- what is refused


@pytest.mark.parametrize(
    "name",
    ["legal_basis", "objection_route", "notice_channel", "decision_number", "measure"],
)
def test_what_is_missing_from_an_adverse_decision_refuses_it(town: Town, name: str) -> None:
    assert refusal(town, draft(**{name: ""})) == "missing-value"


@pytest.mark.parametrize("name", ["term_begins", "term_ends"])
def test_an_adverse_decision_without_a_term_is_refused(town: Town, name: str) -> None:
    assert refusal(town, draft(**{name: None})) == "missing-value"


def test_a_term_ends_no_earlier_than_it_begins_and_its_last_day_counts_whole(town: Town) -> None:
    day = date(2026, 3, 4)
    for kind in (Kind.PENALTY, Kind.LICENCE):
        given = draft(kind, term_begins=day, term_ends=day - timedelta(days=1))
        assert refusal(town, given, kind) == "dates-out-of-order"
    [entry] = services.record(
        [draft(term_begins=day, term_ends=day)], item=town.item(), recorder=town.clerk
    )
    assert entry.public_until == end_of_day(day, ZoneInfo(town.authority.time_zone))


def test_a_term_is_no_longer_than_the_rules_allow(town: Town) -> None:
    begins = date(2026, 3, 4)
    too_long = draft(term_begins=begins, term_ends=date(2031, 3, 5))
    assert refusal(town, too_long) == "term-too-long"
    longest = draft(term_begins=begins, term_ends=date(2031, 3, 4))
    [entry] = services.record([longest], item=town.item(), recorder=town.clerk)
    assert entry.stage == Stage.DRAFT


def test_a_decision_older_than_all_rules_is_refused(town: Town) -> None:
    assert refusal(town, draft(decided_on=date(1989, 12, 31))) == "no-rules-in-force"


def test_a_sole_trader_is_no_subject(town: Town) -> None:
    body = "92999900" + "000000001"
    trader = Identifier("CN-USCC", body + uscc_check_character(body))
    given = replace(draft(), subject=a_subject(identifier=trader))
    assert refusal(town, given) == "natural-person"
    assert not Organisation.objects.filter(authority=None).exists()


def test_where_the_number_does_not_tell_a_legal_form_is_declared(town: Town) -> None:
    case = by_case(town.code, "case 1")
    for form, reason in (("", "legal-form-missing"), ("cn-getihu", "natural-person")):
        given = replace(draft(), subject=replace(without_number("虚构商行", case), legal_form=form))
        assert refusal(town, given) == reason


@pytest.mark.parametrize("name", ["", " ", "\u3000"])
def test_an_organisation_has_a_name(town: Town, name: str) -> None:
    given = draft()
    given = replace(given, subject=replace(given.subject, name=name))
    assert refusal(town, given) == "name-missing"


def test_all_or_none(town: Town) -> None:
    with pytest.raises(RefusedError, match="legal_basis"):
        services.record([draft(), draft(legal_basis="")], item=town.item(), recorder=town.clerk)
    assert not Entry.objects.exists()
    assert not Version.objects.exists()


# ---- the same decision again


def test_the_same_decision_is_recorded_once(town: Town, other_town: Town) -> None:
    services.record([draft(key="case 1")], item=town.item(), recorder=town.clerk)
    with pytest.raises(RefusedError) as refused:
        services.record([draft(key="case 1")], item=town.item(), recorder=town.clerk)
    assert refused.value.reason == "already-in-register"
    # The key is the authority's own: another one may have the same.
    services.record([draft(key="case 1")], item=other_town.item(), recorder=other_town.clerk)
    assert Entry.objects.count() == 2


def test_a_new_version_of_the_item_knows_the_decisions_of_the_old(town: Town) -> None:
    old = town.item()
    services.record([draft(key="case 1")], item=old, recorder=town.clerk)
    new = services.ensure_item(
        services.ItemDetails(
            code=old.code,
            version=2,
            kind=Kind.PENALTY,
            field=old.field,
            title=old.title,
            effective_from=date(2026, 1, 1),
            definition="changed",
        ),
        authority=town.authority,
    )
    assert keys_in_register(new, ["case 1", "case 2"]) == {"case 1"}
    with pytest.raises(RefusedError):
        services.record([draft(key="case 1")], item=new, recorder=town.clerk)


def test_the_same_decision_twice_in_one_go_is_refused_with_the_same_reason(town: Town) -> None:
    with pytest.raises(RefusedError) as refused:
        services.record(
            [draft(key="case 1"), draft(key="case 1")], item=town.item(), recorder=town.clerk
        )
    assert refused.value.reason == "already-in-register"
    assert not Entry.objects.exists()


def test_decisions_without_a_key_are_each_their_own(town: Town) -> None:
    services.record([draft(), draft()], item=town.item(), recorder=town.clerk)
    assert Entry.objects.filter(decision_key=None).count() == 2


# ---- about authorities


def test_a_promise_is_an_authoritys_own(town: Town, other_town: Town) -> None:
    def promise_of(subject_of: Town) -> Draft:
        identifier = known_number(subject_of)
        return replace(draft(Kind.PROMISE), subject=a_subject("虚构机关", identifier))

    [entry] = services.record([promise_of(town)], item=town.item(Kind.PROMISE), recorder=town.clerk)
    assert entry.organisation == town.authority.organisation
    with pytest.raises(RefusedError) as refused:
        services.record([promise_of(other_town)], item=town.item(Kind.PROMISE), recorder=town.clerk)
    assert refused.value.reason == "not-its-own"


def test_a_judgment_is_about_another_authority(town: Town, other_town: Town) -> None:
    def judgment_on(identifier: Identifier) -> Draft:
        return replace(draft(Kind.JUDGMENT), subject=a_subject("虚构机关", identifier))

    item = town.item(Kind.JUDGMENT)
    [entry] = services.record(
        [judgment_on(known_number(other_town))], item=item, recorder=town.clerk
    )
    assert entry.organisation == other_town.authority.organisation
    for identifier, reason in (
        (known_number(town), "its-own"),
        (an_identifier(), "not-an-authority"),
    ):
        with pytest.raises(RefusedError) as refused:
            services.record([judgment_on(identifier)], item=item, recorder=town.clerk)
        assert refused.value.reason == reason


def known_number(town: Town) -> Identifier:
    """The number of an authority's own organisation, given to it where it has none."""
    organisation = town.authority.organisation
    known = organisation.identifiers.first()
    if known is None:
        identifier = an_identifier()
        known = organisation.identifiers.create(scheme=identifier.scheme, value=identifier.value)
    return Identifier(known.scheme, known.value)


# ---- submissions


def found(row: int, *, primary: bool, code: str = "missing-value") -> services.FoundInRow:
    return services.FoundInRow(row, "Name", code, "error", primary, {"field": "name"})


def receive(town: Town, **changes: Any) -> services.Received:
    given: dict[str, Any] = {
        "drafts": [draft(key="case 1"), draft(key="case 2")],
        "item": town.item(),
        "submitted_by": submission_account(town.authority),
        "file_name": "decisions.csv",
        "file_sha256": "0" * 64,
        "rows_read": 3,
        "findings": [found(3, primary=True), found(3, primary=False, code="too-long")],
    }
    given |= changes
    return services.receive(given.pop("drafts"), **given)


def test_a_submission_is_kept_with_its_findings_and_loses_no_row(town: Town) -> None:
    received = receive(town)
    submission = Submission.objects.get()
    assert received.submission == submission
    assert (submission.rows_read, submission.entries_made, submission.rows_stopped) == (3, 2, 1)
    assert submission.received_at == clock.now()
    assert [entry.submission for entry in received.entries] == [submission] * 2
    assert {entry.events.get().role for entry in received.entries} == {"submission"}
    finding = Finding.objects.get(primary=True)
    assert (finding.row, finding.code, finding.parameters) == (
        3,
        "missing-value",
        {"field": "name"},
    )


def test_a_clerk_may_submit_and_then_acts_as_one(town: Town) -> None:
    received = receive(town, submitted_by=town.clerk)
    assert {entry.events.get().role for entry in received.entries} == {"clerk"}


def test_who_has_no_role_at_the_authority_submits_nothing(town: Town, other_town: Town) -> None:
    for account in (other_town.clerk, town.approver, submission_account(other_town.authority)):
        with pytest.raises(NotPermittedError):
            receive(town, submitted_by=account)
    assert not Submission.objects.exists()


def test_a_submission_with_a_refused_draft_leaves_nothing(town: Town) -> None:
    with pytest.raises(RefusedError):
        receive(town, drafts=[draft(), draft(legal_basis="")])
    assert not Submission.objects.exists()
    assert not Finding.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"amount": "100", "currency": ""}, {"amount": "", "currency": "CNY"}]
)
def test_an_amount_and_its_currency_come_together(town: Town, changes: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        a_draft(town, **changes)
    assert refused.value.reason == "amount-without-currency"


@pytest.mark.parametrize("name", ["legal_basis_url", "objection_url"])
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "law.example", "https://"]
)
def test_only_addresses_of_the_web_are_kept(town: Town, name: str, address: str) -> None:
    with pytest.raises(RefusedError) as refused:
        a_draft(town, **{name: address})
    assert refused.value.reason == "no-web-address"


def test_a_text_or_a_name_that_fills_a_book_is_refused(town: Town) -> None:
    for changes in ({"summary": "a" * 10_001}, {"subject": a_subject("a" * 501)}):
        with pytest.raises(RefusedError) as refused:
            a_draft(town, **changes)
        assert refused.value.reason == "too-long"

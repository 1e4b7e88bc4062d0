"""Corrections that a later submission offers: an approver decides, and nothing is overwritten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tabularium import clock
from tabularium.core.content import Draft, EntryContent, Subject
from tabularium.core.identifiers import parse
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.consistency import check
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import (
    Entry,
    OfferedCorrection,
    Organisation,
    RegisteredIdentifier,
    Sighting,
    Submission,
    Version,
)
from tabularium.register.services.offers import Change, Standing, content_of, open_offers
from tabularium.register.services.sightings import disappeared, last_submission
from tests.builders import Town, a_draft, content, in_notice, published
from tests.register.conftest import Move

Outcome = OfferedCorrection.Outcome


def a_submission(town: Town, kind: Kind = Kind.PENALTY) -> Submission:
    """A later submission of the town's item that brought nothing new."""
    return services.receive(
        [],
        item=town.item(kind),
        submitted_by=town.clerk,
        file_name="later.csv",
        file_sha256="0" * 64,
        rows_read=0,
        findings=[],
    ).submission


def stored(version: Version) -> EntryContent:
    said = content()
    return replace(said, **{name: getattr(version, name) for name in said.as_fields()})


def sent_again(entry: Entry, *, name: str = "", row: int = 7, **changes: Any) -> Change:
    """The entry's decision as a later file has it, with `changes`."""
    entry = Entry.objects.select_related("current_version").get(pk=entry.pk)
    version = entry.current_version
    said = replace(stored(version), **changes)
    number = RegisteredIdentifier.objects.get(organisation=entry.organisation)
    subject = Subject(parse(number.scheme, number.value), name or version.subject_name, "", "cn")
    changed = (*changes, "subject_name") if name else tuple(changes)
    return Change(
        entry.pk,
        version.pk,
        Draft(row, entry.decision_key or "", subject, said),
        Standing.CHANGED if changed else Standing.SAME,
        changed,
    )


def offered(town: Town, entry: Entry, **changes: Any) -> OfferedCorrection:
    """An open offer for the entry."""
    change = sent_again(entry, **(changes or {"amount": "100.00"}))
    kind = Kind(entry.kind)
    assert services.offer_corrections([change], submission=a_submission(town, kind)) == 1
    return OfferedCorrection.objects.get(entry=entry, outcome=Outcome.OPEN)


def row_of(entry: Entry) -> dict[str, Any]:
    return Entry.objects.filter(pk=entry.pk).values().get()


# ---- offering


def test_an_offer_holds_what_the_row_says_and_changes_nothing(town: Town, move: Move) -> None:
    entry = published(town, move)
    before = row_of(entry)
    offer = offered(town, entry, amount="100.00", measure="Warning")
    assert row_of(entry) == before
    assert entry.versions.count() == 1
    assert offer.changed == ["amount", "measure"]
    assert offer.content["subject_name"] == entry.current_version.subject_name
    assert content_of(offer.content) == replace(
        stored(entry.current_version), amount="100.00", measure="Warning"
    )
    assert (offer.row, offer.version_id, offer.offered_at) == (7, f"{entry.pk}.1", clock.now())
    assert check().problems == []


def test_the_same_content_is_offered_once(town: Town, move: Move) -> None:
    entry = published(town, move)
    first = offered(town, entry)
    again = sent_again(entry, amount="100.00", row=9)
    assert services.offer_corrections([again], submission=a_submission(town)) == 0
    assert list(open_offers()) == [first]


def test_a_later_submission_with_yet_other_content_takes_the_place_of_an_offer(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    first = offered(town, entry, amount="100.00")
    second = offered(town, entry, amount="200.00")
    first.refresh_from_db()
    assert (first.outcome, first.content, first.decided_by) == (Outcome.SUPERSEDED, {}, None)
    assert list(open_offers()) == [second]


def test_a_submission_that_says_what_the_register_says_takes_the_offer_back(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    first = offered(town, entry)
    services.offer_corrections([sent_again(entry)], submission=a_submission(town))
    first.refresh_from_db()
    assert first.outcome == Outcome.SUPERSEDED
    assert not open_offers().exists()


def test_a_decision_about_another_organisation_is_never_offered(town: Town, move: Move) -> None:
    entry = published(town, move)
    other = replace(sent_again(entry, amount="1"), standing=Standing.OTHER_SUBJECT)
    assert services.offer_corrections([other], submission=a_submission(town)) == 0
    assert not OfferedCorrection.objects.exists()


def test_no_submission_offers_anything_for_an_entry_of_another_authority(
    town: Town, other_town: Town, move: Move
) -> None:
    theirs = published(other_town, move)
    mine = published(town, move)
    changes = [sent_again(mine, amount="1"), sent_again(theirs, amount="1")]
    with pytest.raises(RefusedError) as refused:
        services.offer_corrections(changes, submission=a_submission(town))
    assert refused.value.reason == "not-its-own"
    assert not OfferedCorrection.objects.exists()


# ---- accepting


def test_an_accepted_offer_is_a_correction_noticed_anew(town: Town, move: Move) -> None:
    entry = published(town, move)
    offer = offered(town, entry, amount="100.00", details={"case": "B"})
    services.accept_correction(offer.pk, by=town.approver, reasons="Reduced on appeal.")
    entry.refresh_from_db()
    assert (entry.stage, entry.public_from) == (Stage.APPROVED, None)
    version = entry.current_version
    assert (version.number, version.amount, version.details) == (2, "100.00", {"case": "B"})
    assert version.recorded_by == town.approver
    assert entry.versions.get(number=1).amount == "4965.70"
    assert version.notices.get().given_at is None
    assert entry.statements.get().text == "Reduced on appeal."
    offer.refresh_from_db()
    assert (offer.outcome, offer.decided_by) == (Outcome.ACCEPTED, town.approver)
    assert (offer.content, offer.decided_at) == ({}, clock.now())
    assert check().problems == []


def test_a_corrected_name_is_the_one_of_the_new_version(town: Town, move: Move) -> None:
    entry = published(town, move, Kind.LICENCE)
    services.accept_correction(
        offered(town, entry, name="虚构新名公司").pk, by=town.approver, reasons="Renamed."
    )
    entry.refresh_from_db()
    assert entry.current_version.subject_name == "虚构新名公司"
    assert Organisation.objects.get(pk=entry.organisation_id).name == "虚构新名公司"


def test_only_an_approver_of_the_authority_decides(
    town: Town, other_town: Town, move: Move
) -> None:
    offer = offered(town, published(town, move))
    for decide in (services.accept_correction, services.dismiss_correction):
        for account in (town.clerk, other_town.approver):
            with pytest.raises(NotPermittedError):
                decide(offer.pk, by=account, reasons="So.")
    assert open_offers().get() == offer


def test_who_recorded_the_version_neither_accepts_nor_dismisses(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.correct(entry.pk, by=town.approver, content=content(), reasons="First.")
    offer = offered(town, entry, amount="5.00")
    with pytest.raises(NotAllowedError, match="by-the-recorder"):
        services.accept_correction(offer.pk, by=town.approver, reasons="So.")
    with pytest.raises(RefusedError, match="does not decide"):
        services.dismiss_correction(offer.pk, by=town.approver, reasons="So.")
    offer.refresh_from_db()
    assert offer.outcome == Outcome.OPEN
    services.accept_correction(offer.pk, by=town.second_approver, reasons="So.")


def test_a_draft_is_approved_before_it_is_corrected(town: Town) -> None:
    entry = a_draft(town)
    offer = offered(town, entry)
    with pytest.raises(NotAllowedError, match="not-approved"):
        services.accept_correction(offer.pk, by=town.approver, reasons="So.")
    assert open_offers().get() == offer
    services.approve(entry.pk, approver=town.approver)
    services.accept_correction(offer.pk, by=town.approver, reasons="So.")
    entry.refresh_from_db()
    assert (entry.stage, entry.current_version.amount) == (Stage.APPROVED, "100.00")


def test_a_correction_during_the_notice_opens_another_window(town: Town, move: Move) -> None:
    entry = in_notice(town)
    move(clock.now() + timedelta(days=1))
    services.accept_correction(offered(town, entry).pk, by=town.approver, reasons="So.")
    entry.refresh_from_db()
    assert (entry.stage, entry.window_closes_at) == (Stage.APPROVED, None)


def test_what_a_correction_may_not_say_is_refused_and_the_offer_stays(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    offer = offered(town, entry, legal_basis="")
    with pytest.raises(RefusedError, match="legal_basis"):
        services.accept_correction(offer.pk, by=town.approver, reasons="So.")
    assert open_offers().get() == offer


# ---- dismissing, and what is no longer open


def test_a_dismissed_offer_leaves_the_entry_and_does_not_come_again(town: Town, move: Move) -> None:
    entry = published(town, move)
    before = row_of(entry)
    offer = offered(town, entry)
    services.dismiss_correction(offer.pk, by=town.approver, reasons="The file is wrong.")
    offer.refresh_from_db()
    assert row_of(entry) == before
    assert (offer.outcome, offer.reasons, offer.content) == (
        Outcome.DISMISSED,
        "The file is wrong.",
        {},
    )
    again = sent_again(entry, amount="100.00")
    assert services.offer_corrections([again], submission=a_submission(town)) == 0
    assert services.offer_corrections(
        [sent_again(entry, amount="101.00")], submission=a_submission(town)
    )


def test_a_dismissed_content_is_offered_again_for_another_version(town: Town, move: Move) -> None:
    entry = published(town, move)
    offer = offered(town, entry)
    services.dismiss_correction(offer.pk, by=town.approver, reasons="Not so.")
    services.correct(
        entry.pk, by=town.approver, content=content(measure="Smaller fine"), reasons="So."
    )
    assert offered(town, entry, amount="100.00").version_id == f"{entry.pk}.2"


@pytest.mark.parametrize("decide", ["accept_correction", "dismiss_correction"])
def test_what_is_no_longer_open_is_not_decided(town: Town, move: Move, decide: str) -> None:
    decided, corrected, withdrawn, ended = (published(town, move) for _ in range(4))
    offers = [offered(town, each) for each in (decided, corrected, withdrawn, ended)]
    services.dismiss_correction(offers[0].pk, by=town.approver, reasons="No.")
    services.correct(corrected.pk, by=town.approver, content=content(), reasons="By hand.")
    services.withdraw(withdrawn.pk, by=town.approver, reasons="In error.")
    assert ended.public_until is not None
    assert [each.pk for each in open_offers()] == [offers[3].pk]
    move(ended.public_until)
    for offer in offers:
        with pytest.raises(RefusedError) as refused:
            getattr(services, decide)(offer.pk, by=town.second_approver, reasons="So.")
        assert refused.value.reason == "offer-closed"


def test_an_offer_for_an_entry_that_is_over_is_moot_when_it_is_sent_again(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    offer = offered(town, entry)
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    again = replace(sent_again(entry), standing=Standing.OVER)
    assert services.offer_corrections([again], submission=a_submission(town)) == 0
    offer.refresh_from_db()
    assert (offer.outcome, offer.content) == (Outcome.MOOT, {})


# ---- erasure


def test_erasure_empties_every_offer_and_where_the_entry_was_seen(town: Town, move: Move) -> None:
    entry, other = published(town, move), published(town, move)
    services.dismiss_correction(
        offered(town, entry, amount="1.00").pk, by=town.approver, reasons="A reason."
    )
    offered(town, entry, amount="2.00")
    kept = offered(town, other, amount="3.00")
    services.see([entry.pk, other.pk], submission=a_submission(town))
    move(clock.now() + timedelta(days=1))
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    report = services.tick()
    assert (report.erased, report.failures) == (1, {})
    rows = list(OfferedCorrection.objects.filter(entry=entry).order_by("pk"))
    assert [each.outcome for each in rows] == [Outcome.DISMISSED, Outcome.MOOT]
    for each in rows:
        assert (each.content, each.changed, each.digest, each.reasons) == ({}, [], "", "")
        assert (each.submission, each.row) == (None, None)
        assert each.erased_at == clock.now()
    assert list(Sighting.objects.values_list("entry_id", flat=True)) == [other.pk]
    kept.refresh_from_db()
    assert kept.content["amount"] == "3.00"


def test_the_database_itself_refuses_an_erased_offer_that_says_something(
    town: Town, move: Move
) -> None:
    offer = offered(town, published(town, move))
    for changes in (
        {"erased_at": clock.now()},
        {"outcome": Outcome.SUPERSEDED, "decided_at": clock.now()},
        {"outcome": Outcome.ACCEPTED, "decided_at": clock.now(), "content": {}},
        {"decided_at": clock.now()},
        {"content": {}},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            OfferedCorrection.objects.filter(pk=offer.pk).update(**changes)


# ---- sightings


def test_what_a_later_submission_did_not_hold_has_disappeared(town: Town, move: Move) -> None:
    seen, gone, withdrawn = (brought(town) for _ in range(3))
    by_hand = a_draft(town)
    services.withdraw(withdrawn.pk, by=town.approver, reasons="In error.")
    later = a_submission(town)
    services.see([seen.pk, seen.pk], submission=later)
    assert [each.pk for each in disappeared(later)] == [gone.pk]
    assert last_submission(town.authority.pk, town.item().code) == later
    move(clock.now() + timedelta(days=1))
    latest = a_submission(town)
    services.see([gone.pk], submission=latest)
    assert [each.pk for each in disappeared(latest)] == [seen.pk]
    assert by_hand.pk not in Sighting.objects.values_list("entry_id", flat=True)
    gone.refresh_from_db()
    assert gone.stage == Stage.DRAFT


def brought(town: Town) -> Entry:
    """A draft that a submission brought."""
    draft = a_draft(town)
    change = sent_again(draft)
    services.withdraw(draft.pk, by=town.approver, reasons="To be sent as a file.")
    made = services.receive(
        [replace(change.draft, key=f"key of {draft.pk}")],
        item=town.item(),
        submitted_by=town.clerk,
        file_name="first.csv",
        file_sha256="1" * 64,
        rows_read=1,
        findings=[],
    )
    return made.entries[0]


def test_what_an_ended_entry_said_is_not_missing(town: Town, move: Move) -> None:
    entry = brought(town)
    assert entry.public_until is not None
    later = a_submission(town)
    move(entry.public_until - timedelta(seconds=1))
    assert [each.pk for each in disappeared(later)] == [entry.pk]
    move(entry.public_until)
    assert not disappeared(later).exists()

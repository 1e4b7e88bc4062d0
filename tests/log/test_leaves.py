"""Public changes of entries become leaves, checkpoints are signed on a schedule, and proofs fit them."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import proofs, signing
from tabularium.log.checking import check_log
from tabularium.log.extending import Extended, extend, last_mark, resume
from tabularium.log.told import log_folder
from tabularium.register import services
from tabularium.register.leaf_facts import CONTENT, commitment_of, instant, own_facts
from tabularium.register.models import Entry, Leaf, SignedCheckpoint
from tabularium.register.services.log_places import give_places
from tabularium_verify.checkpoints import check_checkpoint
from tabularium_verify.commitments import Fact, WithheldFact, commitment
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof
from tests import builders
from tests.builders import Town
from tests.conftest import ROOT
from tests.log.conftest import NAME

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
HOUR = timedelta(hours=1)


@pytest.fixture
def town(data: Path, db: None, move: Move) -> Town:  # noqa: ARG001 - the folder, the database and the clock
    signing.new_key(NAME)
    return Town()


def after(move: Move, by: timedelta = HOUR) -> None:
    move(clock.now() + by)


def changes(entry: Entry) -> list[str]:
    return list(Leaf.objects.filter(entry=entry).order_by("event").values_list("change", flat=True))


def test_what_a_leaf_says_is_what_the_public_sees_and_the_log_proves_it(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move)
    after(move)
    extend()
    (leaf,) = proofs.leaves_of(entry)
    said = {each.name: each.value for each in leaf.facts if isinstance(each, Fact)}
    assert [each.name for each in leaf.facts] == sorted(said)
    version = entry.current_version
    assert said["change"] == "published"
    assert (said["entry"], said["version"], said["authority"]) == (entry.pk, 1, town.code)
    assert (said["measure"], said["amount"]) == (version.measure, "4965.70")
    assert said["organisation_identifier"] == {
        "scheme": "CN-USCC",
        "value": entry.organisation.identifiers.get().value,  # type: ignore[union-attr]
    }
    assert said["promised_to"] is None
    assert "notice_channel" not in said
    proof = parse_proof(proofs.proof(leaf.index).encode())
    key = signing.signers()[0].verifier
    checkpoint, _ = check_checkpoint(proof.checkpoint, key)
    committed = commitment(leaf.salt, {each.name: each.digest for each in leaf.facts})
    check_inclusion(leaf_hash(committed), leaf.index, checkpoint.size, checkpoint.root, proof.path)
    assert proof.checkpoint == proofs.published_checkpoint()


def test_each_change_of_what_the_public_sees_makes_a_leaf(town: Town, move: Move) -> None:
    entry = builders.objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="It was.")
    services.stay(entry.pk, by=town.approver, order="Court order 1")
    services.lift_stay(entry.pk, by=town.approver, order="Court order 2")
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    assert changes(entry) == [
        *("published", "suspended", "restored", "suspended", "restored", "withdrawn"),
    ]


def test_a_corrected_licence_is_public_with_its_new_version_and_the_old_one_is_not_shown(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move, Kind.LICENCE)
    services.correct(
        entry.pk,
        by=town.second_approver,
        content=builders.content(Kind.LICENCE, measure="Another permit"),
        reasons="A mistake.",
    )
    assert changes(entry) == ["published", "corrected"]
    after(move)
    extend()
    first, second = proofs.leaves_of(entry)
    assert {each.name for each in first.facts if isinstance(each, WithheldFact)} >= {"measure"}
    assert Fact in {type(each) for each in second.facts if each.name == "measure"}


def test_a_corrected_penalty_leaves_the_public_view_and_is_published_after_its_new_notice(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move)
    services.correct(
        entry.pk,
        by=town.second_approver,
        content=builders.content(measure="Another fine"),
        reasons="A mistake.",
    )
    assert changes(entry) == ["published", "corrected"]
    after(move)
    extend()
    assert proofs.leaves_of(entry) == []


def test_what_was_never_public_leaves_no_leaf(town: Town, move: Move) -> None:
    del move
    entry = builders.a_draft(town)
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    assert changes(entry) == []


def test_leaves_wait_for_the_end_of_the_hour(town: Town, move: Move) -> None:
    extend()
    assert SignedCheckpoint.objects.get().size == 0
    entry = builders.published(town, move, Kind.LICENCE)
    move(last_mark(clock.now()) + HOUR - timedelta(seconds=1))
    assert extend() is not None
    assert (SignedCheckpoint.objects.count(), proofs.waiting(entry)) == (1, True)
    after(move, timedelta(seconds=1))
    extended = extend()
    assert extended is not None
    assert (extended.size, extended.new, extended.signed) == (1, 1, True)
    assert not proofs.waiting(entry)


def test_the_whole_leaf_that_is_worked_out_in_the_documents_is_right() -> None:
    said = {
        "at": instant(datetime(2026, 11, 25, 1, tzinfo=UTC)),
        "change": "suspended",
        "entry": "abcdefgh2345",
        "version": 1,
    }
    salts = b"".join(bytes([each]) * 32 for each in (1, 2, 3, 4))
    facts = own_facts(said, salts)
    committed = commitment_of(b"\x05" * 32, facts)
    page = (ROOT / "docs/log.md").read_text("utf-8")
    for each in (*(fact.digest for fact in facts), committed, leaf_hash(committed)):
        assert f"`{each.hex()}`" in page
    for name in (*CONTENT, "public_until", "item_version", "leaves", "rule"):
        assert f"`{name}`" in page


def test_a_leaf_that_waits_for_its_place_is_no_fault(town: Town, move: Move) -> None:
    builders.published(town, move, Kind.LICENCE)
    after(move)
    extend()
    waiting = builders.published(town, move, Kind.LICENCE)
    report = check_log()
    assert report.problems == []
    assert proofs.waiting(waiting)
    assert proofs.leaves_of(waiting) == []


def test_a_leaf_that_has_a_place_and_was_not_given_out_waits(town: Town, move: Move) -> None:
    """As after a process that was stopped between the two."""
    builders.published(town, move, Kind.LICENCE)
    after(move)
    extend()
    waiting = builders.published(town, move, Kind.LICENCE)
    after(move)
    give_places(clock.now())
    assert Leaf.objects.get(entry=waiting).index == 1
    assert proofs.waiting(waiting)
    assert proofs.leaves_of(waiting) == []


def test_an_empty_log_that_is_lost_begins_anew(data: Path) -> None:
    signing.new_key(NAME)
    extend()
    assert SignedCheckpoint.objects.get().size == 0
    note = log_folder().signed()
    (data / "log" / "signed").unlink()
    shutil.rmtree(log_folder().public)
    assert extend() == Extended(size=0)
    assert log_folder().published() == log_folder().signed() == note


def test_the_log_begins_in_a_folder_that_is_named_after_its_key_was_made(
    data: Path, settings: Settings
) -> None:
    signing.new_key(NAME)
    keys = signing.signers()
    settings.LOG_FOLDER = data / "moved" / "log"
    assert resume(log_folder(), keys) == {}, "there is nothing to finish"
    with pytest.raises(VerificationError, match="no checkpoint is given out yet"):
        proofs.proof(0)
    assert extend() == Extended(size=0, signed=True)

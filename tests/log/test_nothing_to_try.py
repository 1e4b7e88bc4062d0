"""What was erased, a field or an entry, nothing that is kept confirms: every value that could be is tried.

The entry came in a file of one row, by a call that can be sent again; later files said it again with other
sums. Digests of all these would tell somebody who knows the rest which text it was.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.canonical import canonical_bytes
from tabularium.core.content import Draft, EntryContent, Subject
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind
from tabularium.extract import gathering
from tabularium.log import proofs, signing
from tabularium.log.extending import extend
from tabularium.log.told import log_folder
from tabularium.opendata.building import build, open_data_folder
from tabularium.register import services
from tabularium.register.leaf_selectors import ToldLeaf, told_leaves
from tabularium.register.models import Entry, Notice, OfferedCorrection, Submission
from tabularium.register.services.offers import Change, Standing
from tabularium_verify.checkpoints import check_checkpoint
from tabularium_verify.commitments import Fact, commitment, fact_digest
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof
from tests import builders
from tests.builders import Town
from tests.log.conftest import NAME
from tests.log.kept import is_kept, kept_pieces
from tests.log.test_erasure import grow

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
TEXTS = [f"Sold by the {who} of the shop." for who in ("owner", "cook", "clerk", "driver")]
SAID = TEXTS[2]
SUMS = ("4965.70", "1.00", "2.00")


@pytest.fixture
def town(data: Path, db: None, move: Move, settings: Settings) -> Town:  # noqa: ARG001 - to be there
    settings.KEY_FOLDER, settings.DATA_FOLDER = data / "keys", data
    settings.ADDRESS = "https://register.example"
    signing.new_key(NAME)
    extend()
    return Town()


@dataclass(frozen=True)
class Brought:
    """An entry that a file brought, and all that somebody knows of it who does not know the text."""

    entry: Entry
    subject: Subject
    content: EntryContent
    told: ToldLeaf

    def confirmed(self, kept: set[bytes]) -> bool:
        """Whether something that is kept says which of the texts it was."""
        for text in TEXTS:
            said = [replace(self.content, summary=text, amount=amount) for amount in SUMS]
            if not kept.isdisjoint(digests_of(self.subject, said)) or self._leaf_says(text, kept):
                return True
        return False

    def _leaf_says(self, text: str, kept: set[bytes]) -> bool:
        facts = [
            Fact(each.name, text if each.name == "summary" else each.value, each.salt)
            for each in (*self.told.own, *self.told.content)
            if isinstance(each, Fact)
        ]
        digests = {each.name: each.digest for each in facts if each.salt in kept}
        gone = [each for each in facts if each.salt not in kept]
        salt, commits_to = bytes(self.told.leaf.salt), bytes(self.told.leaf.commitment)
        # In the place of salts that are gone, anything that is there.
        for one in kept if gone or salt not in kept else {salt}:
            others = {each.name: fact_digest(one, each.name, each.value) for each in gone}
            if commitment(salt if salt in kept else one, digests | others) == commits_to:
                return True
        return False


def file_of(subject: Subject, said: EntryContent) -> bytes:
    """A file of one row."""
    row = [subject.identifier.value, said.decision_number, said.amount, said.summary]
    return ("number,reference,sum,about\n" + ",".join(row) + "\n").encode()


def digests_of(subject: Subject, said: list[EntryContent]) -> Iterator[bytes]:
    """What the register takes of files, of calls, and of what a later file says otherwise."""
    for each in said:
        yield sha256(file_of(subject, each)).digest()
        yield sha256(b"asked " + file_of(subject, each)).digest()
        told = {"subject_name": subject.name, **each.as_fields()}
        yield sha256(canonical_bytes(told)).digest()


def sent(town: Town, subject: Subject, said: EntryContent, drafts: list[Draft]) -> Submission:
    file = file_of(subject, said)
    claimed = services.claim(town.authority, said.amount, sha256(b"asked " + file).hexdigest())
    with transaction.atomic():
        received = services.receive(
            drafts,
            item=town.item(),
            submitted_by=town.clerk,
            file_name="decisions.csv",
            file_sha256=sha256(file).hexdigest(),
            rows_read=len(drafts),
            findings=[],
        )
        services.keep_outcome(claimed, received.submission)
    return received.submission


def offered(town: Town, brought: Brought, amount: str) -> OfferedCorrection:
    """A later file says another sum, and the same text."""
    entry, said = brought.entry, replace(brought.content, amount=amount)
    later = sent(town, brought.subject, said, [])
    draft = Draft(1, "a key", brought.subject, said)
    change = Change(entry.pk, entry.current_version_id, draft, Standing.CHANGED, ("amount",))
    services.offer_corrections([change], submission=later)
    services.see([entry.pk], submission=later)
    return OfferedCorrection.objects.latest("pk")


@pytest.fixture
def brought(town: Town, move: Move) -> Brought:
    subject, said = builders.a_subject(), builders.content(summary=SAID)
    sent(town, subject, said, [Draft(1, "a key", subject, said)])
    entry = Entry.objects.get()
    services.approve(entry.pk, approver=town.approver)
    entry = services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    assert not services.tick().failures
    grow(move)
    entry = Entry.objects.select_related("item").get()
    (told,) = told_leaves(entry)
    found = Brought(entry, subject, said, told)
    dismissed = offered(town, found, SUMS[1])
    services.dismiss_correction(dismissed.pk, by=town.approver, reasons="It stands.")
    offered(town, found, SUMS[2])
    build(sync=lambda _: None)
    return found


@pytest.fixture
def folders(data: Path) -> list[Path]:
    assert log_folder().path.is_relative_to(data)
    return [log_folder().path, open_data_folder()]


def erase_the_field(town: Town, brought: Brought) -> None:
    services.erase_field(
        brought.entry.pk,
        by=town.account("a-registrar", "registrar"),
        field=ErasableField.SUMMARY,
        rule=FieldErasureRule.PERSONAL_DATA,
    )


def is_proven(leaf: proofs.ProvenLeaf, proof: str) -> bool:
    found = parse_proof(proof.encode())
    checkpoint, _ = check_checkpoint(found.checkpoint, signing.signers()[0].verifier)
    committed = commitment(leaf.salt, {each.name: each.digest for each in leaf.facts})
    check_inclusion(leaf_hash(committed), found.index, checkpoint.size, checkpoint.root, found.path)
    return True


def test_each_text_is_tried_before_anything_is_erased_and_one_is_confirmed(
    brought: Brought, folders: list[Path]
) -> None:
    """The trial of the two tests below finds what there is to find, by every way alone."""
    kept = kept_pieces(log_folder().path)
    said = [replace(brought.content, amount=amount) for amount in SUMS]
    ways = list(digests_of(brought.subject, said))
    # The first file, its call, two later files with their calls and what they offered.
    assert [each in kept for each in ways] == [True, True, False, *([True] * 6)]
    assert brought.confirmed(kept - set(ways)), "the leaf alone confirms it while its salt is there"
    assert is_kept(SAID, *folders)


def test_of_a_field_that_was_erased_no_text_is_confirmed(
    town: Town, brought: Brought, folders: list[Path], move: Move
) -> None:
    (before,) = proofs.leaves_of(brought.entry)
    proof = proofs.proof(before.index)
    erase_the_field(town, brought)
    build(sync=lambda _: None)
    # Later files have the row as it was: one text is passed over, and the file is not known by a digest.
    offered(town, brought, "3.00")
    assert not is_kept(SAID, *folders)
    assert not brought.confirmed(kept_pieces(log_folder().path))
    grow(move)
    (after,) = proofs.leaves_of(brought.entry)
    for leaf, each in ((before, proof), (before, proofs.proof(before.index)), (after, proof)):
        assert is_proven(leaf, each)
    entry = Entry.objects.get(pk=brought.entry.pk)
    extract = gathering.of_entry(entry, clock.now()).as_json().decode()
    assert SAID not in extract
    assert '"name":"summary"' in extract.replace(" ", "")


def test_of_an_entry_that_was_erased_no_text_is_confirmed(
    town: Town, brought: Brought, folders: list[Path], move: Move
) -> None:
    neighbour = builders.published(town, move, Kind.LICENCE)
    grow(move)
    (beside,) = proofs.leaves_of(neighbour)
    proof = proofs.proof(beside.index)
    assert brought.entry.erasable_from is not None
    move(brought.entry.erasable_from)
    assert services.tick().erased == 1
    grow(move)
    build(sync=lambda _: None)
    assert not is_kept(SAID, *folders)
    assert not brought.confirmed(kept_pieces(log_folder().path))
    for each in (proof, proofs.proof(beside.index)):
        assert is_proven(beside, each)


def test_no_public_address_says_what_was_erased(
    town: Town, brought: Brought, client: Client
) -> None:
    entry = brought.entry
    addresses = [
        *(f"/{language}/entries/{entry.pk}" for language in ("en", "zh-hans")),
        *(f"/en/organisations/{entry.organisation_id}", f"/en/authorities/{town.code}"),
        f"/api/v1/entries/{entry.pk}",
        f"/api/v1/organisations/{entry.organisation_id}",
        "/api/v1/changes?records=true",
        f"/authorities/{town.code}/feed",
    ]
    before = {each: client.get(each, follow=True) for each in addresses}
    assert any(SAID in each.content.decode() for each in before.values())
    erase_the_field(town, brought)
    for each in addresses:
        assert SAID not in client.get(each, follow=True).content.decode(), each
    (record,) = [
        each["record"]
        for each in client.get("/api/v1/changes?records=true").json()["changes"]
        if each["id"] == entry.pk
    ]
    assert record["summary"] is None
    assert json.loads(record["erased_fields"])["summary"]["rule"] == "personal-data"

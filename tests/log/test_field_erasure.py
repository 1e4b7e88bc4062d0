"""One field is erased: nobody finds out what it said, and every proof of all else stays as it was."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind
from tabularium.log import proofs, signing
from tabularium.log.checking import check_log
from tabularium.log.told import log_folder
from tabularium.register import consistency, services, triggers
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.leaf_facts import commitment_of
from tabularium.register.leaf_selectors import told_leaves
from tabularium.register.models import Entry, ErasedField, Leaf, User, Version, VersionSalts
from tabularium_verify.checkpoints import check_checkpoint
from tabularium_verify.commitments import Fact, WithheldFact, commitment
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof
from tests import builders
from tests.builders import Town
from tests.log.conftest import NAME
from tests.log.kept import kept_pieces
from tests.log.test_erasure import grow

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
TEXTS = [f"Sold by the {who} of the shop." for who in ("owner", "cook", "clerk", "driver")]
SAID = TEXTS[2]


@pytest.fixture
def town(data: Path, db: None, move: Move, settings: Settings) -> Town:  # noqa: ARG001 - to be there
    settings.KEY_FOLDER = data / "keys"
    signing.new_key(NAME)
    return Town()


@pytest.fixture
def registrar(town: Town) -> User:
    return town.account("the-registrar", "registrar")


@pytest.fixture
def entry(town: Town, move: Move) -> Entry:
    made = builders.published(town, move, summary=SAID)
    grow(move)
    return made


def erase(entry: Entry, by: User, field: ErasableField = ErasableField.SUMMARY) -> list[Version]:
    return services.erase_field(entry.pk, by=by, field=field, rule=FieldErasureRule.PERSONAL_DATA)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("item").get(pk=entry.pk)


def is_proven(leaf: proofs.ProvenLeaf, proof: str) -> bool:
    found = parse_proof(proof.encode())
    checkpoint, _ = check_checkpoint(found.checkpoint, signing.signers()[0].verifier)
    committed = commitment(leaf.salt, {each.name: each.digest for each in leaf.facts})
    check_inclusion(leaf_hash(committed), found.index, checkpoint.size, checkpoint.root, found.path)
    return True


def is_confirmed(facts: list[Fact], salt: bytes, commits_to: bytes, kept: set[bytes]) -> bool:
    """Whether one of the texts that could be fits, with the salts that are kept or any other piece."""
    own = next(each.salt for each in facts if each.name == "summary")
    for one in {own} if own in kept else kept:
        for text in TEXTS:
            guess = [
                Fact("summary", text, one) if each.name == "summary" else each for each in facts
            ]
            if commitment_of(salt, guess) == commits_to:
                return True
    return False


def test_the_rest_stays_proven_and_the_text_is_not_found_by_trying(
    entry: Entry, registrar: User, move: Move
) -> None:
    (before,) = proofs.leaves_of(entry)
    proof = proofs.proof(before.index)
    (told,) = told_leaves(fresh(entry))
    facts = [each for each in (*told.own, *told.content) if isinstance(each, Fact)]
    commits_to, folder = bytes(told.leaf.commitment), log_folder().path
    salt = bytes(told.leaf.salt)
    assert is_confirmed(facts, salt, commits_to, kept_pieces(folder)), "a trial that never finds"
    erase(entry, registrar)
    kept = kept_pieces(folder)
    assert not is_confirmed(facts, salt, commits_to, kept)
    assert next(each.salt for each in facts if each.name == "summary") not in kept
    (after,) = proofs.leaves_of(entry)
    withheld = [each.name for each in after.facts if isinstance(each, WithheldFact)]
    assert withheld == ["summary"]
    assert {each.name: each.digest for each in after.facts} == {
        each.name: each.digest for each in before.facts
    }
    assert is_proven(before, proof)
    assert is_proven(after, proofs.proof(after.index))
    assert check_log().problems == []
    grow(move)
    assert is_proven(before, proofs.proof(before.index))
    assert consistency.check().problems == []


def test_the_public_is_told_that_it_was_erased_and_not_what(
    entry: Entry, registrar: User, client: Client
) -> None:
    assert SAID in client.get(f"/en/entries/{entry.pk}").content.decode()
    erase(entry, registrar)
    page = client.get(f"/en/entries/{entry.pk}").content.decode()
    assert SAID not in page
    day = clock.today(ZoneInfo(builders.ZONE))
    assert f"{day.day} {day:%B %Y}</time>: it said something about a person." in page
    assert "涉及个人信息" in client.get(f"/zh-hans/entries/{entry.pk}").content.decode()
    told = client.get(f"/api/v1/entries/{entry.pk}").json()
    assert told["summary"] is None
    (erased,) = told["erased_fields"]
    assert (erased["field"], erased["rule"]) == ("summary", "personal-data")


def test_a_change_after_the_erasure_commits_to_the_digest(
    entry: Entry,
    registrar: User,
    town: Town,
    move: Move,
) -> None:
    erase(entry, registrar)
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")
    services.uphold(entry.pk, by=town.approver, reasons="It was.")
    grow(move)
    leaves = proofs.leaves_of(entry)
    assert len(leaves) == 3
    assert [each.name for each in leaves[2].facts if isinstance(each, WithheldFact)] == ["summary"]
    assert "measure" in {each.name for each in leaves[2].facts if isinstance(each, Fact)}
    assert check_log().problems == []


def test_what_was_never_public_keeps_no_digest(town: Town, registrar: User) -> None:
    draft = builders.a_draft(town, Kind.PENALTY, summary=SAID)
    erase(draft, registrar)
    assert not VersionSalts.objects.filter(version__entry=draft).exists()
    assert Version.objects.get(entry=draft).summary == ""
    assert ErasedField.objects.get().erased_by == registrar


def test_who_may_erase_what(entry: Entry, registrar: User, town: Town) -> None:
    for other in (town.clerk, town.approver):
        with pytest.raises(NotPermittedError):
            erase(entry, other)
    with pytest.raises(RefusedError, match="Nothing stands"):
        erase(entry, registrar, ErasableField.DETAILS)
    with pytest.raises(RefusedError, match="no version 7"):
        services.erase_field(
            entry.pk,
            by=registrar,
            field=ErasableField.SUMMARY,
            rule=FieldErasureRule.COURT_ORDER,
            version=7,
        )
    erase(entry, registrar)
    with pytest.raises(RefusedError, match="Nothing stands"):
        erase(entry, registrar)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_version SET summary = ''",
        "UPDATE register_version SET summary = 'Another text'",
        "UPDATE register_version SET measure = 'Another measure'",
        'UPDATE register_version SET details = \'{"a": "b"}\'',
        "UPDATE register_versionsalts SET identifier = 'CN-USCC 1'",
    ],
)
def test_the_databases_refuse_what_nobody_said_was_erased(entry: Entry, statement: str) -> None:
    assert entry.pk
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_after_an_erasure_nothing_else_changes(entry: Entry, registrar: User) -> None:
    erase(entry, registrar)
    salts = VersionSalts.objects.get(version__entry=entry)
    whole = bytes(salts.fields)
    for changed in (b"\0" * 32 + whole[32:], whole[:-32] + b"\0" * 32, whole[:-1]):
        with pytest.raises(IntegrityError), transaction.atomic():
            VersionSalts.objects.filter(pk=salts.pk).update(fields=changed)
    for change in ({"measure": "Other"}, {"summary": "Back again"}, {"decided_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(entry=entry).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasedField.objects.update(rule=FieldErasureRule.COURT_ORDER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasedField.objects.all().delete()


def test_a_field_that_is_emptied_in_silence_is_found(entry: Entry) -> None:
    triggers.remove(connection)
    said = {"summary": {"at": "2026-03-04T00:00:00Z", "rule": "personal-data"}}
    Version.objects.filter(entry=entry).update(summary="", erased_fields=said)
    assert [each.what for each in check_log().problems]
    assert [each for each in consistency.check().problems if "summary" in each.what]


def test_a_digest_that_is_changed_is_found(entry: Entry, registrar: User) -> None:
    erase(entry, registrar)
    salts = VersionSalts.objects.get(version__entry=entry)
    (index,) = Leaf.objects.filter(entry=entry).values_list("index", flat=True)
    triggers.remove(connection)
    VersionSalts.objects.update(fields=bytes(len(bytes(salts.fields))))
    assert f"leaf {index}" in "".join(each.where for each in check_log().problems)


def test_the_whole_is_erased_later_all_the_same(entry: Entry, registrar: User, move: Move) -> None:
    erase(entry, registrar)
    assert entry.erasable_from is not None
    move(entry.erasable_from + timedelta(hours=1))
    assert services.tick().erased == 1
    grow(move)
    assert Version.objects.get(entry=entry).erased_fields == {}
    assert ErasedField.objects.count() == 1
    assert check_log().problems == []
    assert consistency.check().problems == []

"""Erasure takes what leaves committed to, and leaves every other proof as it was."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import proofs, signing
from tabularium.log.checking import check_log
from tabularium.log.extending import extend
from tabularium.log.told import log_folder
from tabularium.register import services
from tabularium.register.leaf_facts import commitment_of
from tabularium.register.leaf_selectors import ToldLeaf, told_leaves
from tabularium.register.models import Entry, Erasure, Leaf, Organisation
from tabularium_verify.checkpoints import check_checkpoint, read_checkpoint
from tabularium_verify.commitments import Fact, commitment
from tabularium_verify.merkle import check_inclusion, leaf_hash
from tabularium_verify.offline_proofs import parse_proof
from tests import builders
from tests.builders import Town
from tests.log.conftest import NAME
from tests.log.kept import kept_pieces

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
HOUR = timedelta(hours=1)
MEASURES = ("Fine", "Warning", "Permit", "Exclusion", "Closure")
AMOUNTS = ("4965.70", "100.00", "5000.00")


@pytest.fixture
def town(data: Path, db: None, move: Move, settings: Settings) -> Town:  # noqa: ARG001 - to be there
    settings.KEY_FOLDER = data / "keys"
    signing.new_key(NAME)
    extend()
    return Town()


def grow(move: Move) -> None:
    move(clock.now() + HOUR)
    extend()


def is_confirmed(told: ToldLeaf, names: list[str], kept: set[bytes]) -> bool:
    """Whether somebody finds out measure, sum and organisation who knows all else that the leaf said.

    Every value that could be is tried, with the salts that are kept; where one is not, with each thing that
    is kept in its place.
    """
    facts, salt = [*told.own, *told.content], bytes(told.leaf.salt)
    for stand_in in kept if {salt, *(each.salt for each in facts)} - kept else {salt}:
        salts = [each.salt if each.salt in kept else stand_in for each in facts]
        for measure, amount, name in product(MEASURES, AMOUNTS, names):
            tried = {"measure": measure, "amount": amount, "organisation_name": name}
            guess = [
                Fact(each.name, tried.get(each.name, each.value), one)
                for each, one in zip(facts, salts, strict=True)
            ]
            if commitment_of(salt if salt in kept else stand_in, guess) == bytes(
                told.leaf.commitment
            ):
                return True
    return False


def test_what_was_erased_is_not_found_by_trying_and_the_rest_stays_proven(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move)
    neighbour = builders.published(town, move, Kind.LICENCE)
    grow(move)
    (gone,) = told_leaves(Entry.objects.select_related("item").get(pk=entry.pk))
    names = [each.name for each in Organisation.objects.all()]
    assert len(names) > 2
    (beside,) = proofs.leaves_of(neighbour)
    proof = proofs.proof(beside.index)
    folder = log_folder().path
    assert is_confirmed(gone, names, kept_pieces(folder)), "a trial that never finds says nothing"
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    grow(move)
    kept = kept_pieces(folder)
    assert kept.isdisjoint(
        {bytes(gone.leaf.salt), *(each.salt for each in (*gone.own, *gone.content))}
    )
    assert bytes(gone.leaf.commitment) in kept, "the leaf stays in the log"
    assert not is_confirmed(gone, names, kept)
    key = signing.signers()[0].verifier
    digests = {each.name: each.digest for each in beside.facts}
    for each in (proof, proofs.proof(beside.index)):
        found = parse_proof(each.encode())
        checkpoint, _ = check_checkpoint(found.checkpoint, key)
        leaf = leaf_hash(commitment(beside.salt, digests))
        check_inclusion(leaf, found.index, checkpoint.size, checkpoint.root, found.path)
    assert check_log().problems == []


def test_what_remains_says_which_leaves_when_and_by_which_rule(town: Town, move: Move) -> None:
    entry = builders.published(town, move)
    grow(move)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    grow(move)
    erased = Leaf.objects.get(entry=entry, change="erased")
    erasure = Erasure.objects.get(entry=entry)
    assert erased.told == {
        "leaves": [0],
        "rule": {
            "rules_of": "cn",
            "rules_version": erasure.rules_version,
            "retention_days": erasure.retention_days,
        },
    }
    assert erasure.leaf == erased.index == 1
    assert proofs.leaves_of(entry) == []
    assert read_checkpoint(proofs.published_checkpoint() or b"").size == 2


def test_a_leaf_that_had_no_place_when_it_was_erased_is_named_by_its_commitment(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move)
    first = Leaf.objects.get(entry=entry)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    told = Leaf.objects.get(entry=entry, change="erased").told
    assert told["leaves"] == [bytes(first.commitment).hex()]
    grow(move)
    assert check_log().problems == []

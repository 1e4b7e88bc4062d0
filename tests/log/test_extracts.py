"""The extract as data: its form, and that nothing is handed out that would not pass its reader's check."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785

from tabularium.log.extracts import (
    ExtractEntry,
    ExtractError,
    ExtractLeaf,
    encode,
)
from tabularium.log.folder import LogFolder
from tabularium_verify.commitments import Fact, WithheldFact, commitment, fact_digest
from tabularium_verify.offline_proofs import check_proof, parse_proof
from tests.log.made_up_log import (
    ENTRY,
    KEY,
    a_change,
    a_leaf,
    a_log,
    an_entry,
    committed,
    facts,
    header,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "extract.md"
SALT = b"\x06" * 32


@pytest.fixture
def log(tmp_path: Path) -> LogFolder:
    return a_log(tmp_path, [bytes(32), committed(a_change(), SALT)])


@pytest.fixture
def leaf(log: LogFolder) -> ExtractLeaf:
    return a_leaf(log, 1, a_change(), SALT)


def _encoded(log: LogFolder, *entries: ExtractEntry) -> bytes:
    checkpoint = log.published()
    assert checkpoint is not None
    return encode(header(), entries, checkpoint)


def test_the_example_of_the_document_is_what_is_made(log: LogFolder, leaf: ExtractLeaf) -> None:
    given = [
        WithheldFact(each.name, each.digest) if each.name == "measure" else each
        for each in leaf.facts
    ]
    made = _encoded(log, an_entry(replace(leaf, facts=given)))
    shown = DOCUMENT.read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    assert rfc8785.dumps(json.loads(shown)) == made


def test_it_is_canonical_and_its_digest_is_over_the_rest(log: LogFolder, leaf: ExtractLeaf) -> None:
    made = _encoded(log, an_entry(leaf))
    told = json.loads(made)
    assert rfc8785.dumps(told) == made
    digest = told.pop("digest")
    assert sha256(rfc8785.dumps(told)).hexdigest() == digest
    assert sorted(told) == [
        *("checkpoint", "entries", "format", "made_at", "register", "subject", "valid_until"),
    ]
    assert "罚款".encode() in made, "Chinese stands as it is"


def test_a_reader_who_has_the_key_alone_proves_every_leaf(
    log: LogFolder, leaf: ExtractLeaf
) -> None:
    told = json.loads(_encoded(log, an_entry(leaf)))
    (shown,) = told["entries"][0]["leaves"]
    digests = {
        each["name"]: fact_digest(bytes.fromhex(each["salt"]), each["name"], each["value"])
        for each in shown["facts"]
    }
    entry = commitment(bytes.fromhex(shown["salt"]), digests)
    proof = parse_proof(shown["proof"].encode())
    assert check_proof(proof, entry, KEY.verifier).size == 2
    assert proof.checkpoint.decode() == told["checkpoint"]


def test_facts_stand_in_the_order_of_their_names(log: LogFolder, leaf: ExtractLeaf) -> None:
    shuffled = replace(leaf, facts=[*reversed(leaf.facts)])
    assert _encoded(log, an_entry(shuffled)) == _encoded(log, an_entry(leaf))


def test_an_erased_fact_leaves_the_others_proven(log: LogFolder, leaf: ExtractLeaf) -> None:
    given = [
        WithheldFact(each.name, each.digest) if each.name == "measure" else each
        for each in leaf.facts
    ]
    made = _encoded(log, an_entry(replace(leaf, facts=given)))
    assert "罚款".encode() not in made
    assert next(each.digest.hex() for each in given if each.name == "measure").encode() in made


def _other_value(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, facts=a_change(measure="警告"))


def _other_salt(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, salt=b"\x07" * 32)


def _short_salt(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, salt=b"\x06")


def _other_index(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, index=0)


def _a_fact_twice(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, facts=[*leaf.facts, leaf.facts[0]])


def _without_its_entry(leaf: ExtractLeaf) -> ExtractLeaf:
    given = [
        WithheldFact(each.name, each.digest) if each.name == "entry" else each
        for each in leaf.facts
    ]
    return replace(leaf, facts=given)


def _a_sum_with_a_fraction(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, facts=[*leaf.facts, Fact("amount", 0.5, SALT)])  # type: ignore[arg-type]


def _other_checkpoint(leaf: ExtractLeaf) -> ExtractLeaf:
    return replace(leaf, proof=leaf.proof.replace("\n2\n", "\n3\n"))


@pytest.mark.parametrize(
    "change",
    [
        _other_value,
        _other_salt,
        _short_salt,
        _other_index,
        _a_fact_twice,
        _without_its_entry,
        _a_sum_with_a_fraction,
        _other_checkpoint,
    ],
    ids=lambda each: each.__name__.strip("_"),
)
def test_what_would_not_pass_is_not_handed_out(
    log: LogFolder, leaf: ExtractLeaf, change: object
) -> None:
    assert callable(change)
    with pytest.raises(ExtractError):
        _encoded(log, an_entry(change(leaf)))


def test_an_entry_of_which_the_log_has_nothing_is_not_handed_out(log: LogFolder) -> None:
    with pytest.raises(ExtractError, match="has nothing"):
        _encoded(log, an_entry())


def test_leaves_of_another_entry_or_out_of_order_are_not_handed_out(tmp_path: Path) -> None:
    other = facts(entry="zzzzzzzz2345", change="published")
    log = a_log(tmp_path, [committed(a_change(), SALT), committed(other, SALT)])
    first, second = a_leaf(log, 0, a_change(), SALT), a_leaf(log, 1, other, SALT)
    for leaves in ((first, second), (first, first)):
        with pytest.raises(ExtractError, match=f"next one of entry {ENTRY}"):
            _encoded(log, an_entry(*leaves))

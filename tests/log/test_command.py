"""`tabularium log check` as somebody types it: what it says, to people and to programs, and how it ends."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from tabularium.log import signing
from tabularium.log.keys import sign_checkpoint
from tabularium.log.told import log_folder
from tabularium.register import triggers
from tabularium.register.models import Leaf
from tabularium_verify.checkpoints import Checkpoint
from tests.builders import Town
from tests.cli.typed import Typed
from tests.log.conftest import NAME

pytestmark = pytest.mark.django_db

WHOLE = {"leaves": 5, "published": 5, "checkpoints": 6, "entries": 4, "problems": []}


@pytest.fixture
def typed(town: Town, data: Path) -> Typed:
    assert town.code
    return Typed(data)


def test_a_log_that_is_as_it_was_signed_ends_with_0(typed: Typed) -> None:
    ran = typed.run("log", "check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Compared 5 leaves, 6 checkpoints and the changes of 4 entries; 5 leaves are given out.\n"
        "All of it is as it was signed.\n"
    )
    again = typed.run("log", "check", "--json")
    assert (again.code, again.json) == (0, WHOLE)


def test_what_differs_is_said_line_by_line_and_ends_with_1(typed: Typed) -> None:
    leaf = Leaf.objects.get(index=1)
    triggers.remove(connection)
    Leaf.objects.filter(index=1).update(salt=bytes(32))
    (log_folder().public / "tile/0/000.p/5").write_bytes(bytes(160))
    ran = typed.run("log", "check")
    assert (ran.code, ran.err) == (1, "")
    first, *said = ran.out.splitlines()
    assert first.startswith("Compared 5 leaves")
    assert [each.split(": ")[0] for each in said] == [
        "tile/0/000.p/5",
        "tile/0/000.p/3",
        f"entry {leaf.entry_id}, leaf 1",
    ]
    assert all(each.endswith(".") and not each.endswith("..") for each in said)
    told = typed.run("log", "check", "--json")
    assert told.code == 1
    assert told.json["problems"] == [
        dict(zip(("where", "what"), each.removesuffix(".").split(": ", 1), strict=True))
        for each in said
    ]


def test_a_checkpoint_that_somebody_kept_is_compared_too(typed: Typed, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(log_folder().published() or b"")
    ran = typed.run("log", "check", "--checkpoint", str(kept), "--json")
    assert (ran.code, ran.json) == (0, {**WHOLE, "checkpoints": 7})
    kept.write_bytes(sign_checkpoint(Checkpoint(NAME, 3, bytes(32)), signing.signers()))
    forked = typed.run("log", "check", "--checkpoint", str(kept))
    assert forked.code == 1
    assert "the checkpoint that was kept: does not fit the first 3 leaves" in forked.out
    for said, why in (
        (b"", "is not one that this log's keys signed"),
        (b"no checkpoint\n", "is not one that this log's keys signed"),
    ):
        kept.write_bytes(said)
        other = typed.run("log", "check", "--checkpoint", str(kept))
        assert (other.code, why in other.out) == (1, True)
    assert typed.run("log", "check", "--checkpoint", str(tmp_path / "none")).code == 2


def test_a_folder_that_was_lost_is_told(typed: Typed) -> None:
    shutil.rmtree(log_folder().path)
    ran = typed.run("log", "check", "--json")
    assert ran.code == 1
    (problem,) = (each for each in ran.json["problems"] if each["where"] == "the folder of the log")
    assert problem["what"].startswith("has no file signed, though checkpoints were signed")

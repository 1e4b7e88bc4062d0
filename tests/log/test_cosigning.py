"""Between signing and publication a checkpoint is shown to witnesses, with a proof from files alone."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.log import signing
from tabularium.log.configuration import LogConfiguration, Witness
from tabularium.log.cosigning import let_witnesses_sign
from tabularium.log.extending import extend
from tabularium.log.folder import LogError, LogFolder
from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium.log.told import log_folder
from tabularium.upkeep.running import run_once
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint, read_checkpoint
from tabularium_verify.merkle import leaf_hash, root_of
from tabularium_verify.signed_notes import parse_witness_key
from tests import builders
from tests.log.witness import SmallWitness, serving

NAME = "register.example/log"
KEY = SigningKey(NAME, bytes(32))


def entries(start: int, end: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(start, end)]


def sign(log: LogFolder, size: int) -> None:
    root = root_of(leaf_hash(each) for each in entries(0, size))
    log.keep_signed(sign_checkpoint(Checkpoint(NAME, size, root), [KEY]))


@pytest.fixture
def small(tmp_path: Path) -> SmallWitness:
    return SmallWitness(tmp_path / "witness.json", {NAME: KEY.verifier.public})


@pytest.fixture
def witness(small: SmallWitness) -> Iterator[Witness]:
    with serving(small) as address:
        yield Witness("first", address, parse_witness_key(small.verifier_key))


@pytest.fixture
def down(small: SmallWitness) -> Witness:
    with serving(small) as address:
        pass
    return Witness("down", address, parse_witness_key(SmallWitness(small.state, {}).verifier_key))


def test_every_checkpoint_is_given_out_with_the_signature_of_the_witness(
    tmp_path: Path, witness: Witness, small: SmallWitness
) -> None:
    log = LogFolder(tmp_path / "log")
    for size in (3, 3, 300, 600, 1000):
        sign(log, size)
        assert let_witnesses_sign(log, LogConfiguration(None, (witness,), 1), entries) == {}
        log.publish(entries)
        found, by = check_checkpoint(log.published() or b"", KEY.verifier, [witness.key])
        assert (found.size, by) == (size, (KEY.verifier, witness.key))
    sizes = [each.partition(b"\n")[0] for each in small.asked]
    assert sizes == [b"old 0", b"old 3", b"old 3", b"old 300", b"old 600"]
    assert small.seen()[NAME][0] == 1000


def test_one_that_missed_some_checkpoints_is_shown_the_way_from_where_it_was(
    tmp_path: Path, witness: Witness, small: SmallWitness
) -> None:
    log = LogFolder(tmp_path / "log")
    for size in (3, 300, 700, 1300):
        sign(log, size)
        if size in {3, 1300}:
            assert let_witnesses_sign(log, LogConfiguration(None, (witness,)), entries) == {}
        log.publish(entries)
    assert small.seen()[NAME][0] == 1300


def test_without_a_quorum_one_that_is_down_holds_nothing_up(
    tmp_path: Path, witness: Witness, down: Witness
) -> None:
    log = LogFolder(tmp_path / "log")
    sign(log, 5)
    configuration = LogConfiguration(None, (down, witness), 1)
    assert let_witnesses_sign(log, configuration, entries) == {"down": "it cannot be reached"}
    log.publish(entries)
    assert check_checkpoint(log.published() or b"", KEY.verifier, [witness.key])[1][1:]


def test_with_a_quorum_nothing_is_given_out_until_enough_have_signed(
    tmp_path: Path, witness: Witness, down: Witness, small: SmallWitness
) -> None:
    log = LogFolder(tmp_path / "log")
    sign(log, 5)
    with pytest.raises(LogError, match=r"1 of 2 witnesses that must sign did.*down: it cannot be"):
        let_witnesses_sign(log, LogConfiguration(None, (down, witness), 2), entries)
    assert log.published() is None
    # What one signed is kept, and it is not asked again.
    assert read_checkpoint(log.signed() or b"").size == 5
    with pytest.raises(LogError, match="1 of 2"):
        let_witnesses_sign(log, LogConfiguration(None, (down, witness), 2), entries)
    assert len(small.asked) == 1
    other = SmallWitness(tmp_path / "other.json", small.logs, "other.example")
    with serving(other) as address:
        up = Witness("down", address, parse_witness_key(other.verifier_key))
        assert let_witnesses_sign(log, LogConfiguration(None, (up, witness), 2), entries) == {}
    log.publish(entries)
    assert (
        len(check_checkpoint(log.published() or b"", KEY.verifier, [up.key, witness.key])[1]) == 3
    )


def test_without_a_checkpoint_or_without_witnesses_nobody_is_asked(
    tmp_path: Path, witness: Witness, small: SmallWitness
) -> None:
    log = LogFolder(tmp_path / "log")
    assert let_witnesses_sign(log, LogConfiguration(), entries) == {}
    assert let_witnesses_sign(log, LogConfiguration(None, (witness,), 1), entries) == {}
    assert small.asked == []
    sign(log, 5)
    before = log.signed()
    assert let_witnesses_sign(log, LogConfiguration(), entries) == {}
    assert log.signed() == before


@pytest.mark.django_db
def test_the_register_itself_asks_the_witnesses_that_its_configuration_names(
    data: Path, move: Callable[[datetime], None]
) -> None:
    first = signing.new_key(NAME)
    town = builders.Town()
    small = SmallWitness(data / "witness.json", {NAME: first.verifier.public})
    absent = SmallWitness(data / "absent.json", {}, "absent.example")

    def say(address: str, quorum: int) -> None:
        said = f"quorum = {quorum}\n"
        for name, each, at in (("up", small, address), ("down", absent, "http://127.0.0.1:1")):
            said += f'[witnesses.{name}]\naddress = "{at}"\nkey = "{each.verifier_key}"\n'
        (data / "log.toml").write_text(said, "utf-8")

    builders.published(town, move)
    move(clock.now() + timedelta(hours=1))
    key = parse_witness_key(small.verifier_key)
    with serving(small) as address:
        say(address, 2)
        with pytest.raises(LogError, match="1 of 2 witnesses that must sign did"):
            extend()
        assert log_folder().published() is None
        say(address, 1)
        done = extend()
        assert done is not None
        assert (done.size, done.unwitnessed) == (1, {"down": "it cannot be reached"})
        builders.published(town, move)
        move(clock.now() + timedelta(hours=1))
        failures = run_once().failures
        assert failures["witness down"] == "it cannot be reached"
        assert not {"witness up", "the log"} & set(failures)
    published = log_folder().published() or b""
    assert check_checkpoint(published, first.verifier, [key])[1] == (first.verifier, key)
    assert [each.partition(b"\n")[0] for each in small.asked] == [b"old 0", b"old 1"]
    # With what was signed and the database, the files come again, and with them the signatures.
    shutil.rmtree(log_folder().public)
    extend()
    assert log_folder().published() == published


@pytest.mark.django_db
def test_a_log_that_cannot_go_on_is_begun_again_under_another_name(
    data: Path, move: Callable[[datetime], None], settings: Settings
) -> None:
    """As when the newest backup lacks leaves that were published: the old log stays what it was, and ends."""
    signing.new_key(NAME)
    builders.published(builders.Town(), move)
    move(clock.now() + timedelta(hours=1))
    extend()
    for each in ("log", "log-keys"):
        (data / each).rename(data / f"{each}-ended")
    settings.LOG_NAME = "register.example/log-2"
    made = signing.new_key(settings.LOG_NAME)
    done = extend()
    assert done is not None
    assert (done.size, done.signed) == (1, True)
    published = log_folder().published() or b""
    assert check_checkpoint(published, made.verifier)[0].origin == "register.example/log-2"

"""The keys of the log: made, read, rotated, and kept from others."""

from pathlib import Path

import pytest

from tabularium.log.keys import (
    KeyFileError,
    SigningKey,
    make_keys,
    read_keys,
    rotate_keys,
    sign_checkpoint,
)
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tests.verify.test_notes import CHECKPOINT, KEY, KEY_TEXT, ROOT

NAME = "register.example/log"


def test_the_known_seed_gives_the_known_key_and_checkpoint() -> None:
    key = SigningKey(NAME, bytes(range(32)))
    assert str(key.verifier) == KEY_TEXT
    assert sign_checkpoint(Checkpoint(NAME, 8, ROOT), [key]) == CHECKPOINT


def test_a_key_is_made_once_and_its_owner_alone_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    made = make_keys(path, NAME)
    assert read_keys(path) == [made]
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="has a key already"):
        make_keys(path, NAME)
    assert read_keys(path) == [made]


def test_after_a_rotation_old_readers_and_new_ones_are_served(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    first = make_keys(path, NAME)
    second = rotate_keys(path)
    assert read_keys(path) == [second, first]
    assert path.stat().st_mode & 0o777 == 0o600
    signed = sign_checkpoint(Checkpoint(NAME, 8, ROOT), read_keys(path))
    for each in (first, second):
        assert check_checkpoint(signed, each.verifier)[0].size == 8
    third = rotate_keys(path)
    assert read_keys(path) == [third, second]
    assert [each.name for each in tmp_path.iterdir()] == ["log.key"]


def test_a_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    make_keys(path, NAME)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_keys(path)


@pytest.mark.parametrize(
    "line",
    [
        "something",
        "PRIVATE+KEY+name",
        SigningKey(NAME, bytes(32)).encode().removeprefix("PRIVATE+KEY+"),
        "PRIVATE+KEY+name+00000000+!",
        SigningKey(NAME, bytes(32))
        .encode()
        .replace(SigningKey(NAME, bytes(32)).verifier.key_id.hex(), "00000000"),
        SigningKey(NAME, bytes(32)).encode().replace("+AQAA", "+BAAA"),
        "PRIVATE+KEY+na me+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_line_that_is_no_key_is_told_by_its_number_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "log.key"
    path.touch(0o600)
    path.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(KeyFileError) as refused:
        read_keys(path)
    assert str(refused.value) == f"Line 2 of {path} is no key of a log."


def test_no_key_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    with pytest.raises(KeyFileError, match="tabularium log key new"):
        read_keys(path)
    path.touch(0o600)
    with pytest.raises(KeyFileError, match="tabularium log key new"):
        read_keys(path)
    path.write_bytes(b"\xff")
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_keys(path)


@pytest.mark.parametrize("name", ["", "with space", "with+plus"])
def test_a_name_that_no_note_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyFileError, match="No log can be called so"):
        make_keys(tmp_path / "log.key", name)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_never_shown() -> None:
    key = SigningKey(NAME, bytes(range(32)))
    assert repr(key) == "SigningKey('register.example/log')"
    assert key.verifier.public == KEY.public

"""The file that names a token and witnesses: what it may say, and what is refused with its place."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tabularium.log import signing
from tabularium.log.configuration import (
    LogConfiguration,
    LogConfigurationError,
    read_configuration,
)
from tabularium.log.extending import has_keys
from tabularium.log.keys import KeyFileError, make_keys
from tabularium.log.told import verifier_keys
from tests.log.conftest import NAME
from tests.verify.test_cosignatures import WITNESS, WITNESS_TEXT
from tests.verify.test_notes import KEY_TEXT

TOKEN = '[token]\nmodule = "m.so"\nlabel = "l"\nkey = "k"\n'


def witness(address: str = "https://witness.example/", key: str = WITNESS_TEXT) -> str:
    return f'[witnesses.first]\naddress = "{address}"\nkey = "{key}"\n'


def test_without_a_file_a_log_has_no_token_and_no_witnesses(tmp_path: Path) -> None:
    assert read_configuration(tmp_path / "log.toml") == LogConfiguration()


def test_all_that_it_may_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.toml"
    file.write_text(
        f'quorum = 1\n{TOKEN}former = "f"\npin_variable = "PIN_X"\n{witness()}', "utf-8"
    )
    found = read_configuration(file)
    [one] = found.witnesses
    assert (one.code, one.address, one.key) == ("first", "https://witness.example", WITNESS)
    assert found.quorum == 1
    assert found.token is not None
    assert (found.token.key, found.token.former) == ("k", "f")
    with pytest.raises(LogConfigurationError, match="PIN_X, which is to hold"):
        found.token.pin()
    monkeypatch.setenv("PIN_X", "135791")
    assert found.token.pin() == "135791"
    assert "135791" not in repr(found)


def test_a_pin_stands_in_the_first_line_of_a_file_that_its_owner_alone_can_read(
    tmp_path: Path,
) -> None:
    file, pin = tmp_path / "log.toml", tmp_path / "pin"
    file.write_text(f'{TOKEN}pin_file = "pin"\n', "utf-8")
    token = read_configuration(file).token
    assert token is not None
    with pytest.raises(LogConfigurationError, match="cannot be read"):
        token.pin()
    pin.touch(0o600)
    pin.write_text("583104 \nand why\n", "ascii")
    assert token.pin() == "583104"
    for mode in (0o640, 0o602):
        pin.chmod(mode)
        with pytest.raises(LogConfigurationError, match="chmod 600"):
            token.pin()


def test_a_register_has_keys_once_a_file_of_keys_is_made_or_a_token_is_named(data: Path) -> None:
    assert not has_keys()
    (data / "log.toml").write_text(f'{TOKEN}pin_variable = "PIN_X"\n', "utf-8")
    assert has_keys()
    (data / "log.toml").write_text("quorum = 0\n", "utf-8")
    assert not has_keys()
    make_keys(data / "log-keys", NAME)
    assert has_keys()


@pytest.mark.parametrize(
    "address", ["http://localhost:1", "http://127.0.0.1:8/w", "http://[::1]:8", "https://10.0.0.1"]
)
def test_a_witness_is_asked_by_https_or_on_this_machine(tmp_path: Path, address: str) -> None:
    file = tmp_path / "log.toml"
    file.write_text(witness(address), "utf-8")
    assert read_configuration(file).witnesses[0].address == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("quorum =", r"log\.toml: "),
        ("other = 1", "it may say quorum, token, witnesses"),
        ("quorum = 1", "from 0 to that of the witnesses, 0"),
        (f"quorum = 2\n{witness()}", "from 0 to that of the witnesses, 1"),
        ('quorum = "1"', "quorum is a number"),
        ("witnesses = 1", r"witnesses are tables"),
        (witness() + witness().replace("first", "second"), "the same key"),
        (witness("http://witness.example/"), r"\[witnesses\.first\]: address is an https"),
        (witness("http://127.0.0.1.witness.example/"), "address is an https"),
        (witness("https://name:word@witness.example/"), "address is an https"),
        (witness("file:///etc/passwd"), "address is an https"),
        (witness(key=KEY_TEXT), r"\[witnesses\.first\]: key: .*cosignature is"),
        (witness(key="x"), "key: a verifier key is"),
        (TOKEN, "either pin_file or pin_variable"),
        (f'{TOKEN}pin_file = "a"\npin_variable = "B"\n', "either pin_file or pin_variable"),
        ('[token]\npin_file = "a"\nlabel = "x"\nkey = "x"', "module is missing"),
        (f'{TOKEN}pin = "1234"\n', r"\[token\]: it may say"),
    ],
)
def test_what_is_not_right_is_said_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "log.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(LogConfigurationError, match=why):
        read_configuration(file)


def test_a_rotation_answers_the_key_that_signs_from_now_on(data: Path, settings: Settings) -> None:
    settings.LOG_FOLDER = data / "not" / "there"
    first = signing.new_key(NAME)
    assert verifier_keys() == [first.verifier]
    second = signing.rotate()
    assert signing.signers() == [second, first]
    assert verifier_keys() == [second.verifier, first.verifier]


def test_keys_of_two_logs_do_not_sign_together(data: Path) -> None:
    made = make_keys(data / "log-keys", NAME)
    assert verifier_keys() == []
    assert signing.signers() == [made]
    assert verifier_keys() == [made.verifier]
    other = make_keys(data / "other", "other.example/log")
    with (data / "log-keys").open("a") as file:
        file.write(other.encode() + "\n")
    with pytest.raises(KeyFileError, match="several names"):
        signing.signers()

"""Keys in a PKCS#11 token: SoftHSM signs as a file of keys does, and nobody reads its PIN anywhere."""

import secrets
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_named_curve_parameters

from tabularium.log import signing
from tabularium.log.configuration import TokenSettings
from tabularium.log.keys import KeyFileError, SigningKey, make_keys, sign_checkpoint
from tabularium.log.token_keys import token_keys
from tabularium.log.told import verifier_keys
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tests.log.conftest import LABEL, NAME, PIN
from tests.verify.test_notes import ROOT

CHECKPOINT = Checkpoint(NAME, 8, ROOT)


def label(what: str) -> str:
    """A label that no key of the token has: it keeps its keys from test to test."""
    return f"{what}-{secrets.token_hex(4)}"


def token_settings() -> TokenSettings:
    found = signing.configuration().token
    assert found is not None
    return found


def say(data: Path, module: str, key: str, more: str = "", label: str = LABEL) -> None:
    (data / "log.toml").write_text(
        f'[token]\nmodule = "{module}"\nlabel = "{label}"\nkey = "{key}"\npin_file = "pin"\n{more}',
        "utf-8",
    )
    pin = data / "pin"
    if not pin.exists():
        pin.touch(0o600)
        pin.write_text(f"{PIN}\n", "ascii")


def test_a_token_signs_a_checkpoint_that_anyone_can_check(data: Path, token_module: str) -> None:
    first = label("first")
    say(data, token_module, first)
    made = signing.new_key(NAME)
    assert made.name == NAME
    [key] = signing.signers()
    assert key.verifier == made.verifier
    assert verifier_keys() == [made.verifier]
    assert check_checkpoint(sign_checkpoint(CHECKPOINT, [key]), key.verifier)[0] == CHECKPOINT
    assert not (data / "log-keys").exists()
    with pytest.raises(KeyFileError, match=f"has a key {first} already"):
        signing.new_key(NAME)


def test_a_key_of_a_token_is_rotated_by_its_name(data: Path, token_module: str) -> None:
    names = label("today"), label("tomorrow")
    say(data, token_module, names[0])
    today = signing.new_key(NAME)
    with pytest.raises(KeyFileError, match="the one of today as former"):
        signing.rotate()
    say(data, token_module, names[1], f'former = "{names[0]}"\n')
    with pytest.raises(KeyFileError, match=f"no key {names[1]}"):
        signing.signers()
    tomorrow = signing.new_key(NAME)
    both = signing.signers()
    assert [each.verifier for each in both] == [tomorrow.verifier, today.verifier]
    signed = sign_checkpoint(CHECKPOINT, both)
    for each in both:
        assert check_checkpoint(signed, each.verifier)[0] == CHECKPOINT


def test_the_file_of_keys_signs_beside_a_token_until_it_is_taken_away(
    data: Path, token_module: str
) -> None:
    before = make_keys(data / "log-keys", NAME)
    say(data, token_module, label("beside"))
    made = signing.new_key(NAME)
    assert verifier_keys() == [made.verifier, before.verifier]
    (data / "log-keys").unlink()
    assert [each.verifier for each in signing.signers()] == [made.verifier]
    assert verifier_keys() == [made.verifier]


def test_only_a_key_of_the_log_s_kind_signs_it(data: Path, token_module: str) -> None:
    """A token of other uses has keys of other kinds, perhaps by the label that is named."""
    other = label("other")
    token = pkcs11.lib(token_module).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        curve = encode_named_curve_parameters("secp256r1")
        made = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: curve}, local=True
        )
        made.generate_keypair(store=True, label=other)
    say(data, token_module, other)
    with pytest.raises(KeyFileError, match=f"{other} in the token is no Ed25519 key"):
        signing.signers()
    assert verifier_keys() == []


def test_a_signature_that_does_not_fit_the_key_that_was_shown_is_not_used(
    data: Path, token_module: str
) -> None:
    """As of a token in which the private part by a label is not that of its public part."""
    say(data, token_module, label("torn"))
    signing.new_key(NAME)
    (key,) = token_keys(token_settings(), NAME)
    torn = replace(key, verifier=SigningKey(NAME, bytes(32)).verifier)
    with pytest.raises(KeyFileError, match="does not fit the public key that it shows"):
        sign_checkpoint(CHECKPOINT, [torn])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (pkcs11.PinLocked, "locked itself after wrong PINs; its officer can unlock it"),
        (pkcs11.DeviceError, "does not do it: DeviceError"),
    ],
)
def test_what_a_token_refuses_is_said_with_who_can_help(
    data: Path, fault: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(_: str) -> None:
        raise fault

    monkeypatch.setattr(pkcs11, "lib", refusing)
    say(data, "m.so", "key")
    with pytest.raises(KeyFileError, match=said):
        signing.signers()


def test_only_who_makes_a_key_asks_a_token_for_the_right_to_write(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[bool]()

    class Token:
        def get_token(self, **_: str) -> "Token":
            return self

        def open(self, *, rw: bool, user_pin: str) -> None:
            assert user_pin == PIN
            asked.append(rw)
            raise pkcs11.DeviceError

    monkeypatch.setattr(pkcs11, "lib", lambda _: Token())
    say(data, "m.so", "key")
    for attempt in (signing.signers, lambda: signing.new_key(NAME)):
        with pytest.raises(KeyFileError, match="DeviceError"):
            attempt()
    assert asked == [False, True]


def test_a_token_makes_no_key_for_a_name_that_no_log_can_have(data: Path) -> None:
    say(data, "no-such-module.so", "key")
    with pytest.raises(KeyFileError, match="No log can be called so"):
        signing.new_key("with space")


def test_what_is_wrong_with_a_token_is_said_without_its_pin(data: Path, token_module: str) -> None:
    say(data, token_module, "wrong")
    (data / "pin").write_text("77777777\n", "ascii")
    with pytest.raises(KeyFileError, match="The PIN of the token register is not right") as refused:
        signing.signers()
    assert "77777777" not in str(refused.value)
    assert refused.value.__cause__ is None
    (data / "pin").write_text(f"{PIN}\n", "ascii")
    say(data, token_module, "wrong", label="nobody's")
    with pytest.raises(KeyFileError, match="no token nobody's"):
        signing.signers()
    say(data, str(data / "no-such-library.so"), "wrong")
    with pytest.raises(KeyFileError, match="does not do it: PKCS11Error") as missing:
        signing.signers()
    assert PIN not in str(missing.value)
    (data / "pin").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        signing.signers()
    (data / "pin").unlink()
    (data / "log.toml").write_text(
        '[token]\nmodule = "x"\nlabel = "x"\nkey = "x"\npin_file = "pin"\n', "utf-8"
    )
    with pytest.raises(KeyFileError, match="cannot be read"):
        signing.signers()

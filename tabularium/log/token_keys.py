"""Keys that never leave a PKCS#11 token: it signs the checkpoints itself, by Ed25519 (CKM_EDDSA)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, NoSuchKey, ObjectClass, Session

from tabularium.log.configuration import LogConfigurationError, TokenSettings
from tabularium.log.keys import KeyFileError
from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import Signature, VerifierKey

if TYPE_CHECKING:
    from pkcs11.types import SignMixin

_KEY_BYTES = 32
# The curve as RFC 8410 names it (1.3.101.112), in DER: PKCS#11 v3.0, section 2.3.10.
_ED25519 = bytes.fromhex("06032b6570")
# An octet string of 32 bytes, in DER: how PKCS#11 keeps the public part of such a key.
_OCTETS = bytes.fromhex("0420")


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key in a token, which signs.

    Attributes:
        verifier: what others check its signatures with.
        settings: where the token is.
        label: of the key.
    """

    verifier: VerifierKey
    settings: TokenSettings
    label: str

    @property
    def name(self) -> str:
        """The name of the log."""
        return self.verifier.name

    def sign(self, text: str) -> Signature:
        """Let the token sign the text of a note.

        Raises:
            KeyFileError: it does not, or its signature is not of the key that it showed.
        """
        with _session(self.settings) as session:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.label)
            signs = cast("SignMixin", key)
            signature = bytes(signs.sign(text.encode(), mechanism=Mechanism.EDDSA))
        if not self.verifier.accepts(text, signature):
            raise KeyFileError(
                f"What the token signed with {self.label} does not fit the public key that it shows."
            )
        return Signature(self.name, self.verifier.key_id, signature)


def token_keys(settings: TokenSettings, name: str) -> list[TokenKey]:
    """The keys in a token that sign, that of today first.

    Args:
        settings: where it is and what its keys are called.
        name: of the log.

    Raises:
        KeyFileError: it cannot be reached, or has no such key.
    """
    labels = [settings.key, *filter(None, [settings.former])]
    with _session(settings) as session:
        return [TokenKey(_named(name, _public(session, each)), settings, each) for each in labels]


def make_token_key(settings: TokenSettings, name: str) -> TokenKey:
    """Make today's key in a token; it can never be taken out of it.

    Raises:
        KeyFileError: the token cannot be reached or make one, or has a key of that label.
    """
    _named(name, bytes(_KEY_BYTES))
    with _session(settings, rw=True) as session:
        there = {Attribute.LABEL: settings.key}
        for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
            if list(session.get_objects({Attribute.CLASS: kind, **there})):
                raise KeyFileError(
                    f"The token {settings.label} has a key {settings.key} already. For another, name a new"
                    " one as key in log.toml, and the old one as former."
                )
        curve = session.create_domain_parameters(
            KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _ED25519}, local=True
        )
        curve.generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=settings.key
        )
        return TokenKey(_named(name, _public(session, settings.key)), settings, settings.key)


def _named(name: str, public: bytes) -> VerifierKey:
    try:
        return VerifierKey(name, public)
    except VerificationError as error:
        raise KeyFileError(f"No log can be called so: {error}.") from None


def _public(session: Session, label: str) -> bytes:
    try:
        key = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=label)
    except NoSuchKey:
        raise KeyFileError(
            f"The token has no key {label}. Make one: tabularium log key new"
        ) from None
    point = bytes(key[Attribute.EC_POINT])
    raw = point.removeprefix(_OCTETS) if len(point) == len(_OCTETS) + _KEY_BYTES else point
    if len(raw) != _KEY_BYTES:
        raise KeyFileError(f"The key {label} in the token is no Ed25519 key.")
    return raw


@contextmanager
def _session(settings: TokenSettings, *, rw: bool = False) -> Iterator[Session]:
    """A session with the token, as its user; what goes wrong in it is said without the PIN."""
    try:
        pin = settings.pin()
    except LogConfigurationError as error:
        raise KeyFileError(str(error)) from None
    try:
        token = pkcs11.lib(settings.module).get_token(token_label=settings.label)
        with token.open(rw=rw, user_pin=pin) as session:
            yield session
    except pkcs11.NoSuchToken:
        raise KeyFileError(
            f"There is no token {settings.label}. Is it plugged in, and the label right?"
        ) from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise KeyFileError(
            f"The PIN of the token {settings.label} is not right. Correct it before it is tried again: a"
            " token locks itself after some wrong ones."
        ) from None
    except pkcs11.PinLocked:
        raise KeyFileError(
            f"The token {settings.label} locked itself after wrong PINs; its officer can unlock it."
        ) from None
    except pkcs11.PKCS11Error as error:
        # Not its text: the library's own words, of which nobody can say what they repeat.
        raise KeyFileError(
            f"The token {settings.label}, reached by {settings.module}, does not do it:"
            f" {type(error).__name__}."
        ) from None

"""What a register may say about its log beyond what every log has: a token that signs, and witnesses.

`log.toml` in the data folder, or the file that TABULARIUM_LOG names; `docs/log-operating.md` explains it:

    quorum = 1                       # so many witnesses must have signed before a checkpoint is published

    [token]
    module = "/usr/lib/softhsm/libsofthsm2.so"
    label = "register"               # of the token
    key = "log-2026"                 # of the key in it
    former = "log-2025"              # of the key before it, while it signs too
    pin_file = "pin"                 # beside this file; or pin_variable = "LOG_PIN"

    [witnesses.first]
    address = "https://witness.example/"
    key = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import VerifierKey, parse_witness_key

FILE = "log.toml"

_TOP = {"quorum", "token", "witnesses"}
_OF_TOKEN = {"module", "label", "key", "former", "pin_file", "pin_variable"}
_OF_WITNESS = {"address", "key"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_FOR_OTHERS = 0o077


class LogConfigurationError(ValueError):
    """The file is not right; the message says where and why, and repeats no secret."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """A PKCS#11 token that holds the key of the log.

    Attributes:
        module: the library through which the token is reached.
        label: of the token.
        key: label of the key that signs.
        former: label of the key before it, which signs too; "" for none.
        pin_file: a file with the token's PIN in its first line; None if a variable has it.
        pin_variable: a variable of the environment with the PIN.
    """

    module: str
    label: str
    key: str
    former: str
    pin_file: Path | None
    pin_variable: str

    def pin(self) -> str:
        """The PIN. Asked for where something is signed, and kept nowhere.

        Raises:
            LogConfigurationError: it cannot be had, or others than its owner can read its file.
        """
        if self.pin_file is None:
            found = os.environ.get(self.pin_variable, "")
            if not found:
                raise LogConfigurationError(
                    f"The variable {self.pin_variable}, which is to hold the token's PIN, is not set."
                )
            return found
        try:
            with self.pin_file.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & _FOR_OTHERS:
                    raise LogConfigurationError(
                        f"{self.pin_file} can be read by others than its owner: chmod 600 {self.pin_file}"
                    )
                return file.readline().strip()
        except (OSError, UnicodeDecodeError):
            raise LogConfigurationError(
                f"The file with the token's PIN, {self.pin_file}, cannot be read."
            ) from None


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who looks whether the log only grows, and signs that it did.

    Attributes:
        code: what the register calls it.
        address: under which it takes `add-checkpoint`.
        key: with which its cosignatures are checked.
    """

    code: str
    address: str
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class LogConfiguration:
    """What the file says.

    Attributes:
        token: that signs; None if the keys in their file do.
        witnesses: in the order of the file.
        quorum: how many of them must have signed before a checkpoint is published.
    """

    token: TokenSettings | None = None
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0


def read_configuration(file: Path) -> LogConfiguration:
    """What a file says; nothing beyond the usual if there is no such file.

    Raises:
        LogConfigurationError: it cannot be read, or says something that is not right.
    """
    if not file.is_file():
        return LogConfiguration()
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LogConfigurationError(f"{file.name}: {error}") from None
    _only(file.name, given, _TOP)
    token = given.get("token")
    said = given.get("witnesses", {})
    if not isinstance(said, dict):
        raise LogConfigurationError(f"{file.name}: witnesses are tables, [witnesses.NAME].")
    witnesses = tuple(_witness(file, code, each) for code, each in said.items())
    quorum = given.get("quorum", 0)
    if not isinstance(quorum, int) or not 0 <= quorum <= len(witnesses):
        raise LogConfigurationError(
            f"{file.name}: quorum is a number from 0 to that of the witnesses, {len(witnesses)}."
        )
    if len({each.key for each in witnesses}) < len(witnesses):
        raise LogConfigurationError(f"{file.name}: two witnesses have the same key.")
    return LogConfiguration(None if token is None else _token(file, token), witnesses, quorum)


def _only(where: str, said: object, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(said, dict) or set(said) - keys:
        raise LogConfigurationError(f"{where}: it may say {', '.join(sorted(keys))}.")
    return said


def _text(where: str, said: Mapping[str, Any], key: str) -> str:
    found = said.get(key)
    if not isinstance(found, str) or not found.strip():
        raise LogConfigurationError(f"{where}: {key} is missing.")
    return found


def _token(file: Path, given: object) -> TokenSettings:
    where = f"{file.name}, [token]"
    said = _only(where, given, _OF_TOKEN)
    if ("pin_file" in said) == ("pin_variable" in said):
        raise LogConfigurationError(
            f"{where}: either pin_file or pin_variable says where the PIN is."
        )
    by_file = "pin_file" in said
    where_pin = _text(where, said, "pin_file" if by_file else "pin_variable")
    return TokenSettings(
        _text(where, said, "module"),
        _text(where, said, "label"),
        _text(where, said, "key"),
        _text(where, said, "former") if "former" in said else "",
        file.parent / where_pin if by_file else None,
        "" if by_file else where_pin,
    )


def _witness(file: Path, code: str, given: object) -> Witness:
    where = f"{file.name}, [witnesses.{code}]"
    said = _only(where, given, _OF_WITNESS)
    address = _text(where, said, "address").rstrip("/")
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if (
        not parts.hostname
        or not (parts.scheme == "https" or plain)
        or parts.query
        or "@" in address
    ):
        raise LogConfigurationError(
            f"{where}: address is an https:// address, or an http:// one of this machine alone."
        )
    try:
        key = parse_witness_key(_text(where, said, "key"))
    except VerificationError as error:
        raise LogConfigurationError(f"{where}: key: {error}.") from None
    return Witness(code, address, key)

"""The sign-in providers (OpenID Connect) that the configuration names.

`sign-in.toml` in the data folder, or the file that TABULARIUM_SIGN_IN names:

    [providers.town-hall]
    name = "Town hall"
    server = "https://login.town.example"
    client_id = "register"
    client_secret_file = "town-hall.secret"   # beside this file; or client_secret_variable = "TOWN_SECRET"
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILE = "sign-in.toml"

_KEYS = {"name", "server", "client_id", "client_secret_file", "client_secret_variable"}
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ConfigurationError(ValueError):
    """The file of sign-in providers is not right; the message says where and why."""


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """One provider.

    Attributes:
        code: the register's name for it, in addresses and in links of accounts.
        name: what readers call it.
        server: its issuer; the rest is found below it, at `/.well-known/openid-configuration`.
        client_id: what the provider calls this register.
        secret: by which this register is known to it; empty for none.
    """

    code: str
    name: str
    server: str
    client_id: str
    secret: str


def read(file: Path) -> tuple[SignInProvider, ...]:
    """The providers in a file, in its order; none if there is no such file.

    Raises:
        ConfigurationError: it cannot be read, or says something that is not right.
    """
    if not file.is_file():
        return ()
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file.name}: {error}") from None
    if set(given) - {"providers"} or not isinstance(given.get("providers", {}), dict):
        raise ConfigurationError(f"{file.name} has [providers.NAME] tables and nothing else.")
    return tuple(_provider(file, code, said) for code, said in given.get("providers", {}).items())


def _provider(file: Path, code: str, said: object) -> SignInProvider:
    where = f"{file.name}, [providers.{code}]"
    if not _NAME.fullmatch(code):
        raise ConfigurationError(f"{where}: the name is of small letters, digits and hyphens.")
    if not isinstance(said, dict) or set(said) - _KEYS:
        raise ConfigurationError(f"{where}: it may say {', '.join(sorted(_KEYS))}.")
    for key in ("name", "server", "client_id"):
        if not isinstance(said.get(key), str) or not said[key].strip():
            raise ConfigurationError(f"{where}: {key} is missing.")
    server = urlsplit(said["server"])
    by_https = server.scheme == "https"
    if not server.hostname or not (by_https or server.hostname in _LOOPBACK):
        raise ConfigurationError(f"{where}: server is an https:// address.")
    return SignInProvider(
        code,
        said["name"],
        said["server"].rstrip("/"),
        said["client_id"],
        _secret(file, where, said),
    )


def _secret(file: Path, where: str, said: Mapping[str, Any]) -> str:
    if "client_secret_variable" in said:
        found = os.environ.get(str(said["client_secret_variable"]), "")
        if not found:
            raise ConfigurationError(f"{where}: the variable of client_secret_variable is not set.")
        return found
    if "client_secret_file" not in said:
        return ""
    try:
        return (file.parent / str(said["client_secret_file"])).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{where}: the file of client_secret_file cannot be read."
        ) from None


def as_allauth_has_them(providers: tuple[SignInProvider, ...]) -> dict[str, Any]:
    """The same as allauth's setting SOCIALACCOUNT_PROVIDERS."""
    apps = [
        {
            "provider_id": each.code,
            "name": each.name,
            "client_id": each.client_id,
            "secret": each.secret,
            "settings": {"server_url": each.server, "fetch_userinfo": False},
        }
        for each in providers
    ]
    return {"sign_on": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}


def named() -> dict[str, str]:
    """What readers call each provider that is configured, by the register's name for it."""
    from django.conf import settings  # noqa: PLC0415 - the settings themselves are made from this module

    apps = settings.SOCIALACCOUNT_PROVIDERS["sign_on"]["APPS"]
    return {each["provider_id"]: each["name"] for each in apps}

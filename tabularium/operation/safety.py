"""What of a configuration is unsafe, and what to do about it. Nothing is served with what is refused."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from tabularium.extract.certificates import CertificateError, read_certificate
from tabularium.operation.mounts import network_file_system

SHORTEST_SECRET = 50
"""Characters; of these Django's own check asks for as many."""
FEWEST_SIGNS = 5
"""Different characters of a secret, as Django's own check has it."""

_BY_OTHERS = stat.S_IROTH | stat.S_IWOTH
_EXAMPLES = ("django-insecure", "change", "secret", "example", "default", "password")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        code: what, in one word for programs.
        what: the same for people; repeats no secret.
        do: what to do.
        refused: whether nothing is served with it.
    """

    code: str
    what: str
    do: str
    refused: bool = True


def findings(listening: str = "") -> list[Finding]:
    """All that is unsafe in the settings of this process.

    Args:
        listening: the address that the server is to listen at; "" where it is not known.
    """
    return [
        *_secret(),
        *_debugging(),
        *_hosts(),
        *_address(listening),
        *_files(),
        *_sqlite(),
        *_postgresql(),
        *_certificate(),
    ]


def refuse(listening: str = "") -> None:
    """Make sure that the configuration is safe.

    Raises:
        ImproperlyConfigured: it is not; says all that is refused, and what to do, in one line.
    """
    refused = [f"{each.what} {each.do}" for each in findings(listening) if each.refused]
    if refused:
        raise ImproperlyConfigured(" ".join(refused))


def as_checks(**_: Any) -> list[checks.CheckMessage]:
    """The same as messages of Django's checks."""
    return [
        (checks.Error if each.refused else checks.Warning)(
            each.what, hint=each.do, id=f"tabularium.{each.code}"
        )
        for each in findings()
    ]


def is_this_machine(host: str) -> bool:
    """Whether a host is reached from this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _secret() -> Iterator[Finding]:
    file = settings.DATA_FOLDER / "secret.key"
    if not file.is_file():
        yield Finding(
            "no-secret",
            f"There is no secret in {file}, so that every process would have another.",
            "Make the register with `tabularium init`, or put the file back.",
        )
    elif len(settings.SECRET_KEY) < SHORTEST_SECRET or len(set(settings.SECRET_KEY)) < FEWEST_SIGNS:
        yield Finding(
            "short-secret",
            f"The secret in {file} can be guessed: it is shorter than {SHORTEST_SECRET} characters, or"
            " says the same again and again.",
            "Remove the file and let `tabularium init` make another; people sign in anew then.",
        )
    elif settings.SECRET_KEY.lower().startswith(_EXAMPLES):
        yield Finding(
            "example-secret",
            f"The secret in {file} begins like one of an example.",
            "Remove the file and let `tabularium init` make another; people sign in anew then.",
        )


def _debugging() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding(
            "debug",
            "DEBUG is on: an error would show settings and what it was about to anybody.",
            "Use tabularium.settings as they are.",
        )


def _hosts() -> Iterator[Finding]:
    wild = [each for each in settings.ALLOWED_HOSTS if each.startswith((".", "*"))]
    if wild:
        yield Finding(
            "any-host",
            "TABULARIUM_HOSTS lets any name stand for the register: links and caches would follow it.",
            "Name each host, with commas between.",
        )


def _address(listening: str) -> Iterator[Finding]:
    parts = urlsplit(settings.ADDRESS)
    here = is_this_machine(parts.hostname or "")
    put = (
        "TABULARIUM_ADDRESS=https://..., and TABULARIUM_PROXIES to how many proxies stand before it"
    )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield Finding(
            "no-address",
            "TABULARIUM_ADDRESS is no address of a site.",
            "It is like https://register.example.",
        )
    elif settings.BY_HTTPS and not settings.PROXIES:
        yield Finding(
            "no-proxy",
            "TABULARIUM_ADDRESS is one of HTTPS, and this server speaks plain HTTP: no proxy is said to"
            " stand before it.",
            "Let one do so that speaks HTTPS (deploy/ has examples), and set TABULARIUM_PROXIES=1.",
        )
    elif not settings.BY_HTTPS and (not here or (listening and not is_this_machine(listening))):
        yield Finding(
            "plain-http",
            "Readers would reach the register by plain HTTP: passwords and cookies could be read on the way.",
            f"Let a proxy speak HTTPS (deploy/ has examples) and set {put}; or listen at 127.0.0.1 alone.",
        )


def _secret_files() -> Iterator[Path]:
    yield from (
        settings.DATA_FOLDER / "secret.key",
        settings.LOG_KEYS,
        settings.EXTRACT_CERTIFICATE,
    )
    yield from (settings.DATA_FOLDER / "sign-in.toml", *settings.KEY_FOLDER.glob("*.key"))
    yield from map(Path, filter(None, (settings.EXTRACT_PASSPHRASE, settings.METRICS_TOKEN)))


def _files() -> Iterator[Finding]:
    for file in _secret_files():
        if file.is_file() and file.stat().st_mode & _BY_OTHERS:
            yield Finding(
                "open-file", f"Everybody on this machine can read {file}.", f"chmod 600 {file}"
            )


def _databases() -> Mapping[str, Mapping[str, Any]]:
    return settings.DATABASES


def _sqlite() -> Iterator[Finding]:
    given = _databases()["default"]
    file = Path(given["NAME"])
    if not given["ENGINE"].endswith("sqlite3") or not file.is_file():
        return
    over = network_file_system(file.parent)
    if over:
        yield Finding(
            "network-folder",
            f"The database lies on a file system that is reached over a network ({over}), on which SQLite"
            " loses data.",
            "Keep the data folder on a disk of this machine, or the register in PostgreSQL.",
        )
    others = file.stat().st_mode & _BY_OTHERS and file.parent.stat().st_mode & stat.S_IXOTH
    here = is_this_machine(urlsplit(settings.ADDRESS).hostname or "")
    if others:
        yield Finding(
            "open-database",
            f"Everybody on this machine can read {file}, with what is not public in it.",
            f"chmod 600 {file}",
            refused=not here,
        )


def _postgresql() -> Iterator[Finding]:
    for given in _databases().values():
        host = given.get("HOST", "")
        if not given["ENGINE"].endswith("postgresql") or host.startswith("/") or not host:
            continue
        if not is_this_machine(host) and "sslmode" not in given["OPTIONS"]:
            yield Finding(
                "database-in-clear",
                "The database is reached over a network, and its address does not say how: libpq would go"
                " on without encryption.",
                "Put ?sslmode=verify-full behind it, with sslrootcert; or ?sslmode=disable where the network"
                " is nobody else's.",
            )


def _certificate() -> Iterator[Finding]:
    if is_this_machine(urlsplit(settings.ADDRESS).hostname or ""):
        return
    passphrase = Path(settings.EXTRACT_PASSPHRASE) if settings.EXTRACT_PASSPHRASE else None
    try:
        is_test = read_certificate(settings.EXTRACT_CERTIFICATE, passphrase).is_test
    except (CertificateError, OSError):
        yield Finding(
            "no-certificate",
            "The certificate for extracts cannot be read, so that none is signed.",
            "Name yours by TABULARIUM_EXTRACT_CERTIFICATE.",
            refused=False,
        )
        return
    if is_test:
        yield Finding(
            "test-certificate",
            "Extracts are signed with a test certificate, which vouches for nobody.",
            "Name yours by TABULARIUM_EXTRACT_CERTIFICATE.",
            refused=False,
        )

"""Nothing is served with an unsafe configuration, and whoever set it up is told what to do."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings as SettingsWrapper

from tabularium.cli.folder import make
from tabularium.operation import mounts, safety
from tabularium.operation.databases import postgresql
from tests.cli.typed import Typed

SECRET = "p3Zc-9wXkQ_sVb7LrTgYh2NdMf5JaUe8RiOq1KtWz6CxBvHyGl0"


@pytest.fixture
def safe(
    settings: SettingsWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SettingsWrapper:
    """Settings of a register that is safe behind one proxy, in which a test then changes one thing."""
    tmp_path.chmod(0o700)
    (tmp_path / "secret.key").write_text(SECRET, "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    settings.DATA_FOLDER = tmp_path
    settings.SECRET_KEY = SECRET
    settings.ALLOWED_HOSTS = ["register.example"]
    settings.ADDRESS, settings.BY_HTTPS, settings.PROXIES = "https://register.example", True, 1
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.KEY_FOLDER = tmp_path / "keys"
    settings.EXTRACT_CERTIFICATE = tmp_path / "extract-certificate.pem"
    kept_in(monkeypatch, {"ENGINE": "x.sqlite3", "NAME": tmp_path / "r.sqlite3"})
    return settings


def kept_in(monkeypatch: pytest.MonkeyPatch, database: dict[str, Any]) -> None:
    monkeypatch.setattr(safety, "_databases", lambda: {"default": database})


def refused(listening: str = "") -> list[str]:
    return [each.code for each in safety.findings(listening) if each.refused]


def test_a_safe_configuration_is_let_pass(safe: SettingsWrapper) -> None:
    assert refused("0.0.0.0") == []  # noqa: S104 - nothing is bound to it
    safe.ADDRESS, safe.BY_HTTPS, safe.PROXIES = "http://127.0.0.1:8765", False, 0
    assert refused("127.0.0.1") == []
    assert refused("::1") == refused("localhost") == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SECRET_KEY": "short"}, "short-secret"),
        ({"SECRET_KEY": "ab" * 40}, "short-secret"),
        ({"SECRET_KEY": "django-insecure-" + SECRET}, "example-secret"),
        ({"DEBUG": True}, "debug"),
        ({"ALLOWED_HOSTS": ["register.example", "*"]}, "any-host"),
        ({"ALLOWED_HOSTS": [".example"]}, "any-host"),
        ({"PROXIES": 0}, "no-proxy"),
        ({"ADDRESS": "http://register.example", "BY_HTTPS": False}, "plain-http"),
        ({"ADDRESS": "register.example", "BY_HTTPS": False}, "no-address"),
    ],
)
def test_what_is_unsafe_is_refused_with_what_to_do(
    safe: SettingsWrapper, changed: dict[str, Any], code: str
) -> None:
    for name, value in changed.items():
        setattr(safe, name, value)
    assert refused() == [code]
    with pytest.raises(ImproperlyConfigured) as error:
        safety.refuse()
    found = next(each for each in safety.findings() if each.refused)
    assert found.do
    assert found.do in str(error.value)
    assert "short" not in str(error.value).replace("shorter", "")


def test_to_listen_to_everybody_without_a_proxy_is_refused(safe: SettingsWrapper) -> None:
    safe.ADDRESS, safe.BY_HTTPS, safe.PROXIES = "http://localhost:8765", False, 0
    assert refused("192.0.2.7") == ["plain-http"]
    assert refused("0.0.0.0") == ["plain-http"]  # noqa: S104 - nothing is bound to it


def test_without_the_file_of_the_secret_nothing_is_served(safe: SettingsWrapper) -> None:
    (safe.DATA_FOLDER / "secret.key").unlink()
    assert refused() == ["no-secret"]


@pytest.mark.parametrize(
    "name", ["secret.key", "log-keys", "keys/forget-2026-11.key", "token", "sign-in.toml"]
)
@pytest.mark.parametrize("mode", [0o604, 0o602])
def test_a_secret_that_everybody_can_read_or_change_is_refused(
    safe: SettingsWrapper, name: str, mode: int
) -> None:
    file = safe.DATA_FOLDER / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(SECRET, "ascii")
    safe.METRICS_TOKEN = str(safe.DATA_FOLDER / "token")
    file.chmod(0o640)
    assert refused() == []
    file.chmod(mode)
    assert refused() == ["open-file"]
    assert str(file) in safety.findings()[0].do


def test_a_database_that_everybody_can_read_is_refused_where_the_public_comes(
    safe: SettingsWrapper,
) -> None:
    file = safe.DATA_FOLDER / "r.sqlite3"
    file.touch(0o644)
    assert refused() == []
    safe.DATA_FOLDER.chmod(0o755)
    assert refused() == ["open-database"]
    safe.ADDRESS, safe.BY_HTTPS, safe.PROXIES = "http://127.0.0.1:8765", False, 0
    assert [(each.code, each.refused) for each in safety.findings()] == [("open-database", False)]


MOUNTS = """\
21 1 254:0 / / rw - ext4 /dev/vda rw
30 21 0:40 / /srv/town\\040hall rw shared:1 - nfs4 files.example:/town rw
31 30 0:41 / /srv/town\\040hall/disk rw - xfs /dev/vdb rw
32 21 0:42 / /over rw - ext4 /dev/vdc rw
33 21 0:43 / /over rw - fuse.sshfs far.example: rw
a line that is none
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/register", ""),
        ("/srv/town hall/register", "nfs4"),
        ("/srv/town hall/disk/register", ""),
        ("/srv/town hallway", ""),
        ("/over/register", "fuse.sshfs"),
    ],
)
def test_a_file_system_over_a_network_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str, kind: str
) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "mountinfo")
    assert mounts.network_file_system(Path(folder)) == ""
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert mounts.network_file_system(Path(folder)) == kind


def test_sqlite_on_such_a_file_system_is_refused(
    safe: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    (safe.DATA_FOLDER / "r.sqlite3").touch(0o600)
    monkeypatch.setattr(safety, "network_file_system", lambda _: "nfs4")
    assert refused() == ["network-folder"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@/register?host=/run/postgresql",
        "postgresql://u:p@127.0.0.1/register",
        "postgresql://u:p@db.example/register?sslmode=verify-full",
        "postgresql://u:p@db/register?sslmode=disable",
    ],
)
def test_a_database_whose_address_says_how_it_is_reached_is_let_pass(
    safe: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    del safe
    kept_in(monkeypatch, postgresql(address))
    assert refused() == []
    kept_in(monkeypatch, postgresql("postgresql://u:p@db.example/register"))
    assert refused() == ["database-in-clear"]


def test_what_else_the_address_of_a_database_says_is_kept() -> None:
    found = postgresql("postgresql://u:p@db/register?sslmode=verify-full&connect_timeout=3")
    assert found["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "3"}
    assert (found["NAME"], found["HOST"], found["USER"], found["PASSWORD"]) == (
        "register",
        "db",
        "u",
        "p",
    )


def test_another_server_gets_no_application(safe: SettingsWrapper) -> None:
    wsgi = importlib.import_module("tabularium.wsgi")
    safe.SECRET_KEY = "short"
    with pytest.raises(ImproperlyConfigured, match="can be guessed"):
        importlib.reload(wsgi)


def test_checks_of_django_say_the_same(safe: SettingsWrapper) -> None:
    safe.DEBUG = True
    found = checks.run_checks(tags=["tabularium"], include_deployment_checks=True)
    assert {(each.id, each.is_serious()) for each in found} == {
        ("tabularium.debug", True),
        ("tabularium.no-certificate", False),
    }


@pytest.mark.django_db
def test_serve_refuses_in_one_line_and_the_command_shows_all(
    safe: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABULARIUM_DATA", str(safe.DATA_FOLDER))
    typed = Typed(safe.DATA_FOLDER)
    (safe.DATA_FOLDER / "secret.key").chmod(0o644)
    safe.PROXIES = 0
    ran = typed.run("serve", "--host", "127.0.0.1")
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert line.startswith("Error: Not started: ")
    assert "TABULARIUM_PROXIES=1" in line
    assert "chmod 600" in line
    shown = typed.run("check-configuration")
    assert shown.code == 1
    assert "REFUSED (no-proxy)" in shown.out
    assert "Doubtful (no-certificate)" in shown.out
    codes = [each["code"] for each in typed.run("check-configuration", "--json").json]
    assert codes == ["no-proxy", "open-file", "no-certificate"]


def test_a_new_register_is_safe_to_be_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, move: Callable[..., None]
) -> None:
    del move
    monkeypatch.setattr("tabularium.cli.folder.set_up", lambda _: None)
    monkeypatch.setattr("tabularium.operation.migrating.migrate", lambda: None)
    monkeypatch.setattr("tabularium.cli.folder._make_log_key", lambda: None)
    monkeypatch.setattr("tabularium.cli.folder._make_certificate", lambda _: None)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    assert make(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o777 == 0o600

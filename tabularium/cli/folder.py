"""The data folder: finding it, opening it, and one clear line when that cannot be."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from tabularium import clock

DATABASE = "register.sqlite3"
SECRET = "secret.key"  # noqa: S105 - the name of a file
CERTIFICATE = "extract-certificate.pem"
DEFAULT = "data/register"


class Stop(click.ClickException):
    """The command could not be done; one line says why and what to do."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(str(message).split()))


def data_option(default: str = DEFAULT) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option --data, which every command has."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="TABULARIUM_DATA",
        default=default,
        show_default=True,
        help="The register's data folder.",
    )


json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def set_up(folder: Path) -> None:
    """Let this process and those it starts work on the register in `folder`.

    Raises:
        Stop: its file of sign-in providers is not right.
    """
    import django

    from tabularium.accounts.providers import ConfigurationError

    os.environ["TABULARIUM_DATA"] = str(folder.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
    try:
        django.setup()
    except ConfigurationError as error:
        raise Stop(str(error)) from None


def make(folder: Path) -> bool:
    """Make the folder and the register in it, or bring the one that is there up to date.

    Returns:
        Whether there was none before.

    Raises:
        Stop: the folder cannot be written to, or what is in it is no register.
    """
    try:
        # What is in it is not for everybody on the machine.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = _make_secret(folder / SECRET)
    except OSError as error:
        raise Stop(
            f"Cannot write to the folder {folder}: {error.strerror}. Name another with --data."
        ) from None
    set_up(folder)
    from django.db import DatabaseError, connection

    from tabularium.operation.migrating import BusyError, migrate

    try:
        migrate()
        _make_log_key()
        _make_certificate(folder / CERTIFICATE)
    except DatabaseError as error:
        raise Stop(_broken(folder, error)) from None
    except (BusyError, PermissionError) as error:
        raise Stop(str(error)) from None
    finally:
        connection.close()
    return new


def _make_log_key() -> None:
    """Make the key that signs the log, unless there is one or a token is to have it.

    Raises:
        Stop: what is said of the log is not right, or the key cannot be written.
    """
    from django.conf import settings

    from tabularium.log import signing
    from tabularium.log.configuration import LogConfigurationError
    from tabularium.log.extending import has_keys
    from tabularium.log.keys import KeyFileError

    try:
        if not has_keys():
            signing.new_key(settings.LOG_NAME)
    except (KeyFileError, LogConfigurationError) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"The key of the log cannot be written: {error.strerror}.") from None


def _make_certificate(file: Path) -> None:
    """Make the certificate that extracts are signed with, where there is none and none is named.

    Raises:
        Stop: it cannot be written.
    """
    from django.conf import settings

    from tabularium.extract.certificates import make_test_certificate

    if settings.EXTRACT_CERTIFICATE.resolve() != file.resolve() or file.exists():
        return
    try:
        make_test_certificate(file, urlsplit(settings.ADDRESS).hostname or "", clock.now())
    except OSError as error:
        raise Stop(f"Cannot write {file}: {error.strerror}.") from None


def _make_secret(file: Path) -> bool:
    if file.exists():
        # Written to, so that a folder which cannot be is told here and not halfway.
        os.utime(file)
        return False
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(50) + "\n")
    return True


def open_register(folder: Path) -> None:
    """Open the register in `folder`.

    Raises:
        Stop: there is none, it cannot be read, or it is of another version of Tabularium.
    """
    if not (folder / SECRET).is_file():
        raise Stop(
            f"There is no register in the folder {folder}."
            f" Make one: tabularium init --data {folder}"
        )
    set_up(folder)
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Stop(_broken(folder, error)) from None
    if behind:
        raise Stop(
            f"The register in the folder {folder} is not up to date with this version of Tabularium."
            f" Bring it up to date: tabularium init --data {folder}"
        )


def _broken(folder: Path, error: Exception) -> str:
    if os.environ.get("TABULARIUM_DATABASE"):
        return f"The database that TABULARIUM_DATABASE names cannot be used: {error}"
    if "readonly" in str(error):
        return f"Cannot write to the folder {folder}: it is read-only. Name another with --data."
    return (
        f"The register in the folder {folder} cannot be read: {error}. Put {DATABASE} back from a"
        " backup, or name another folder with --data."
    )

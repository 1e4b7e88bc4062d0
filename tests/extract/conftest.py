"""A town whose public changes are in a log, and a certificate to sign with."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tabularium import clock
from tabularium.extract.certificates import make_test_certificate
from tabularium.log.extending import extend, last_mark
from tabularium.log.signing import new_key
from tests import builders
from tests.register.conftest import Move

LANGUAGES = ("en", "zh-hans")


@pytest.fixture(scope="session")
def certificate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificate") / "certificate.pem"
    make_test_certificate(path, "register.example", clock.now() - timedelta(days=1000))
    return path


@pytest.fixture(autouse=True)
def _certificate(certificate_file: Path, settings: LazySettings) -> None:
    settings.EXTRACT_CERTIFICATE = certificate_file
    settings.EXTRACT_PASSPHRASE = ""


@pytest.fixture
def town(
    db: None,  # noqa: ARG001 - the town stands in the database
    move: Move,  # noqa: ARG001 - and in simulated time
    settings: LazySettings,
    tmp_path: Path,
) -> builders.Town:
    settings.ADDRESS = "https://register.example"
    settings.LOG_NAME = "register.example/log"
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.LOG_CONFIGURATION = tmp_path / "log.toml"
    new_key(settings.LOG_NAME)
    return builders.Town()


@dataclass(frozen=True)
class Log:
    """Brings the log up to date, as the worker beside the site does."""

    move: Move

    def catch_up(self) -> None:
        self.move(last_mark(clock.now()) + timedelta(hours=1, seconds=5))
        assert extend() is not None


@pytest.fixture
def log(town: builders.Town, move: Move) -> Log:  # noqa: ARG001 - the town's log
    return Log(move)

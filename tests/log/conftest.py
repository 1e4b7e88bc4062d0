"""What tests of the log share: a folder of settings for it, a register with a log, and a token of SoftHSM."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import signing
from tabularium.log.checking import check_log
from tabularium.log.extending import extend
from tabularium.register import services
from tests import builders
from tests.builders import Town
from tests.conftest import START

NAME = "register.example/log"
LABEL = "register"
PIN = "583104"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder in which the settings look for the log."""
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.LOG_CONFIGURATION = tmp_path / "log.toml"
    settings.LOG_NAME = NAME
    return tmp_path


@dataclass(frozen=True)
class Scene:
    """A register with a log of five leaves under two checkpoints, beside the empty one.

    Leaves 0 and 1 are of two licences, 2 of a penalty, 3 and 4 of a licence that was withdrawn.
    """

    town: Town
    folder: Path
    now: datetime


@pytest.fixture(scope="module")
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Made once for all tests of a file; each of them gets it with `town`, as if it had made its own."""
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    folder = tmp_path_factory.mktemp("scene")
    there = override_settings(
        LOG_FOLDER=folder / "log",
        LOG_KEYS=folder / "log-keys",
        LOG_CONFIGURATION=folder / "log.toml",
        LOG_NAME=NAME,
    )
    with blocker.unblock(), transaction.atomic(), clock.simulated(START) as move:
        with there:
            town = _grown(move)
        yield Scene(town, folder, clock.now())
        transaction.set_rollback(True)


def _grown(move: Callable[[datetime], None]) -> Town:
    hour = timedelta(hours=1)
    signing.new_key(NAME)
    extend()
    town = Town()
    for kind in (Kind.LICENCE, Kind.LICENCE, Kind.PENALTY):
        builders.published(town, move, kind)
    move(clock.now() + hour)
    extend()
    licence = builders.published(town, move, Kind.LICENCE)
    services.withdraw(licence.pk, by=town.approver, reasons="In error.")
    move(clock.now() + hour)
    extend()
    assert check_log().problems == []
    return town


@pytest.fixture
def town(
    scene: Scene,
    data: Path,
    db: None,  # noqa: ARG001 - what a test does is taken back after it
    move: Callable[[datetime], None],
) -> Iterator[Town]:
    """The register of the scene; whatever a test does to its database and its files is gone after it."""
    shutil.copytree(scene.folder, data, dirs_exist_ok=True)
    move(scene.now)
    yield scene.town
    # Nobody looks any more whether what is left of a crime fits together.
    transaction.set_rollback(True)


@pytest.fixture(scope="session")
def token_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The library of SoftHSM, with one token `LABEL` whose PIN is `PIN`."""
    module = next((each for each in _MODULES if Path(each).is_file()), None)
    program = shutil.which("softhsm2-util")
    if module is None or program is None:
        if "softhsm" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("softhsm2 is absent, and TABULARIUM_REQUIRE asks for it.")
        pytest.skip("softhsm2 is not installed here.")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    said = folder / "softhsm2.conf"
    said.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", "utf-8")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(said)
    made = ["--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "92650417"]
    subprocess.run([program, *made], check=True, capture_output=True)
    yield module
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before

"""What tests of the log share: a folder of settings for it, and a token of SoftHSM."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

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

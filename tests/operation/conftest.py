"""What tests of running a register share: a data folder of their own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

Move = Callable[[datetime], None]


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder in which the settings look for everything."""
    settings.DATA_FOLDER = tmp_path
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.EXTRACT_CERTIFICATE = tmp_path / "extract-certificate.pem"
    return tmp_path

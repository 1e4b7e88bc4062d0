"""A folder of its own for the files of open data, and a town."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Town

Move = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path
    settings.OPEN_DATA_AT = "02:30"
    settings.ADDRESS = "https://register.example"
    return tmp_path / "open-data"


@pytest.fixture
def town(db: None, move: Move) -> Town:  # noqa: ARG001 - both must be there
    return Town()

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.builders import Town

Move = Callable[[datetime], None]


@pytest.fixture
def town(db: None, move: Move, settings: LazySettings, tmp_path: Path) -> Town:
    del db, move
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.KEY_FOLDER = tmp_path / "keys"
    return Town()

"""What the tests of the register share. They run on whichever database TABULARIUM_DATABASE names."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from tests.builders import Town

Move = Callable[[datetime], None]


@pytest.fixture
def town(db: None, move: Move) -> Town:  # noqa: ARG001 - the database and the clock, by being asked for
    """An authority with its people, at the instant where all tests begin."""
    return Town()


@pytest.fixture
def other_town(town: Town) -> Town:  # noqa: ARG001 - it comes second
    """Another authority, which has no business with the entries of the first."""
    return Town("tax-office")


@pytest.fixture
def vendor() -> str:
    """sqlite or postgresql."""
    return connection.vendor

"""Accounts with a password, at an authority."""

from collections.abc import Callable

import pytest

from tabularium.register.models import User
from tests import builders
from tests.signing_in import give_a_password


@pytest.fixture
def town(move: object) -> builders.Town:
    del move
    return builders.Town()


@pytest.fixture
def somebody(town: builders.Town) -> Callable[[str], User]:
    """An account of a role there, with a password."""
    return lambda role: give_a_password(town.account(f"the-{role}", role))

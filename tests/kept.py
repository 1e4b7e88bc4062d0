"""Rows that the tests of one file share: made once, and what a test does to them is taken back after it.

Every test of such a file that comes after the first finds them, whether or not it asks for them.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, TypeVar

import pytest
from django.db import transaction

from tabularium import clock
from tests.conftest import START

Made = TypeVar("Made")
Move = Callable[[datetime], None]


class Kept(Generic[Made]):
    """What was made once, and the instant at which it was ready."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._at = clock.now()

    def for_a_test(self, move: Move) -> Made:
        """A copy for a test to change, at the instant when it was ready."""
        move(self._at)
        return copy.deepcopy(self._made)


@contextmanager
def kept(request: pytest.FixtureRequest, make: Callable[[Move], Made]) -> Iterator[Kept[Made]]:
    """For a fixture of a file: what `make` makes with a clock that begins at START."""
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), transaction.atomic():
        with clock.simulated(START) as move:
            made = Kept(make(move))
        yield made
        transaction.set_rollback(True)

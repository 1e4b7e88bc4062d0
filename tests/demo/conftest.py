"""One small town for all tests of a module, made through the real services and taken back afterwards."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction

from tabularium import clock
from tabularium.demo import DemoReport, examples, make
from tabularium.demo.play import Played
from tests.conftest import START

ORGANISATIONS, ENTRIES = 60, 300


@dataclass
class MadeTown:
    folder: Path
    report: DemoReport
    said: list[str]
    played: Sequence[Played] = field(default_factory=list)
    now: datetime = START


@pytest.fixture(scope="module")
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MadeTown]:
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    folder = tmp_path_factory.mktemp("town")
    said: list[str] = []
    seen: list[Sequence[Played]] = []
    choose: Callable[[Sequence[Played]], list[examples.Example]] = examples.choose

    def noting(played: Sequence[Played]) -> list[examples.Example]:
        seen.append(played)
        return choose(played)

    with blocker.unblock(), transaction.atomic(), clock.simulated(START):
        with mock.patch.object(examples, "choose", noting):
            report = make(folder, say=said.append, organisations=ORGANISATIONS, entries=ENTRIES)
        yield MadeTown(folder, report, said, seen[0])
        transaction.set_rollback(True)

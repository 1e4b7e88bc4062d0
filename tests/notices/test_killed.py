"""Each notice goes once, though the process that sends it is killed at step after step."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests import made_tables
from tests.notices.conftest import ROOT, Receivers
from tests.own_database import own_database

# Which makes tables that they begin with.
pytestmark = pytest.mark.usefixtures("django_db_setup")


@pytest.fixture
def address() -> Iterator[str]:
    """Of a database of its own, on PostgreSQL if the tests are run there; "" for SQLite."""
    with own_database("sending") as found:
        yield found


def _killed(story: str, receivers: Receivers, folder: Path, address: str) -> dict[str, Any]:
    data, out = folder / "register", folder / "out"
    data.mkdir()
    out.mkdir()
    made_tables.begin_with(data)
    (data / "secret.key").write_text("a secret of this test alone", "ascii")
    told = json.dumps(asdict(receivers), default=str)
    # The statements are the same on both databases: at each fourth step on one, at each seventh on the other.
    every = "1" if os.environ.get("TABULARIUM_SOAK") else "7" if address else "4"
    done = subprocess.run(
        [sys.executable, "-m", "tests.notices.killing", story, told, str(out), every],
        cwd=ROOT,
        env={**os.environ, "TABULARIUM_DATA": str(data), "TABULARIUM_DATABASE": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


@pytest.mark.whole
def test_a_mail_and_a_call_go_once_though_killed_on_the_way(
    receivers: Receivers, tmp_path: Path, address: str
) -> None:
    outcome = _killed("sending", receivers, tmp_path, address)
    assert outcome["wrong"] == []
    assert outcome["steps"] > 60
    # The one gap that nobody can close: from the word of the receiver to the commit that keeps it. There, and
    # there alone, it arrives twice under one name; each such attempt is marked as in doubt.
    assert 0 < len(outcome["doubles"]) < outcome["steps"] / 2


@pytest.mark.whole
def test_a_letter_stands_on_one_list_though_killed_on_the_way(
    receivers: Receivers, tmp_path: Path, address: str
) -> None:
    outcome = _killed("printing", receivers, tmp_path, address)
    assert (outcome["wrong"], outcome["doubles"]) == ([], [])
    assert outcome["steps"] > 60


@pytest.mark.whole
def test_a_posting_is_recorded_once_though_killed_on_the_way(
    receivers: Receivers, tmp_path: Path, address: str
) -> None:
    outcome = _killed("posting", receivers, tmp_path, address)
    assert (outcome["wrong"], outcome["doubles"]) == ([], [])
    assert outcome["steps"] > 60

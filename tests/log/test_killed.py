"""The log goes on whole, though whoever lets it go on is killed at any step, and though two are at it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import made_tables
from tests.conftest import ROOT
from tests.log import killing
from tests.own_database import own_database

# Which makes tables that they begin with.
pytestmark = pytest.mark.usefixtures("django_db_setup")

SOAK = os.environ.get("TABULARIUM_SOAK") == "1"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a database of its own, on PostgreSQL if the tests are run there; "" for SQLite."""
    with own_database("growing") as found:
        yield found


@pytest.fixture(scope="module")
def outcome(address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of a log that was killed at steps that change something; in the soak at every step."""
    folder = tmp_path_factory.mktemp("register")
    made_tables.begin_with(folder)
    (folder / "secret.key").write_text("a secret of this test alone", "ascii")
    # The statements are the same on both databases: at fewer of them on the second.
    every = "0" if SOAK else "8" if address else "4"
    done = subprocess.run(
        [sys.executable, "-m", killing.__name__, str(folder), every],
        cwd=ROOT,
        env={**os.environ, "TABULARIUM_DATA": str(folder), "TABULARIUM_DATABASE": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.whole
def test_killed_at_any_step_it_shows_a_whole_log_and_goes_on(outcome: dict[str, Any]) -> None:
    assert outcome["grew"]["wrong"] == []
    assert outcome["grew"]["steps"] >= 15


@pytest.mark.whole
def test_killed_while_it_enters_the_past_it_begins_the_log_once(outcome: dict[str, Any]) -> None:
    """Before the first checkpoint everything that was public gets its leaf."""
    assert outcome["began"]["wrong"] == []
    assert outcome["began"]["steps"] >= 20


@pytest.mark.whole
def test_two_at_once_give_each_leaf_one_place_in_the_order_of_events(
    outcome: dict[str, Any],
) -> None:
    assert outcome["two"] == list(range(killing.AT_ONCE))

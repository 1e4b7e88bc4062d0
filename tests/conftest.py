"""What all tests share: simulated time, both databases, and the public files beside the project."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tabularium import clock
from tabularium.public import quick_page
from tabularium.register import triggers
from tests import made_tables

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# A Wednesday in a year whose holidays are known.
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)

clock.allow_simulation()


# What hypothesis makes up is the same each time, so that a change fails over itself alone; `make soak` looks
# further, and so does `--hypothesis-profile=further --hypothesis-seed=N`. How long it takes on a busy machine
# is no verdict. A program that has chosen a profile of its own (tests/mutation) keeps it.
_SLOW = [hypothesis.HealthCheck.too_slow]
for _name, _same in (("same", True), ("further", False)):
    hypothesis.settings.register_profile(
        _name,
        derandomize=_same,
        database=None,
        deadline=None,
        suppress_health_check=_SLOW,
        print_blob=True,
    )
if hypothesis.settings.get_current_profile_name() in {"default", "ci"}:
    hypothesis.settings.load_profile("further" if os.environ.get("TABULARIUM_SOAK") else "same")

_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-another-database",
        action="store_true",
        help="leave out what touches no database: it cannot come out otherwise on another one",
    )


# Files of these marks and in these folders take longest: begun first, none is waited for at the end.
_LONG_MARKS = {"whole", "browser", "data"}
_LONG_FOLDERS = {"cli", "sets", "fuzz"}


def _long_first(items: list[pytest.Item]) -> None:
    long = {
        item.path
        for item in items
        if item.path.parent.name in _LONG_FOLDERS
        or _LONG_MARKS & {each.name for each in item.iter_markers()}
    }
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _long_first(items)
    if not config.getoption("--on-another-database"):
        return
    again, same = [], []
    for item in items:
        marked = {each.name for each in item.iter_markers()} & {"django_db", "whole"}
        touches = marked or _DATABASE & set(getattr(item, "fixturenames", ()))
        (again if touches else same).append(item)
    config.hook.pytest_deselected(items=same)
    items[:] = again


@pytest.fixture(scope="session", autouse=True)
def no_open_data(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is due builds no files of open data: their own tests do, each in a folder of its own.

    The data folder is there and empty, whether or not somebody has made a register in the working copy.
    """
    settings.OPEN_DATA_AT = "off"
    settings.DATA_FOLDER = tmp_path_factory.mktemp("register")


def pytest_collection_finish() -> None:
    """Thousands of tests and what they import stay to the end: nobody need look for garbage there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


ROUNDS = PBKDF2PasswordHasher.iterations


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are kept as in a register, by a thousandth of the work: 0.3 s less for each."""
    with mock.patch.object(PBKDF2PasswordHasher, "iterations", ROUNDS // 1_000):
        yield


@pytest.fixture
def slow_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the work itself is what is tried."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", ROUNDS)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[str]:
    """The tables of the tests are those that were made once."""
    del django_db_modify_db_settings
    with made_tables.for_tests() as name:
        yield name


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_modify_db_settings: str,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """And are kept for whoever sets up after."""
    del django_db_setup
    with django_db_blocker.unblock():
        made_tables.keep(django_db_modify_db_settings)


@pytest.fixture
def move() -> Iterator[Callable[[datetime], None]]:
    """The clock stands at START; calling the fixture moves it. No page is cast from another test's items."""
    quick_page.forget()
    with clock.simulated(START) as move_to:
        yield move_to


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public files; skipped where it is absent, a failure where it must not be."""
    folder = SHARED / "data"
    if not folder.is_dir():
        if "shared" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail(f"{folder} is absent, and TABULARIUM_REQUIRE asks for it.")
        pytest.skip("The public files in ../shared/data are not here.")
    return folder


# Between tests that commit, tables are emptied; the triggers that refuse removal step aside for that alone.
_flush = TransactionTestCase._fixture_teardown


def _teardown(self: TransactionTestCase) -> None:
    triggers.remove(connection)
    try:
        _flush(self)
    finally:
        triggers.install(connection)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM register_organisation_search")
            cursor.execute("DELETE FROM register_decision_search")


TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]

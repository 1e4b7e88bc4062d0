"""The registrar's page on the register itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tabularium import clock
from tabularium.extract.certificates import make_test_certificate
from tabularium.log.signing import new_key
from tabularium.operation import last
from tabularium.operation.remarks import remarks
from tabularium.operation.state import machine
from tabularium.register import services
from tabularium.register.models import User
from tabularium.upkeep.running import run_once
from tests import builders
from tests.operation.conftest import Move
from tests.public import markup
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/market-office/running"


@pytest.fixture
def town(data: Path, move: Move) -> builders.Town:
    del data, move
    return builders.Town()


@pytest.fixture
def registrar(town: builders.Town) -> User:
    user = town.account("registrar", "registrar")
    give_a_second_factor(user)
    return user


def read(user: User, address: str = PAGE) -> str:
    # Signed in anew each time: the clock moves further than a session lasts.
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, address.split("/")[1]).mistakes == []
    return html


STANDS_STILL = "Nothing publishes, tells or erases by itself now."


def test_it_says_what_stands_still_and_what_runs(
    registrar: User, data: Path, settings: Settings, move: Move
) -> None:
    before = read(registrar)
    assert STANDS_STILL in before
    assert "None was made in the last day." in before
    assert "no extract is signed" in before
    new_key(settings.LOG_NAME)
    make_test_certificate(settings.EXTRACT_CERTIFICATE, "register.example", clock.now())
    move(clock.now() + timedelta(hours=2))
    assert run_once().failures == {}
    last.note(last.BACKUP)
    now = read(registrar)
    assert STANDS_STILL not in now
    assert "None was made" not in now
    assert "no extract is signed" not in now
    assert "2026-03-04" in now or "4 March 2026" in now
    move(clock.now() + timedelta(minutes=16))
    assert STANDS_STILL in read(registrar)
    move(clock.now() + timedelta(hours=26))
    assert "None was made in the last day." in read(registrar)
    assert str(data) not in read(registrar)


def test_it_says_what_is_close_to_being_missed_at_this_authority_alone(
    registrar: User, town: builders.Town, move: Move
) -> None:
    assert "Nothing waits that could be missed." in read(registrar)
    entry = builders.objected(town, move)
    builders.objected(builders.Town("other-office"), move)
    assert entry.decide_by is not None
    move(entry.decide_by - timedelta(hours=30))
    assert "has to be decided" not in read(registrar)
    move(entry.decide_by - timedelta(hours=23))
    assert "1 objection has to be decided within 24 hours." in read(registrar)
    move(entry.decide_by + timedelta(seconds=1))
    late = read(registrar)
    assert "1 objection is past its day and undecided." in late
    assert "has to be decided" not in late
    services.approve(builders.a_draft(town).pk, approver=town.approver)
    assert "1 notice waits for an address." in read(registrar)


def test_it_is_in_both_languages(registrar: User) -> None:
    chinese = read(registrar, PAGE.replace("/en/", "/zh-hans/"))
    assert "登记簿本身" in chinese
    for english in ("The register", "last", "Disk", "Nothing"):
        assert english not in chinese, english


@pytest.mark.parametrize("role", ["clerk", "approver", "auditor"])
def test_it_is_for_registrars_alone(town: builders.Town, role: str) -> None:
    user = town.account(f"a-{role}", role)
    give_a_second_factor(user)
    client = signed_in(user)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/en/desk/market-office/").content.decode()


def test_what_fails_is_said(town: builders.Town, data: Path, settings: Settings) -> None:
    del town
    last.note(last.UPKEEP, failures=1)
    settings.OPEN_DATA_AT = "02:30"
    settings.DISK_LEAST = 2**62
    said = {each.name: each.look for each in remarks(machine())}
    assert said["What is due was done last"].startswith("A step failed.")
    assert said["Files of open data built last"].startswith("They are older")
    assert said["Disk"].startswith("It is nearly full.")
    settings.DATA_FOLDER = data / "absent"
    assert "The data folder cannot be found." in {each.look for each in remarks(machine())}


def test_a_certificate_that_ends_soon_is_said(
    town: builders.Town, settings: Settings, move: Move
) -> None:
    del town
    make_test_certificate(settings.EXTRACT_CERTIFICATE, "register.example", clock.now())
    assert "It ends soon." not in str(remarks(machine()))
    move(clock.now() + timedelta(days=3630))
    assert "It ends soon." in str(remarks(machine()))


def test_a_growing_register_asks_no_more_queries(
    registrar: User,
    town: builders.Town,
    move: Move,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        builders.objected(town, move)
    with django_assert_max_num_queries(40):
        read(registrar)

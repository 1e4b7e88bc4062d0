"""Public pages are read from a copy that follows closely, and from no other."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, OperationalError, connection, connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from tabularium.operation import replicas
from tabularium.operation.replicas import Distance, Router, is_public, reading_from
from tabularium.register.models import Entry, MemberKey, User
from tests import builders
from tests.operation.conftest import Move


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0
        self.written = 0
        self.followed: int | Exception = 0

    def positions(self) -> tuple[int, int]:
        if isinstance(self.followed, Exception):
            raise self.followed
        return self.written, self.followed


def test_a_copy_is_read_while_it_has_all_of_some_seconds_ago() -> None:
    world = Clock()
    distance = Distance(world.positions, lambda: world.seconds)
    world.written = world.followed = 10
    assert distance.is_within(5)
    world.written = 20
    for _ in range(5):
        world.seconds += 1
        assert distance.is_within(5)
    world.seconds += 1
    assert not distance.is_within(5)
    world.followed = 20
    world.seconds += 1
    assert distance.is_within(0)


def test_a_quiet_copy_is_as_close_as_a_busy_one() -> None:
    world = Clock()
    distance = Distance(world.positions, lambda: world.seconds)
    for _ in range(100):
        world.seconds += 60
        assert distance.is_within(5)


def test_a_copy_that_cannot_be_asked_or_follows_nobody_is_not_read() -> None:
    world = Clock()
    distance = Distance(world.positions, lambda: world.seconds)
    world.written = 1
    assert not distance.is_within(5)
    world.followed = 1
    world.seconds += 1
    assert distance.is_within(5)
    world.followed = OperationalError("gone")
    for _ in range(6):
        world.seconds += 1
        near = distance.is_within(5)
    assert not near


def test_it_is_asked_once_a_second_at_most() -> None:
    world, asked = Clock(), []

    def positions() -> tuple[int, int]:
        asked.append(1)
        return world.positions()

    distance = Distance(positions, lambda: world.seconds)
    for _ in range(1000):
        distance.is_within(5)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/en/", True),
        ("/zh-hans/?q=x", True),
        ("/en/entries/x", True),
        ("/api/v1/organisations?scheme=a&value=b", True),
        ("/api/v1/changes", True),
        ("/reconcile", True),
        ("/en/desk/market-office/", False),
        ("/en/reply/x", False),
        ("/en/account/", False),
        ("/api/v1/desk/x", False),
        ("/api/v1/submissions/1", False),
        ("/open-data/x.csv", False),
        ("/readyz", False),
    ],
)
def test_only_what_anybody_could_ask_for_is_public(
    rf: RequestFactory, settings: Settings, path: str, public: bool
) -> None:
    assert is_public(rf.get(path)) is public
    assert not is_public(rf.post(path))
    assert not is_public(rf.get(path, headers={"authorization": "Bearer x"}))
    rf.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert not is_public(rf.get(path))


def test_accounts_and_keys_are_never_read_from_a_copy_and_nothing_is_written_to_one() -> None:
    router = Router()
    assert router.db_for_read(Entry) is None
    with reading_from("replica"):
        assert router.db_for_read(Entry) == "replica"
        assert router.db_for_read(User) is router.db_for_read(MemberKey) is None
        assert router.db_for_write(Entry) == "default"
    assert router.db_for_read(Entry) is None
    assert not router.allow_migrate("replica", "register")
    assert router.allow_migrate("default", "register")


@pytest.fixture
def copy(settings: Settings) -> Iterator[Settings]:
    """A second connection to the tests' database; what the test did not commit is not to be seen in it."""
    if connection.vendor != "postgresql":
        pytest.skip("Copies that follow are PostgreSQL's.")
    connections["replica"] = connection.copy("default")
    settings.DATABASES["replica"] = settings.DATABASES["default"]
    yield settings
    connections["replica"].close()
    del connections["replica"], settings.DATABASES["replica"]


@pytest.mark.django_db(databases="__all__")
def test_a_page_is_read_from_the_copy_while_that_is_close_and_from_the_database_otherwise(
    copy: Settings, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = builders.published(builders.Town(), move)
    near = True
    monkeypatch.setattr(Distance, "is_within", lambda _, seconds: near and seconds == 5)
    client = Client()
    addresses = (f"/en/entries/{entry.pk}", f"/api/v1/entries/{entry.pk}")
    # In the copy it is not yet.
    assert [client.get(each).status_code for each in addresses] == [404, 404]
    near = False
    assert [client.get(each).status_code for each in addresses] == [200, 200]
    near = True
    copy.REPLICA_LAG = 1
    assert [client.get(each).status_code for each in addresses] == [200, 200]


@pytest.mark.django_db(databases="__all__")
def test_a_database_that_follows_nobody_is_no_copy(copy: Settings) -> None:
    del copy
    assert not Distance(replicas._positions).is_within(3600)
    assert Client().get("/en/").status_code == 200


@pytest.mark.django_db
def test_without_a_copy_in_the_settings_all_is_as_ever(client: Client) -> None:
    assert "replica" not in connections
    assert client.get("/en/").status_code == 200
    with reading_from("replica"), pytest.raises((DatabaseError, Exception), match="replica"):
        list(Entry.objects.all())

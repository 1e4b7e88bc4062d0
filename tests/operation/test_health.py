"""Whoever looks after a machine is told whether the register lives and whether it can answer."""

from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tabularium.log.signing import new_key
from tabularium.operation import health
from tabularium.upkeep.running import run_once
from tests import builders
from tests.operation.conftest import Move


def checks(client: Client, status: int = 200) -> dict[str, str]:
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()
    assert said["ready"] is (status == 200)
    found = said["checks"]
    assert isinstance(found, dict)
    return found


def test_alive_asks_no_database_and_no_name(client: Client) -> None:
    # Without `django_db`, a query would fail this test.
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8765"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert not answer.cookies
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_ready_when_all_is_well_in_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    checks(client)
    with django_assert_max_num_queries(6):
        found = checks(client)
    assert found == dict.fromkeys(("database", "migrations", "log", "disk"), "ok")
    assert client.get("/readyz", headers={"host": "10.0.0.7"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_not_ready_without_a_database_and_ready_again_with_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("connection to server at 10.1.2.3 failed: password of town")

    with monkeypatch.context() as context:
        context.setattr(connection, "cursor", gone)
        context.setattr(connection, "close", lambda: None)
        found = checks(client, 503)
    assert found["database"] == "it does not answer"
    assert found["migrations"] == found["log"] == "not asked"
    assert "town" not in str(found)
    checks(client)


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
def test_not_ready_before_a_migration_and_ready_with_one_of_a_newer_version(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("register", "9999_of_a_newer_version")
    checks(client)
    recorder.record_unapplied("register", "0001_initial")
    assert checks(client, 503)["migrations"] == "tabularium init has to be run"


@pytest.mark.django_db
def test_not_ready_with_a_log_that_is_not_the_databases(
    client: Client, data: Path, settings: Settings, move: Move
) -> None:
    new_key(settings.LOG_NAME)
    town = builders.Town()
    entry = builders.published(town, move)
    assert entry.public_from is not None
    move(entry.public_from.replace(hour=23))
    assert run_once().failures == {}
    assert checks(client)["log"] == "ok"
    signed = data / "log" / "signed"
    kept = signed.read_bytes()
    signed.unlink()
    assert "differ" in checks(client, 503)["log"]
    signed.write_bytes(kept)
    assert checks(client)["log"] == "ok"


@pytest.mark.django_db
def test_not_ready_on_a_full_disk_or_without_its_folder(
    client: Client, data: Path, settings: Settings
) -> None:
    settings.DISK_LEAST = 2**62
    assert checks(client, 503)["disk"] == "it is nearly full"
    settings.DATA_FOLDER = data / "absent"
    assert checks(client, 503)["disk"] == "the data folder cannot be found"


@pytest.mark.django_db
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("error", "said"), [(DatabaseError("x"), "it cannot be read"), (PermissionError("x"), "folder")]
)
def test_a_log_that_cannot_be_read_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(health, "compare", fail)
    assert said in checks(client, 503)["log"]

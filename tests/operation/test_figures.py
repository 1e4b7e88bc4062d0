"""Figures for a monitoring system: for who has the token, and of nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from tabularium import clock
from tabularium.operation import last
from tabularium.register import services
from tests import builders
from tests.operation.conftest import Move

pytestmark = pytest.mark.django_db

TOKEN = "of-these-tests-alone"
SHOWN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counted(data: Path, settings: Settings) -> Client:
    """A browser of a register whose answers are counted."""
    (data / "token").write_text(f"{TOKEN}\n", "ascii")
    settings.METRICS_TOKEN = str(data / "token")
    return Client()


def test_without_a_token_in_the_settings_there_are_none(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=SHOWN).status_code == 404


@pytest.mark.parametrize(
    "shown", ["", TOKEN, "Bearer", "Bearer other", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_without_the_right_token_nobody_gets_any(counted: Client, shown: str) -> None:
    answer = counted.get("/metrics", headers={"authorization": shown})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.content == b""


def test_an_empty_token_lets_nobody_in(counted: Client, data: Path) -> None:
    (data / "token").write_text("\n", "ascii")
    assert counted.get("/metrics", headers={"authorization": "Bearer "}).status_code == 401


def test_answers_are_counted_by_kind_of_address_and_nobody_is_in_them(
    counted: Client, move: Move
) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    organisation = entry.organisation
    assert organisation is not None
    number = organisation.identifiers.get().value
    marks = ["Marked Name", "13912345678", "MARKED-AGENT", "203.0.113.77", "MARKMETHOD"]
    theirs = [entry.pk, organisation.pk, number, organisation.name, town.code]
    for address in (
        f"/en/entries/{entry.pk}",
        f"/zh-hans/organisations/{organisation.pk}",
        f"/en/?q={organisation.name}",
        "/en/?q=Marked+Name",
        "/en/Marked Name/13912345678",
        f"/api/v1/entries/{entry.pk}",
        f"/api/v1/organisations?scheme=CN-USCC&value={number}",
        f"/en/authorities/{town.code}",
        f"/en/desk/{town.code}/",
    ):
        counted.get(address, headers={"user-agent": "MARKED-AGENT"}, REMOTE_ADDR="203.0.113.77")
    counted.generic("MARKMETHOD", "/en/")
    answer = counted.get("/metrics", headers=SHOWN)
    text = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    for mark in (*marks, *theirs):
        assert mark not in text, mark
    samples = {
        (each.labels["method"], each.labels["route"], each.labels["status"]): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name == "tabularium_answers_total"
    }
    assert samples["GET", "en/entries/<identity:identity>", "200"] >= 1
    assert samples["GET", "none", "404"] >= 1
    assert ("other", "en/", "405") in samples


def test_how_it_stands_is_among_them(counted: Client, data: Path, move: Move) -> None:
    town = builders.Town()
    services.approve(builders.a_draft(town).pk, approver=town.approver)
    assert "tabularium_upkeep_timestamp_seconds" not in read(counted)
    last.note(last.UPKEEP, failures=2)
    found = read(counted)
    assert found["tabularium_upkeep_failures"] == 2
    assert found["tabularium_upkeep_timestamp_seconds"] == clock.now().timestamp()
    assert found["tabularium_notices_waiting"] == 1
    assert found["tabularium_objections_overdue"] == 0
    assert found["tabularium_disk_free_bytes"] > 0
    (data / "last" / "upkeep.json").write_text("no json")
    assert "tabularium_upkeep_failures" not in read(counted)
    entry = builders.objected(builders.Town("other-office"), move)
    assert entry.decide_by is not None
    move(entry.decide_by.replace(microsecond=0))
    assert read(counted)["tabularium_objections_overdue"] == 1


def read(client: Client) -> dict[str, float]:
    text = client.get("/metrics", headers=SHOWN).content.decode()
    return {
        each.name: each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if not each.labels
    }


_COUNTS = """
from tabularium.operation.counting import count, counted
count("GET", "made-up", 200, 0.01)
print(counted().decode())
"""


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    for times in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", _COUNTS],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        said = 'tabularium_answers_total{method="GET",route="made-up",status="200"}'
        assert f"{said} {times}.0" in done.stdout

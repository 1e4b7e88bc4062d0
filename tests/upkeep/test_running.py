"""All that is due, done once: everything is tried, and what fails is told without content."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import OperationalError

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import proofs, signing
from tabularium.opendata.building import CURRENT, open_data_folder
from tabularium.register.models import Entry
from tabularium.upkeep import repeating, running
from tabularium.upkeep.running import UpkeepReport, run_once
from tests.builders import Town, in_notice, published
from tests.upkeep.conftest import Move


def a_session(key: str, ends: datetime) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=ends)


def test_one_run_does_the_clock_s_work_and_ends_sessions_that_are_over(
    town: Town, move: Move
) -> None:
    entry = in_notice(town)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    # Django asks its own clock whether a session is over.
    a_session("over", datetime(2020, 1, 1, tzinfo=UTC))
    a_session("lasting", datetime(2999, 1, 1, tzinfo=UTC))
    report = run_once()
    assert report.failures == {}
    assert report.as_json() == {
        "published": 1,
        "lapsed": 0,
        "erased": 0,
        "left": False,
        "uploads": {"read": 0, "failed": 0},
        "notices": {"given": 0, "postponed": 0},
        "keys_destroyed": [],
        "failures": {},
    }
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lasting"]


def test_a_chore_that_fails_holds_nothing_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert town.code
    done: list[UpkeepReport] = []

    def refuse(_: UpkeepReport) -> None:
        raise OperationalError("the disk is full\nDETAIL: Failing row contains (虚构)")

    monkeypatch.setattr(running, "_CHORES", {"first": refuse, "second": done.append})
    assert run_once().failures == {"first": "the disk is full"}
    assert len(done) == 1


def test_a_clock_that_cannot_begin_is_told_and_the_chores_are_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town.code

    def gone(**_: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(running, "tick", gone)
    a_session("over", datetime(2020, 1, 1, tzinfo=UTC))
    assert run_once().failures == {"what the clock does": "server closed the connection"}
    assert not Session.objects.exists()


class Turns:
    """So many turns, and the pauses between them."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.turns -= 1

    def stop(self) -> bool:
        return self.turns <= 0


@pytest.fixture
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' connection stays, for the database of the tests goes with it."""
    monkeypatch.setattr(repeating.connections, "close_all", lambda: None)


@pytest.mark.usefixtures("_open")
def test_a_run_follows_another_after_about_the_time_given(town: Town) -> None:
    assert town.code
    turns = Turns(4)
    repeating.keep_running(60, pause=turns.pause, stop=turns.stop)
    assert len(turns.pauses) == 4
    assert all(54 <= each <= 66 for each in turns.pauses)
    assert len(set(turns.pauses)) > 1


@pytest.mark.usefixtures("_open")
def test_what_is_left_is_done_at_once_but_not_if_something_failed(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [in_notice(town) for _ in range(3)]
    assert entries[0].window_closes_at is not None
    move(entries[0].window_closes_at)
    real = running.tick
    monkeypatch.setattr(running, "tick", lambda **given: real(**{**given, "at_most": 1}))
    turns = Turns(2)
    repeating.keep_running(60, pause=turns.pause, stop=turns.stop)
    assert turns.pauses == [0, 0]
    assert Entry.objects.filter(stage="published").count() == 2

    def left_and_failed(**_: object) -> UpkeepReport:
        report = UpkeepReport(failures={"chore": "why"})
        report.tick.left = True
        return report

    monkeypatch.setattr(repeating, "run_once", left_and_failed)
    turns = Turns(1)
    repeating.keep_running(60, pause=turns.pause, stop=turns.stop)
    assert turns.pauses[0] > 50


@pytest.mark.usefixtures("_open")
def test_a_failure_that_stays_is_written_once_an_hour_and_a_new_one_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = iter([{"a": "why"}, {"a": "why"}, {"a": "why", "b": "why"}, {"a": "why"}])
    times = iter([0.0, 60.0, 120.0, 3700.0])
    monkeypatch.setattr(repeating, "run_once", lambda **_: UpkeepReport(failures=next(found)))
    monkeypatch.setattr(repeating, "monotonic", lambda: next(times))
    turns = Turns(4)
    # import-linter, which another test runs, switches off every logger that is there by then.
    monkeypatch.setattr(logging.getLogger("tabularium.upkeep"), "disabled", False)
    with caplog.at_level(logging.ERROR, logger="tabularium.upkeep"):
        repeating.keep_running(60, pause=turns.pause, stop=turns.stop)
    assert caplog.messages == [
        "Upkeep failed: a: why",
        "Upkeep failed: b: why",
        "Upkeep failed: a: why",
    ]


@pytest.mark.usefixtures("_open")
def test_nothing_is_done_by_a_clock_that_jumped_ahead_until_it_is_put_right(
    town: Town,
    move: Move,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = in_notice(town)
    assert entry.window_closes_at is not None
    right, hour = clock.now(), timedelta(hours=1)
    went_by = timedelta()
    monkeypatch.setattr(repeating, "_went_by", lambda: went_by)
    monkeypatch.setattr(logging.getLogger("tabularium.upkeep"), "disabled", False)
    stages = []

    def pause(_: float) -> None:
        nonlocal went_by
        stages.append(Entry.objects.get(pk=entry.pk).stage)
        if len(stages) == 1:
            move(right + timedelta(days=40))
        elif len(stages) == 2:
            move(right + hour)
        else:
            # Time that went by, in sleep perhaps, is no jump.
            went_by = timedelta(days=40)
            move(right + went_by)

    with caplog.at_level(logging.ERROR, logger="tabularium.upkeep"):
        repeating.keep_running(60, pause=pause, stop=lambda: len(stages) == 5)
    assert stages == ["notified", "notified", "notified", "published", "published"]
    assert [each for each in caplog.messages if "jumped ahead by 40 days" in each] == [
        caplog.messages[0]
    ]


def test_a_run_that_is_told_to_stop_begins_no_chore(town: Town, move: Move) -> None:
    entry = in_notice(town)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at + timedelta(days=1))
    a_session("over", datetime(2020, 1, 1, tzinfo=UTC))
    report = run_once(stop=lambda: True)
    assert (report.tick.published, report.tick.left) == (0, True)
    assert Session.objects.exists()


def test_a_run_extends_the_log_where_there_is_a_key(
    town: Town, move: Move, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LOG_FOLDER, settings.LOG_KEYS = tmp_path / "log", tmp_path / "log-keys"
    settings.LOG_CONFIGURATION = tmp_path / "log.toml"
    assert run_once().failures == {}
    assert not settings.LOG_FOLDER.exists()
    settings.DATA_FOLDER, settings.OPEN_DATA_AT = tmp_path, "02:30"
    signing.new_key("register.example/log")
    entry = published(town, move, Kind.LICENCE)
    move(clock.now() + timedelta(hours=1))
    assert run_once().failures == {}
    assert [each.index for each in proofs.leaves_of(entry)] == [0]
    # What was signed in a run stands in the files of open data that the same run builds.
    package = json.loads((open_data_folder() / CURRENT / "datapackage.json").read_text("utf-8"))
    checkpoint = proofs.published_checkpoint()
    assert checkpoint is not None
    told = (package["log"]["size"], package["log"]["root"], package["log"]["checkpoint"])
    assert told == (1, checkpoint.decode().split("\n")[2], checkpoint.decode())
    assert [each["rows"] for each in package["resources"]].count(1) > 1
    (settings.LOG_FOLDER / "signed").unlink()
    assert "Put the folder back" in run_once().failures["the log"]

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from tabularium import clock
from tests.conftest import START


def test_now_is_aware_and_in_utc_and_goes_on() -> None:
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_now_is_what_the_machine_says() -> None:
    before = datetime.now(UTC)  # noqa: TID251 - the one clock is compared with the machine's
    assert before <= clock.now() <= datetime.now(UTC)  # noqa: TID251 - the same


def test_today_is_a_day_in_a_zone() -> None:
    with clock.simulated(datetime(2026, 3, 4, 17, 0, tzinfo=UTC)):
        assert clock.today(ZoneInfo("UTC")) == date(2026, 3, 4)
        assert clock.today(ZoneInfo("Asia/Shanghai")) == date(2026, 3, 5)
        assert clock.today(ZoneInfo("Pacific/Honolulu")) == date(2026, 3, 4)


def test_simulated_time_stands_still_until_it_is_moved(move: Callable[[datetime], None]) -> None:
    assert clock.now() == clock.now() == START
    move(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    move(START)
    assert clock.now() == START


def test_simulated_time_is_told_in_utc() -> None:
    local = datetime(2026, 3, 4, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    with clock.simulated(local):
        assert clock.now() == local
        assert clock.now().utcoffset() == timedelta(0)


def test_the_clock_is_the_same_for_all_threads(move: Callable[[datetime], None]) -> None:
    move(START + timedelta(hours=1))
    seen: list[datetime] = []
    thread = Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()
    assert seen == [START + timedelta(hours=1)]


def test_after_simulation_the_time_is_what_it_was_before() -> None:
    with clock.simulated(START):
        with clock.simulated(START + timedelta(days=9)):
            assert clock.now() == START + timedelta(days=9)
        assert clock.now() == START
    assert clock.now().year >= 2026
    assert clock.now() != START


def test_after_a_failure_inside_the_time_is_what_it_was_before() -> None:
    with pytest.raises(KeyError), clock.simulated(START):
        raise KeyError
    assert clock.now() != START


def test_an_instant_without_a_zone_is_refused(move: Callable[[datetime], None]) -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(clock.ClockError, match="time zone"):
        move(naive)
    assert clock.now() == START
    with pytest.raises(clock.ClockError, match="time zone"), clock.simulated(naive):
        pytest.fail("The block was entered.")
    assert clock.now() == START


def test_simulation_must_be_allowed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_simulation_allowed", False)
    with pytest.raises(clock.ClockError, match="tests only"), clock.simulated(START):
        pytest.fail("The block was entered.")
    clock.allow_simulation()
    with clock.simulated(START):
        assert clock.now() == START

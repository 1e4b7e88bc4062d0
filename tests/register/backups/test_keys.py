"""Keys are made once, kept to their owner, and destroyed on schedule."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest

from tabularium import clock
from tabularium.register import services
from tabularium.register.backups.errors import BackupError
from tabularium.register.backups.forgetting import destroy_keys_that_are_due, register_keys
from tabularium.register.backups.keys import BACKUP, FORGET, Keys, key_id
from tabularium.register.backups.months import first_instant, is_month, later, month_of
from tests import builders
from tests.register.backups.conftest import Move, Safe


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    assert keys.find(FORGET, "2027-02") is None
    made = keys.get(FORGET, "2027-02")
    assert len(made) == 32
    assert keys.get(FORGET, "2027-02") == made == keys.find(FORGET, "2027-02")
    assert keys.get(BACKUP, "2027-02") != made
    assert [each.name for each in sorted(keys.folder.iterdir())] == [
        "backup-2027-02.key",
        "forget-2027-02.key",
    ]
    assert key_id(made) != key_id(keys.get(BACKUP, "2027-02"))


def test_those_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    keys, start = Keys(tmp_path), Barrier(8)
    got = []

    def ask() -> None:
        start.wait()
        got.append(keys.get(BACKUP, "2026-11"))

    threads = [Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_keys_go_when_their_month_is_over_and_not_before(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    for month in ("2026-10", "2026-11", "2026-12", "2027-01"):
        keys.get(BACKUP, month)
        keys.get(FORGET, month)
    (tmp_path / "note.key").write_text("not one of ours")
    assert keys.destroy_due("2026-11", None) == ["forget-2026-10.key"]
    assert keys.destroy_due("2026-11", None) == []
    assert keys.destroy_due("2026-12", None) == ["forget-2026-11.key"]
    assert keys.destroy_due("2027-01", "2026-12") == ["backup-2026-10.key"]
    assert keys.destroy_due("2027-02", None) == [
        "backup-2026-11.key",
        "forget-2026-12.key",
        "forget-2027-01.key",
    ]
    assert (tmp_path / "note.key").exists()


def test_a_key_is_overwritten_before_it_is_removed(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.get(FORGET, "2026-10")
    other_name = tmp_path / "same bytes"
    other_name.hardlink_to(tmp_path / "forget-2026-10.key")
    keys.destroy_due("2026-12", None)
    assert set(other_name.read_bytes()) == {0}


def test_a_key_stays_as_long_as_the_register_has_not_erased_what_it_is_for(
    safe: Safe, move: Move
) -> None:
    entry = builders.published(builders.Town(), move)
    safe.backup()
    assert entry.erasable_from is not None
    due = month_of(entry.erasable_from)
    move(first_instant(later(due, 1)) + timedelta(days=40))
    assert destroy_keys_that_are_due() == [f"backup-{month_of(builders_start())}.key"]
    assert (safe.folder / f"forget-{due}.key").exists()
    assert services.tick().erased == 1
    assert destroy_keys_that_are_due() == [f"forget-{due}.key"]


def builders_start() -> datetime:
    """When the backup above was made: in the month of the entry's window, which ends within March."""
    return datetime(2026, 3, 31, tzinfo=UTC)


def test_what_is_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "backup-2026-11.key").write_text("abc")
    with pytest.raises(BackupError, match="holds no key"):
        Keys(tmp_path).find(BACKUP, "2026-11")
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupError, match="Cannot write"):
        Keys(tmp_path / "file" / "keys").get(BACKUP, "2026-11")
    (tmp_path / "forget-2026-11.key").mkdir()
    with pytest.raises(BackupError, match="cannot be read"):
        Keys(tmp_path).find(FORGET, "2026-11")


def test_what_lies_beside_the_keys_is_left_alone(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.get(BACKUP, "2020-01")
    for name in ("backup-soon.key", "other-2020-01.key", "notes.txt"):
        (tmp_path / name).write_text("")
    assert list(keys.there()) == [(BACKUP, "2020-01")]
    assert keys.destroy_due("2026-11", None) == ["backup-2020-01.key"]
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "backup-soon.key",
        "notes.txt",
        "other-2020-01.key",
    ]


def test_the_register_s_keys_lie_where_the_settings_say(safe: Safe) -> None:
    assert register_keys().folder == safe.folder


def test_months() -> None:
    east = timezone(timedelta(hours=8))
    assert month_of(datetime(2026, 12, 1, 7, 59, tzinfo=east)) == "2026-11"
    assert month_of(datetime(2026, 12, 1, 8, tzinfo=east)) == "2026-12"
    assert later("2026-11", 2) == "2027-01"
    assert later("2026-01", -1) == "2025-12"
    assert first_instant("2027-01") == datetime(2027, 1, 1, tzinfo=UTC)
    assert [is_month(each) for each in ("2026-11", "2026-13", "2026-1", "26-11")] == [
        True,
        False,
        False,
        False,
    ]
    assert month_of(clock.now()) == f"{clock.now():%Y-%m}"

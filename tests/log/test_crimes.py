"""Crimes are committed straight in the database and in the files, and `log check` sees each of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.cli.folder import Stop
from tabularium.cli.serving import compare_log
from tabularium.core.kinds import Kind
from tabularium.log import signing
from tabularium.log.checking import check_log
from tabularium.log.extending import extend
from tabularium.log.folder import LogError
from tabularium.log.keys import make_keys, sign_checkpoint
from tabularium.log.told import log_folder
from tabularium.register import references, services, triggers
from tabularium.register.models import Entry, Event, Leaf, SignedCheckpoint
from tabularium.register.services.log_places import give_places
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tests import builders
from tests.builders import Town
from tests.log.conftest import NAME

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
HOUR = timedelta(hours=1)


def found() -> str:
    """All that a check says."""
    return "\n".join(f"{each.where}: {each.what}" for each in check_log().problems)


def commit(*statements: str) -> None:
    """Change the database past everything that guards it, as its administrator can."""
    triggers.remove(connection)
    references.remove(connection)
    with connection.cursor() as cursor:
        for each in statements:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(each)


def key_of(index: int) -> int:
    return Leaf.objects.values_list("event_id", flat=True).get(index=index)


def test_what_a_version_says_is_changed_in_silence(town: Town) -> None:
    assert town.code
    commit("UPDATE register_version SET measure = 'Warning' WHERE measure = 'Fine'")
    assert "leaf 2: does not commit to what event, version and salts say now" in found()


def test_a_salt_is_changed(town: Town) -> None:
    assert town.code
    Leaf.objects.get(index=1)
    commit('UPDATE register_leaf SET salt = commitment WHERE "index" = 1')
    assert "leaf 1: does not commit" in found()


def test_the_salts_of_a_version_are_taken_away(town: Town) -> None:
    assert town.code
    version = Event.objects.get(pk=key_of(2)).version_id
    commit(f"DELETE FROM register_versionsalts WHERE version_id = '{version}'")  # noqa: S608
    assert "leaf 2: does not commit" in found()


def set_back(event: int, by: timedelta) -> None:
    """Change the time of an event."""
    triggers.remove(connection)
    row = Event.objects.get(pk=event)
    Event.objects.filter(pk=event).update(at=row.at - by)


def test_the_time_of_an_event_is_changed(town: Town) -> None:
    assert town.code
    leaf = Leaf.objects.get(index=1)
    set_back(leaf.event_id, timedelta(seconds=-1))
    assert found() == (
        f"entry {leaf.entry_id}, leaf 1: does not commit to what event, version and salts say now: one of "
        "them was changed. Somebody changed the database past the register. Compare with a backup, and find "
        "out who"
    )


def test_the_time_of_an_event_is_changed_to_a_time_before_the_one_before_it(town: Town) -> None:
    assert town.code
    leaf = Leaf.objects.get(index=4)
    set_back(leaf.event_id, timedelta(days=1))
    said = found()
    assert f"entry {leaf.entry_id}: its events cannot have happened so" in said
    assert "leaf 4: is of an event dated" in said
    assert "it was dated back" in said


def test_a_leaf_is_taken_away_and_its_event_stays(town: Town) -> None:
    assert town.code
    commit('DELETE FROM register_leaf WHERE "index" = 1')
    said = found()
    assert "leaf 1: is not in the database, and leaf 2 is" in said
    assert "the log has no leaf of it" in said


def without_event(key: int) -> list[str]:
    """Statements that take an event away with all that hangs on it but its leaf."""
    notices = f"SELECT id FROM register_notice WHERE event_id = {key}"  # noqa: S608 - a number
    return [
        f"DELETE FROM register_delivery WHERE notice_id IN ({notices})",  # noqa: S608 - a number
        f"DELETE FROM register_notice WHERE event_id = {key}",  # noqa: S608 - a number
        f"DELETE FROM register_statement WHERE event_id = {key}",  # noqa: S608 - a number
        f"DELETE FROM register_event WHERE id = {key}",  # noqa: S608 - a number
    ]


def test_an_event_is_taken_away_and_its_leaf_stays(town: Town) -> None:
    assert town.code
    leaf = Leaf.objects.get(index=4)
    commit(*without_event(leaf.event_id))
    said = found()
    assert "leaf 4: is of an event that is not in the database any more" in said
    assert (
        f"entry {leaf.entry_id}, leaf 4: says withdrawn, and no event of the entry says so" in said
    )


@pytest.mark.parametrize("index", [1, 3])
def test_an_event_is_taken_away_with_its_leaf_from_the_middle(town: Town, index: int) -> None:
    assert town.code
    key = key_of(index)
    commit(f'DELETE FROM register_leaf WHERE "index" = {index}', *without_event(key))  # noqa: S608
    assert f"leaf {index}: is not in the database, and leaf {index + 1} is" in found()


def test_the_newest_leaves_are_taken_away_with_their_events(town: Town) -> None:
    assert town.code
    key = key_of(4)
    commit('DELETE FROM register_leaf WHERE "index" = 4', *without_event(key))
    assert "has 4 leaves, and 5 were signed. Is it an older backup?" in found()
    with pytest.raises(LogError, match="older backup"):
        extend()


def test_an_event_is_dated_back(town: Town, move: Move) -> None:
    """With a leaf and all that belongs to it: as if the register had taken it earlier than it did."""
    move(clock.now() + HOUR)
    now = clock.now()
    with clock.simulated(now - 2 * timedelta(days=1)):
        builders.published(town, lambda _: None, Kind.LICENCE)
    move(now + HOUR)
    extend()
    assert "it was dated back" in found()


def test_an_older_backup_is_restored(town: Town, data: Path, move: Move) -> None:
    """The database is as it was before the last checkpoint, and the folder is not."""
    last = read_checkpoint(log_folder().signed() or b"").size
    compare_log()
    commit(
        f"DELETE FROM register_signedcheckpoint WHERE size = {last}",  # noqa: S608 - a number
        'UPDATE register_leaf SET "index" = NULL WHERE "index" >= 3',
        'DELETE FROM register_leaf WHERE "index" IS NULL',
    )
    assert "Is it an older backup?" in found()
    with pytest.raises(Stop, match=r"Not started: .* Restore the newest one"):
        compare_log()
    builders.published(town, move, Kind.LICENCE)
    move(clock.now() + HOUR)
    with pytest.raises(LogError, match="older backup"):
        extend()
    assert read_checkpoint(log_folder().published() or b"").size == last
    assert data.is_dir()


def test_the_log_is_forked_under_the_same_key(town: Town) -> None:
    assert town.code
    forged = sign_checkpoint(Checkpoint(NAME, 5, bytes(32)), signing.signers())
    (log_folder().path / "signed").write_bytes(forged)
    assert "does not fit the first 5 leaves" in found()
    with pytest.raises(LogError, match="Another checkpoint of 5 leaves"):
        extend()


def test_the_log_is_forked_under_another_key(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    assert town.code
    there = (log_folder().published() or b"", settings.LOG_FOLDER)
    other = make_keys(tmp_path / "other", NAME)
    (there[1] / "public" / "checkpoint").write_bytes(
        sign_checkpoint(read_checkpoint(there[0]), [other])
    )
    assert "is not one that this log's keys signed: none of the keys that" in found()
    (log_folder().path / "verifier-keys").unlink()
    assert "keys signed: no key of this log is known" in found()


def test_a_reader_s_checkpoint_is_compared(town: Town) -> None:
    assert town.code
    kept = log_folder().published()
    assert check_log(kept).problems == []
    other = sign_checkpoint(Checkpoint(NAME, 3, bytes(32)), signing.signers())
    (problem,) = check_log(other).problems
    assert problem.where == "the checkpoint that was kept"


@pytest.mark.parametrize("path", ["tile/0/000.p/5", "tile/entries/000.p/5", "tile/0/000.p/3"])
def test_a_file_is_changed_or_gone(town: Town, path: str) -> None:
    assert town.code
    file = log_folder().public / path
    before = file.read_bytes()
    file.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    assert path in found()
    file.unlink()
    is_former = path.endswith("/3")
    assert (path in found()) is not is_former, "a former edge of the tree need not be kept"


def test_a_file_is_compared_though_leaves_wait_to_be_given_out(town: Town, move: Move) -> None:
    builders.published(town, lambda _: None, Kind.LICENCE)
    move(clock.now() + HOUR)
    assert give_places(clock.now()) == 6
    assert found() == ""
    file = log_folder().public / "tile/0/000.p/5"
    file.write_bytes(bytes(160))
    assert "tile/0/000.p/5: does not say what the leaves in the database say" in found()


def test_a_file_lies_beyond_the_checkpoint(town: Town) -> None:
    assert town.code
    (log_folder().public / "tile/0/000.p/6").write_bytes(bytes(192))
    assert "tile/0/000.p/6: is no part of a log of 5 leaves" in found()


def test_an_erased_entry_is_as_it_was(town: Town, move: Move) -> None:
    """No crime: what erasure leaves is told from what somebody emptied."""
    entry = Entry.objects.filter(stage="withdrawn").get()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    move(clock.now() + HOUR)
    extend()
    assert found() == ""
    assert town.code
    triggers.remove(connection)
    Leaf.objects.filter(index=0).update(salt=b"", fact_salts=b"")
    assert "has no salts, and the entry is not erased" in found()


def test_a_check_says_how_much_it_looked_at(town: Town) -> None:
    assert town.code
    report = check_log()
    assert (report.leaves, report.published, report.entries) == (5, 5, 4)
    # Empty, of three and of five leaves in the database; what is signed, given out, and noted last.
    assert report.checkpoints == 3 + 3
    assert check_log(log_folder().published()).checkpoints == 3 + 3 + 1


def test_the_last_checkpoint_in_the_database_is_another_one_s(town: Town, tmp_path: Path) -> None:
    assert town.code
    other = make_keys(tmp_path / "other", NAME)
    last = SignedCheckpoint.objects.order_by("size").last()
    assert last is not None
    forged = sign_checkpoint(Checkpoint(NAME, last.size, bytes(last.root)), [other]).decode()
    triggers.remove(connection)
    SignedCheckpoint.objects.filter(pk=last.pk).update(note=forged)
    assert "the last signed checkpoint in the database: is not one that this log's keys" in found()


def test_the_folder_lost_what_was_signed(town: Town) -> None:
    assert town.code
    (log_folder().path / "signed").unlink()
    assert "has no file signed, though checkpoints were signed" in found()


def test_the_folder_is_an_older_copy(town: Town) -> None:
    assert town.code
    before = SignedCheckpoint.objects.get(size=3)
    (log_folder().path / "signed").write_bytes(before.note.encode())
    assert "has a checkpoint of 3 leaves, and 5 were signed. Is it an older copy?" in found()


def test_a_checkpoint_that_cannot_be_read_gives_nothing_out(town: Town) -> None:
    assert town.code
    (log_folder().public / "checkpoint").write_bytes(b"no checkpoint\n")
    report = check_log()
    assert report.published == 0
    assert any(each.where == "the file public/checkpoint of the log" for each in report.problems)


@pytest.mark.parametrize(("minutes", "is_said"), [(15, False), (16, True)])
def test_a_step_of_a_quarter_of_an_hour_is_not_dated_back(
    town: Town, move: Move, minutes: int, is_said: bool
) -> None:
    """No crime: what began before a checkpoint and ended after it is told from what was dated back."""
    last = clock.now() + HOUR / 2
    for at in (clock.now(), last):
        move(at)
        builders.published(town, lambda _: None, Kind.LICENCE)
    move(last + HOUR)
    extend()
    with clock.simulated(last - timedelta(minutes=minutes)):
        builders.published(town, lambda _: None, Kind.LICENCE)
    move(last + 2 * HOUR)
    extend()
    assert ("it was dated back" in found()) is is_said


def test_a_file_of_no_known_kind_lies_among_the_tiles(town: Town) -> None:
    assert town.code
    (log_folder().public / "tile" / "notes").write_bytes(b"x")
    assert "tile/notes: is no part of a log of 5 leaves" in found()
    (log_folder().public / "tile" / "1").mkdir()
    (log_folder().public / "tile" / "1" / "000.p").mkdir()
    (log_folder().public / "tile" / "1" / "000.p" / "1").write_bytes(bytes(32))
    assert "tile/1/000.p/1: is no part of a log of 5 leaves" in found()

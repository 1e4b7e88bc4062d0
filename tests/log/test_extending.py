"""What stops the log from going on, how an old register begins one, and who of two does the work."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
from django.db import connection
from pytest_django.fixtures import Settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import extending, growing, signing
from tabularium.log.checking import check_log
from tabularium.log.extending import Extended, extend, last_mark
from tabularium.log.folder import LogError, LogFolder
from tabularium.log.told import log_folder
from tabularium.register import services, triggers
from tabularium.register.lasting_files import held_alone
from tabularium.register.models import Entry, Event, Leaf, SignedCheckpoint
from tabularium.register.services import log_places
from tabularium.upkeep.running import run_once
from tabularium_verify import commitments
from tabularium_verify.checkpoints import check_checkpoint, read_checkpoint
from tabularium_verify.errors import VerificationError
from tests import builders
from tests.builders import Town
from tests.log.conftest import NAME

pytestmark = pytest.mark.django_db
Move = Callable[[datetime], None]
HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(town: Town, move: Move) -> Entry:
    """A public change that the log is to take up now."""
    entry = builders.published(town, lambda _: None, Kind.LICENCE)
    move(clock.now() + HOUR)
    return entry


def given_out() -> dict[str, bytes]:
    """All files that anybody gets."""
    public = log_folder().public
    return {str(each): each.read_bytes() for each in public.rglob("*") if each.is_file()}


def fails_at(call: int, *, of: Callable[..., bytes]) -> Callable[..., bytes]:
    """A function that does its work until the call of that number, and then no more."""
    calls = iter(range(1, 1000))

    def failing(*arguments: object) -> bytes:
        if next(calls) >= call:
            raise VerificationError("a fault on purpose")
        return of(*arguments)

    return failing


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    "what",
    [
        pytest.param(("leaf_hash", 6), id="hashing before it is signed"),
        pytest.param(("leaf_hash", 12), id="hashing before it is given out"),
        pytest.param(("node_hash", 1), id="hashing a node"),
        pytest.param(("bundle", 1), id="serialising a bundle"),
    ],
)
def test_an_error_in_hashing_or_serialising_stops_publication(
    what: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, call = what
    before, signed = given_out(), log_folder().signed()
    monkeypatch.setattr(growing, name, fails_at(call, of=getattr(growing, name)))
    assert "the log" in run_once().failures
    with pytest.raises((VerificationError, LogError)):
        extend()
    assert given_out() == before
    if call == 6 or name == "node_hash":
        assert log_folder().signed() == signed
    monkeypatch.undo()
    assert extend() is not None
    assert log_folder().size() == 6
    assert check_log().problems == []


def test_what_has_no_canonical_form_does_not_become_public(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = builders.a_draft(town, Kind.LICENCE)
    events, leaves = Event.objects.count(), Leaf.objects.count()

    def failing(_: object) -> bytes:
        raise rfc8785.CanonicalizationError

    monkeypatch.setattr(commitments.rfc8785, "dumps", failing)
    with pytest.raises(VerificationError, match="no canonical form"):
        services.approve(entry.pk, approver=town.approver)
    assert (Event.objects.count(), Leaf.objects.count()) == (events, leaves)
    assert Entry.objects.get(pk=entry.pk).stage == "draft"


@pytest.mark.usefixtures("waiting")
def test_while_one_is_at_it_another_does_nothing() -> None:
    before = given_out()
    with held_alone(log_folder().path / ".lock") as held:
        assert held
        assert extend() is None
        assert (given_out(), Leaf.objects.filter(index__isnull=True).count()) == (before, 1)
    assert extend() == Extended(size=6, new=1, signed=True)
    assert extend() == Extended(size=6)


class StoppedError(Exception):
    """Stands for a process that is no more."""


def stopped(*_: object) -> None:
    raise StoppedError


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("step", ["keep_checkpoint", "let_witnesses_sign", "publish"])
def test_what_was_signed_before_a_crash_is_given_out_and_not_signed_again(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = log_folder().published()
    monkeypatch.setattr(LogFolder if step == "publish" else extending, step, stopped)
    with pytest.raises(StoppedError):
        extend()
    monkeypatch.undo()
    signed = log_folder().signed() or b""
    assert (log_folder().published(), read_checkpoint(signed).size) == (before, 6)
    assert extend() == Extended(size=6, new=1, signed=False)
    assert log_folder().published() == log_folder().signed() == signed
    assert [each.note for each in SignedCheckpoint.objects.filter(size=6)] == [signed.decode()]
    assert check_log().problems == []


@pytest.mark.usefixtures("town")
def test_an_older_copy_of_the_folder_gets_what_the_database_has(data: Path) -> None:
    before, note = given_out(), log_folder().signed()
    shutil.rmtree(log_folder().public)
    (data / "log" / "signed").write_bytes(SignedCheckpoint.objects.get(size=3).note.encode())
    assert extend() == Extended(size=5, new=5)
    assert log_folder().signed() == note
    assert given_out().items() <= before.items(), "no edge of a tile that was full by the newest"
    assert check_log().problems == []


@pytest.mark.usefixtures("town")
def test_a_database_without_the_newest_checkpoint_takes_it_from_the_folder() -> None:
    note = log_folder().signed() or b""
    triggers.remove(connection)
    SignedCheckpoint.objects.filter(size=5).delete()
    assert extend() == Extended(size=5)
    assert SignedCheckpoint.objects.get(size=5).note == note.decode()
    SignedCheckpoint.objects.all().delete()
    assert extend() == Extended(size=5)
    assert SignedCheckpoint.objects.get().note == note.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("rows", [3, 0])
def test_changed_leaves_are_not_signed_by_a_database_that_lost_its_checkpoints(rows: int) -> None:
    triggers.remove(connection)
    SignedCheckpoint.objects.filter(size__gt=rows).delete()
    if not rows:
        SignedCheckpoint.objects.all().delete()
    leaf = Leaf.objects.get(index=4)
    Leaf.objects.filter(index=4).update(commitment=bytes(leaf.salt))
    note = log_folder().signed()
    with pytest.raises(LogError, match="Somebody changed the leaves"):
        extend()
    assert not SignedCheckpoint.objects.filter(size=5).exists()
    assert log_folder().signed() == note


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("lost", ["signed", "all but the database", "all but the public files"])
def test_nothing_is_signed_once_it_is_lost_what_was(data: Path, lost: str) -> None:
    """A second log under the same name would be a fork."""
    (data / "log" / "signed").unlink()
    if lost == "all but the database":
        shutil.rmtree(log_folder().public)
    if lost == "all but the public files":
        triggers.remove(connection)
        SignedCheckpoint.objects.all().delete()
    before = given_out()
    with pytest.raises(LogError, match=r"There is no file signed in .* Put the folder back"):
        extend()
    assert (given_out(), log_folder().signed()) == (before, None)


@pytest.mark.usefixtures("town")
def test_a_file_of_what_was_signed_that_is_damaged_stops_the_log(data: Path) -> None:
    (data / "log" / "signed").write_bytes(b"no checkpoint\n")
    with pytest.raises(LogError, match="The file signed of the log is damaged"):
        extend()


@pytest.mark.usefixtures("town")
def test_a_log_of_another_name_does_not_go_on_in_the_same_folder(data: Path) -> None:
    before = given_out()
    (data / "log-keys").unlink()
    signing.new_key("another.example/log")
    with pytest.raises(
        LogError, match=f"is called {NAME}, and the keys are of another.example/log"
    ):
        extend()
    assert given_out() == before


@pytest.mark.usefixtures("waiting")
def test_a_new_key_signs_at_once_and_leaves_that_are_gone_stop_it() -> None:
    extend()
    key = signing.rotate()
    assert extend() == Extended(size=6, signed=True)
    check_checkpoint(log_folder().published() or b"", key.verifier)
    assert extend() == Extended(size=6)
    triggers.remove(connection)
    Leaf.objects.filter(index=2).delete()
    SignedCheckpoint.objects.filter(size=6).delete()
    with pytest.raises(
        LogError, match=r"Leaf 2 .* is not in the database\. Restore the newest backup"
    ):
        extend()


@pytest.mark.parametrize(
    ("seconds", "mark"),
    [
        (1, "2026-11-26T08:10:11+00:00"),
        (3600, "2026-11-26T08:00:00+00:00"),
        (86_400, "2026-11-26T00:00:00+00:00"),
        (7 * 86_400, "2026-11-26T00:00:00+00:00"),
    ],
)
def test_intervals_are_counted_from_the_beginning_of_1970(
    settings: Settings, seconds: int, mark: str
) -> None:
    """A Thursday, so weeks begin on Thursdays."""
    settings.LOG_EVERY = seconds
    end = datetime.fromisoformat(mark)
    assert last_mark(datetime.fromisoformat("2026-11-26T08:10:11.5+00:00")) == end
    assert (last_mark(end), last_mark(end - timedelta(microseconds=1))) == (
        end,
        end - timedelta(seconds=seconds),
    )


@pytest.fixture
def without_a_log(town: Town, data: Path) -> Town:
    """The same register as it was before there were logs; one entry of it was erased then."""
    for each in sorted((data / "log").rglob("*"), reverse=True):
        each.rmdir() if each.is_dir() else each.unlink()
    triggers.remove(connection)
    Leaf.objects.all().delete()
    SignedCheckpoint.objects.all().delete()
    triggers.install(connection)
    return town


def test_a_register_that_is_older_than_its_log_begins_it_with_all_that_was_public(
    without_a_log: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased = Entry.objects.get(stage="withdrawn")
    assert erased.erasable_from is not None
    move(erased.erasable_from)
    assert services.tick().erased == 1
    builders.a_draft(without_a_log, Kind.LICENCE)
    monkeypatch.setattr(log_places, "BLOCK", 2)
    assert extend(stop=lambda: True) is None
    assert not Leaf.objects.exists()
    asked = iter([False, True])
    assert extend(stop=lambda: next(asked)) is None
    assert Leaf.objects.count() == 2, "a transaction is done, and the rest is left"
    assert log_folder().signed() is None
    assert extend() == Extended(size=3, new=3, signed=True)
    assert check_log().problems == []
    told = Leaf.objects.order_by("index").values_list("change", "event__type")
    assert [*told] == [
        ("published", "approved"),
        ("published", "approved"),
        ("published", "published"),
    ]
    assert not Leaf.objects.filter(entry=erased).exists(), "nothing is left to commit to"
    # Afterwards nothing is entered any more: a change without a leaf is one whose leaf was taken away.
    triggers.remove(connection)
    Leaf.objects.filter(index=1).delete()
    extend()
    assert not Leaf.objects.filter(index=1).exists()
    assert any("the log has no leaf of it" in each.what for each in check_log().problems)


def test_places_are_given_in_the_order_of_events_and_once(town: Town, move: Move) -> None:
    for _ in range(3):
        builders.published(town, lambda _: None, Kind.LICENCE)
    now = clock.now()
    assert log_places.give_places(now) == 5, "none of an event of this instant"
    move(now + HOUR)
    assert [log_places.give_places(clock.now()) for _ in range(2)] == [8, 8]
    events = Leaf.objects.order_by("index").values_list("event", flat=True)
    assert [*events] == sorted(events)

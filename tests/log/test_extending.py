"""What stops the log from going on, how an old register begins one, and who of two does the work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
from django.db import connection

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import growing
from tabularium.log.checking import check_log
from tabularium.log.extending import Extended, extend
from tabularium.log.folder import LogError
from tabularium.log.told import log_folder
from tabularium.register import services, triggers
from tabularium.register.lasting_files import held_alone
from tabularium.register.models import Entry, Event, Leaf, SignedCheckpoint
from tabularium.register.services import log_places
from tabularium.upkeep.running import run_once
from tabularium_verify import commitments
from tabularium_verify.errors import VerificationError
from tests import builders
from tests.builders import Town

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

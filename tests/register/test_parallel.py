"""Two at once: each thing is done once, whoever is first."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tabularium import clock
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Appearance, Stage
from tabularium.register import services, visibility
from tabularium.register.consistency import check
from tabularium.register.models import Entry, Event, Membership, Notice, User, Version
from tabularium.register.services.advance import locked
from tests import made_tables
from tests.builders import Town, a_draft, a_replier, content, ended, in_notice, objected, published
from tests.conftest import ROOT
from tests.register import two_at_once
from tests.register.conftest import Move
from tests.signing_in import signed_in

# ---- two processes and one file of SQLite


def process(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {key: text for key, text in os.environ.items() if key != "TABULARIUM_DATABASE"}
    return subprocess.Popen(
        [sys.executable, "-m", two_at_once.__name__, *arguments],
        cwd=ROOT,
        env=environment | {"TABULARIUM_DATA": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(running: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = running.communicate("\n", timeout=300)
    assert running.returncode == 0
    given: dict[str, Any] = json.loads(said.splitlines()[-1])
    return given


def test_two_processes_that_tick_on_one_file_do_each_thing_once(tmp_path: Path) -> None:
    made_tables.begin_with(tmp_path)
    at = answer(process(tmp_path, "prepare"))["at"]
    both = [process(tmp_path, "tick", at) for _ in range(2)]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    reports = [answer(each) for each in both]
    assert [report["failures"] for report in reports] == [{}, {}]
    assert sum(report["published"] for report in reports) == two_at_once.PUBLISHED
    assert sum(report["lapsed"] for report in reports) == two_at_once.LAPSED
    counted = answer(process(tmp_path, "count"))
    assert counted["problems"] == []
    assert counted["events"]["published"] == two_at_once.PUBLISHED + two_at_once.LAPSED
    assert counted["events"]["lapsed"] == two_at_once.LAPSED


# ---- two connections to PostgreSQL

two_connections = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy_town(transactional_db: None, move: Move) -> Iterator[Town]:  # noqa: ARG001 - by being asked for
    if connection.vendor != "postgresql":
        pytest.skip(
            "Two connections need PostgreSQL: on SQLite the database of the tests is one's own."
        )
    yield Town()
    assert check().problems == []


def together(*tasks: Callable[[], object]) -> list[object]:
    """What each task gave or raised, each run on a connection of its own, all begun at once."""
    barrier = Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int, task: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=300)
            results[place] = task()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive()
    return results


@two_connections
def test_two_ticks_do_each_thing_once(busy_town: Town, move: Move) -> None:
    erasing = ended(busy_town, move)
    lapsing = [objected(busy_town, move) for _ in range(3)]
    waiting = [in_notice(busy_town) for _ in range(8)]
    assert erasing.erasable_from is not None
    move(erasing.erasable_from)
    reports = together(services.tick, services.tick)
    assert all(isinstance(report, services.TickReport) for report in reports), reports
    assert [report.failures for report in reports] == [{}, {}]  # type: ignore[attr-defined] # asserted
    for entry in (*lapsing, *waiting):
        types = list(Event.objects.filter(entry=entry).values_list("type", flat=True))
        assert len(types) == len(set(types))
    assert (
        Entry.objects.filter(pk__in=[each.pk for each in waiting])
        .exclude(stage=Stage.PUBLISHED)
        .count()
        == 0
    )
    assert Event.objects.filter(type=EventType.LAPSED).count() == 3
    assert Event.objects.filter(type=EventType.ERASED).count() == 1


@two_connections
def test_of_two_approvers_one_approves(busy_town: Town) -> None:
    entry = a_draft(busy_town)
    first, second = together(
        lambda: services.approve(entry.pk, approver=busy_town.approver),
        lambda: services.approve(entry.pk, approver=busy_town.second_approver),
    )
    refused = [each for each in (first, second) if isinstance(each, NotAllowedError)]
    assert [each.reason for each in refused] == ["not-a-draft"]
    assert Event.objects.filter(entry=entry, type=EventType.APPROVED).count() == 1


@two_connections
def test_who_waited_for_a_correction_finds_the_new_version(busy_town: Town, move: Move) -> None:
    entry = published(busy_town, move)
    began = Barrier(2)

    def correct() -> None:
        with transaction.atomic():
            services.correct(entry.pk, by=busy_town.approver, content=content(), reasons="So.")
            began.wait(timeout=300)
            _until_another_waits_for_a_lock()

    def look() -> int:
        began.wait(timeout=300)
        with transaction.atomic():
            return locked(entry.pk).current_version.number

    corrected, seen = together(correct, look)
    assert (corrected, seen) == (None, 2)


@two_connections
def test_an_objection_and_a_withdrawal_at_once_leave_it_withdrawn(
    busy_town: Town, move: Move
) -> None:
    entry = published(busy_town, move)
    replier = a_replier(entry.organisation)
    together(
        lambda: services.object_to(entry.pk, by=replier, text="No."),
        lambda: services.withdraw(entry.pk, by=busy_town.approver, reasons="Wrong."),
    )
    entry.refresh_from_db()
    assert (entry.stage, entry.suspended, entry.objection_open) == (Stage.WITHDRAWN, False, False)
    assert entry.withdrawn_at == clock.now()


@two_connections
def test_an_objection_at_the_moment_of_publication_holds_whoever_is_first(
    busy_town: Town, move: Move
) -> None:
    entries = [in_notice(busy_town) for _ in range(6)]
    closes = entries[0].window_closes_at
    assert closes is not None
    move(closes)
    objections = [
        partial(services.object_to, each.pk, by=a_replier(each.organisation), text="No.")
        for each in entries
    ]
    results = together(services.tick, *objections)
    assert [each for each in results if isinstance(each, Exception)] == []
    services.tick()
    for entry in entries:
        entry.refresh_from_db()
        types = list(entry.events.order_by("number").values_list("type", flat=True))
        # Published first and suspended then, or suspended and never published: nothing between the two.
        assert types[3:] in (["published", "objected"], ["objected"])
        published_first = types[3] == "published"
        assert entry.stage == (Stage.PUBLISHED if published_first else Stage.NOTIFIED)
        assert (entry.suspended, entry.objection_open) == (True, True)
        assert visibility.appearance(entry.pk, clock.now())[0] == Appearance.UNKNOWN


@two_connections
def test_a_withdrawal_at_the_moment_of_publication_holds_whoever_is_first(
    busy_town: Town, move: Move
) -> None:
    entries = [in_notice(busy_town) for _ in range(6)]
    closes = entries[0].window_closes_at
    assert closes is not None
    move(closes)
    withdrawals = [
        partial(services.withdraw, each.pk, by=busy_town.approver, reasons="Wrong.")
        for each in entries
    ]
    results = together(services.tick, *withdrawals)
    assert [each for each in results if isinstance(each, Exception)] == []
    services.tick()
    for entry in entries:
        entry.refresh_from_db()
        types = list(entry.events.order_by("number").values_list("type", flat=True))
        assert types[3:] in (["published", "withdrawn"], ["withdrawn"])
        assert entry.stage == Stage.WITHDRAWN
        gone = Appearance.GONE if entry.was_public else Appearance.UNKNOWN
        assert visibility.appearance(entry.pk, clock.now())[0] == gone


@two_connections
def test_of_two_who_correct_the_same_page_one_does(busy_town: Town, move: Move) -> None:
    entry = published(busy_town, move)
    clients = [signed_in(each) for each in (busy_town.approver, busy_town.second_approver)]
    address = f"/en/desk/{busy_town.code}/entries/{entry.pk}/correct"
    form = clients[0].get(address).context["form"]
    typed = {
        name: str(form.get_initial_for_field(each, name) or "")
        for name, each in form.fields.items()
    }
    typed |= {"reasons": "A slip.", "seen": str(entry.last_event_number)}
    answers = together(*(partial(each.post, address, typed) for each in clients))
    assert sorted(each.status_code for each in answers) == [302, 422]  # type: ignore[attr-defined] # answers
    assert Version.objects.filter(entry=entry).count() == 2
    assert Event.objects.filter(entry=entry, type=EventType.CORRECTED).count() == 1


def _people(*logins: str) -> list[User]:
    return [User.objects.create(login=login) for login in logins]


@two_connections
def test_of_two_who_type_the_same_code_one_is_let_in(busy_town: Town) -> None:
    entry = in_notice(busy_town)
    code = services.code_for(Notice.objects.get(version=entry.current_version_id))
    results = together(*(partial(services.redeem, code, each) for each in _people("one", "two")))
    assert [type(each).__name__ for each in sorted(results, key=str)] == [
        "RefusedError",
        "Organisation",
    ]
    assert Membership.objects.filter(organisation=entry.organisation).count() == 1


@two_connections
def test_of_two_members_who_remove_each_other_one_stays(busy_town: Town) -> None:
    organisation = in_notice(busy_town).organisation
    assert organisation is not None
    first, second = _people("one", "two")
    number = {
        each: Membership.objects.create(user=each, organisation=organisation, role="replier").pk
        for each in (first, second)
    }
    results = together(
        lambda: services.remove_member(number[second], organisation, by=first),
        lambda: services.remove_member(number[first], organisation, by=second),
    )
    assert sorted(type(each).__name__ for each in results) == ["NoneType", "NotPermittedError"]
    assert Membership.objects.filter(organisation=organisation).count() == 1


@two_connections
def test_of_two_who_choose_the_same_login_one_has_it(busy_town: Town) -> None:
    found = [
        services.recognise(
            services.code_for(Notice.objects.get(version=in_notice(busy_town).current_version_id))
        )
        for _ in range(2)
    ]
    results = together(
        *(
            partial(services.open_account_by_code, each, login="shop", password="made up words")
            for each in found
        )
    )
    assert sorted(type(each).__name__ for each in results) == ["RefusedError", "tuple"]
    assert User.objects.filter(login="shop").count() == 1


def _until_another_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            (waiting,) = cursor.fetchone()
            if waiting:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("Nobody waited for the lock.")

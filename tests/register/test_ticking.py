from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.consistency import check
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Erasure, Event, Invitation, Statement, VersionSalts
from tabularium.register.services import clearing, erasing, ticking
from tabularium.register.services.recording import keys_in_register
from tabularium.register.visibility import appearance
from tests.builders import Town, a_draft, a_replier, content, ended, in_notice, objected, published
from tests.register.conftest import Move

MOMENT = timedelta(microseconds=1)


def test_nothing_due_is_nothing_done(town: Town) -> None:
    in_notice(town)
    a_draft(town)
    events = Event.objects.count()
    assert services.tick() == services.TickReport()
    assert Event.objects.count() == events


def test_what_was_done_once_is_not_done_again(town: Town, move: Move) -> None:
    over, lapsing, waiting = published(town, move), objected(town, move), in_notice(town)
    assert lapsing.lapses_at is not None
    move(lapsing.lapses_at)
    first = services.tick()
    assert (first.published, first.lapsed, first.erased, first.failures) == (1, 1, 0, {})
    assert over.erasable_from is not None
    move(over.erasable_from)
    second = services.tick()
    assert (second.published, second.lapsed, second.failures) == (0, 0, {})
    assert second.erased == 3
    events = Event.objects.count()
    assert services.tick() == services.TickReport()
    assert Event.objects.count() == events
    assert set(Entry.objects.values_list("stage", flat=True)) == {Stage.ERASED}
    assert waiting.pk in Entry.objects.values_list("pk", flat=True)
    assert check().problems == []


def test_an_objection_that_nobody_decided_withdraws_the_entry_when_its_time_is_out(
    town: Town, move: Move
) -> None:
    entry = objected(town, move)
    assert entry.lapses_at is not None
    move(entry.lapses_at - MOMENT)
    assert services.tick().lapsed == 0
    assert appearance(entry.pk, clock.now()) == ("unknown", None)
    move(entry.lapses_at)
    assert services.tick().lapsed == 1
    entry.refresh_from_db()
    assert (entry.stage, entry.withdrawn_at) == (Stage.WITHDRAWN, clock.now())
    assert appearance(entry.pk, clock.now()) == ("gone", None)


def test_what_is_stayed_or_suspended_is_not_published(town: Town, move: Move) -> None:
    stayed, suspended, free = (in_notice(town) for _ in range(3))
    services.stay(stayed.pk, by=town.approver, order="Court order 1")
    services.object_to(suspended.pk, by=a_replier(suspended.organisation), text="No.")
    assert free.window_closes_at is not None
    move(free.window_closes_at)
    assert services.tick().published == 1
    services.lift_stay(stayed.pk, by=town.approver, order="Court order 2")
    assert services.tick().published == 1
    assert Entry.objects.get(pk=suspended.pk).stage == Stage.NOTIFIED


def test_what_ended_while_it_waited_is_never_published(town: Town, move: Move) -> None:
    entry = in_notice(town)
    assert entry.public_until is not None
    move(entry.public_until)
    assert services.tick().published == 0
    assert appearance(entry.pk, clock.now()) == ("unknown", None)


def test_one_failure_does_not_keep_the_others_from_their_step(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = in_notice(town), in_notice(town)
    assert whole.window_closes_at is not None
    move(whole.window_closes_at)

    def step(entry_id: str) -> bool:
        if entry_id == broken.pk:
            raise DatabaseError("the disk is full\nDETAIL: Failing row contains (虚构)")
        return real(entry_id)

    real = ticking.publish
    monkeypatch.setattr(ticking, "publish", step)
    report = services.tick()
    assert report.published == 1
    assert report.failures == {broken.pk: "the disk is full"}
    assert Entry.objects.get(pk=broken.pk).stage == Stage.NOTIFIED
    monkeypatch.undo()
    assert services.tick().published == 1


def test_what_somebody_else_did_first_is_no_failure(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = in_notice(town)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    real = ticking._mine

    def another_is_first(entry_id: str) -> bool:
        ticking.publish(entry_id)
        return real(entry_id)

    monkeypatch.setattr(ticking, "_mine", another_is_first)
    report = services.tick()
    assert (report.failures, report.published) == ({}, 0)
    assert Event.objects.filter(entry=entry, type=EventType.PUBLISHED).count() == 1


def test_what_is_due_first_is_done_first_and_a_run_is_bounded(town: Town, move: Move) -> None:
    late, early = objected(town, move), in_notice(town)
    move(clock.now() + timedelta(days=1))
    later = in_notice(town)
    assert late.lapses_at is not None
    assert early.window_closes_at is not None
    assert later.window_closes_at is not None
    assert early.window_closes_at < later.window_closes_at < late.lapses_at
    move(late.lapses_at)
    first = services.tick(at_most=1)
    assert (first.published, first.lapsed, first.left) == (1, 0, True)
    assert Entry.objects.get(pk=early.pk).stage == Stage.PUBLISHED
    second = services.tick(at_most=1)
    assert (second.published, second.lapsed, second.left) == (1, 0, True)
    third = services.tick(at_most=1)
    assert (third.published, third.lapsed, third.left) == (0, 1, False)


def test_what_fails_takes_no_place_of_what_is_due_after_it(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More entries than one block: the broken ones are the first of it, and stay so run after run."""
    monkeypatch.setattr(ticking, "BLOCK", 2)
    broken = {in_notice(town).pk for _ in range(5)}
    move(clock.now() + timedelta(days=1))
    whole = [in_notice(town) for _ in range(3)]
    assert whole[0].window_closes_at is not None
    move(whole[0].window_closes_at)
    real = ticking.publish

    def step(entry_id: str) -> bool:
        if entry_id in broken:
            raise KeyError("虚构 content of a row")
        return real(entry_id)

    monkeypatch.setattr(ticking, "publish", step)
    report = services.tick(at_most=3)
    assert (report.published, set(report.failures)) == (3, broken)
    assert set(report.failures.values()) == {"KeyError while the step was taken"}


def test_a_run_in_which_the_database_refuses_everything_gives_up(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [in_notice(town) for _ in range(ticking.GIVE_UP_AFTER + 2)]
    assert entries[0].window_closes_at is not None
    move(entries[0].window_closes_at)

    def step(entry_id: str) -> bool:
        del entry_id
        raise OperationalError("the disk is full")

    monkeypatch.setattr(ticking, "publish", step)
    report = services.tick()
    assert (len(report.failures), report.left) == (ticking.GIVE_UP_AFTER, True)


def test_a_run_that_is_told_to_stop_leaves_the_rest(town: Town, move: Move) -> None:
    entries = [in_notice(town) for _ in range(3)]
    assert entries[0].window_closes_at is not None
    move(entries[0].window_closes_at)
    asked = iter([False, True])
    report = services.tick(stop=lambda: next(asked))
    assert (report.published, report.left) == (1, True)


def test_a_chore_that_fails_is_told_and_the_others_are_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town.code

    def full() -> None:
        raise OSError(28, "No space left on device")

    done: list[str] = []
    chores = {"first": full, "second": lambda: done.append("second")}
    monkeypatch.setattr(ticking, "_CHORES", chores)
    assert services.tick().failures == {"first": "No space left on device"}
    assert done == ["second"]


def test_what_is_kept_for_a_time_alone_is_cleared_away(town: Town, move: Move) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    assert entry.organisation is not None
    services.invite(entry.organisation, by=replier)
    services.tick()
    assert Invitation.objects.count() == 1
    move(clock.now() + timedelta(days=7))
    services.tick()
    assert Invitation.objects.count() == 0


# ---- erasure


def erasable(town: Town, move: Move) -> Entry:
    """An entry with two versions, statements and a submission's key, whose retention is over."""
    entry = objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="It was you.")
    services.answer(
        entry.pk, by=a_replier(entry.organisation), text="We paid.", shown=True, language="en"
    )
    assert entry.public_until is not None
    move(entry.public_until)
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    return entry


def test_erasure_waits_for_the_retention_to_the_instant(town: Town, move: Move) -> None:
    entry = ended(town, move)
    assert entry.erasable_from is not None
    assert entry.erasable_from - clock.now() == timedelta(days=90)
    move(entry.erasable_from - MOMENT)
    assert services.tick().erased == 0
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert appearance(entry.pk, clock.now()) == ("gone", None)


def test_erasure_empties_all_that_says_anything(town: Town, move: Move) -> None:
    entry = erasable(town, move)
    events = list(Event.objects.filter(entry=entry).order_by("number").values())
    before = clock.now()
    assert services.tick().erased == 1
    entry.refresh_from_db()
    assert entry.stage == Stage.ERASED
    assert (entry.organisation, entry.submission, entry.decision_key) == (None, None, None)
    for version in entry.versions.all():
        assert not VersionSalts.objects.filter(version=version).exists()
        assert version.erased_at == before
        assert version.details == {}
        texts = [
            field.attname
            for field in version._meta.concrete_fields
            if field.get_internal_type() in {"TextField", "CharField"}
        ]
        kept = {name for name in texts if getattr(version, name)}
        assert kept == {"id", "kind"}
        assert (version.decided_on, version.term_begins, version.term_ends) == (None,) * 3
    for statement in Statement.objects.filter(entry=entry):
        assert (statement.text, statement.language, statement.shown) == ("", "", False)
        assert statement.erased_at == before
    # The events stay as they were, but for who acted for the organisation; one more says that it was erased.
    after = list(Event.objects.filter(entry=entry).order_by("number").values())
    theirs = [each for each in events if each["role"] == "organisation"]
    assert theirs
    for each in theirs:
        each["actor_id"] = None
    assert after[:-1] == events
    assert (after[-1]["type"], after[-1]["role"]) == (EventType.ERASED, "system")


def test_all_versions_are_erased(town: Town, move: Move) -> None:
    ends = clock.now().date() + timedelta(days=30)
    entry = published(town, move, Kind.LICENCE, term_ends=ends)
    said = content(Kind.LICENCE, term_ends=ends, measure="Smaller permit")
    services.correct(entry.pk, by=town.approver, content=said, reasons="So.")
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert set(entry.versions.values_list("measure", flat=True)) == {""}
    assert entry.versions.count() == 2


def test_a_draft_that_nobody_approved_is_erased_too(town: Town, move: Move) -> None:
    entry = a_draft(town)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert appearance(entry.pk, clock.now()) == ("unknown", None)


def test_a_licence_without_end_is_never_erased(town: Town, move: Move) -> None:
    entry = published(town, move, Kind.LICENCE)
    move(clock.now() + timedelta(days=40 * 365))
    assert services.tick().erased == 0
    assert appearance(entry.pk, clock.now())[0] == "public"


def test_a_withdrawn_entry_is_erased_after_the_same_retention(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.withdraw(entry.pk, by=town.approver, reasons="Wrong.")
    move(clock.now() + timedelta(days=90) - MOMENT)
    assert services.tick().erased == 0
    move(clock.now() + MOMENT)
    assert services.tick().erased == 1


def test_after_erasure_the_same_decision_can_be_recorded_again(town: Town, move: Move) -> None:
    entry = ended(town, move)
    key = Entry.objects.get(pk=entry.pk).decision_key
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    assert key is not None
    assert keys_in_register(entry.item, [key]) == set()


def test_the_register_is_consistent_after_erasure(town: Town, move: Move) -> None:
    erasable(town, move)
    services.tick()
    report = check()
    assert report.problems == []
    assert report.entries == 1


def test_what_remains_says_when_and_by_which_rule_and_names_nobody(town: Town, move: Move) -> None:
    entry = ended(town, move)
    assert entry.erasable_from is not None
    move(entry.erasable_from + timedelta(hours=5))
    services.tick()
    left = Erasure.objects.get()
    assert (left.entry_id, left.erased_at, left.retention_days) == (entry.pk, clock.now(), 90)
    assert (left.rules_of, left.rules_version) == ("cn", 2)
    assert left.leaf is None
    event = Event.objects.get(entry=entry, number=left.event_number)
    assert (event.type, event.at) == (EventType.ERASED, left.erased_at)
    relations = {field.name for field in Erasure._meta.concrete_fields if field.is_relation}
    assert relations == {"entry"}
    assert left.cleared_at == clock.now()


def test_an_entry_is_erased_though_its_rules_are_not_known_any_more(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = ended(town, move)

    def unknown(*_: object) -> None:
        raise RefusedError("no-rules-in-force", "None.")

    monkeypatch.setattr(erasing, "rules_for", unknown)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    left = Erasure.objects.get()
    assert (left.rules_of, left.rules_version, left.retention_days) == ("", None, 90)


def test_clearing_that_was_cut_short_is_done_by_the_next_run(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = ended(town, move)
    assert entry.erasable_from is not None
    move(entry.erasable_from)

    def killed() -> None:
        raise OSError(5, "Killed, as it were")

    monkeypatch.setattr(clearing.search_index, "purge", killed)
    assert "clearing what was erased" in services.tick().failures
    assert Erasure.objects.get().cleared_at is None
    monkeypatch.undo()
    assert services.tick().failures == {}
    assert Erasure.objects.get().cleared_at == clock.now()

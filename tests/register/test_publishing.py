from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tabularium import clock
from tabularium.core.clocks import Corrections, WorkingCalendar
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Stage
from tabularium.register import deadlines, services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Event, Membership, Notice
from tabularium.register.services.publishing import publish
from tabularium.rules.loader import working_calendar
from tests.builders import Town, a_draft, a_replier, in_notice, published
from tests.register.conftest import Move

MOMENT = timedelta(microseconds=1)


# ---- approve


def test_approval_asks_for_the_notice_of_an_adverse_entry(town: Town) -> None:
    entry = services.approve(a_draft(town).pk, approver=town.approver)
    entry.refresh_from_db()
    assert (entry.stage, entry.approved_by) == (Stage.APPROVED, town.approver)
    notice = Notice.objects.get(version=entry.current_version)
    assert (notice.channel, notice.created_at, notice.given_at) == ("letter", clock.now(), None)


def test_approval_publishes_a_licence_at_once_and_nobody_is_noticed(town: Town) -> None:
    entry = published(town, lambda _: None, Kind.LICENCE)
    entry.refresh_from_db()
    assert (entry.stage, entry.public_from) == (Stage.PUBLISHED, clock.now())
    assert not Notice.objects.exists()


def test_notice_and_event_are_written_together_or_not_at_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = a_draft(town)

    def fail(**_: object) -> None:
        raise RuntimeError("no room for the notice")

    monkeypatch.setattr(Notice.objects, "create", fail)
    with pytest.raises(RuntimeError):
        services.approve(entry.pk, approver=town.approver)
    entry.refresh_from_db()
    assert (entry.stage, entry.approved_by) == (Stage.DRAFT, None)
    assert Event.objects.filter(entry=entry).count() == 1


@pytest.mark.parametrize("who", ["clerk", "registrar", "auditor", "submission", "other", "replier"])
def test_who_is_no_approver_of_the_authority_does_not_approve(
    town: Town, other_town: Town, who: str
) -> None:
    entry = a_draft(town)
    if who == "other":
        account = other_town.approver
    elif who == "replier":
        account = a_replier(entry.organisation)
    else:
        account = town.account(f"a {who}", who)
    with pytest.raises(NotPermittedError):
        services.approve(entry.pk, approver=account)
    entry.refresh_from_db()
    assert entry.stage == Stage.DRAFT


def test_the_recorder_does_not_approve_even_as_an_approver(town: Town) -> None:
    entry = a_draft(town)
    town.account("clerk", Membership.Role.APPROVER)
    with pytest.raises(NotAllowedError, match="by-the-recorder"):
        services.approve(entry.pk, approver=town.clerk)
    assert Event.objects.filter(entry=entry).count() == 1


def test_what_is_approved_is_no_draft(town: Town) -> None:
    entry = in_notice(town)
    with pytest.raises(NotAllowedError, match="not-a-draft"):
        services.approve(entry.pk, approver=town.approver)


def test_a_draft_whose_term_is_over_is_not_approved(town: Town, move: Move) -> None:
    entry = a_draft(town)
    assert entry.public_until is not None
    move(entry.public_until)
    with pytest.raises(NotAllowedError, match="over"):
        services.approve(entry.pk, approver=town.approver)


def test_nothing_is_approved_that_is_not_there(town: Town) -> None:
    with pytest.raises(Entry.DoesNotExist):
        services.approve("000000000000", approver=town.approver)


# ---- approve_licences


def test_licences_are_approved_together(town: Town) -> None:
    drafts = [a_draft(town, Kind.LICENCE).pk for _ in range(3)]
    entries = services.approve_licences(drafts, approver=town.approver)
    assert [entry.pk for entry in entries] == drafts
    assert {entry.stage for entry in entries} == {Stage.PUBLISHED}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is Kind.PENALTY])
def test_an_adverse_entry_is_not_approved_among_others(town: Town, kind: Kind) -> None:
    licence, adverse = a_draft(town, Kind.LICENCE), a_draft(town, kind)
    with pytest.raises(RefusedError) as refused:
        services.approve_licences([licence.pk, adverse.pk], approver=town.approver)
    assert refused.value.reason == "one-by-one"
    assert set(Entry.objects.values_list("stage", flat=True)) == {Stage.DRAFT}


def test_licences_are_approved_all_or_none(town: Town) -> None:
    first, second = a_draft(town, Kind.LICENCE), a_draft(town, Kind.LICENCE)
    services.approve(second.pk, approver=town.approver)
    with pytest.raises(NotAllowedError):
        services.approve_licences([first.pk, second.pk], approver=town.approver)
    first.refresh_from_db()
    assert first.stage == Stage.DRAFT


# ---- give_notice


def test_a_notice_opens_the_window_in_working_days_of_the_authority(town: Town) -> None:
    # Wednesday 4 March 2026 in Shanghai: Thursday, Friday and Monday are the three working days.
    entry = in_notice(town)
    entry.refresh_from_db()
    assert (entry.stage, entry.noticed_at) == (Stage.NOTIFIED, clock.now())
    assert entry.window_closes_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    notice = Notice.objects.get()
    assert (notice.given_at, notice.fact) == (clock.now(), Notice.Fact.POSTED)


def test_a_window_over_holidays_is_longer(town: Town, move: Move) -> None:
    # 1 to 7 October 2026 are off; noticed on 30 September, the first day that counts is the 8th.
    move(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))
    entry = in_notice(town)
    # Saturday the 10th is worked that year.
    assert entry.window_closes_at == datetime(2026, 10, 10, 16, 0, tzinfo=UTC)


def test_a_notice_is_given_once(town: Town) -> None:
    entry = in_notice(town)
    with pytest.raises(RefusedError) as refused:
        services.give_notice(entry.pk, fact=Notice.Fact.READ)
    assert refused.value.reason == "no-notice"


def test_a_draft_has_no_notice_to_give(town: Town) -> None:
    with pytest.raises(RefusedError) as refused:
        services.give_notice(a_draft(town).pk, fact=Notice.Fact.POSTED)
    assert refused.value.reason == "no-notice"


def test_a_notice_given_too_late_leaves_no_mark(town: Town, move: Move) -> None:
    entry = services.approve(a_draft(town).pk, approver=town.approver)
    assert entry.public_until is not None
    move(entry.public_until)
    with pytest.raises(NotAllowedError, match="over"):
        services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    assert Notice.objects.get().given_at is None


# ---- publish


def test_publication_at_the_instant_the_window_closes_and_not_before(
    town: Town, move: Move
) -> None:
    entry = in_notice(town)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at - MOMENT)
    assert services.tick().published == 0
    move(entry.window_closes_at)
    assert services.tick().published == 1
    entry.refresh_from_db()
    assert (entry.stage, entry.public_from) == (Stage.PUBLISHED, entry.window_closes_at)
    assert entry.was_public


def test_a_provisional_window_is_counted_again_and_waits(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = in_notice(town)
    closes = entry.window_closes_at
    assert closes is not None
    # Since then a notice made the last day of the window a holiday.
    move(closes)
    monkeypatch.setattr(deadlines, "working_calendar", _with_a_day_off(date(2026, 3, 9)))
    report = services.tick()
    assert (report.published, report.failures) == (0, {})
    move(closes + timedelta(days=1) - MOMENT)
    assert services.tick().published == 0
    move(closes + timedelta(days=1))
    assert services.tick().published == 1


def test_a_window_is_never_made_shorter_than_was_told(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(deadlines, "working_calendar", _with_a_day_off(date(2026, 3, 9)))
        entry = in_notice(town)
    closes = entry.window_closes_at
    assert closes is not None
    move(closes - MOMENT)
    assert services.tick().published == 0
    with pytest.raises(NotAllowedError, match="window-open"):
        publish(entry.pk)
    move(closes)
    assert services.tick().published == 1


def _with_a_day_off(day: date) -> Callable[[str], WorkingCalendar]:
    def calendar(jurisdiction: str) -> WorkingCalendar:
        known = working_calendar(jurisdiction)
        days: Corrections = replace(
            known.corrections, extra_holidays=known.corrections.extra_holidays | {day}
        )
        return replace(known, corrections=days)

    return calendar

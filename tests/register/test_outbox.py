"""Of which events an organisation is told, and by which fact a notice counts as given."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_state import Stage
from tabularium.core.notice_purposes import Purpose
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Delivery, Entry, Event, Notice
from tests.builders import (
    ZONE,
    Town,
    a_draft,
    a_replier,
    content,
    objected,
    published,
)
from tests.register.conftest import Move


def purposes(entry: Entry) -> list[tuple[str, str, str]]:
    """Purpose, state and the event of each notice of an entry, in order."""
    notices = Notice.objects.filter(version__entry=entry.pk).order_by("event__number")
    return list(notices.values_list("purpose", "state", "event__type"))


FIRST = ("before-publication", "given", "approved")


def _upheld(town: Town, move: Move) -> Entry:
    return services.uphold(objected(town, move).pk, by=town.approver, reasons="So.")


def _withdrawn(town: Town, move: Move) -> Entry:
    return services.withdraw(published(town, move).pk, by=town.approver, reasons="So.")


def _lapsed(town: Town, move: Move) -> Entry:
    entry = objected(town, move)
    assert entry.lapses_at is not None
    move(entry.lapses_at)
    assert services.tick().lapsed == 1
    return entry


def _stayed(town: Town, move: Move) -> Entry:
    return services.stay(published(town, move).pk, by=town.approver, order="Order")


def _asked(town: Town, move: Move) -> Entry:
    entry = published(town, move)
    return services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Put right.")


@pytest.mark.parametrize(
    ("happen", "purpose", "event"),
    [
        (_upheld, "upheld", "upheld"),
        (_withdrawn, "withdrawn", "withdrawn"),
        (_lapsed, "lapsed", "lapsed"),
        (_stayed, "stayed", "stayed"),
        (
            lambda town, move: services.lift_stay(
                _stayed(town, move).pk, by=town.approver, order="Order"
            ),
            "stay-lifted",
            "stay-lifted",
        ),
        (
            lambda town, move: services.grant_repair(
                _asked(town, move).pk, by=town.approver, reasons="So."
            ),
            "repair-granted",
            "repair-granted",
        ),
        (
            lambda town, move: services.refuse_repair(
                _asked(town, move).pk, by=town.approver, reasons="So."
            ),
            "repair-refused",
            "repair-refused",
        ),
    ],
)
def test_a_decision_is_told_with_its_event(
    town: Town, move: Move, happen: Callable[[Town, Move], Entry], purpose: str, event: str
) -> None:
    entry = happen(town, move)
    assert purposes(entry)[0] == FIRST
    assert purposes(entry)[-1] == (purpose, "waiting", event)


def test_every_purpose_is_told_of_some_event() -> None:
    assert {each.value for each in Purpose} == {
        "before-publication",
        "corrected",
        "upheld",
        "withdrawn",
        "lapsed",
        "stayed",
        "stay-lifted",
        "repair-granted",
        "repair-refused",
    }
    assert [each for each in Purpose if each.gates] == [Purpose.BEFORE_PUBLICATION]


def test_what_an_organisation_does_itself_is_not_told_it(town: Town, move: Move) -> None:
    entry = published(town, move)
    by = a_replier(entry.organisation)
    services.answer(entry.pk, by=by, text="Ours.", shown=True)
    services.take_back_answer(entry.pk, by=by)
    services.object_to(entry.pk, by=by, text="No.")
    assert purposes(entry) == [FIRST]


def test_who_cannot_have_heard_of_an_entry_is_not_told_of_its_end(town: Town) -> None:
    draft = a_draft(town)
    services.withdraw(draft.pk, by=town.approver, reasons="In error.")
    waiting = services.approve(a_draft(town).pk, approver=town.approver)
    services.stay(waiting.pk, by=town.approver, order="Order")
    services.withdraw(waiting.pk, by=town.approver, reasons="In error.")
    assert purposes(draft) == []
    assert purposes(waiting) == [("before-publication", "moot", "approved")]


def test_who_may_have_heard_is_told(town: Town) -> None:
    entry = services.approve(a_draft(town).pk, approver=town.approver)
    Notice.objects.filter(version=entry.current_version_id).update(state="printed")
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    assert purposes(entry) == [
        ("before-publication", "moot", "approved"),
        ("withdrawn", "waiting", "withdrawn"),
    ]


def test_a_correction_takes_the_place_of_a_notice_that_was_not_given(town: Town) -> None:
    entry = services.approve(a_draft(town).pk, approver=town.approver)
    services.correct(entry.pk, by=town.approver, content=content(), reasons="Wrong.")
    assert purposes(entry) == [
        ("before-publication", "moot", "approved"),
        ("before-publication", "waiting", "corrected"),
    ]
    services.give_notice(entry.pk, fact=Notice.Fact.READ)
    assert [state for _, state, _ in purposes(entry)] == ["moot", "given"]


def test_a_corrected_licence_is_told_and_waits_for_nothing(town: Town, move: Move) -> None:
    entry = published(town, move, Kind.LICENCE)
    services.correct(entry.pk, by=town.approver, content=content(Kind.LICENCE), reasons="So.")
    entry.refresh_from_db()
    assert entry.stage == Stage.PUBLISHED
    assert purposes(entry) == [("corrected", "waiting", "corrected")]


def test_a_notice_that_only_informs_opens_no_window(town: Town, move: Move) -> None:
    entry = _stayed(town, move)
    notice = Notice.objects.get(purpose="stayed")
    assert entry.organisation is not None
    services.set_service_address(
        town.authority, entry.organisation, NoticeChannel.LETTER, "1 Made-up Street", by=town.clerk
    )
    assert services.put_letter_on_list(notice.pk, "list")
    assert services.letter_printed(notice.pk)
    before = Event.objects.filter(entry=entry).count()
    services.letter_posted(notice.pk, on=clock.today(ZoneInfo(ZONE)), by=town.clerk)
    notice.refresh_from_db()
    assert (notice.state, notice.fact) == ("given", "posted")
    assert Event.objects.filter(entry=entry).count() == before


def test_erasure_makes_what_is_owed_moot_and_forgets_attempts(town: Town, move: Move) -> None:
    entry = _withdrawn(town, move)
    notice = Notice.objects.get(purpose="withdrawn")
    assert entry.organisation is not None
    services.set_service_address(
        town.authority, entry.organisation, NoticeChannel.LETTER, "1 Made-up Street", by=town.clerk
    )
    assert services.put_letter_on_list(notice.pk, "list")
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert {state for _, state, _ in purposes(entry)} == {"given", "moot"}
    assert not Delivery.objects.exists()
    assert not services.letter_printed(notice.pk)


# ---- the day of posting


def _printed(town: Town) -> tuple[Entry, Notice]:
    entry = services.approve(a_draft(town).pk, approver=town.approver)
    assert entry.organisation is not None
    services.set_service_address(
        town.authority, entry.organisation, NoticeChannel.LETTER, "1 Made-up Street", by=town.clerk
    )
    notice = Notice.objects.get(version=entry.current_version_id)
    assert services.put_letter_on_list(notice.pk, "list")
    assert services.letter_printed(notice.pk)
    return entry, notice


def test_the_window_counts_from_the_day_of_posting(town: Town, move: Move) -> None:
    # Approved and printed on Wednesday 4 March, posted on Thursday, entered on Friday.
    entry, notice = _printed(town)
    move(datetime(2026, 3, 6, 2, 0, tzinfo=UTC))
    services.letter_posted(notice.pk, on=date(2026, 3, 5), by=town.clerk)
    entry.refresh_from_db()
    notice.refresh_from_db()
    # Friday, Monday and Tuesday.
    assert entry.window_closes_at == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    assert entry.noticed_at == notice.given_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert notice.deliveries.get().entered_by == town.clerk
    move(entry.window_closes_at)
    assert services.tick().published == 1


def test_a_posting_entered_too_late_leaves_a_day(town: Town, move: Move) -> None:
    entry, notice = _printed(town)
    # Entered on Friday 20 March; the window from 5 March would have closed on the 10th.
    move(datetime(2026, 3, 20, 2, 0, tzinfo=UTC))
    services.letter_posted(notice.pk, on=date(2026, 3, 5), by=town.clerk)
    entry.refresh_from_db()
    # The next working day is Monday, and it counts whole.
    assert entry.window_closes_at == datetime(2026, 3, 23, 16, 0, tzinfo=UTC)
    assert services.tick().published == 0
    move(entry.window_closes_at)
    assert services.tick().published == 1


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (date(2026, 3, 5), "posted-in-the-future"),
        (date(2026, 3, 3), "posted-before-it-was-made"),
    ],
)
def test_a_day_of_posting_that_cannot_be_is_refused(town: Town, on: date, reason: str) -> None:
    entry, notice = _printed(town)
    with pytest.raises(RefusedError) as refused:
        services.letter_posted(notice.pk, on=on, by=town.clerk)
    assert refused.value.reason == reason
    entry.refresh_from_db()
    assert entry.stage == Stage.APPROVED
    assert not Delivery.objects.exists()


def test_the_day_is_the_authority_s(town: Town, move: Move) -> None:
    # Half past midnight on Thursday in Shanghai is still Wednesday in UTC.
    entry, notice = _printed(town)
    move(datetime(2026, 3, 4, 16, 30, tzinfo=UTC))
    services.letter_posted(notice.pk, on=date(2026, 3, 5), by=town.clerk)
    entry.refresh_from_db()
    assert entry.noticed_at == clock.now()


def test_only_members_of_the_authority_say_what_was_posted(town: Town, other_town: Town) -> None:
    _, notice = _printed(town)
    for by in (other_town.clerk, town.account("auditor", "auditor")):
        with pytest.raises(NotPermittedError):
            services.letter_posted(notice.pk, on=clock.today(ZoneInfo(ZONE)), by=by)
        with pytest.raises(NotPermittedError):
            services.send_notice_again(notice.pk, by=by)


def test_what_is_given_or_moot_is_not_given_again(town: Town) -> None:
    _, notice = _printed(town)
    today = clock.today(ZoneInfo(ZONE))
    services.letter_posted(notice.pk, on=today, by=town.clerk)
    for step in (
        lambda: services.letter_posted(notice.pk, on=today, by=town.clerk),
        lambda: services.send_notice_again(notice.pk, by=town.clerk),
    ):
        with pytest.raises(RefusedError) as refused:
            step()
        assert refused.value.reason == "given-already"
    entry, other = _printed(town)
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    with pytest.raises(RefusedError) as refused:
        services.letter_posted(other.pk, on=today, by=town.clerk)
    assert refused.value.reason == "moot"


def test_a_printed_letter_that_got_lost_is_printed_again(town: Town) -> None:
    _, notice = _printed(town)
    services.send_notice_again(notice.pk, by=town.clerk)
    notice.refresh_from_db()
    assert (notice.state, notice.list_code) == ("waiting", "")
    with pytest.raises(RefusedError) as refused:
        services.letter_posted(notice.pk, on=clock.today(ZoneInfo(ZONE)), by=town.clerk)
    assert refused.value.reason == "not-printed"


def test_a_read_notice_counts_though_its_letter_waits(town: Town) -> None:
    entry, notice = _printed(town)
    services.give_notice(entry.pk, fact=Notice.Fact.READ)
    notice.refresh_from_db()
    assert (notice.state, notice.fact) == ("given", "read")


def test_two_processes_claim_a_notice_once(town: Town) -> None:
    entry = services.approve(a_draft(town, notice_channel="e-mail").pk, approver=town.approver)
    assert entry.organisation is not None
    services.set_service_address(
        town.authority, entry.organisation, NoticeChannel.EMAIL, "o@firm.example", by=town.clerk
    )
    notice = Notice.objects.get(version=entry.current_version_id)
    first = services.claim_notice(notice.pk)
    assert first is not None
    assert services.claim_notice(notice.pk) is None
    assert services.hand_notice_over(first)
    assert not services.hand_notice_over(first), "handed over once"
    # What a killed process left is settled, and then the old attempt is nobody's any more.
    assert services.settle_interrupted_notices() == 1
    second = services.claim_notice(notice.pk)
    assert second is not None
    assert not services.hand_notice_over(first)
    assert services.hand_notice_over(second)

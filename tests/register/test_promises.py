"""What an authority promises, and says of it at its day; and notes beside entries."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tabularium import clock
from tabularium.core.content import Draft, EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Outcome, Stage, outcome_at
from tabularium.register import consistency, services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Event, Statement, User, Version
from tests.builders import Town, a_draft, as_subject, content, promised, published
from tests.register.conftest import Move

PERSONAL = [
    "Ask 11010519491231002X, who signed.",
    "Write to somebody@office.example.",
    "Ring 010-62284116 for more.",
]


def outcome_of(entry: Entry) -> Outcome | None:
    entry.refresh_from_db()
    said = Outcome(entry.outcome) if entry.outcome else None
    return outcome_at(said, entry.unanswered_from, clock.now())


def test_a_promise_has_a_day_and_a_time_to_answer_from_the_rules(town: Town) -> None:
    entry = promised(town, due_on=date(2026, 4, 3))
    assert entry.stage == Stage.PUBLISHED
    assert (entry.current_version.due_on, entry.current_version.promised_to) == (
        date(2026, 4, 3),
        "Businesses of Made-up Street",
    )
    # Midnights in Shanghai. Of the days after 3 April, 4 to 6 are the festival of the dead and a Sunday.
    assert entry.due_at == datetime.fromisoformat("2026-04-04T00:00:00+08:00")
    assert entry.unanswered_from == datetime.fromisoformat("2026-04-14T00:00:00+08:00")


def test_a_promise_that_nobody_answers_is_unanswered_by_its_date_alone(
    town: Town, move: Move
) -> None:
    entry = promised(town)
    events = entry.events.count()
    assert entry.due_at
    assert entry.unanswered_from
    for at in (entry.due_at, entry.unanswered_from - timedelta(seconds=1)):
        move(at)
        assert outcome_of(entry) is Outcome.OPEN
    move(entry.unanswered_from)
    assert outcome_of(entry) is Outcome.UNANSWERED
    assert entry.events.count() == events
    services.keep_promise(entry.pk, by=town.approver, evidence="Late, but the pipes are laid.")
    assert outcome_of(entry) is Outcome.KEPT


def test_a_kept_promise_says_what_shows_it(town: Town) -> None:
    entry = promised(town)
    services.keep_promise(
        entry.pk, by=town.approver, evidence="  Protocol of the handover, no. 7. ", language="en"
    )
    said = Statement.objects.get(entry=entry)
    assert (said.text, said.language, said.shown) == (
        "Protocol of the handover, no. 7.",
        "en",
        True,
    )
    assert said.event.type == "promise-kept"
    entry.refresh_from_db()
    assert (entry.outcome, entry.stage) == ("kept", Stage.PUBLISHED)
    assert consistency.check().problems == []


def test_a_promise_not_kept_is_promised_anew_and_each_day_is_remembered(
    town: Town, move: Move
) -> None:
    entry = promised(town)
    first, said = entry.due_at, entry.current_version.due_on
    assert first
    assert said
    move(first)
    services.break_promise(
        entry.pk, by=town.approver, reasons="The contractor failed.", due_on=said + timedelta(90)
    )
    assert outcome_of(entry) is Outcome.NOT_KEPT
    assert entry.due_at == first + timedelta(days=90)
    assert entry.current_version.due_on == said
    facts = entry.events.order_by("number").values_list("facts", flat=True)
    days = [datetime.fromisoformat(each["due_at"]) for each in facts if "due_at" in each]
    assert days == [first, entry.due_at]
    assert consistency.check().problems == []
    assert entry.unanswered_from
    move(entry.unanswered_from)
    assert outcome_of(entry) is Outcome.UNANSWERED


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=-1)])
def test_a_new_day_is_later(town: Town, later: timedelta) -> None:
    entry = promised(town)
    said = entry.current_version.due_on
    assert said
    with pytest.raises(NotAllowedError) as refusal:
        services.break_promise(entry.pk, by=town.approver, reasons="So.", due_on=said + later)
    assert refusal.value.reason == "new-day-not-later"
    assert not Statement.objects.exists()


def test_a_new_day_beyond_the_calendar_or_before_the_decision_is_refused(town: Town) -> None:
    entry = promised(town)
    for due_on, reason in (
        (date(2101, 1, 1), "due-too-late"),
        (date(2020, 1, 1), "dates-out-of-order"),
    ):
        with pytest.raises(RefusedError) as refusal:
            services.break_promise(entry.pk, by=town.approver, reasons="So.", due_on=due_on)
        assert refusal.value.reason == reason


def test_a_promise_stays_public_until_it_can_be_called_unanswered(town: Town) -> None:
    due_on = clock.now().date() + timedelta(days=30)
    with pytest.raises(RefusedError) as refusal:
        promised(town, due_on=due_on, term_ends=due_on)
    assert refusal.value.reason == "ends-before-it-is-due"
    entry = promised(town, due_on=due_on, term_ends=due_on + timedelta(days=40))
    with pytest.raises(NotAllowedError) as refused:
        services.break_promise(
            entry.pk, by=town.approver, reasons="So.", due_on=due_on + timedelta(days=40)
        )
    assert refused.value.reason == "ends-before-it-is-due"
    longer = replace(_said(entry), term_ends=due_on + timedelta(days=400))
    services.correct(entry.pk, by=town.approver, content=longer, reasons="It takes longer.")
    services.break_promise(
        entry.pk, by=town.second_approver, reasons="So.", due_on=due_on + timedelta(days=40)
    )


def _said(entry: Entry) -> EntryContent:
    version = entry.current_version
    return content(
        Kind.PROMISE,
        decision_number=version.decision_number,
        decided_on=version.decided_on,
        due_on=version.due_on,
    )


def test_a_day_is_corrected_before_it_has_come_and_not_after(town: Town, move: Move) -> None:
    entry = promised(town)
    said = _said(entry)
    assert said.due_on
    other = replace(said, due_on=said.due_on + timedelta(days=10))
    corrected = services.correct(entry.pk, by=town.approver, content=other, reasons="A slip.")
    assert corrected.due_at
    assert corrected.current_version.due_on == other.due_on
    move(corrected.due_at)
    with pytest.raises(NotAllowedError) as refusal:
        services.correct(entry.pk, by=town.second_approver, content=said, reasons="Another slip.")
    assert refusal.value.reason == "due-day-has-come"


def test_a_promise_needs_all_its_parts_and_others_have_none(town: Town) -> None:
    for changes in ({"promised_to": " "}, {"due_on": None}):
        with pytest.raises(RefusedError) as refusal:
            promised(town, **changes)
        assert refusal.value.reason == "missing-value"
    for changes in ({"promised_to": "Suppliers"}, {"due_on": date(2027, 1, 1)}):
        with pytest.raises(RefusedError) as refusal:
            a_draft(town, Kind.LICENCE, **changes)
        assert refusal.value.reason == "no-promise"
    entry = services.approve(a_draft(town, Kind.LICENCE).pk, approver=town.approver)
    with pytest.raises(RefusedError) as refusal:
        services.correct(
            entry.pk,
            by=town.approver,
            content=content(Kind.LICENCE, due_on=date(2027, 1, 1)),
            reasons="So.",
        )
    assert refusal.value.reason == "no-promise"


def test_a_promise_for_a_day_before_it_is_made_is_none(town: Town) -> None:
    with pytest.raises(RefusedError) as refusal:
        promised(town, due_on=clock.now().date() - timedelta(days=9))
    assert refusal.value.reason == "dates-out-of-order"


def _speak(entry: Entry, by: User, text: str = "Said.") -> None:
    later = clock.now().date() + timedelta(days=200)
    services.annotate(entry.pk, by=by, text=text)
    services.break_promise(entry.pk, by=by, reasons=text, due_on=later)
    services.keep_promise(entry.pk, by=by, evidence=text)


def test_another_approver_of_the_same_authority_speaks(town: Town, other_town: Town) -> None:
    entry = promised(town)
    for by in (town.clerk, other_town.approver):
        for speak in (
            lambda by=by: services.annotate(entry.pk, by=by, text="Said."),
            lambda by=by: services.keep_promise(entry.pk, by=by, evidence="Said."),
            lambda by=by: services.break_promise(
                entry.pk, by=by, reasons="Said.", due_on=date(2026, 12, 1)
            ),
        ):
            with pytest.raises(NotPermittedError):
                speak()
    _speak(entry, town.second_approver)
    assert Event.objects.filter(actor=town.second_approver).count() == 3


def test_who_recorded_the_version_does_not_speak_of_it(town: Town) -> None:
    entry = promised(town)
    services.correct(entry.pk, by=town.approver, content=_said(entry), reasons="Typo.")
    for speak in (
        lambda: services.annotate(entry.pk, by=town.approver, text="Said."),
        lambda: services.keep_promise(entry.pk, by=town.approver, evidence="Said."),
    ):
        with pytest.raises(NotAllowedError) as refusal:
            speak()
        assert refusal.value.reason == "by-the-recorder"
    _speak(entry, town.second_approver)


@pytest.mark.parametrize("text", ["", "  \n", "a" * 10_001, *PERSONAL])
def test_what_is_said_in_public_names_nobody_and_is_not_empty(town: Town, text: str) -> None:
    entry = promised(town)
    later = clock.now().date() + timedelta(days=200)
    for speak in (
        lambda: services.annotate(entry.pk, by=town.approver, text=text),
        lambda: services.keep_promise(entry.pk, by=town.approver, evidence=text),
        lambda: services.break_promise(entry.pk, by=town.approver, reasons=text, due_on=later),
    ):
        with pytest.raises(RefusedError) as refusal:
            speak()
        assert refusal.value.reason in {"missing-value", "too-long", "personal-in-text"}
        assert (text in PERSONAL) == (refusal.value.reason == "personal-in-text")
        assert not text.strip() or text not in str(refusal.value)
    assert not Statement.objects.exists()
    assert entry.events.count() == 2


def test_what_is_no_promise_is_not_kept(town: Town, move: Move) -> None:
    for entry in (published(town, move), published(town, move, Kind.LICENCE)):
        with pytest.raises(NotAllowedError) as refusal:
            services.keep_promise(entry.pk, by=town.approver, evidence="Said.")
        assert refusal.value.reason == "no-promise"


def test_a_note_stands_beside_any_entry_that_was_approved_and_is_not_over(
    town: Town, move: Move
) -> None:
    draft = a_draft(town)
    with pytest.raises(NotAllowedError) as refusal:
        services.annotate(draft.pk, by=town.approver, text="Too early.")
    assert refusal.value.reason == "not-approved"
    entry = published(town, move)
    services.annotate(entry.pk, by=town.approver, text="The organisation appealed.", language="en")
    said = Statement.objects.get(entry=entry)
    assert (said.event.type, said.text, said.shown) == (
        "annotated",
        "The organisation appealed.",
        True,
    )
    entry.refresh_from_db()
    assert entry.public_until
    move(entry.public_until)
    with pytest.raises(NotAllowedError) as refused:
        services.annotate(entry.pk, by=town.approver, text="Too late.")
    assert refused.value.reason == "over"


def test_erasure_empties_what_was_promised_and_said(town: Town, move: Move) -> None:
    due_on = clock.now().date() + timedelta(days=10)
    entry = promised(town, due_on=due_on, term_ends=due_on + timedelta(days=300))
    _speak(entry, town.approver)
    entry.refresh_from_db()
    assert entry.erasable_from
    move(entry.erasable_from)
    report = services.tick()
    assert (report.erased, report.failures) == (1, {})
    version = Version.objects.get(entry=entry)
    assert (version.promised_to, version.due_on) == ("", None)
    assert {each.text for each in Statement.objects.filter(entry=entry)} == {""}
    entry.refresh_from_db()
    assert (entry.due_at, entry.unanswered_from, entry.outcome) == (None, None, "")
    assert consistency.check().problems == []


def test_a_promise_is_recorded_again_only_by_its_own_authority(
    town: Town, other_town: Town
) -> None:
    draft = Draft(1, "", as_subject(other_town.authority), content(Kind.PROMISE))
    with pytest.raises(RefusedError) as refusal:
        services.record([draft], item=town.item(Kind.PROMISE), recorder=town.clerk)
    assert refusal.value.reason == "not-its-own"

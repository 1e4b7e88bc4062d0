from collections.abc import Callable
from datetime import timedelta

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Event, Membership, Notice, Statement, User, Version
from tabularium.register.visibility import appearance
from tests.builders import Town, a_draft, a_replier, content, ended, objected, published
from tests.register.conftest import Move

Decide = Callable[[Entry, User], Entry]

DECISIONS: dict[str, Decide] = {
    "uphold": lambda entry, by: services.uphold(entry.pk, by=by, reasons="So."),
    "correct": lambda entry, by: services.correct(
        entry.pk, by=by, content=content(), reasons="So."
    ),
    "withdraw": lambda entry, by: services.withdraw(entry.pk, by=by, reasons="So."),
    "stay": lambda entry, by: services.stay(entry.pk, by=by, order="Court order 1"),
    "lift": lambda entry, by: services.lift_stay(entry.pk, by=by, order="Court order 2"),
    "grant": lambda entry, by: services.grant_repair(entry.pk, by=by, reasons="So."),
    "refuse": lambda entry, by: services.refuse_repair(entry.pk, by=by, reasons="So."),
}
each_decision = pytest.mark.parametrize("name", DECISIONS)


def ready(town: Town, move: Move, name: str) -> Entry:
    """An entry on which the decision can be taken."""
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    if name == "uphold":
        services.object_to(entry.pk, by=replier, text="No.")
    elif name == "lift":
        services.stay(entry.pk, by=town.second_approver, order="Court order 1")
    elif name in {"grant", "refuse"}:
        services.ask_repair(entry.pk, by=replier, text="Mended.")
    return entry


@each_decision
def test_an_approver_decides_with_reasons(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    DECISIONS[name](entry, town.approver)
    event = Event.objects.filter(entry=entry).order_by("number").last()
    assert event is not None
    assert (event.role, event.actor, event.at) == ("approver", town.approver, clock.now())
    assert Statement.objects.get(event=event).text in {"So.", "Court order 1", "Court order 2"}


@each_decision
def test_who_is_no_approver_of_the_authority_decides_nothing(
    town: Town, other_town: Town, move: Move, name: str
) -> None:
    entry = ready(town, move, name)
    before = Event.objects.filter(entry=entry).count()
    for account in (town.clerk, other_town.approver, a_replier(entry.organisation)):
        with pytest.raises(NotPermittedError):
            DECISIONS[name](entry, account)
    assert Event.objects.filter(entry=entry).count() == before
    assert Version.objects.filter(entry=entry).count() == 1


@pytest.mark.parametrize("name", ["uphold", "correct", "withdraw", "grant", "refuse"])
def test_the_recorder_does_not_decide_even_as_an_approver(
    town: Town, move: Move, name: str
) -> None:
    entry = ready(town, move, name)
    town.account("clerk", Membership.Role.APPROVER)
    with pytest.raises(NotAllowedError, match="by-the-recorder"):
        DECISIONS[name](entry, town.clerk)


@each_decision
def test_nothing_is_decided_after_a_withdrawal(town: Town, move: Move, name: str) -> None:
    entry = ready(town, move, name)
    services.withdraw(entry.pk, by=town.approver, reasons="Wrong.")
    with pytest.raises(NotAllowedError, match="withdrawn"):
        DECISIONS[name](entry, town.approver)
    assert Version.objects.filter(entry=entry).count() == 1


@pytest.mark.parametrize("name", [each for each in DECISIONS if each != "withdraw"])
def test_a_draft_is_approved_or_withdrawn_and_nothing_else(town: Town, name: str) -> None:
    with pytest.raises(NotAllowedError):
        DECISIONS[name](a_draft(town), town.approver)


@pytest.mark.parametrize("name", ["correct", "stay"])
def test_what_is_over_is_neither_corrected_nor_stayed(town: Town, move: Move, name: str) -> None:
    entry = ended(town, move)
    with pytest.raises(NotAllowedError, match="over"):
        DECISIONS[name](entry, town.approver)


# ---- what each does


def test_upholding_brings_the_entry_back(town: Town, move: Move) -> None:
    entry = objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="It was you.")
    entry.refresh_from_db()
    assert (entry.objection_open, entry.suspended) == (False, False)
    assert (entry.decide_by, entry.lapses_at) == (None, None)
    assert appearance(entry.pk, clock.now())[0] == "public"


def test_a_withdrawal_leaves_a_tombstone_without_content(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.withdraw(entry.pk, by=town.approver, reasons="Wrong.")
    assert appearance(entry.pk, clock.now()) == ("gone", None)


def test_a_draft_that_is_withdrawn_was_never_there(town: Town) -> None:
    entry = services.withdraw(a_draft(town).pk, by=town.approver, reasons="Wrong.")
    assert appearance(entry.pk, clock.now()) == ("unknown", None)


def test_a_correction_is_a_new_version_and_is_noticed_anew(town: Town, move: Move) -> None:
    entry = objected(town, move)
    said = content(measure="A smaller fine", amount="10", decision_number="No. 2")
    services.correct(entry.pk, by=town.approver, content=said, reasons="Too much.")
    entry.refresh_from_db()
    version = entry.current_version
    assert (version.number, version.measure, version.amount) == (2, "A smaller fine", "10")
    assert (version.recorded_by, version.recorded_at) == (town.approver, clock.now())
    assert (entry.stage, entry.public_from, entry.suspended) == (Stage.APPROVED, None, False)
    assert appearance(entry.pk, clock.now()) == ("unknown", None)
    first = Version.objects.get(entry=entry, number=1)
    assert (first.measure, version.subject_name) == ("Fine", first.subject_name)
    assert not hasattr(version, "salts")
    services.give_notice(entry.pk, fact=Notice.Fact.READ)
    entry.refresh_from_db()
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    assert services.tick().published == 1
    found = appearance(entry.pk, clock.now())[1]
    assert found is not None
    assert found.current_version == version


def test_who_corrected_does_not_decide_on_the_correction(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.correct(entry.pk, by=town.approver, content=content(), reasons="So.")
    services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
    with pytest.raises(NotAllowedError, match="by-the-recorder"):
        services.uphold(entry.pk, by=town.approver, reasons="Yes.")
    services.uphold(entry.pk, by=town.second_approver, reasons="Yes.")


def test_a_corrected_licence_stays_public(town: Town, move: Move) -> None:
    entry = published(town, move, Kind.LICENCE)
    said = content(Kind.LICENCE, measure="Smaller permit")
    services.correct(entry.pk, by=town.approver, content=said, reasons="So.")
    found = appearance(entry.pk, clock.now())[1]
    assert found is not None
    assert found.current_version.measure == "Smaller permit"
    # The organisation is told, and nothing waits for that.
    told = Notice.objects.get()
    assert (told.purpose, told.channel, told.given_at) == ("corrected", "letter", None)


def test_a_correction_lacks_nothing_either(town: Town, move: Move) -> None:
    entry = published(town, move)
    for name in ("legal_basis", "objection_route", "notice_channel", "measure"):
        with pytest.raises(RefusedError):
            services.correct(
                entry.pk, by=town.approver, content=content(**{name: ""}), reasons="So."
            )
    too_long = content(term_ends=clock.now().date() + timedelta(days=6 * 366))
    with pytest.raises(RefusedError) as refused:
        services.correct(entry.pk, by=town.approver, content=too_long, reasons="So.")
    assert refused.value.reason == "term-too-long"
    assert Version.objects.filter(entry=entry).count() == 1


def test_a_stay_hides_until_it_is_lifted(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.stay(entry.pk, by=town.approver, order="Court order 1")
    assert appearance(entry.pk, clock.now()) == ("unknown", None)
    with pytest.raises(NotAllowedError, match="stayed"):
        services.stay(entry.pk, by=town.approver, order="Court order 1")
    services.lift_stay(entry.pk, by=town.approver, order="Court order 2")
    assert appearance(entry.pk, clock.now())[0] == "public"
    with pytest.raises(NotAllowedError, match="not-stayed"):
        services.lift_stay(entry.pk, by=town.approver, order="Court order 2")


def test_repair_ends_the_view_at_the_shortest_term_of_the_rules(town: Town, move: Move) -> None:
    entry = ready(town, move, "grant")
    services.grant_repair(entry.pk, by=town.approver, reasons="Mended.")
    entry.refresh_from_db()
    # Three months from 4 March 2026, at midnight in Shanghai.
    assert entry.public_until is not None
    assert entry.public_until.isoformat() == "2026-06-03T16:00:00+00:00"
    just_before = entry.public_until - timedelta(microseconds=1)
    assert appearance(entry.pk, just_before)[0] == "public"
    assert appearance(entry.pk, entry.public_until) == ("gone", None)


def test_repair_after_the_shortest_term_ends_the_view_at_once(town: Town, move: Move) -> None:
    entry = ready(town, move, "grant")
    move(clock.now() + timedelta(days=120))
    services.grant_repair(entry.pk, by=town.approver, reasons="Mended.")
    assert appearance(entry.pk, clock.now()) == ("gone", None)


def test_a_refused_repair_changes_nothing_and_may_be_asked_again(town: Town, move: Move) -> None:
    entry = ready(town, move, "refuse")
    until = entry.public_until
    services.refuse_repair(entry.pk, by=town.approver, reasons="Not mended.")
    entry.refresh_from_db()
    assert (entry.public_until, entry.repair_open) == (until, False)
    services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Now it is.")


@pytest.mark.parametrize("name", ["uphold", "grant", "refuse"])
def test_nothing_is_decided_that_nobody_asked(town: Town, move: Move, name: str) -> None:
    with pytest.raises(NotAllowedError, match="no-"):
        DECISIONS[name](published(town, move), town.approver)

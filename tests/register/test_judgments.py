"""A judgment that an authority has not paid has the life of any adverse entry; a registrar answers to it."""

from datetime import date, timedelta

import pytest

from tabularium import clock
from tabularium.core.content import Draft
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.register import consistency, services
from tabularium.register.acting import acting_for
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Membership, Notice, User
from tabularium.register.reply_selectors import about_authority, entries_of_ours
from tabularium.register.services.memberships import answers_for
from tabularium.register.visibility import appearance
from tests.builders import Town, a_draft, a_replier, a_subject, as_subject, content, promised
from tests.register.conftest import Move


@pytest.fixture
def court(town: Town) -> Town:
    del town
    return Town("made-up-court")


@pytest.fixture
def registrar(town: Town) -> User:
    return town.account("registrar", Membership.Role.REGISTRAR)


def approved(town: Town, court: Town) -> Entry:
    draft = a_draft(court, Kind.JUDGMENT, subject=as_subject(town.authority))
    return services.approve(draft.pk, approver=court.approver)


def shown(entry: Entry) -> Appearance:
    return appearance(entry.pk, clock.now())[0]


def published(town: Town, court: Town, move: Move) -> Entry:
    entry = services.give_notice(approved(town, court).pk, fact=Notice.Fact.POSTED)
    assert entry.window_closes_at
    move(entry.window_closes_at)
    assert services.tick().published == 1
    return Entry.objects.get(pk=entry.pk)


def test_it_is_public_after_notice_and_window_and_ends_by_its_date(
    town: Town, court: Town, move: Move
) -> None:
    entry = approved(town, court)
    move(clock.now() + timedelta(days=60))
    services.tick()
    assert shown(entry) is Appearance.UNKNOWN, "nobody was told, so nothing is published"
    entry = services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    assert entry.window_closes_at
    move(entry.window_closes_at - timedelta(seconds=1))
    services.tick()
    assert shown(entry) is Appearance.UNKNOWN
    move(entry.window_closes_at)
    services.tick()
    assert shown(entry) is Appearance.PUBLIC
    assert entry.public_until
    move(entry.public_until)
    assert shown(entry) is Appearance.GONE
    assert consistency.check().problems == []


def test_the_registrar_reads_it_objects_and_answers_as_any_organisation_does(
    town: Town, court: Town, registrar: User, move: Move
) -> None:
    entry = approved(town, court)
    organisation = town.authority.organisation
    # As the workspace does: on PostgreSQL the database sees no more than it has to.
    with acting_for(organisation=organisation.pk):
        assert [each.pk for each in entries_of_ours(organisation)] == [entry.pk]
        entry = services.read_notices(entry.pk)
        services.object_to(entry.pk, by=registrar, text="It was paid on Monday.")
        services.answer(entry.pk, by=registrar, text="We have paid.", shown=True)
        services.ask_correction(entry.pk, by=registrar, text="The sum is wrong.")
    assert entry.window_closes_at
    move(entry.window_closes_at)
    services.tick()
    assert shown(entry) is Appearance.UNKNOWN, "suspended until the court has decided"
    services.uphold(entry.pk, by=court.second_approver, reasons="Nothing has arrived.")
    services.tick()
    assert shown(entry) is Appearance.PUBLIC
    services.object_to(entry.pk, by=registrar, text="It has arrived.")
    assert shown(entry) is Appearance.PUBLIC, (
        "a second objection to the same version suspends nothing"
    )
    services.withdraw(entry.pk, by=court.second_approver, reasons="It has arrived indeed.")
    assert shown(entry) is Appearance.GONE
    assert consistency.check().problems == []


def test_a_higher_court_stays_it_until_the_stay_is_lifted(
    town: Town, court: Town, move: Move
) -> None:
    entry = published(town, court, move)
    order = services.Order("Made-up High Court", "HC 7/2026")
    services.stay(entry.pk, by=court.approver, order="Stayed on appeal.", ordered=order)
    assert shown(entry) is Appearance.UNKNOWN
    services.lift_stay(entry.pk, by=court.approver, order="Appeal dismissed.", ordered=order)
    assert shown(entry) is Appearance.PUBLIC


def test_an_authority_that_has_paid_is_let_go_early(
    town: Town, court: Town, registrar: User, move: Move
) -> None:
    entry = published(town, court, move)
    services.ask_repair(entry.pk, by=registrar, text="Paid, see the receipt.")
    services.refuse_repair(entry.pk, by=court.second_approver, reasons="A part is missing.")
    assert shown(entry) is Appearance.PUBLIC
    services.ask_repair(entry.pk, by=registrar, text="Paid in full.")
    entry = services.grant_repair(entry.pk, by=court.second_approver, reasons="Paid in full.")
    ends = entry.public_until
    assert ends
    assert entry.current_version.term_ends
    assert ends.date() < entry.current_version.term_ends
    move(max(ends, clock.now()))
    assert shown(entry) is Appearance.GONE


def test_a_judgment_is_of_another_body_and_against_an_authority(town: Town, court: Town) -> None:
    said = content(Kind.JUDGMENT)
    for subject, reason in (
        (as_subject(court.authority), "its-own"),
        (a_subject("A company"), "not-an-authority"),
    ):
        with pytest.raises(RefusedError) as refusal:
            services.record(
                [Draft(1, "", subject, said)],
                item=court.item(Kind.JUDGMENT),
                recorder=court.clerk,
            )
        assert refusal.value.reason == reason
    assert as_subject(town.authority).name
    assert not Entry.objects.exists()


def test_nobody_but_the_registrar_and_whom_the_register_let_in_answers(
    town: Town, court: Town, registrar: User
) -> None:
    entry = services.give_notice(approved(town, court).pk, fact=Notice.Fact.POSTED)
    both = court.account("both", Membership.Role.APPROVER)
    services.open_account(both.login, role=Membership.Role.REGISTRAR, authority=town.authority)
    for user in (town.clerk, town.approver, court.approver, court.second_approver, both):
        with pytest.raises(NotPermittedError):
            services.object_to(entry.pk, by=user, text="No.")
    assert [each.pk for each in answers_for(registrar)] == [town.authority.organisation_id]
    Membership.objects.filter(user=registrar).delete()
    assert not answers_for(registrar).exists(), "with the role ends what it lets do"
    with pytest.raises(NotPermittedError):
        services.object_to(entry.pk, by=registrar, text="No.")
    let_in = a_replier(entry.organisation)
    assert services.object_to(entry.pk, by=let_in, text="Paid.").suspended


def test_an_authority_does_not_reply_to_its_own_promise(town: Town, registrar: User) -> None:
    entry = promised(town, due_on=date(2026, 4, 3))
    assert not entries_of_ours(town.authority.organisation).exists()
    for user in (registrar, a_replier(entry.organisation)):
        with pytest.raises(NotPermittedError):
            services.object_to(entry.pk, by=user, text="Let nobody see it.")
        with pytest.raises(NotPermittedError):
            services.ask_correction(entry.pk, by=user, text="Let nobody see it.")
    assert shown(entry) is Appearance.PUBLIC


def test_its_desk_is_told_that_others_decide_about_it_and_no_more(
    town: Town, court: Town, move: Move
) -> None:
    def told() -> tuple[bool, bool]:
        with acting_for(authority=town.authority.pk):
            about = about_authority(town.authority, clock.now())
        return about.is_any, about.waits

    draft = a_draft(court, Kind.JUDGMENT, subject=as_subject(town.authority))
    promised(town)
    assert told() == (False, False), "of a draft nobody hears, and its own word is no news"
    services.approve(draft.pk, approver=court.approver)
    assert told() == (True, True)
    entry = services.give_notice(draft.pk, fact=Notice.Fact.POSTED)
    assert entry.window_closes_at
    move(entry.window_closes_at)
    services.tick()
    assert told() == (True, False)

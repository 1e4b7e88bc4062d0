"""The registrar says who works for an authority, and every step is written down."""

import pytest

from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import AccountEvent, Membership, User
from tabularium.register.services.members import staff_of
from tests.builders import Town, a_replier, in_notice
from tests.signing_in import give_a_password

pytestmark = pytest.mark.django_db

ROLE = Membership.Role


@pytest.fixture
def town(move: object) -> Town:
    del move
    return Town()


@pytest.fixture
def registrar(town: Town) -> User:
    return town.account("registrar", ROLE.REGISTRAR)


def told(user: User) -> list[tuple[str, str, User | None]]:
    events = AccountEvent.objects.filter(account=user).order_by("pk")
    return [(each.what, each.role, each.actor) for each in events]


def test_a_member_is_added_changed_and_taken_out_and_it_is_written_down(
    town: Town, registrar: User
) -> None:
    new = services.add_to_authority(town.authority, "new", roles=["clerk", "auditor"], by=registrar)
    assert not new.has_usable_password()
    services.change_roles(town.authority, new, roles=["approver", "auditor"], by=registrar)
    held = {each.role for each in staff_of(town.authority).filter(user=new)}
    assert held == {"approver", "auditor"}
    services.take_from_authority(town.authority, new, by=registrar)
    assert not new.memberships.exists()
    assert told(new) == [
        ("opened", "", registrar),
        ("role-given", "auditor", registrar),
        ("role-given", "clerk", registrar),
        ("role-given", "approver", registrar),
        ("role-taken", "clerk", registrar),
        ("role-taken", "approver", registrar),
        ("role-taken", "auditor", registrar),
    ]
    assert {each.authority for each in new.account_events.all()} == {town.authority}
    # Who was a member here can be one again.
    assert services.add_to_authority(town.authority, "NEW", roles=["clerk"], by=registrar) == new


@pytest.mark.parametrize("role", [ROLE.CLERK, ROLE.APPROVER, ROLE.AUDITOR])
def test_nobody_but_a_registrar_of_the_authority_manages_members(town: Town, role: str) -> None:
    other = Town("another-office").account("registrar", ROLE.REGISTRAR)
    for by in (town.account(f"a-{role}", role), other, town.clerk):
        steps = (
            lambda by=by: services.add_to_authority(town.authority, "new", roles=["clerk"], by=by),
            lambda by=by: services.change_roles(
                town.authority, town.approver, roles=["clerk"], by=by
            ),
            lambda by=by: services.take_from_authority(town.authority, town.approver, by=by),
            lambda by=by: services.new_password_link(
                town.approver, authority=town.authority, by=by
            ),
            lambda by=by: services.reset_second_factor(
                town.approver, authority=town.authority, by=by
            ),
            lambda by=by: services.close_account(town.approver, authority=town.authority, by=by),
            lambda by=by: services.reopen_account(town.approver, authority=town.authority, by=by),
            lambda by=by: services.unlink_sign_on(
                town.approver, provider="x", authority=town.authority, by=by
            ),
        )
        for step in steps:
            with pytest.raises(NotPermittedError):
                step()
    assert not User.objects.filter(login="new").exists()


def test_a_registrar_does_not_take_over_an_account_that_acts_for_others(
    town: Town, registrar: User
) -> None:
    elsewhere = Town("another-office")
    answering = a_replier(in_notice(elsewhere).organisation)
    for user in (elsewhere.approver, answering):
        with pytest.raises(RefusedError, match="Choose another"):
            services.add_to_authority(
                town.authority, user.login.upper(), roles=["clerk"], by=registrar
            )
        # Even where somebody who may let it act for both.
        services.open_account(user.login, role="clerk", authority=town.authority)
        for step in (
            services.new_password_link,
            services.reset_second_factor,
            services.close_account,
        ):
            with pytest.raises(RefusedError) as refused:
                step(user, authority=town.authority, by=registrar)
            assert refused.value.reason == "acts-elsewhere"
    former = services.add_to_authority(elsewhere.authority, "former", roles=["clerk"], by=None)
    services.take_from_authority(elsewhere.authority, former, by=None)
    with pytest.raises(RefusedError, match="Choose another"):
        services.add_to_authority(town.authority, "former", roles=["clerk"], by=registrar)


def test_registrars_do_not_do_it_to_themselves(town: Town, registrar: User) -> None:
    for step in (
        lambda: services.take_from_authority(town.authority, registrar, by=registrar),
        lambda: services.change_roles(town.authority, registrar, roles=["clerk"], by=registrar),
        lambda: services.close_account(registrar, authority=town.authority, by=registrar),
        lambda: services.reset_second_factor(registrar, authority=town.authority, by=registrar),
    ):
        with pytest.raises(RefusedError) as refused:
            step()
        assert refused.value.reason == "not-yourself"
    services.change_roles(town.authority, registrar, roles=["clerk", "registrar"], by=registrar)


def test_a_role_that_no_registrar_gives_is_not_given(town: Town, registrar: User) -> None:
    for roles in ([], ["submission"], ["replier"], ["owner"]):
        with pytest.raises(RefusedError) as refused:
            services.change_roles(town.authority, town.clerk, roles=roles, by=registrar)
        assert refused.value.reason == "no-role"


def test_whoever_lost_the_device_loses_the_password_too_and_gets_a_link(
    town: Town, registrar: User
) -> None:
    approver = give_a_password(town.approver)
    assert approver.authenticator_set.exists()
    services.reset_second_factor(approver, authority=town.authority, by=registrar)
    approver.refresh_from_db()
    assert not approver.authenticator_set.exists()
    assert not approver.has_usable_password()
    assert services.new_password_link(approver, authority=town.authority, by=registrar)
    assert [what for what, _, _ in told(approver)][-2:] == ["second-factor-reset", "link-made"]


def test_closing_twice_is_told_once(town: Town, registrar: User) -> None:
    for _ in range(2):
        services.close_account(town.clerk, authority=town.authority, by=registrar)
    assert [what for what, _, _ in told(town.clerk)].count("closed") == 1


def test_an_event_holds_nothing_by_which_one_signs_in(town: Town, registrar: User) -> None:
    text = services.new_password_link(town.clerk, authority=town.authority, by=registrar)
    services.link_sign_on(
        town.clerk, provider="p", subject="s-1", authority=town.authority, by=registrar
    )
    kept = str(list(AccountEvent.objects.values()))
    assert text not in kept
    assert "s-1" not in kept

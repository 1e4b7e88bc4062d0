import pytest

from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Membership, Organisation, User
from tabularium.register.services.memberships import members_of
from tests import builders
from tests.lines.hidden import Move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("move")]


@pytest.fixture
def organisation(move: Move) -> Organisation:
    del move
    found = builders.in_notice(builders.Town()).organisation
    assert found is not None
    return found


def joined(organisation: Organisation, login: str) -> Membership:
    services.open_account(login, role="replier", organisation=organisation)
    return Membership.objects.get(user__login=login, organisation=organisation)


def test_a_member_removes_another_and_himself_but_not_the_last(organisation: Organisation) -> None:
    first, second = joined(organisation, "first"), joined(organisation, "second")
    services.remove_member(second.pk, organisation, by=first.user)
    services.remove_member(second.pk, organisation, by=first.user)
    assert [each.user.login for each in members_of(organisation)] == ["first"]
    with pytest.raises(RefusedError) as refused:
        services.remove_member(first.pk, organisation, by=first.user)
    assert refused.value.reason == "last-member"
    third = joined(organisation, "third")
    services.remove_member(first.pk, organisation, by=first.user)
    assert list(members_of(organisation)) == [third]
    assert User.objects.filter(login="first").exists()


def test_nobody_else_removes_a_member_and_no_member_of_another_is_removed(
    organisation: Organisation,
) -> None:
    member, other_member = joined(organisation, "first"), joined(organisation, "second")
    town = builders.Town("other-office")
    other = builders.in_notice(town).organisation
    stranger = builders.a_replier(other)
    for by in (stranger, town.clerk):
        with pytest.raises(NotPermittedError):
            services.remove_member(member.pk, organisation, by=by)
    theirs = Membership.objects.get(user=stranger)
    services.remove_member(theirs.pk, organisation, by=member.user)
    assert Membership.objects.filter(pk=theirs.pk).exists()
    assert other_member in members_of(organisation)


def test_an_account_is_opened_with_a_code_and_by_nobody_s_name_twice(
    organisation: Organisation,
) -> None:
    by = builders.a_replier(organisation)
    found = services.recognise(services.invitation_code(services.invite(organisation, by=by)))
    with pytest.raises(RefusedError) as refused:
        services.open_account_by_code(found, login=by.login.upper(), password="long enough words")
    assert refused.value.reason == "login-taken"
    user, given = services.open_account_by_code(
        found, login="corner-shop", password="long enough words"
    )
    assert given == organisation
    assert user.check_password("long enough words")
    with pytest.raises(RefusedError) as refused:
        services.open_account_by_code(found, login="another", password="long enough words")
    assert refused.value.reason == "code-not-valid"
    assert not User.objects.filter(login="another").exists()

"""Members of an authority at the desk: added, given and taken roles, let in again, and let go."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from tabularium.register.models import AccountEvent, Membership, User
from tests import builders
from tests.public import markup
from tests.signing_in import PASSWORD, give_a_password, give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
PAGE = "/en/desk/market-office/members"


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


@pytest.fixture
def registrar(town: builders.Town) -> Client:
    return signed_in(town.account("registrar", "registrar"))


def read(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, address.split("/")[1]).mistakes == []
    return html


def shown(html: str) -> str:
    """The link that a page shows; "" for none."""
    _, found, rest = html.partition('<p class="shown-once"><span translate="no">')
    return rest.partition("<")[0] if found else ""


def roles_of(user: User) -> set[str]:
    return set(Membership.objects.filter(user=user).values_list("role", flat=True))


def events_of(user: User) -> list[tuple[str, str]]:
    found = AccountEvent.objects.filter(account=user).order_by("pk")
    return list(found.values_list("what", "role"))


def test_a_new_member_sets_a_first_password_by_a_link_that_is_shown_once(registrar: Client) -> None:
    answer = registrar.post(PAGE, {"login": "clerk-3", "roles": ["clerk", "auditor"]})
    added = User.objects.get(login="clerk-3")
    page = f"{PAGE}/{added.pk}"
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert roles_of(added) == {"clerk", "auditor"}
    assert "It has no password." in read(registrar, page)

    assert registrar.post(f"{page}/link").status_code == 302
    kept = [each.session_data for each in Session.objects.all()]
    link = shown(read(registrar, page))
    assert link.startswith(f"{settings.ADDRESS}/en/account/first-password/")
    assert not any(link in each for each in kept)
    assert shown(read(registrar, page)) == ""

    secret = link.removeprefix(settings.ADDRESS)
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    assert Client().post(secret, typed).status_code == 302
    added.refresh_from_db()
    assert added.check_password(PASSWORD)
    assert Client().get(secret).status_code == 404
    assert events_of(added) == [
        ("opened", ""),
        ("role-given", "auditor"),
        ("role-given", "clerk"),
        ("link-made", ""),
        ("password-set", ""),
    ]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Role taken: Clerk"), ("zh-hans", "收回角色: 经办人")]
)
def test_roles_are_given_and_taken_and_the_page_tells_by_whom(
    town: builders.Town, registrar: Client, language: str, said: str
) -> None:
    page = f"{PAGE}/{town.clerk.pk}"
    answer = registrar.post(f"{page}/roles", {"roles": ["auditor"]})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert roles_of(town.clerk) == {"auditor"}
    assert "The roles are changed." in read(registrar, page)
    html = read(registrar, page.replace("/en/", f"/{language}/"))
    assert said in html
    assert "registrar@market-office" in html


def test_a_membership_ends_at_once_and_what_was_done_stands(
    town: builders.Town, registrar: Client
) -> None:
    entry = builders.a_draft(town)
    theirs = signed_in(town.clerk)
    assert theirs.get("/en/desk/market-office/").status_code == 200
    answer = registrar.post(f"{PAGE}/{town.clerk.pk}/remove")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert theirs.get("/en/desk/market-office/").status_code == 404
    assert entry.recorded_by == town.clerk
    assert town.clerk.login not in read(registrar)
    assert registrar.get(f"{PAGE}/{town.clerk.pk}").status_code == 404


def test_who_lost_the_device_is_let_in_anew_and_a_closed_account_is_not(
    town: builders.Town, registrar: Client
) -> None:
    give_a_password(town.approver)
    page = f"{PAGE}/{town.approver.pk}"
    assert "A second step is set up." in read(registrar, page)
    registrar.post(f"{page}/help/reset")
    html = read(registrar, page)
    assert "It has no password." in html
    assert "No second step is set up." in html
    registrar.post(f"{page}/help/close")
    assert "The account is closed." in read(registrar, page)
    assert "account closed" in read(registrar)
    registrar.post(f"{page}/help/reopen")
    assert "The account is closed." not in read(registrar, page)
    assert [what for what, _ in events_of(town.approver)][-3:] == [
        "second-factor-reset",
        "closed",
        "reopened",
    ]
    assert registrar.post(f"{page}/help/forget").status_code == 404


def test_nobody_ceases_to_be_registrar_by_their_own_hand(registrar: Client) -> None:
    own = User.objects.get(login="registrar@market-office")
    page = f"{PAGE}/{own.pk}"
    answer = registrar.post(f"{page}/roles", {"roles": ["clerk"]})
    assert answer.status_code == 422
    assert "This is for another registrar to do" in answer.content.decode()
    for tail in ("/remove", "/help/close", "/help/reset"):
        registrar.post(page + tail)
        assert "This is for another registrar to do" in read(registrar, page)
    assert roles_of(own) == {"registrar"}


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("", "Please give a login name."),
        ("me@office.example", "Please use letters, digits"),
        ("13800138000", "no address and no number"),
        ("CLERK-9", "There is an account of that login name"),
    ],
)
def test_a_login_that_tells_of_somebody_or_is_taken_is_refused(
    registrar: Client, login: str, said: str
) -> None:
    other = builders.Town("another-office")
    taken = other.account("x", "clerk")
    User.objects.filter(pk=taken.pk).update(login="clerk-9")
    before = User.objects.count()
    answer = registrar.post(PAGE, {"login": login, "roles": ["clerk"]})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in html
    assert markup.read(html, "en").mistakes == []
    assert User.objects.count() == before
    assert roles_of(taken) == {"clerk"}


def test_an_account_that_acts_for_others_too_is_not_a_registrars_to_let_in(
    town: builders.Town, registrar: Client
) -> None:
    entry = builders.in_notice(town)
    shared = builders.a_replier(entry.organisation)
    Membership.objects.create(user=shared, authority=town.authority, role="clerk")
    page = f"{PAGE}/{shared.pk}"
    registrar.post(f"{page}/link")
    html = read(registrar, page)
    assert "The account acts for others too." in html
    assert shown(html) == ""


def test_members_are_for_registrars_of_the_authority_alone(
    town: builders.Town, registrar: Client
) -> None:
    del registrar
    other = builders.Town("another-office")
    theirs = other.account("their-registrar", "registrar")
    page = f"{PAGE}/{town.clerk.pk}"
    assert signed_in(theirs).get(page).status_code == 404
    at_theirs = page.replace("market-office", "another-office")
    assert signed_in(theirs).get(at_theirs).status_code == 404
    assert signed_in(theirs).post(f"{at_theirs}/remove").status_code == 404
    for role in ("clerk", "approver", "auditor"):
        user = town.account(f"a-{role}", role)
        give_a_second_factor(user)
        assert signed_in(user).get(PAGE).status_code == 403
        assert signed_in(user).post(f"{page}/roles", {"roles": ["registrar"]}).status_code == 403
    assert roles_of(town.clerk) == {"clerk"}

"""Keys by which programs act as their holder: made with all that signing in needs, shown once, taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from tabularium import clock
from tabularium.register import services
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import AccountEvent, MemberKey, User
from tests import builders
from tests.public import markup
from tests.signing_in import give_a_password, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
PAGE = "/en/account/keys"
MUCH_LATER = 4_102_444_800
"""In seconds since 1970, the year 2100: what is said then has just been said for many years."""
TYPED = {"label": "evening report", "days": "30"}


def just_signed_in(user: User) -> Client:
    """A browser in which the holder has said just now who it is."""
    client = signed_in(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": MUCH_LATER}]
    session.save()
    return client


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


def shown(html: str) -> str:
    _, found, rest = html.partition('<p class="secret"><span translate="no">')
    return rest.partition("<")[0] if found else ""


def page(client: Client, language: str = "en") -> str:
    answer = client.get(PAGE.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, language).mistakes == []
    return html


def events_of(user: User) -> list[str]:
    return list(
        AccountEvent.objects.filter(account=user).order_by("pk").values_list("what", flat=True)
    )


def test_a_key_is_shown_once_and_stands_for_its_holder(town: builders.Town) -> None:
    client = just_signed_in(town.clerk)
    answer = client.post(PAGE, TYPED)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    kept = [each.session_data for each in Session.objects.all()]
    key = shown(page(client))
    assert services.use_member_key(key) == town.clerk
    assert services.use_member_key(key) == town.clerk
    assert not any(key in each for each in kept)
    assert MemberKey.objects.get().sha256 not in key
    again = page(client)
    assert shown(again) == ""
    assert "evening report" in again
    assert "最近使用" in page(client, "zh-hans")
    assert events_of(town.clerk)[-2:] == ["key-made", "key-used"]


def test_a_key_is_taken_back_and_nobody_elses_is(town: builders.Town) -> None:
    client = just_signed_in(town.clerk)
    client.post(PAGE, TYPED)
    key, row = shown(page(client)), MemberKey.objects.get()
    address = f"{PAGE}/{row.pk}/revoke"
    assert just_signed_in(town.approver).post(address).status_code == 302
    assert services.use_member_key(key) == town.clerk
    assert client.post(address).status_code == 302
    with pytest.raises(NotPermittedError):
        services.use_member_key(key)
    assert "It holds no longer." in page(client)
    assert events_of(town.clerk)[-1] == "key-revoked"


def test_a_key_is_made_only_by_who_has_just_said_who_it_is(town: builders.Town) -> None:
    answer = signed_in(give_a_password(town.clerk)).post(PAGE, TYPED)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/account/confirm")
    assert not MemberKey.objects.exists()


def test_who_needs_a_second_step_makes_no_key_without_one(town: builders.Town) -> None:
    Authenticator.objects.filter(user=town.approver).delete()
    client = just_signed_in(town.approver)
    assert "set up a second step before you make a key" in page(client)
    assert client.post(PAGE, TYPED).status_code == 403
    assert not MemberKey.objects.exists()


@pytest.mark.parametrize("typed", [{"label": "", "days": "3"}, {"label": "x", "days": "91"}])
def test_a_wrong_form_makes_no_key(town: builders.Town, typed: dict[str, str]) -> None:
    answer = just_signed_in(town.clerk).post(PAGE, typed)
    assert answer.status_code == 422
    assert not MemberKey.objects.exists()


def test_a_key_holds_no_longer_than_it_says_and_no_more_than_ten_do(
    town: builders.Town, move: Move
) -> None:
    made = [services.new_member_key(town.clerk, label="x", days=1) for _ in range(10)]
    answer = just_signed_in(town.clerk).post(PAGE, TYPED)
    assert "So many keys hold at most: 10." in answer.content.decode()
    move(clock.now() + timedelta(days=1))
    with pytest.raises(NotPermittedError):
        services.use_member_key(made[0].text)
    services.new_member_key(town.clerk, label="x", days=90)


def test_keys_go_with_the_password_with_the_second_step_and_with_the_account(
    town: builders.Town,
) -> None:
    def key_of(user: User) -> str:
        return services.new_member_key(user, label="x", days=90).text

    first, second, third = key_of(town.clerk), key_of(town.approver), key_of(town.second_approver)
    services.set_password(town.clerk, "correct horse battery staple")
    services.reset_second_factor(town.approver, authority=None, by=None)
    services.close_account(town.second_approver, authority=None, by=None)
    for each in (first, second, third, "", "tabularium_", first[:-1] + "x"):
        with pytest.raises(NotPermittedError):
            services.use_member_key(each)

"""Several members of an organisation, none of them published."""

import pytest
from django.test import Client

from tabularium.register import services
from tabularium.register.models import Invitation, Membership
from tests import builders
from tests.reply.conftest import Shop, shop_of, words


@pytest.fixture
def shop(town: builders.Town) -> Shop:
    return shop_of(builders.in_notice(town))


def code_on(html: str) -> str:
    return words(html.partition('class="shown-once"')[2].partition("</p>")[0]).lstrip("> ")


def test_a_code_for_another_member_is_shown_once_and_lets_one_in(shop: Shop) -> None:
    assert shop.post(shop.at("members/invite"))["Location"] == shop.at("members")
    code = code_on(shop.get(shop.at("members")))
    assert len(code) == 29
    assert code not in shop.get(shop.at("members"))
    newcomer = Client()
    assert newcomer.post("/en/reply/", {"code": code}).status_code == 302
    said = {
        "login": "second",
        "password": "correct horse battery",
        "again": "correct horse battery",
    }
    assert newcomer.post("/en/reply/account", said)["Location"] == shop.at("welcome")
    assert newcomer.get(shop.at()).status_code == 200
    assert not Invitation.objects.exists()
    assert "second" in shop.get(shop.at("members"))


def test_a_code_that_was_taken_back_lets_nobody_in(shop: Shop) -> None:
    shop.post(shop.at("members/invite"))
    code = code_on(shop.get(shop.at("members")))
    shop.post(shop.at(f"invitations/{Invitation.objects.get().pk}/take-back"))
    assert Client().post("/en/reply/", {"code": code}).status_code == 422


def test_ten_open_codes_are_enough(shop: Shop) -> None:
    for _ in range(10):
        shop.post(shop.at("members/invite"))
    answer = shop.post(shop.at("members/invite"))
    assert answer.status_code == 422
    assert "Ten codes are open already" in answer.content.decode()
    assert Invitation.objects.count() == 10


def test_a_member_who_is_removed_is_out_at_once_and_the_last_stays(shop: Shop) -> None:
    other = services.open_account("second", role="replier", organisation=shop.organisation)
    browser = Client()
    browser.force_login(other)
    assert browser.get(shop.at()).status_code == 200
    number = Membership.objects.get(user=other).pk
    shop.post(shop.at(f"members/{number}/remove"))
    assert browser.get(shop.at()).status_code == 404
    own = Membership.objects.get(user=shop.user).pk
    answer = shop.post(shop.at(f"members/{own}/remove"))
    assert answer.status_code == 422
    assert "You are the last" in answer.content.decode()
    assert "/remove" not in shop.get(shop.at("members"))


def test_whoever_leaves_goes_to_the_beginning(shop: Shop) -> None:
    services.open_account("second", role="replier", organisation=shop.organisation)
    own = Membership.objects.get(user=shop.user).pk
    assert shop.post(shop.at(f"members/{own}/remove"))["Location"] == "/en/reply/"
    assert shop.client.get(shop.at()).status_code == 404

"""A first password, by a link that works once and for three days."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tabularium import clock
from tabularium.register import services
from tests import builders
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
NEW = {"password1": "seven wet stones in a row", "password2": "seven wet stones in a row"}


def link_for(town: builders.Town) -> str:
    text = services.new_password_link(town.clerk, authority=town.authority, by=None)
    return f"/en/account/first-password/{text}"


def test_the_link_sets_a_password_once(town: builders.Town) -> None:
    link = link_for(town)
    page = Client().get(link)
    assert page.status_code == 200
    assert town.clerk.login in page.content.decode()
    assert Client().post(link, NEW)["Location"] == "/en/account/sign-in"
    client = Client()
    client.post("/en/account/sign-in", {"login": town.clerk.login, "password": NEW["password1"]})
    assert client.session["_auth_user_id"] == str(town.clerk.pk)
    for method in ("get", "post"):
        again = getattr(Client(), method)(link, NEW)
        assert again.status_code == 404
        assert b"This link does not work" in again.content


def test_a_weak_password_is_refused_and_the_link_still_works(town: builders.Town) -> None:
    link = link_for(town)
    assert Client().post(link, {"password1": "short", "password2": "short"}).status_code == 200
    other = {**NEW, "password2": "something else entirely"}
    assert b"The two passwords are not the same." in Client().post(link, other).content
    assert Client().post(link, NEW).status_code == 302


def test_the_link_is_over_after_three_days(town: builders.Town, move: Move) -> None:
    link, began = link_for(town), clock.now()
    move(began + timedelta(days=3))
    assert Client().get(link).status_code == 200
    move(began + timedelta(days=3, seconds=2))
    assert Client().get(link).status_code == 404


def test_a_link_is_for_one_account_and_cannot_be_made_up(town: builders.Town) -> None:
    link = link_for(town)
    number, _, token = link.rpartition("/")[2].partition("-")
    for text in (
        f"{town.approver.pk}-{token}",
        f"{number}-x{token}",
        f"{number}-",
        "-",
        "1",
        "zz-" * 9,
    ):
        assert Client().get(f"/en/account/first-password/{text}").status_code == 404


def test_a_link_of_a_closed_account_does_not_work(town: builders.Town) -> None:
    link = link_for(town)
    services.close_account(town.clerk, authority=town.authority, by=None)
    assert Client().get(link).status_code == 404


def test_links_are_not_guessed_one_after_the_other(town: builders.Town) -> None:
    answers = [
        Client().get(f"/en/account/first-password/{number}-made-up").status_code
        for number in range(12)
    ]
    assert answers[:10] == [404] * 10
    assert answers[-1] == 429
    assert town


def test_the_address_without_a_language_leads_to_the_readers(town: builders.Town) -> None:
    bare = link_for(town).replace("/en/", "/")
    for language in ("en", "zh-hans"):
        answer = Client(headers={"accept-language": language}).get(bare)
        assert answer["Location"].startswith(f"/{language}/account/first-password/")


def test_a_new_password_by_a_link_ends_the_sessions_there_are(town: builders.Town) -> None:
    client = signed_in(town.clerk)
    Client().post(link_for(town), NEW)
    assert client.get("/en/account/").status_code == 302


def test_whoever_has_no_password_is_told_how_to_get_one(town: builders.Town) -> None:
    page = signed_in(town.clerk).get("/en/account/password", follow=True)
    assert b"Your account has no password" in page.content

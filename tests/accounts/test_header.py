"""What the top of a page says of signing in: it asks nobody who is signed in; public pages know nobody."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tests import builders
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]


def header(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode().partition("<header")[2].partition("</header>")[0]


def test_nobody_who_is_signed_in_is_asked_to_sign_in(move: Move) -> None:
    del move
    town = builders.Town()
    entry = builders.in_notice(town)
    replier = builders.a_replier(entry.organisation)
    for user, address in (
        (town.clerk, "/en/desk/market-office/"),
        (town.clerk, "/en/account/"),
        (town.clerk, "/en/reply/"),
        (replier, f"/en/reply/{entry.organisation_id}/"),
    ):
        html = header(signed_in(user), address)
        assert "Sign in" not in html
        assert 'href="/en/account/"' in html
    assert "Sign in" in header(Client(), "/en/account/sign-in")
    assert "Sign in" in header(Client(), "/en/reply/how")


def test_a_public_page_is_the_same_for_everybody_and_may_be_kept(move: Move) -> None:
    del move
    town = builders.Town()
    theirs = signed_in(town.clerk)
    for address in ("/en/", "/en/about", "/zh-hans/catalogue"):
        ours, public = theirs.get(address), Client().get(address)
        assert ours.content == public.content
        for answer in (ours, public):
            assert answer["Cache-Control"].startswith("public")
            assert "cookie" not in answer.get("Vary", "").lower()
            assert not answer.cookies
        link = "/en/account/sign-in" if "/en/" in address else "/zh-hans/account/sign-in"
        assert f'href="{link}"' in public.content.decode()


def test_the_link_of_public_pages_leads_who_is_signed_in_to_the_desk(move: Move) -> None:
    del move
    town = builders.Town()
    answer = signed_in(town.clerk).get("/en/account/sign-in")
    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/market-office/")

"""What is larger than needed is refused before it is read."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tabularium.reply.middleware import NoLargerThanNeeded
from tests import builders
from tests.public import markup
from tests.reply.conftest import LANGUAGES, shop_of


def send(client: Client, address: str, size: int) -> HttpResponse:
    """Ask with a body that says how large it is, and is not."""
    answer: HttpResponse = client.generic(
        "POST", address, b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(size)
    )
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_sends_nothing_large_anywhere(town: builders.Town, language: str) -> None:
    shop = shop_of(builders.in_notice(town))
    entry = shop.organisation.entries.get()
    for address in (f"/{language}/reply/", shop.of(entry, "/answer", language)):
        answer = send(Client(), address, 200_000)
        assert answer.status_code == 413
        assert answer["Cache-Control"] == "private, no-store"
        assert markup.read(answer.content.decode(), language).mistakes == []


def test_a_member_sends_ten_documents_at_once_and_no_more(town: builders.Town) -> None:
    shop = shop_of(builders.in_notice(town))
    entry = shop.organisation.entries.get()
    whole = 10 * settings.LARGEST_DOCUMENT
    asked = RequestFactory()
    asked.cookies.load({settings.SESSION_COOKIE_NAME: "of a member"})
    let_through = NoLargerThanNeeded(lambda _: HttpResponse("let through"))
    for tail in ("/answer", "/objection", "/repair"):
        request = asked.post(shop.of(entry, tail), CONTENT_LENGTH=str(whole))
        assert let_through(request).content == b"let through"
        assert send(shop.client, shop.of(entry, tail), whole + 2**20).status_code == 413
    for address in (shop.of(entry, "/correction"), shop.at("members/invite"), "/en/reply/account"):
        assert send(shop.client, address, 200_000).status_code == 413


def test_other_addresses_are_not_its_matter(db: None) -> None:
    del db
    assert send(Client(), "/en/replying", 200_000).status_code == 404

"""How an organisation is told, at the desk: its notices, addresses for service, and its code."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tabularium.register import services
from tabularium.register.models import Entry, Looking, NoticeCode, ServiceAddress
from tests import builders
from tests.public import markup
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
ADDRESS = "1 Made-up Street\n999900 Made-up Town"


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    town = builders.Town()
    give_a_second_factor(town.approver)
    return town


def at(entry: Entry, tail: str = "", language: str = "en") -> str:
    return f"/{language}/desk/{entry.authority_id}/entries/{entry.pk}/told{tail}"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, address.split("/")[1]).mistakes == []
    return html


@pytest.mark.parametrize(
    ("language", "given"), [("en", "Given · <time"), ("zh-hans", "已送达 · <time")]
)
def test_the_page_says_what_was_told_and_when(
    town: builders.Town, language: str, given: str
) -> None:
    entry = builders.in_notice(town)
    html = read(signed_in(town.clerk), at(entry, "", language))
    assert given in html
    assert Looking.objects.filter(entry=entry, role="clerk").count() == 1


def test_an_address_is_kept_and_removed(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    client = signed_in(town.clerk)
    answer = client.post(at(entry, "/address"), {"channel": "letter", "text": ADDRESS})
    assert (answer.status_code, answer["Location"]) == (302, at(entry))
    assert ServiceAddress.objects.get().text == ADDRESS
    assert "1 Made-up Street" in read(client, at(entry))
    assert client.post(at(entry, "/address/letter/remove")).status_code == 302
    assert not ServiceAddress.objects.exists()
    assert client.post(at(entry, "/address/pigeon/remove")).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "This is no address of that kind"), ("zh-hans", "这不是该方式的地址")],
)
def test_what_is_no_address_comes_back_with_what_was_typed(
    town: builders.Town, language: str, said: str
) -> None:
    entry = builders.in_notice(town)
    typed = {"channel": "mailbox", "text": "http://not-safe.example/"}
    answer = signed_in(town.clerk).post(at(entry, "/address", language), typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in html
    assert "http://not-safe.example/" in html
    assert markup.read(html, language).mistakes == []
    assert not ServiceAddress.objects.exists()


def test_a_code_is_shown_once(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    code = services.code_for(entry.current_version.notices.get())
    client = signed_in(town.clerk)
    assert code not in read(client, at(entry))
    assert client.post(at(entry, "/code")).status_code == 302
    assert code in read(client, at(entry))
    assert code not in read(client, at(entry))
    assert not NoticeCode.objects.exists()


def test_a_new_code_takes_the_place_of_the_one_before(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    notice = entry.current_version.notices.get()
    before = services.code_for(notice)
    client = signed_in(town.approver)
    client.post(at(entry, "/code/new"))
    after = services.code_for(notice)
    assert after != before
    html = read(client, at(entry))
    assert after in html
    assert before not in html


def test_a_withdrawn_code_is_not_shown(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    code = services.code_for(entry.current_version.notices.get())
    client = signed_in(town.clerk)
    client.post(at(entry, "/code/withdraw"))
    assert "The code was withdrawn on" in read(client, at(entry))
    client.post(at(entry, "/code"))
    assert code not in read(client, at(entry))


def test_who_only_reads_sees_no_address_and_no_code(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    letter = {"channel": "letter", "text": ADDRESS}
    signed_in(town.clerk).post(at(entry, "/address"), letter)
    client = signed_in(town.account("auditor", "auditor"))
    html = read(client, at(entry))
    assert "Given ·" in html
    assert "Made-up Street" not in html
    assert "<form" not in html.partition("<main")[2]
    for tail in ("/address", "/code", "/code/new", "/code/withdraw"):
        assert client.post(at(entry, tail), letter).status_code == 403


def test_another_authority_finds_nothing_there(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    other = builders.Town("another-office")
    client = signed_in(other.clerk)
    here = at(entry).replace(town.code, other.code)
    assert client.get(at(entry)).status_code == 404
    assert client.get(here).status_code == 404
    assert client.post(f"{here}/code/new").status_code == 404
    assert not NoticeCode.objects.exists()

"""The code from a letter: what it opens, for whom, how often, and what it tells those who guess."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from tabularium import clock
from tabularium.register import invitation_text, services
from tabularium.register.models import Membership, Notice, User
from tests import builders
from tests.public import markup
from tests.reply.conftest import LANGUAGES, Move, code_of, shop_of, words
from tests.signing_in import PASSWORD, give_a_password


def enter(client: Client, code: str, language: str = "en") -> int:
    return client.post(f"/{language}/reply/", {"code": code}).status_code


def open_account(client: Client, login: str = "corner-shop", password: str = PASSWORD) -> object:
    said = {"login": login, "password": password, "again": password}
    return client.post("/en/reply/account", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_doors_are_right_html_in_both_languages(town: builders.Town, language: str) -> None:
    client = Client()
    assert enter(client, code_of(builders.in_notice(town)), language) == 302
    wrong = Client()
    pages = [
        client.get(f"/{language}/reply/"),
        client.get(f"/{language}/reply/how"),
        client.get(f"/{language}/reply/enter"),
        client.post(f"/{language}/reply/account", {"login": "x"}),
        wrong.post(f"/{language}/reply/", {"code": "nonsense"}),
    ]
    assert [each.status_code for each in pages] == [200, 200, 200, 422, 422]
    for page in pages:
        assert markup.read(page.content.decode(), language).mistakes == []
        assert page["Cache-Control"] == "private, no-store"


def test_a_stranger_opens_an_account_with_the_code_and_reads_the_entry(town: builders.Town) -> None:
    entry = services.approve(builders.a_draft(town).pk, approver=town.approver)
    client = Client()
    assert enter(client, code_of(entry).lower()) == 302
    told = client.get("/en/reply/enter").content.decode()
    assert entry.organisation is not None
    assert entry.organisation.name in told
    answer = open_account(client)
    assert answer["Location"] == f"/en/reply/{entry.organisation_id}/welcome"
    assert "second step" in client.get(answer["Location"]).content.decode()
    page = client.get(f"/en/reply/{entry.organisation_id}/entries/{entry.pk}")
    assert page.status_code == 200
    entry.refresh_from_db()
    assert entry.noticed_at == clock.now()
    assert Notice.objects.get().fact == "read"
    user = User.objects.get(login="corner-shop")
    assert [each.role for each in user.memberships.all()] == [Membership.Role.REPLIER]


def test_somebody_with_an_account_signs_in_and_goes_on(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    user = give_a_password(User.objects.create(login="known"))
    client = Client()
    enter(client, code_of(entry))
    page = client.get("/en/reply/enter").content.decode()
    assert "/en/account/sign-in?next=%2Fen%2Freply%2Fenter" in page
    way = client.post(
        "/en/account/sign-in?next=/en/reply/enter", {"login": "known", "password": PASSWORD}
    )
    assert way["Location"] == "/en/reply/enter"
    assert "known" in words(client.get("/en/reply/enter").content.decode())
    assert client.post("/en/reply/join")["Location"] == f"/en/reply/{entry.organisation_id}/"
    assert user.memberships.get().organisation_id == entry.organisation_id
    again = Client()
    assert enter(again, code_of(entry)) == 422


def test_no_account_is_opened_without_a_code_that_holds(town: builders.Town, move: Move) -> None:
    client = Client()
    assert open_account(client)["Location"] == "/en/reply/enter"
    assert client.get("/en/reply/enter")["Location"] == "/en/reply/"
    entry = builders.in_notice(town)
    enter(client, code_of(entry))
    move(clock.now() + timedelta(days=200))
    assert open_account(client)["Location"] == "/en/reply/enter"
    assert not User.objects.filter(login="corner-shop").exists()


def test_a_code_that_another_used_meanwhile_opens_nothing(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    slow, quick = Client(), Client()
    enter(slow, code_of(entry))
    enter(quick, code_of(entry))
    open_account(quick, "quick")
    assert open_account(slow, "slow")["Location"] == "/en/reply/enter"
    assert not User.objects.filter(login="slow").exists()


@pytest.mark.parametrize(
    ("login", "password", "again", "said"),
    [
        ("ab", PASSWORD, PASSWORD, "login"),
        ("with blank", PASSWORD, PASSWORD, "login"),
        ("shop@shop.example", PASSWORD, PASSWORD, "login"),
        ("13800138000", PASSWORD, PASSWORD, "login"),
        ("taken", PASSWORD, PASSWORD, "login"),
        ("TAKEN", PASSWORD, PASSWORD, "login"),
        ("fine", "short", "short", "password"),
        ("fine", "passwordpassword", "passwordpassworx", "again"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_the_field(
    town: builders.Town, login: str, password: str, again: str, said: str
) -> None:
    User.objects.create(login="taken")
    client = Client()
    enter(client, code_of(builders.in_notice(town)))
    answer = client.post(
        "/en/reply/account", {"login": login, "password": password, "again": again}
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'id="id_{said}_error"' in html
    assert f'value="{login}"' in html
    assert f'value="{password}"' not in html
    assert User.objects.filter(login__iexact=login).count() == (login.lower() == "taken")


def test_a_slip_is_told_from_a_code_that_is_not_valid_and_nothing_else_is_told(
    town: builders.Town,
) -> None:
    code = code_of(builders.in_notice(town))
    used = code_of(builders.in_notice(town))
    services.redeem(used, User.objects.create(login="somebody"))
    unknown = invitation_text.written(invitation_text.read(code) ^ 1 << 90)

    def said(typed: str) -> str:
        page = Client().post("/en/reply/", {"code": typed}).content.decode()
        return page.partition('id="id_code_error"')[2].partition("</div>")[0]

    slip = ("A" if code[0] != "A" else "B") + code[1:]
    assert "a character is wrong or missing" in said(slip)
    assert "This code is not valid" in said(unknown)
    assert said(used) == said(unknown)


def test_too_many_wrong_codes_from_one_session_are_not_looked_at_for_an_hour(
    town: builders.Town, move: Move
) -> None:
    code = code_of(builders.in_notice(town))
    client = Client()
    assert [enter(client, invitation_text.written(each)) for each in range(8)] == [422] * 8
    assert enter(client, code) == 429
    # Another browser at the same address may go on, until the address itself has tried too often.
    assert [enter(Client(), invitation_text.written(each)) for each in range(12)] == [422] * 12
    assert enter(Client(), code) == 429
    assert enter(Client(REMOTE_ADDR="192.0.2.7"), code) == 302
    move(clock.now() + timedelta(hours=1))
    assert enter(client, code) == 302


def test_the_right_code_is_never_kept_and_never_told_again(town: builders.Town) -> None:
    code = code_of(builders.in_notice(town))
    client = Client()
    enter(client, code)
    for session in Session.objects.all():
        assert code not in str(session.get_decoded())
        assert code.replace("-", "") not in str(session.get_decoded())
    assert code not in client.get("/en/reply/enter").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_shared_memory")
        assert code not in str(cursor.fetchall())


def test_an_account_of_the_authority_that_decided_is_sent_away(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    client = Client()
    client.force_login(town.clerk)
    enter(client, code_of(entry))
    answer = client.post("/en/reply/join")
    assert answer.status_code == 422
    assert "belongs to the authority that decided" in answer.content.decode()
    assert not town.clerk.memberships.filter(role="replier").exists()


def test_a_code_is_not_taken_from_another_site(town: builders.Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert enter(client, code_of(builders.in_notice(town))) == 403


def test_who_answers_already_is_shown_for_whom(town: builders.Town) -> None:
    shop = shop_of(builders.in_notice(town))
    html = shop.get("/en/reply/")
    assert f"/en/reply/{shop.organisation.pk}/" in html

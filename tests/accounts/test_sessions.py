"""Sessions: new at sign-in, over after a time, and ended by a new password."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import reload

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client

from tabularium import clock
from tabularium import settings as settings_module
from tabularium.register import services
from tabularium.register.models import User
from tests import builders
from tests.signing_in import PASSWORD, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
Somebody = Callable[[str], User]
HOME = "/en/account/"


def is_let_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_whoever_signs_in_gets_another_session(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["session"] = planted = str(session.session_key)
    client.post("/en/account/sign-in", {"login": clerk.login, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(clerk.pk)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    fixed = Client()
    fixed.cookies["session"] = planted
    assert not is_let_in(fixed)


def test_the_second_step_gives_another_session_too(somebody: Somebody) -> None:
    from tests.signing_in import a_code  # noqa: PLC0415

    client = Client()
    client.post("/en/account/sign-in", {"login": somebody("approver").login, "password": PASSWORD})
    before = client.session.session_key
    client.post("/en/account/sign-in/code", {"code": a_code()})
    assert client.session.session_key != before


def test_a_session_ends_after_an_hour_without_a_request(town: builders.Town, move: Move) -> None:
    client, began = signed_in(town.clerk), clock.now()
    for minutes in (50, 100, 150):
        move(began + timedelta(minutes=minutes))
        assert is_let_in(client)
    move(began + timedelta(minutes=211))
    assert not is_let_in(client)
    assert not Session.objects.exists()


def test_a_session_ends_half_a_day_after_signing_in_however_busy(
    town: builders.Town, move: Move
) -> None:
    client, began = signed_in(town.clerk), clock.now()
    for half_hours in range(1, 24):
        move(began + timedelta(minutes=30 * half_hours))
        assert is_let_in(client)
    move(began + timedelta(hours=12))
    assert not is_let_in(client)


def test_that_somebody_is_still_there_is_not_written_with_each_request(
    town: builders.Town, move: Move, django_assert_num_queries: Callable[..., object]
) -> None:
    client = signed_in(town.clerk)
    client.get(HOME)
    with django_assert_num_queries(5) as asked:
        client.get(HOME)
    assert not [each for each in asked.captured_queries if "UPDATE" in each["sql"]]
    move(clock.now() + timedelta(minutes=4))
    assert client.get(HOME).cookies["session"]


def test_a_new_password_ends_all_other_sessions(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    here, elsewhere = signed_in(clerk), signed_in(clerk)
    new = "another battery horse staple"
    wrong = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert here.post("/en/account/password", wrong).status_code == 200
    assert is_let_in(elsewhere)
    right = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/en/account/password", right)["Location"] == HOME
    assert is_let_in(here)
    assert not is_let_in(elsewhere)
    assert clerk.account_events.filter(what="password-set", actor=clerk).exists()


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "short", "too short"),
        ("123456789012345", "123456789012345", "entirely numeric"),
        ("passwordpassword", "passwordpassword", None),
        ("correct battery 1", "correct battery 2", "not the same"),
        ("the-clerk@market-office", "the-clerk@market-office", "too similar"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_in_words(
    somebody: Somebody, password: str, again: str, why: str | None
) -> None:
    client = signed_in(somebody("clerk"))
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": again}
    answer = client.post("/en/account/password", typed)
    if why is None:
        assert answer.status_code == 302
    else:
        assert why in answer.content.decode()


def test_a_closed_account_is_out_at_once(town: builders.Town) -> None:
    client = signed_in(town.clerk)
    assert is_let_in(client)
    services.close_account(town.clerk, authority=town.authority, by=None)
    assert not is_let_in(client)
    services.reopen_account(town.clerk, authority=town.authority, by=None)
    assert is_let_in(signed_in(town.clerk))


def test_a_reset_second_factor_ends_the_sessions(town: builders.Town) -> None:
    client = signed_in(town.approver)
    services.reset_second_factor(town.approver, authority=town.authority, by=None)
    assert not is_let_in(client)


def test_cookies_are_for_this_site_and_for_no_script(somebody: Somebody) -> None:
    client = Client()
    answer = client.post(
        "/en/account/sign-in", {"login": somebody("clerk").login, "password": PASSWORD}
    )
    for name in ("session", "csrf"):
        cookie = answer.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["secure"], name
        assert not cookie["domain"], name
    assert not answer.cookies["session"]["max-age"], "it goes when the browser is closed"


def test_served_by_https_cookies_travel_by_that_alone_under_names_that_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TABULARIUM_ADDRESS", "https://register.example/")
    monkeypatch.setenv("TABULARIUM_PROXIES", "1")
    try:
        secure = reload(settings_module)
        assert (secure.SESSION_COOKIE_NAME, secure.CSRF_COOKIE_NAME) == (
            "__Host-session",
            "__Host-csrf",
        )
        assert secure.SESSION_COOKIE_SECURE
        assert secure.CSRF_COOKIE_SECURE
        assert "register.example" in secure.ALLOWED_HOSTS
        assert secure.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")
    finally:
        monkeypatch.undo()
        plain = reload(settings_module)
    assert plain.SESSION_COOKIE_NAME == "session"
    assert plain.SECURE_PROXY_SSL_HEADER is None


def test_a_cookie_of_the_secure_name_is_what_a_browser_accepts(
    somebody: Somebody, settings: LazySettings
) -> None:
    settings.SESSION_COOKIE_NAME = "__Host-session"
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    answer = client.post(
        "/en/account/sign-in",
        {"login": somebody("clerk").login, "password": PASSWORD},
        secure=True,
    )
    cookie = answer.cookies["__Host-session"]
    # RFC 6265bis, section 4.1.3.2: secure, for the whole host, and for no other.
    assert (bool(cookie["secure"]), cookie["path"], cookie["domain"]) == (True, "/", "")

"""Signing in with a password and a second factor, and what strangers learn and may not do."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median
from time import process_time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from tabularium.register import services
from tabularium.register.models import Membership, User
from tests import builders
from tests.signing_in import PASSWORD, SECRET, a_code, give_a_password, signed_in

pytestmark = pytest.mark.django_db

Somebody = Callable[[str], User]
SIGN_IN = "/en/account/sign-in"


def sign_in(client: Client, login: str, password: str = PASSWORD, query: str = "") -> object:
    return client.post(f"{SIGN_IN}{query}", {"login": login, "password": password})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_clerk_signs_in_with_login_and_password_and_signs_out(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    client = Client()
    assert sign_in(client, clerk.login).status_code == 302
    assert is_in(client)
    page = client.get("/en/account/")
    assert clerk.login in page.content.decode()
    assert client.get("/en/account/sign-out").status_code == 200
    assert is_in(client)
    client.post("/en/account/sign-out")
    assert not is_in(client)


def test_an_approver_is_asked_for_a_code_after_the_password(somebody: Somebody) -> None:
    approver = somebody("approver")
    client = Client()
    answer = sign_in(client, approver.login, query="?next=/zh-hans/account/password")
    assert answer["Location"].startswith("/en/account/sign-in/code")
    assert not is_in(client)
    wrong = client.post("/en/account/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 200
    assert b"This code is not right" in wrong.content
    assert not is_in(client)
    right = client.post("/en/account/sign-in/code", {"code": a_code()})
    assert right["Location"] == "/zh-hans/account/password"
    assert is_in(client)


def test_a_code_works_once(somebody: Somebody) -> None:
    approver, code = somebody("approver"), a_code()
    for works in (True, False):
        client = Client()
        sign_in(client, approver.login)
        client.post("/en/account/sign-in/code", {"code": code})
        assert is_in(client) is works


def test_a_recovery_code_works_once_and_is_shown_once(somebody: Somebody) -> None:
    approver = somebody("approver")
    client = signed_in(approver)
    client.post("/en/account/confirm", {"password": PASSWORD})
    client.post("/en/account/recovery-codes/new")
    shown = client.get("/en/account/recovery-codes").content.decode()
    codes = re.findall(r'<li class="figure">(\d{8})</li>', shown)
    assert len(codes) == 10
    assert codes[0] not in client.get("/en/account/recovery-codes").content.decode()
    for works in (True, False):
        client = Client()
        sign_in(client, approver.login)
        client.post("/en/account/sign-in/code", {"code": codes[0]})
        assert is_in(client) is works


def test_codes_are_set_up_with_a_picture_and_kept_enciphered(
    somebody: Somebody,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    clerk = somebody("clerk")
    client = signed_in(clerk)
    assert client.get("/en/account/codes")["Location"].startswith("/en/account/confirm?next=")
    client.post("/en/account/confirm", {"password": PASSWORD})
    page = client.get("/en/account/codes").content.decode()
    assert "<svg " in page
    assert "style=" not in page
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    assert client.post("/en/account/codes", {"code": "000000"}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/en/account/codes", {"code": a_code()})
    assert answer["Location"] == "/en/account/recovery-codes"
    kept = Authenticator.objects.get(user=clerk, type=Authenticator.Type.TOTP)
    assert SECRET not in str(kept.data)
    assert b"Remove one-time codes" in client.get("/en/account/").content
    client.post("/en/account/codes/remove")
    assert not Authenticator.objects.filter(user=clerk).exists()


def test_who_decides_acts_with_a_second_factor_only(
    town: builders.Town, settings: LazySettings
) -> None:
    from tabularium.accounts.access import for_authority  # noqa: PLC0415 - beside its one use

    @for_authority()
    def desk(request: object, acting: object) -> object:
        del request, acting
        raise AssertionError("somebody got in")

    from django.test import RequestFactory  # noqa: PLC0415

    request = RequestFactory().get("/en/desk/market-office/")
    for role in (Membership.Role.APPROVER, Membership.Role.REGISTRAR):
        request.user = town.account(f"bare-{role}", role)
        Authenticator.objects.filter(user=request.user).delete()
        answer = desk(request, code=town.code)
        assert answer.status_code == 403
        assert b"Set up a second step first" in answer.content
        settings.SECOND_FACTOR_REQUIRED = False
        with pytest.raises(AssertionError, match="got in"):
            desk(request, code=town.code)
        settings.SECOND_FACTOR_REQUIRED = True
    request.user = town.clerk
    with pytest.raises(AssertionError, match="got in"):
        desk(request, code=town.code)


def test_the_account_page_leads_to_the_second_factor_and_the_workspaces(
    town: builders.Town,
) -> None:
    registrar = town.account("new-registrar", Membership.Role.REGISTRAR)
    page = signed_in(registrar).get("/en/account/").content.decode()
    assert f'href="/en/desk/{town.code}/"' in page
    assert "Set up a second step" not in page
    Authenticator.objects.filter(user=registrar).delete()
    page = signed_in(registrar).get("/en/account/").content.decode()
    assert "Set up a second step" in page
    bare = services.open_account("machine", role="submission", authority=town.authority)
    assert "/desk/" not in signed_in(bare).get("/en/account/").content.decode()


def test_whoever_has_one_workspace_goes_straight_there(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    client = Client()
    assert sign_in(client, clerk.login)["Location"] == "/en/desk/market-office/"
    other = builders.Town("another-office")
    services.open_account(clerk.login, role="clerk", authority=other.authority)
    client = Client()
    assert sign_in(client, clerk.login)["Location"] == "/en/account/"


# ---- what strangers learn, and may not do


def test_nobody_learns_whether_there_is_an_account(somebody: Somebody) -> None:
    known = somebody("clerk")
    closed = give_a_password(builders.Town("closed-office").clerk)
    services.close_account(closed, authority=None, by=None)
    bare = builders.Town("bare-office").clerk
    pages = set()
    for login in (known.login, "no-such-login", bare.login, closed.login):
        answer = sign_in(Client(), login, "not the password at all")
        text = answer.content.decode().replace(login, "LOGIN")
        pages.add((answer.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", text)))
    assert len(pages) == 1
    assert "do not belong together" in pages.pop()[1]


@pytest.mark.usefixtures("slow_passwords")
def test_an_answer_for_no_account_takes_as_long(somebody: Somebody, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
    known = somebody("clerk").login

    def takes(login: str) -> float:
        times = []
        for _ in range(5):
            began = process_time()
            sign_in(Client(), login, "not the password at all")
            times.append(process_time() - began)
        return median(times)

    assert 0.4 < takes("nobody") / takes(known) < 2.5


def test_after_five_wrong_passwords_the_right_one_has_to_wait(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    for _ in range(5):
        sign_in(Client(), clerk.login, "wrong")
    client = Client()
    answer = sign_in(client, clerk.login)
    assert b"Too many tries" in answer.content
    assert not is_in(client)
    # Somebody else is not kept out by it, from elsewhere.
    other = give_a_password(builders.Town("another-office").clerk)
    client = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(client, other.login)
    assert is_in(client)


def test_logins_are_not_tried_one_after_the_other_from_one_place() -> None:
    answers = [sign_in(Client(), f"login-{number}", "wrong") for number in range(12)]
    assert b"Too many tries" in answers[-1].content
    assert b"do not belong together" in answers[0].content
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "login-1", "wrong").status_code == 200


def test_codes_are_not_tried_one_after_the_other(somebody: Somebody) -> None:
    approver = somebody("approver")
    client = Client()
    sign_in(client, approver.login)
    for number in range(5):
        client.post("/en/account/sign-in/code", {"code": f"00000{number}"})
    answer = client.post("/en/account/sign-in/code", {"code": a_code()})
    assert b"Too many tries" in answer.content
    assert not is_in(client)


def test_the_count_is_kept_where_all_processes_see_it(settings: LazySettings) -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "https:elsewhere.example",
        "javascript:alert(1)",
        " https://elsewhere.example",
    ],
)
def test_nobody_is_led_elsewhere(somebody: Somebody, elsewhere: str) -> None:
    clerk = somebody("clerk")
    client = Client()
    answer = client.post(SIGN_IN, {"login": clerk.login, "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/en/desk/market-office/"
    out = client.post("/en/account/sign-out", {"next": elsewhere})
    assert out["Location"].startswith("/en/account/")


def test_forms_from_elsewhere_are_refused(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, clerk.login)
    assert answer.status_code == 403
    assert b"Please send the form again" in answer.content
    strict.force_login(clerk)
    for address in ("password", "sign-out", "codes", "confirm", "recovery-codes/new"):
        assert strict.post(f"/en/account/{address}").status_code == 403, address


@pytest.mark.parametrize("address", ["sign-up", "signup", "email", "password/reset", "register"])
def test_there_is_no_way_to_open_an_account_or_to_have_a_password_sent(address: str) -> None:
    assert Client().get(f"/en/account/{address}").status_code == 404


def test_public_pages_know_nothing_of_who_is_signed_in(somebody: Somebody) -> None:
    clerk = somebody("clerk")
    client = signed_in(clerk)
    for path in ("/en/", "/en/about", "/en/catalogue", f"/en/authorities/{'market-office'}"):
        answer, stranger = client.get(path), Client().get(path)
        assert answer.content == stranger.content
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
        assert answer["Cache-Control"].startswith("public")
        assert b'href="/en/account/sign-in"' in answer.content


def test_scripts_run_where_passkeys_are_used_and_nowhere_else(somebody: Somebody) -> None:
    client = signed_in(somebody("clerk"))
    client.post("/en/account/confirm", {"password": PASSWORD})
    assert "script-src 'self';" in client.get("/en/account/passkeys/add")["Content-Security-Policy"]
    assert "script-src 'self';" in Client().get(SIGN_IN)["Content-Security-Policy"]
    for address in ("", "password", "codes", "sign-out", "confirm"):
        answer = client.get(f"/en/account/{address}")
        assert "script-src" not in answer["Content-Security-Policy"], address
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_pages_are_chinese_for_chinese_readers(somebody: Somebody) -> None:
    client = signed_in(somebody("clerk"))
    client.post("/zh-hans/account/confirm", {"password": PASSWORD})
    for address in ("", "password", "codes", "passkeys/add", "sign-out", "confirm"):
        page = client.get(f"/zh-hans/account/{address}").content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        words = re.sub(r"<[^>]+>|&\w+;|\{.*\}", " ", re.sub(r"(?s)<(script|svg).*?</\1>", "", main))
        english = re.findall(r"[A-Za-z]{4,}", words)
        allowed = {"clerk", "market", "office", "TOTP", "JavaScript", "Made", "Office", "Passkey"}
        secret = set(re.findall(r"[A-Z2-7]{16,}", words))
        assert [e for e in english if e not in allowed and not any(e in s for s in secret)] == [], (
            address
        )

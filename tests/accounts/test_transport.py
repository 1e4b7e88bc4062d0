"""How browsers are told to come, and how passwords travel and are kept."""

from importlib import reload

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

import tabularium.settings as settings_module
from tabularium.register import services
from tests import builders

pytestmark = pytest.mark.django_db

LONG = "  Wéird  长 passphrase; with signs <&> and blanks at its ends, of far more than 64 characters  "


def test_by_https_a_browser_is_told_to_come_by_https_alone(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    assert "Strict-Transport-Security" not in Client().get("/en/", secure=True).headers
    monkeypatch.setenv("TABULARIUM_ADDRESS", "https://register.example/")
    try:
        secure = reload(settings_module)
        seconds, below = secure.SECURE_HSTS_SECONDS, secure.SECURE_HSTS_INCLUDE_SUBDOMAINS
    finally:
        monkeypatch.undo()
        reload(settings_module)
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = seconds, below
    said = Client().get("/en/", secure=True)["Strict-Transport-Security"]
    assert said == "max-age=31536000; includeSubDomains"


def test_a_long_password_of_any_characters_is_taken_as_it_is(town: builders.Town) -> None:
    link = services.new_password_link(town.clerk, authority=town.authority, by=None)
    form = {"password1": LONG, "password2": LONG}
    assert Client().post(f"/en/account/first-password/{link}", form).status_code == 302
    town.clerk.refresh_from_db()
    assert town.clerk.check_password(LONG)
    for other in (LONG.strip(), LONG[:64], LONG[:72], LONG.lower()):
        assert not town.clerk.check_password(other)
    client = Client()
    client.post("/en/account/sign-in", {"login": town.clerk.login, "password": LONG})
    assert "_auth_user_id" in client.session


def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(town: builders.Town) -> None:
    link = services.new_password_link(town.clerk, authority=town.authority, by=None)
    first = Client().get(f"/en/account/first-password/{link}").content.decode()
    assert first.count('type="password"') == 2
    assert first.count('autocomplete="new-password"') == 2
    sign_in = Client().get("/en/account/sign-in").content.decode()
    assert sign_in.count('autocomplete="current-password"') == 1
    assert sign_in.count('type="password"') == 1
    assert "onpaste" not in first + sign_in


@pytest.mark.usefixtures("slow_passwords")
def test_passwords_are_kept_by_a_function_that_takes_long(
    town: builders.Town, settings: LazySettings
) -> None:
    settings.PASSWORD_HASHERS = settings_default()
    town.clerk.set_password(LONG)
    hasher = identify_hasher(town.clerk.password)
    assert hasher.algorithm == "pbkdf2_sha256"
    assert int(town.clerk.password.split("$")[1]) >= 600_000
    assert LONG not in town.clerk.password


def settings_default() -> list[str]:
    """The hashers of a register."""
    from django.conf import global_settings  # noqa: PLC0415 - this test alone

    own = getattr(settings_module, "PASSWORD_HASHERS", None)
    return list(own or global_settings.PASSWORD_HASHERS)

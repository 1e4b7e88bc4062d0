"""Passkeys in a browser: page, script and policy together, with Chromium's own virtual authenticator."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from tests import builders
from tests.browser.keyboard import Keyboard
from tests.signing_in import PASSWORD, give_a_password

Move = Callable[[datetime], None]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keyboard(browser: Chrome, live_server: LiveServer) -> Iterator[Keyboard]:
    """A browser with an authenticator built in, as in a telephone: it asks for the finger, which is there."""
    browser.add_virtual_authenticator(
        VirtualAuthenticatorOptions(
            transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
            has_resident_key=True,
            has_user_verification=True,
            is_user_verified=True,
        )
    )
    # A passkey belongs to a name, which an address of four numbers is not.
    yield Keyboard(browser, live_server.url.replace("127.0.0.1", "localhost"))
    browser.remove_virtual_authenticator()


def sign_in(keyboard: Keyboard, login: str) -> None:
    keyboard.open("/en/account/sign-in")
    keyboard.types("Login", login)
    keyboard.types("Password", PASSWORD)
    keyboard.presses("Sign in")


def add_a_passkey(keyboard: Keyboard, *, alone: bool) -> None:
    keyboard.presses("Add a passkey")
    keyboard.types("Password", PASSWORD)
    keyboard.presses("Confirm")
    keyboard.types("What you call it", "blue key")
    if not alone:
        keyboard.chooses("Sign in with it alone")
    keyboard.presses("Add a passkey", stays=True)
    keyboard.reads("The passkey is added.", "They are shown this once.")
    keyboard.presses("Back to your account")


def test_a_passkey_is_added_and_signs_in_alone(keyboard: Keyboard, move: Move) -> None:
    del move
    clerk = give_a_password(builders.Town().clerk)
    sign_in(keyboard, clerk.login)
    keyboard.reads("Today’s work")
    keyboard.presses("Your account")
    add_a_passkey(keyboard, alone=True)
    assert Authenticator.objects.filter(user=clerk, type=Authenticator.Type.WEBAUTHN).exists()
    keyboard.presses("Sign out")
    keyboard.presses("Sign in with a passkey", stays=True)
    keyboard.reads("Today’s work")
    assert keyboard.complaints() == []


def test_a_passkey_is_the_second_step_after_a_password(keyboard: Keyboard, move: Move) -> None:
    del move
    clerk = give_a_password(builders.Town().clerk)
    sign_in(keyboard, clerk.login)
    keyboard.presses("Your account")
    add_a_passkey(keyboard, alone=False)
    keyboard.presses("Sign out")
    sign_in(keyboard, clerk.login)
    keyboard.reads("Second step")
    keyboard.presses("Use a passkey", stays=True)
    keyboard.reads("Today’s work")
    assert keyboard.complaints() == []


def test_without_the_passkey_the_page_says_that_it_did_not_work(
    keyboard: Keyboard, browser: Chrome
) -> None:
    browser.set_user_verified(False)
    keyboard.open("/en/account/sign-in")
    keyboard.presses("Sign in with a passkey", stays=True)
    keyboard.reads("That did not work. Please try again, or sign in another way.")

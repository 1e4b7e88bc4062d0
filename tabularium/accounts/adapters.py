"""What allauth is told about this register: closed to new accounts, no addresses, its own words."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tabularium.accounts.selectors import way_in
from tabularium.register.models import User
from tabularium.register.services import set_password

# What is said when something was done, by the names that allauth has for it; the rest goes unsaid.
_SAID = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _(
        "Your password is changed. Wherever else you were signed in, you are signed out."
    ),
    "mfa/messages/totp_activated.txt": _("One-time codes are set up."),
    "mfa/messages/totp_deactivated.txt": _("One-time codes are removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Your recovery codes are made."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by a registrar and never by whoever comes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "enter_current_password": _("That is not your present password."),
        "incorrect_code": _(
            "This code is not right, or it has been used. Please try the next one."
        ),
        "incorrect_password": _("That is not your password."),
        "invalid_login": _("The login and the password do not belong together."),
        "username_password_mismatch": _("The login and the password do not belong together."),
        "too_many_login_attempts": _("Too many tries. Please wait five minutes and try again."),
        "rate_limited": _("Too many tries. Please wait five minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth gives it
        """Never: a registrar opens accounts."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say that something was done, in our words."""
        del message_context
        said = message or _SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody goes who has signed in: to the only workspace, or to the list of them."""
        assert isinstance(request.user, User)
        return way_in(request.user)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Give the account a new password, and write down that it has one."""
        set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page of the account."""
        return str(super().get_login_redirect_url(request))


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _(
            "Recovery codes are for accounts with one-time codes or a passkey. Set up one of them first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """The secret of one-time codes as it is kept: whoever reads the database alone has no codes."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture for a phone's camera, as an element of the page."""
        drawn = str(super().build_totp_svg(url))
        return drawn[drawn.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" ', 1)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called if nobody gives it a name."""
        del user, type
        return gettext("Passkey")


def _cipher() -> Fernet:
    # HKDF, RFC 5869: a key for this one purpose from the register's secret.
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"secrets of one-time codes")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))

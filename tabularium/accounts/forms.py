"""What is asked of somebody who signs in, in plain words."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as ConfirmByPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tabularium.register.models import User
from tabularium.register.services.member_keys import LONGEST_LIFE
from tabularium.register.services.program_secrets import LONGEST_LABEL

USUAL_LIFE = 30
"""Days for which a key holds if nobody says otherwise."""

LONGEST_LOGIN = 150
"""As in the table of accounts, in characters."""

PASSWORD_MISMATCH = _("The two passwords are not the same.")


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


def _code() -> forms.TextInput:
    return forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    )


def _rules() -> str:
    return " ".join(password_validators_help_texts())


_rules_for_passwords = lazy(_rules, str)


class SignInForm(LoginForm):
    """Login and password."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["login"] = forms.CharField(
            label=_("Login"),
            max_length=LONGEST_LOGIN,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}
            ),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"), strip=False, widget=_password("current-password")
        )
        self.order_fields(["login", "password"])


class ConfirmForm(ConfirmByPasswordForm):
    """The password once more, before something that matters."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=_password("current-password")
    )


class CodeForm(AuthenticateForm):
    """The second step of signing in."""

    code = forms.CharField(label=_("One-time code or recovery code"), widget=_code())


class ConfirmByCodeForm(ReauthenticateForm):
    """A code once more, before something that matters."""

    code = forms.CharField(label=_("One-time code or recovery code"), widget=_code())


class ActivateCodesForm(ActivateTOTPForm):
    """The first code that the app shows."""

    code = forms.CharField(label=_("The code that your app shows now"), widget=_code())


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey: what it is called, and what the browser made."""

    name = forms.CharField(
        label=_("What you call it"),
        required=False,
        max_length=60,
        help_text=_("Such as “blue key” or “office computer”."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without login and password"),
        required=False,
        initial=True,
        help_text=_("Your device then asks for its PIN, your fingerprint or the like each time."),
    )


class NamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("What you call it"), max_length=60)


class ChangePasswordForm(AllauthChangePasswordForm):
    """The present password, and a new one twice."""

    oldpassword = forms.CharField(
        label=_("Present password"), strip=False, widget=_password("current-password")
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name, label in (
            ("password1", _("New password")),
            ("password2", _("New password once more")),
        ):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget = _password("new-password")
        self.fields["password1"].help_text = _rules_for_passwords()

    def clean(self) -> dict[str, Any]:
        """The form as a whole: the new password twice the same."""
        return _twice_the_same(self)


class FirstPasswordForm(forms.Form):
    """A password twice, from whoever has the link for it."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=_password("new-password"),
        help_text=_rules_for_passwords(),
    )
    password2 = forms.CharField(
        label=_("New password once more"), strip=False, widget=_password("new-password")
    )

    def __init__(self, *args: Any, user: User, **named: Any) -> None:
        super().__init__(*args, **named)
        self._user = user

    def clean_password1(self) -> str:
        """The new password, if it is good enough for the account."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        """The form as a whole: the new password twice the same."""
        return _twice_the_same(self)


class KeyForm(forms.Form):
    """A new key for a program of one's own."""

    label = forms.CharField(
        label=_("Which program is it for?"),
        help_text=_("A name by which you know it again, such as “evening report”."),
        max_length=LONGEST_LABEL,
        error_messages={"required": _("Please name the program.")},
    )
    days = forms.IntegerField(
        label=_("For how many days does it hold?"),
        help_text=_("At most 90."),
        initial=USUAL_LIFE,
        min_value=1,
        max_value=LONGEST_LIFE,
        error_messages={
            "required": _("Please give the number of days."),
            "invalid": _("Please give a whole number of days."),
        },
    )


def _twice_the_same(form: forms.Form) -> dict[str, Any]:
    cleaned: dict[str, Any] = form.cleaned_data
    if "password1" in cleaned and cleaned.get("password2") not in {None, cleaned["password1"]}:
        form.add_error("password2", PASSWORD_MISMATCH)
    return cleaned

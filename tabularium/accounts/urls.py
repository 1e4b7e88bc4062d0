"""Addresses of signing in, below the language. The names without "accounts:" are those that allauth asks for.

What allauth has for signing up and for addresses is not here: nobody signs up, and there are no addresses.
"""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, include, path

from tabularium.accounts.audiences import Sort, View
from tabularium.accounts.pages import page
from tabularium.accounts.views import first_password, home, keys, refusals, sign_on


def _open(route: str, view: View, name: str, *, with_passkeys: bool = False) -> URLPattern:
    return path(route, page(view, Sort.EVERYBODY, passkeys=with_passkeys), name=name)


def _own(route: str, view: View, name: str, *, with_passkeys: bool = False) -> URLPattern:
    return path(route, page(view, Sort.SIGNED_IN, passkeys=with_passkeys), name=name)


_ours = (
    [
        _own("", home.home, "home"),
        _own("keys", reauthentication_required(keys.keys), "keys"),
        _own("keys/<slug:key>/revoke", keys.revoke, "revoke-key"),
        _open("first-password/<str:text>", first_password.first_password, "first-password"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(_ours)),
    _open("sign-in", account.login, "account_login", with_passkeys=True),
    _open("sign-in/code", second_factor.authenticate, "mfa_authenticate", with_passkeys=True),
    _open("sign-in/passkey", passkeys.login_webauthn, "mfa_login_webauthn"),
    _open("closed", account.account_inactive, "account_inactive"),
    _open("sign-in/with/<slug:provider>", sign_on.start, "sign_on_start"),
    _open("sign-in/cancelled", sign_on.cancelled, "socialaccount_login_cancelled"),
    _own("sign-out", account.logout, "account_logout"),
    _own("confirm", account.reauthenticate, "account_reauthenticate"),
    _own("confirm/code", second_factor.reauthenticate, "mfa_reauthenticate"),
    _own(
        "confirm/passkey",
        passkeys.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
        with_passkeys=True,
    ),
    _own("password", account.password_change, "account_change_password"),
    _own("password/none", refusals.ask_the_registrar, "account_set_password"),
    _own("", home.home, "mfa_index"),
    _own("codes", codes.activate_totp, "mfa_activate_totp"),
    _own("codes/remove", codes.deactivate_totp, "mfa_deactivate_totp"),
    _own("recovery-codes", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    _own("recovery-codes/new", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _own("", home.home, "mfa_list_webauthn"),
    _own("passkeys/add", passkeys.add_webauthn, "mfa_add_webauthn", with_passkeys=True),
    _own("passkeys/<int:pk>/name", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    _own("passkeys/<int:pk>/remove", passkeys.remove_webauthn, "mfa_remove_webauthn"),
]

# Sign-in providers know this address, so it has no language.
coming_back = [_open("sign-in/with/<slug:provider>/back", sign_on.back, "sign_on_back")]

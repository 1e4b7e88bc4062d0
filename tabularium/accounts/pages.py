"""What holds for every page of signing in: kept by nobody, and a script only where a passkey needs one."""

from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tabularium.accounts.audiences import Audience, Sort, View, declare
from tabularium.register.models import User

NOT_TO_BE_KEPT = "private, no-store"

# Passkeys (W3C Web Authentication) are a script's matter: these pages run ours, and fetch from us.
WITH_PASSKEYS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def signed_in(request: HttpRequest) -> User | None:
    """The account that asks; None if nobody is signed in."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


def kept_by_nobody(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, marked so that neither a browser nor anything between keeps it."""
    response.headers["Cache-Control"] = NOT_TO_BE_KEPT
    return response


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way to the page for signing in, and back here after."""
    return kept_by_nobody(redirect_to_login(request.get_full_path()))


def page(view: View, sort: Sort, *, passkeys: bool = False) -> View:
    """A page of signing in.

    Args:
        view: allauth's or ours.
        sort: everybody's, or for who is signed in.
        passkeys: whether its script runs there.
    """

    @wraps(view)
    def shown(request: HttpRequest, **named: Any) -> HttpResponseBase:
        if sort is Sort.SIGNED_IN and signed_in(request) is None:
            return to_sign_in(request)
        response = view(request, **named)
        if passkeys:
            response.headers["Content-Security-Policy"] = WITH_PASSKEYS
        return kept_by_nobody(response)

    return declare(shown, Audience(sort))

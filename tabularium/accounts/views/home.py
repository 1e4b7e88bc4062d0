"""The page of an account: what it may enter, and how it signs in."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.pages import signed_in
from tabularium.accounts.selectors import needs_a_second_factor, workspaces_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Workspaces, password, one-time codes, passkeys, recovery codes."""
    user = signed_in(request)
    assert user is not None
    ways = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    context = {
        "login": user.login,
        "has_password": user.has_usable_password(),
        "workspaces": workspaces_of(user),
        "codes": _first(ways, Authenticator.Type.TOTP),
        "recovery": _first(ways, Authenticator.Type.RECOVERY_CODES),
        "passkeys": [each for each in ways if each.type == Authenticator.Type.WEBAUTHN],
    }
    has_second = bool(context["codes"] or context["passkeys"])
    context["has_second_factor"] = has_second
    context["lacks_second_factor"] = not has_second and needs_a_second_factor(user)
    return render(request, "accounts/home.html", context)


def _first(ways: Iterable[Authenticator], sort: str) -> Authenticator | None:
    return next((each for each in ways if each.type == sort), None)

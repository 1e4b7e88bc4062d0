"""Signing in by a provider elsewhere (OpenID Connect): going there, and coming back."""

from http import HTTPStatus

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tabularium.accounts.pages import signed_in
from tabularium.accounts.providers import named


@require_safe
def start(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Go to the provider, to come back with who it is."""
    if provider not in named():
        raise Http404
    # Whoever is signed in stays who they are: there is nothing to link here.
    if signed_in(request) is not None:
        return redirect("account_login")
    after = get_next_redirect_url(request) or reverse("account_login")
    try:
        away: HttpResponseBase = (
            get_adapter()
            .get_provider(request, provider=provider)
            .redirect(request, process="login", next_url=after)
        )
    except (OSError, KeyError, ValueError):
        # It cannot be reached, or does not answer as the standard says.
        return render(
            request, "socialaccount/authentication_error.html", status=HTTPStatus.BAD_GATEWAY
        )
    return away


@require_safe
def back(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Come back from the provider. An account that it was linked to is signed in, and none is made."""
    if provider not in named():
        raise Http404
    exchange = get_adapter().get_provider(request, provider=provider).get_oauth2_adapter(request)
    try:
        answer: HttpResponseBase = OAuth2CallbackView.adapter_view(exchange)(request)
    except (OSError, KeyError, ValueError):
        return render(
            request, "socialaccount/authentication_error.html", status=HTTPStatus.BAD_GATEWAY
        )
    return answer


def cancelled(request: HttpRequest) -> HttpResponse:
    """Somebody thought better of it at the provider."""
    return render(request, "socialaccount/authentication_error.html")

"""A password by a link that a registrar or the machine itself made, once."""

from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tabularium.accounts.forms import FirstPasswordForm
from tabularium.register.services import set_password
from tabularium.register.services.signing_in import account_by_link


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest, text: str) -> HttpResponseBase:
    """Set a password for the account that the link is for. Then its holder signs in with it."""
    refused = ratelimit.consume_or_429(
        request, app="allauth.account", action="first_password", limit_get=True
    )
    if isinstance(refused, HttpResponse):
        return refused
    user = account_by_link(text)
    if user is None:
        return render(request, "accounts/link_over.html", status=HTTPStatus.NOT_FOUND)
    form = FirstPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        set_password(user, form.cleaned_data["password1"])
        messages.success(request, _("Your password is set. Now sign in with it."))
        return redirect("account_login")
    return render(request, "accounts/first_password.html", {"form": form, "login": user.login})

"""Tokens of the authority's programs. For registrars."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.accounts.shown_once import put_by, take
from tabularium.desk.managing import selectors
from tabularium.desk.managing.forms import TokenForm
from tabularium.register import services
from tabularium.register.models import Token

_TOKEN = "token"  # noqa: S105 - what is shown once, and no token


@sensitive_variables("made", "context")
@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.MANAGE)
def tokens(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """The tokens of the authority's programs, and a form for one more; the next page alone shows it."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = services.new_token(acting.authority, **form.cleaned_data)
        put_by(request, _TOKEN, made.text)
        return redirect("desk:tokens", acting.authority.pk)
    context = {
        "acting": acting,
        "form": form,
        "token": take(request, _TOKEN),
        "tokens": selectors.tokens(acting.authority),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/tokens.html", context, status=status)


@require_POST
@for_authority(Act.MANAGE)
def revoke(request: HttpRequest, acting: ForAuthority, token: str) -> HttpResponse:
    """Take a token back, at once and for good."""
    if not Token.objects.filter(authority=acting.authority, pk=token).exists():
        raise Http404
    services.revoke_token(token)
    messages.success(request, _("The token is taken back. No program submits by it any more."))
    return redirect("desk:tokens", acting.authority.pk)

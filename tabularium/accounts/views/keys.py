"""Keys by which programs act as whoever is signed in."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from tabularium import clock
from tabularium.accounts.forms import KeyForm
from tabularium.accounts.pages import signed_in
from tabularium.accounts.selectors import is_sure_of, needs_a_second_factor
from tabularium.accounts.shown_once import put_by, take
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.services.member_keys import MOST_KEYS, keys_of

_SECRET = "member key"  # noqa: S105 - what is shown once, and no key


@sensitive_variables("made", "context")
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the account, and a form for one more; the next page alone shows it."""
    user = signed_in(request)
    assert user is not None
    may_have_keys = is_sure_of(user) or not needs_a_second_factor(user)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and may_have_keys and form.is_valid():
        try:
            made = services.new_member_key(user, **form.cleaned_data)
        except RefusedError:
            form.add_error(None, _("So many keys hold at most: %(most)d.") % {"most": MOST_KEYS})
        else:
            put_by(request, _SECRET, made.text)
            return redirect("accounts:keys")
    now = clock.now()
    context = {
        "form": form,
        "may_have_keys": may_have_keys,
        "key": take(request, _SECRET),
        "keys": [
            (each, each.revoked_at is None and now < each.expires_at) for each in keys_of(user)
        ],
    }
    return render(request, "accounts/keys.html", context, status=_status(form, may_have_keys))


def _status(form: KeyForm, may_have_keys: bool) -> HTTPStatus:
    if form.is_bound and not may_have_keys:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Take a key back, at once and for good."""
    user = signed_in(request)
    assert user is not None
    services.revoke_member_key(key, by=user)
    messages.success(request, _("The key is taken back. No program acts by it any more."))
    return redirect("accounts:home")

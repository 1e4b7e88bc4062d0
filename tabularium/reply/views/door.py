"""The doors: how to begin, the code from the letter, and an account for whoever has none."""

from http import HTTPStatus

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tabularium.accounts.pages import signed_in
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.invitation_codes import Origin, Recognised
from tabularium.register.models import Organisation
from tabularium.register.services.invitations import organisation_of
from tabularium.register.services.memberships import answers_for
from tabularium.reply.forms import AccountForm, CodeForm
from tabularium.reply.limits import note_failure, too_many_tries
from tabularium.reply.refusals import sentence, sentence_for

_KEY = "reply.recognised"
MOST_SHOWN = 50


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """What this is, and the field for the code. A code that holds leads on to `enter`."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many_tries(request):
            form.add_error("code", sentence_for("too-many-tries"))
            return _begin(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        try:
            found = services.recognise(form.cleaned_data["code"])
        except RefusedError as error:
            note_failure(request)
            form.add_error("code", sentence(error))
        else:
            request.session[_KEY] = [found.origin, found.number, found.generation, found.made_at]
            return redirect("reply:enter")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _begin(request, form, status)


def _begin(request: HttpRequest, form: CodeForm, status: HTTPStatus) -> HttpResponse:
    user = signed_in(request)
    ours = list(answers_for(user)[:MOST_SHOWN]) if user else []
    context = {"form": form, "user": user, "ours": ours}
    return render(request, "reply/begin.html", context, status=status)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """What happens, what an organisation can do, until when, and what happens if it does nothing."""
    return render(request, "reply/how.html")


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """For whom the code is, and the ways to go on: with this account, with another, with a new one."""
    found = _recognised(request)
    if found is None:
        return redirect("reply:begin")
    return _enter(request, found[1], AccountForm())


def _enter(
    request: HttpRequest,
    organisation: Organisation,
    form: AccountForm,
    *,
    mistake: str = "",
) -> HttpResponse:
    here = {"next": resolve_url("reply:enter")}
    context = {
        "organisation": organisation,
        "user": signed_in(request),
        "form": form,
        "mistake": mistake,
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode(here)}",
    }
    is_wrong = form.errors or mistake
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "reply/enter.html", context, status=status)


@sensitive_post_parameters("password", "again")
@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account for whoever has a code that holds, and sign it in."""
    found = _recognised(request)
    if found is None or signed_in(request) is not None:
        return redirect("reply:enter")
    form = AccountForm(request.POST)
    if too_many_tries(request):
        form.add_error(None, sentence_for("too-many-tries"))
    if not form.is_valid():
        return _enter(request, found[1], form)
    said = form.cleaned_data
    try:
        user, organisation = services.open_account_by_code(
            found[0], login=said["login"], password=said["password"]
        )
    except RefusedError as error:
        note_failure(request)
        form.add_error("login" if error.reason == "login-taken" else None, sentence(error))
        return _enter(request, found[1], form)
    sign_in(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    # The password was typed just now: a second factor can be set up without typing it again.
    record_authentication(request, user, "password")
    request.session.pop(_KEY, None)
    return redirect("reply:welcome", identity=organisation.pk)


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Let the account that is signed in answer for the organisation of the code."""
    found, user = _recognised(request), signed_in(request)
    if found is None or user is None:
        return redirect("reply:enter")
    try:
        organisation = services.take_up(found[0], user)
    except RefusedError as error:
        return _enter(request, found[1], AccountForm(), mistake=sentence(error))
    request.session.pop(_KEY, None)
    return redirect("reply:overview", identity=organisation.pk)


def _recognised(request: HttpRequest) -> tuple[Recognised, Organisation] | None:
    """What the code stands for that was typed in this session, while it holds. No code is kept there."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, list):
        return None
    origin, number, generation, made_at = kept
    found = Recognised(Origin(origin), number, generation, made_at)
    try:
        return found, organisation_of(found)
    except RefusedError:
        del request.session[_KEY]
        return None

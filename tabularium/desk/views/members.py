"""Members of the authority: who they are, what they may do, and what helps who cannot sign in."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.accounts.shown_once import put_by, take
from tabularium.desk.acting import refusal_of, say_refused
from tabularium.desk.managing import selectors
from tabularium.desk.managing.forms import MemberForm, RolesForm
from tabularium.register import services
from tabularium.register.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.MANAGE)
def members(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """Everybody who works for the authority, and a form for one more."""
    form = MemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        added: list[User] = []
        said = form.cleaned_data

        def add() -> None:
            added.append(
                services.add_to_authority(
                    acting.authority, said["login"], roles=said["roles"], by=acting.user
                )
            )

        refused = refusal_of(add)
        if not refused:
            messages.success(request, _("The member is added. Now make a link for the account."))
            return redirect("desk:member", acting.authority.pk, added[0].pk)
        form.add_error("login", refused)
    context = {"acting": acting, "form": form, "members": selectors.members(acting.authority)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/members.html", context, status=status)


@require_safe
@for_authority(Act.MANAGE)
def member(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """One member: its roles, how it signs in, and all that was done with the account."""
    return _member(request, acting, _user_or_404(acting, number))


@sensitive_variables("context")
def _member(
    request: HttpRequest, acting: ForAuthority, user: User, form: RolesForm | None = None
) -> HttpResponse:
    held = selectors.roles_of(acting.authority, user)
    context = {
        "acting": acting,
        "member": user,
        "is_own": user == acting.user,
        "form": form or RolesForm(initial={"roles": held}),
        "ways": selectors.ways_to_sign_in(user),
        "link": take(request, _link_of(user)),
        "link_days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        "history": selectors.events_of_account(acting.authority, user),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    return render(request, "desk/member.html", context, status=status)


def _link_of(user: User) -> str:
    return f"link {user.pk}"


@require_POST
@for_authority(Act.MANAGE)
def roles(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """Let a member have these roles and no others."""
    user = _user_or_404(acting, number)
    form = RolesForm(request.POST)
    if not form.is_valid():
        return _member(request, acting, user, form)
    chosen = form.cleaned_data["roles"]
    refused = refusal_of(
        lambda: services.change_roles(acting.authority, user, roles=chosen, by=acting.user)
    )
    if refused:
        form.add_error("roles", refused)
        return _member(request, acting, user, form)
    messages.success(request, _("The roles are changed."))
    return redirect("desk:member", acting.authority.pk, user.pk)


@require_POST
@for_authority(Act.MANAGE)
def link(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """Make a link by which the member sets a password, once; the next page alone shows it."""
    user = _user_or_404(acting, number)

    def make() -> None:
        text = services.new_password_link(user, authority=acting.authority, by=acting.user)
        address = settings.ADDRESS + resolve_url("accounts:first-password", text)
        put_by(request, _link_of(user), address)

    say_refused(request, refusal_of(make), _("The link is made. It stands below, this once."))
    return redirect("desk:member", acting.authority.pk, user.pk)


_HELP: Mapping[str, tuple[Callable[..., object], str | Promise]] = MappingProxyType(
    {
        "reset": (
            services.reset_second_factor,
            gettext_lazy(
                "The account has neither password nor second step now. Make a link for it."
            ),
        ),
        "close": (
            services.close_account,
            gettext_lazy("Nobody signs in with the account any more."),
        ),
        "reopen": (services.reopen_account, gettext_lazy("The account signs in again.")),
    }
)


@require_POST
@for_authority(Act.MANAGE)
def help_member(request: HttpRequest, acting: ForAuthority, number: int, way: str) -> HttpResponse:
    """Take away how somebody signs in who lost the device; close an account; open it again."""
    user = _user_or_404(acting, number)
    if way not in _HELP:
        raise Http404
    act, done = _HELP[way]
    refused = refusal_of(lambda: act(user, authority=acting.authority, by=acting.user))
    say_refused(request, refused, done)
    return redirect("desk:member", acting.authority.pk, user.pk)


@require_POST
@for_authority(Act.MANAGE)
def remove(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """End a membership. What the member recorded and decided stands."""
    user = _user_or_404(acting, number)
    refused = refusal_of(
        lambda: services.take_from_authority(acting.authority, user, by=acting.user)
    )
    say_refused(request, refused, _("The membership is ended."))
    if refused:
        return redirect("desk:member", acting.authority.pk, user.pk)
    return redirect("desk:members", acting.authority.pk)


def _user_or_404(acting: ForAuthority, number: int) -> User:
    found = selectors.member(acting.authority, number)
    if found is None:
        raise Http404
    return found

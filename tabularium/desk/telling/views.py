"""How one organisation is told of an entry: its notices, where it is reached, the code that lets it in."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.accounts.shown_once import put_by, take
from tabularium.core.kinds import NoticeChannel
from tabularium.desk.acting import refusal_of, say_refused
from tabularium.desk.telling import selectors
from tabularium.desk.telling.forms import AddressForm
from tabularium.desk.views.entries import entry_or_404
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.services.service_addresses import OLD_KEY_FOR, MailboxKey

_SHOWN_ONCE = "desk.code-of-entry"
"""In the session: of which entry the next page shows the code, and no page after it. Not the code."""


@require_safe
@for_authority(Act.LOOK)
def told(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """All notices of an entry, the addresses that the authority keeps, and the state of the code."""
    return _told(request, acting, entry_or_404(acting, entry))


@sensitive_variables("code", "key", "context")
def _told(
    request: HttpRequest, acting: ForAuthority, entry: Entry, form: AddressForm | None = None
) -> HttpResponse:
    sees_to_it = acting.may(Act.RECORD, Act.DECIDE)
    invited = selectors.invitation_of(entry)
    code = ""
    if sees_to_it and request.method == "GET" and request.session.get(_SHOWN_ONCE) == entry.pk:
        del request.session[_SHOWN_ONCE]
        code = services.code_for(invited.notice) if invited and invited.holds else ""
    context = {
        "acting": acting,
        "entry": entry,
        "version": entry.current_version,
        "organisation": entry.organisation,
        "notices": selectors.told_of(entry),
        "addresses": selectors.addresses_of(entry) if sees_to_it else [],
        "invited": invited,
        "sees_to_it": sees_to_it,
        "form": form or AddressForm(initial={"channel": entry.current_version.notice_channel}),
        "code": code,
        "key": take(request, _key_of(entry)) if sees_to_it else "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    return render(request, "desk/told.html", context, status=status)


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def set_address(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Keep where the organisation of an entry is reached."""
    found = entry_or_404(acting, entry)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _told(request, acting, found, form)
    said = form.cleaned_data

    def keep() -> None:
        assert found.organisation is not None
        before = {each.key_name for each in selectors.addresses_of(found)}
        channel = NoticeChannel(said["channel"])
        kept = services.set_service_address(
            acting.authority, found.organisation, channel, said["text"], by=acting.user
        )
        if kept.key_name not in before and channel is NoticeChannel.MAILBOX:
            key = services.show_mailbox_key(acting.authority, found.organisation, by=acting.user)
            _put_key_by(request, found, key)

    refused = refusal_of(keep)
    if refused:
        form.add_error("text", refused)
        return _told(request, acting, found, form)
    messages.success(
        request, _("The address is kept. It holds for all entries of the organisation.")
    )
    return _back(acting, found)


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def remove_address(
    request: HttpRequest, acting: ForAuthority, entry: str, channel: str
) -> HttpResponse:
    """Keep an address no longer."""
    found = entry_or_404(acting, entry)
    if channel not in list(NoticeChannel) or found.organisation is None:
        raise Http404
    services.remove_service_address(
        acting.authority, found.organisation, NoticeChannel(channel), by=acting.user
    )
    messages.success(request, _("The address is removed."))
    return _back(acting, found)


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def new_key(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Make another key for the organisation's mailbox, and show it once."""
    found = entry_or_404(acting, entry)

    def make() -> None:
        assert found.organisation is not None
        key = services.new_mailbox_key(acting.authority, found.organisation, by=acting.user)
        _put_key_by(request, found, key)

    days = OLD_KEY_FOR.days
    done = ngettext(
        "There is a new key. For %(days)d day calls are signed with the old one too.",
        "There is a new key. For %(days)d days calls are signed with the old one too.",
        days,
    )
    say_refused(request, refusal_of(make), done % {"days": days})
    return _back(acting, found)


def _key_of(entry: Entry) -> str:
    return f"key {entry.pk}"


def _put_key_by(request: HttpRequest, entry: Entry, key: MailboxKey) -> None:
    put_by(request, _key_of(entry), f"{key.name} {key.secret}")


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def show_code(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Show, once, the code that the notice carries, for an organisation that has lost the letter."""
    return _show(request, acting, entry_or_404(acting, entry))


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def new_code(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Make another code, and show it once; the one before holds no longer."""
    found = entry_or_404(acting, entry)
    invited = _invited_or_404(found)
    refused = refusal_of(lambda: services.new_code(invited.notice, by=acting.user))
    say_refused(request, refused, _("There is a new code. The one before does not work any more."))
    return _show(request, acting, found)


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def withdraw_code(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Let the code hold no longer."""
    found = entry_or_404(acting, entry)
    invited = _invited_or_404(found)
    refused = refusal_of(lambda: services.withdraw_code(invited.notice, by=acting.user))
    say_refused(request, refused, _("The code does not work any more."))
    return _back(acting, found)


def _invited_or_404(entry: Entry) -> selectors.Invited:
    invited = selectors.invitation_of(entry)
    if invited is None:
        raise Http404
    return invited


def _show(request: HttpRequest, acting: ForAuthority, entry: Entry) -> HttpResponse:
    request.session[_SHOWN_ONCE] = entry.pk
    return _back(acting, entry)


def _back(acting: ForAuthority, entry: Entry) -> HttpResponse:
    return redirect("desk:told", acting.authority.pk, entry.pk)

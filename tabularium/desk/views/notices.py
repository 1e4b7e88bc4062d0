"""Notices of the authority: what is owed and what failed, and letters to print and to post."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.core.kinds import NoticeChannel
from tabularium.desk.acting import refusal_of, say_refused, today_at
from tabularium.desk.looked import note_shown
from tabularium.desk.telling import selectors
from tabularium.desk.telling.forms import AgainForm, PostedForm
from tabularium.notices.posting import begin_list, letters_on
from tabularium.public.paging import page_of
from tabularium.register import services
from tabularium.register.models import Notice


@require_safe
@for_authority(Act.LOOK)
def notices(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """What is still to be told, first what somebody has to see to."""
    sections = []
    shown = []
    for name, found in selectors.waiting(acting.authority).items():
        page = page_of(found, request, name)
        sections.append((name, page, selectors.with_attempts(page.rows)))
        shown += [each.version.entry for each in page.rows]
    note_shown(acting, shown)
    lists = selectors.lists_to_post(acting.authority)
    context = {
        "acting": acting,
        "sections": sections,
        "lists": lists,
        "is_empty": not shown and not lists,
        "sees_to_it": acting.may(Act.RECORD, Act.DECIDE),
    }
    return render(request, "desk/notices.html", context)


def _notice_or_404(acting: ForAuthority, number: int) -> Notice:
    notice = selectors.notice_at(acting.authority, number)
    if notice is None or notice.version.entry.organisation_id is None:
        raise Http404
    note_shown(acting, [notice.version.entry])
    return notice


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.RECORD, Act.DECIDE)
def again(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """Let a notice go once more that failed or was not posted; by another channel too."""
    notice = _notice_or_404(acting, number)
    entry = notice.version.entry
    channels = [each.channel for each in selectors.addresses_of(entry)]
    given = request.POST if request.method == "POST" else None
    form = AgainForm(given, channels=channels, initial={"channel": notice.channel})
    if request.method == "POST" and form.is_valid():
        channel = NoticeChannel(form.cleaned_data["channel"])
        refused = refusal_of(
            lambda: services.send_notice_again(notice.pk, by=acting.user, channel=channel)
        )
        if not refused:
            messages.success(request, _again_by(channel))
            return redirect("desk:told", acting.authority.pk, entry.pk)
        form.add_error(None, refused)
    context = {
        "acting": acting,
        "told": selectors.with_attempts([notice])[0],
        "entry": entry,
        "channels": channels,
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/again.html", context, status=status)


def _again_by(channel: NoticeChannel) -> str:
    if channel is NoticeChannel.LETTER:
        return _("The letter waits to be printed. You find it under Notices.")
    return _("The notice goes again.")


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def print_letters(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """Put the letters that wait on a posting list, from which they are printed."""
    name = begin_list(acting.authority)
    if not name:
        messages.error(request, _("No letter waits that has an address."))
        return redirect("desk:notices", acting.authority.pk)
    messages.success(request, _("The letters stand on a list now. Print them, and post them."))
    return redirect("desk:posting-list", acting.authority.pk, name)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.RECORD, Act.DECIDE)
def posting_list(request: HttpRequest, acting: ForAuthority, name: str) -> HttpResponse:
    """The letters on a list, and a form that says on which day they were posted."""
    letters = _letters_or_404(acting, name)
    printed = [each for each in letters if each.state == Notice.State.PRINTED]
    today = today_at(acting)
    given = request.POST if request.method == "POST" else None
    form = PostedForm(given, notices=printed, today=today, initial={"posted_on": today})
    if request.method == "POST" and form.is_valid():
        refused = refusal_of(lambda: _post(acting, form.cleaned_data))
        if not refused:
            messages.success(request, _posted(len(form.cleaned_data["letters"])))
            return redirect("desk:posting-list", acting.authority.pk, name)
        form.add_error("posted_on", refused)
    context = {
        "acting": acting,
        "name": name,
        "letters": letters,
        "printed": printed,
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/posting_list.html", context, status=status)


def _posted(letters: int) -> str:
    said = ngettext("%(letters)d letter was posted.", "%(letters)d letters were posted.", letters)
    return said % {"letters": letters}


def _post(acting: ForAuthority, said: dict[str, Any]) -> None:
    for number in said["letters"]:
        services.letter_posted(int(number), on=said["posted_on"], by=acting.user)


@require_safe
@for_authority(Act.RECORD, Act.DECIDE)
def letters_file(
    request: HttpRequest,  # noqa: ARG001 - Django gives it
    acting: ForAuthority,
    name: str,
) -> HttpResponse:
    """The letters of a list that are still to be posted, as one file to print."""
    letters = _letters_or_404(acting, name)
    printed = [each for each in letters if each.state == Notice.State.PRINTED]
    if not printed:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(letters_on(name, printed), content_type="application/pdf", headers=headers)


@require_POST
@for_authority(Act.RECORD, Act.DECIDE)
def came_back(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """Say of a notice that it came back: it has failed, and is to go another way."""
    notice = _notice_or_404(acting, number)
    refused = refusal_of(lambda: services.notice_came_back(notice.pk, by=acting.user))
    say_refused(
        request,
        refused,
        _("The notice counts as not given. Give another address, or let it go by another channel."),
    )
    if refused:
        return redirect("desk:told", acting.authority.pk, notice.version.entry_id)
    return redirect("desk:again", acting.authority.pk, notice.pk)


def _letters_or_404(acting: ForAuthority, name: str) -> list[Notice]:
    letters = selectors.on_list(acting.authority, name)
    if not letters:
        raise Http404
    note_shown(acting, [each.version.entry for each in letters])
    return letters

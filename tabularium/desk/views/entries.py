"""The authority's entries: a list to look in, one with all that happened to it, and what was sent with it."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.downloads import document_response
from tabularium.accounts.roles import Act
from tabularium.desk.comparing import compared
from tabularium.desk.forms import ListForm
from tabularium.desk.looked import note_shown
from tabularium.desk.possible import possible
from tabularium.public.instant import instant_of
from tabularium.public.paging import page_of
from tabularium.public.views.subjects import entry_context
from tabularium.register import desk_selectors as selectors
from tabularium.register import visibility
from tabularium.register.models import Entry
from tabularium.register.own_word import word_of
from tabularium.register.services.correction_requests import correction_requests_of


@require_safe
@for_authority(Act.LOOK)
def entry_list(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """All entries of the authority, the last changed first, as somebody looks for them."""
    items = selectors.items_at(acting.authority)
    form = ListForm(request.GET, items=items, kinds=selectors.kinds_at(acting.authority))
    asked = form.cleaned_data if form.is_valid() else {}
    found = selectors.listed(acting.authority, **asked) if form.is_valid() else None
    page = page_of(found, request, "page") if found is not None else None
    note_shown(acting, page.rows if page else ())
    context = {"acting": acting, "form": form, "page": page}
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "desk/entries.html", context, status=status)


def entry_or_404(acting: ForAuthority, identity: str) -> Entry:
    """An entry of the authority, noted as looked at.

    Raises:
        Http404: the authority has none of that identity.
    """
    entry = selectors.entry_at(acting.authority, identity)
    if entry is None or entry.organisation is None:
        raise Http404
    note_shown(acting, [entry])
    return entry


@require_safe
@for_authority(Act.LOOK)
def entry_page(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """An entry with its whole history, its versions and what may be done with it now."""
    now = instant_of(request)
    found = entry_or_404(acting, entry)
    versions = selectors.versions_of(found)
    context = {
        **entry_context(found),
        "answer": visibility.shown_answers([found.pk], now).get(found.pk),
        "word": word_of(found, now),
        "acting": acting,
        "possible": possible(found, acting, now),
        "history": selectors.history(found),
        "versions": compared(versions),
        "notice": selectors.notice_of(found),
        "requests": correction_requests_of(found),
        "appearance": visibility.appearance(found.pk, now)[0],
    }
    return render(request, "desk/entry.html", context)


@require_safe
@for_authority(Act.LOOK)
def document(
    request: HttpRequest,  # noqa: ARG001 - Django gives it
    acting: ForAuthority,
    entry: str,
    document: str,
) -> HttpResponse:
    """A document that the organisation sent about an entry, as a download."""
    found = entry_or_404(acting, entry)
    sent = selectors.document_at(acting.authority, found.pk, document)
    if sent is None:
        raise Http404
    return document_response(sent)

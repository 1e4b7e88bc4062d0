"""One entry as its organisation reads it: how it stands, what can be done, and what the public would see."""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.core.life import NotAllowedError
from tabularium.public.instant import instant_of
from tabularium.public.views.subjects import entry_context
from tabularium.register import reply_selectors as selectors
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import CorrectionRequest, Entry
from tabularium.register.own_word import word_of
from tabularium.register.services.correction_requests import (
    correction_requests_of,
    may_ask_correction,
)
from tabularium.register.standing import standing_of
from tabularium.register.visibility import ShownAnswer


@require_safe
@for_organisation
def entry_page(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """The entry. Opened before its notice counts as given, it is given by that: read at sign-in."""
    found = opened(request, acting, entry)
    now = instant_of(request)
    answer = selectors.present_answer(found)
    shown = ShownAnswer(answer.text, answer.language) if answer and answer.shown else None
    # What the public sees comes under names of its own: the page and the preview both have an "answer".
    context = {
        **entry_context(found),
        "word": word_of(found, now),
        "acting": acting,
        "standing": standing_of(found, now),
        "possible": selectors.possible(found, now),
        "may_ask_correction": may_ask_correction(found, now),
        "own_answer": answer,
        "answer": shown,
        "history": selectors.history(found),
        "requests": [(each, _is_open(each, found)) for each in correction_requests_of(found)],
    }
    return render(request, "reply/entry.html", context)


def _is_open(request: CorrectionRequest, entry: Entry) -> bool:
    return request.settled_at is None and request.version_id == entry.current_version_id


def opened(request: HttpRequest, acting: ForOrganisation, identity: str) -> Entry:
    """An entry of the organisation that acts; what it was to be told counts as given once it is shown.

    Raises:
        Http404: the organisation has none of that identity to read.
    """
    entry = selectors.entry_of_ours(acting.organisation, identity)
    if entry is None:
        raise Http404
    if request.method != "GET" or not selectors.notice_waits(entry):
        return entry
    # Refused where the entry is over before its notice was given: there is nothing to record.
    with suppress(RefusedError, NotAllowedError):
        services.read_notices(entry.pk)
    found = selectors.entry_of_ours(acting.organisation, identity)
    if found is None:
        raise Http404
    return found

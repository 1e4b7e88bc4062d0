"""Approval: an adverse entry on a page of its own, licences and promises together."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.core.kinds import Kind
from tabularium.desk.acting import SEEN, as_seen, refusal_of, say_refused
from tabularium.desk.looked import note_shown
from tabularium.desk.possible import possible
from tabularium.desk.views.entries import entry_or_404
from tabularium.public.instant import instant_of
from tabularium.public.paging import page_of
from tabularium.public.views.subjects import entry_context
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.own_word import word_of

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def approve(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """One draft, exactly as the public would see it, with its basis, its term and its whole text."""
    found = entry_or_404(acting, entry)
    if request.method == "POST":
        approve_it = partial(services.approve, found.pk, approver=acting.user)
        refused = refusal_of(as_seen(request, found, approve_it))
        say_refused(request, refused, _("The entry is approved."))
        return redirect("desk:entry", acting.authority.pk, found.pk)
    now = instant_of(request)
    context = {
        **entry_context(found),
        "word": word_of(found, now),
        "acting": acting,
        "is_adverse": Kind(found.kind).is_adverse,
        "due": selectors.due(found),
        "possible": possible(found, acting, now),
        SEEN: found.last_event_number,
    }
    return render(request, "desk/approve.html", context)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def licences(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """Drafts that speak against nobody: those that are chosen are approved together, all or none."""
    found = selectors.drafts(acting.authority, selectors.OTHERS, but_by=acting.user.pk)
    waiting = selectors.in_order_of_decision(acting.authority, found).exclude(
        public_until__lte=instant_of(request)
    )
    if request.method == "POST":
        chosen = request.POST.getlist("entry")
        own = list(waiting.filter(pk__in=chosen).values_list("pk", flat=True))
        if not own:
            messages.error(request, _("Please choose at least one entry that still waits."))
            return redirect("desk:licences", acting.authority.pk)
        refused = refusal_of(lambda: services.approve_licences(own, approver=acting.user))
        done = ngettext("%(count)d entry is approved.", "%(count)d entries are approved.", len(own))
        say_refused(request, refused, done % {"count": len(own)})
        return redirect("desk:licences", acting.authority.pk)
    page = page_of(waiting, request, "page")
    note_shown(acting, page.rows)
    return render(request, "desk/licences.html", {"acting": acting, "page": page})

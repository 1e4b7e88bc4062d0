"""Corrections that files offer and that organisations ask for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.desk.acting import Asked, answer, today_at
from tabularium.desk.comparing import offered_differences
from tabularium.desk.forms import OfferForm, SettleForm
from tabularium.desk.looked import note_shown
from tabularium.desk.views.entries import entry_or_404
from tabularium.public.paging import page_of
from tabularium.public.views.subjects import entry_context
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.models import CorrectionRequest
from tabularium.register.services.correction_requests import (
    open_correction_requests,
    settle_correction_request,
)

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@for_authority(Act.LOOK)
def corrections(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """All corrections that nobody has decided on."""
    offered_page = page_of(selectors.offered(acting.authority), request, "offered")
    asked_page = page_of(open_correction_requests(acting.authority), request, "asked")
    note_shown(acting, [each.entry for page in (offered_page, asked_page) for each in page.rows])
    context = {"acting": acting, "offered": offered_page, "asked": asked_page}
    return render(request, "desk/corrections.html", context)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def offered(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """A correction that a file offers: what stands, and what the file says."""
    offer = selectors.offered(acting.authority).filter(pk=number).first()
    if offer is None:
        messages.error(request, _("Nobody has to decide on this correction any more."))
        return redirect("desk:corrections", acting.authority.pk)
    found = entry_or_404(acting, offer.entry_id)
    asked = Asked(
        entry=found,
        form=OfferForm(request.POST if request.method == "POST" else None),
        template="desk/offered.html",
        context={
            **entry_context(found),
            "offer": offer,
            "differences": offered_differences(found.current_version, offer),
        },
        done=_("The correction is decided."),
    )

    def decide(said: dict[str, Any]) -> object:
        accepted = said["outcome"] == "accepted"
        decided = services.accept_correction if accepted else services.dismiss_correction
        return decided(offer.pk, by=acting.user, reasons=said["reasons"])

    return answer(request, acting, asked, decide)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def asked(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """A correction that an organisation asks for: answered here, or by a new version of the entry."""
    wanted = open_correction_requests(acting.authority).filter(pk=number).first()
    if wanted is None:
        raise Http404
    found = entry_or_404(acting, wanted.entry_id)
    form = Asked(
        entry=found,
        form=SettleForm(request.POST if request.method == "POST" else None, today=today_at(acting)),
        template="desk/asked.html",
        context={**entry_context(found), "wanted": wanted},
        done=_("The organisation can read your answer."),
    )
    return answer(
        request,
        acting,
        form,
        lambda said: settle_correction_request(
            wanted.pk,
            by=acting.user,
            outcome=CorrectionRequest.Outcome(said["outcome"]),
            reasons=said["reasons"],
        ),
    )

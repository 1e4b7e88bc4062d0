"""What an approver decides about an entry: objections, repair, withdrawal, and stays that others ordered."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.desk.acting import Asked, answer, today_at
from tabularium.desk.forms import DatedForm, ObjectionForm, RepairForm, StayForm
from tabularium.desk.views.entries import entry_or_404
from tabularium.public.views.subjects import entry_context
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.models import Entry

_METHODS = ["GET", "HEAD", "POST"]


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _asked(
    request: HttpRequest,
    acting: ForAuthority,
    entry: Entry,
    form: type[DatedForm],
    **context: Any,
) -> Asked:
    return Asked(
        entry=entry,
        form=form(_given(request), today=today_at(acting)),
        template=context.pop("template"),
        context={**entry_context(entry), **context},
        done=context.pop("done"),
    )


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def objection(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Decide an objection, with the organisation's words and documents beside it."""
    found = entry_or_404(acting, entry)
    asked = _asked(
        request,
        acting,
        found,
        ObjectionForm,
        template="desk/objection.html",
        objection=selectors.open_objection(found),
        done=_("The objection is decided. The organisation is told."),
    )

    def decide(said: dict[str, Any]) -> object:
        decided = services.uphold if said["outcome"] == "upheld" else services.withdraw
        return decided(found.pk, by=acting.user, reasons=said["reasons"], dated=said["dated"])

    return answer(request, acting, asked, decide)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def repair(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Decide whether the public view ends early because the matter has been put right."""
    found = entry_or_404(acting, entry)
    asked = _asked(
        request,
        acting,
        found,
        RepairForm,
        template="desk/repair.html",
        repair=selectors.open_request_for_repair(found),
        done=_("The request is decided. The organisation is told."),
    )

    def decide(said: dict[str, Any]) -> object:
        granted = said["outcome"] == "granted"
        decided = services.grant_repair if granted else services.refuse_repair
        return decided(found.pk, by=acting.user, reasons=said["reasons"], dated=said["dated"])

    return answer(request, acting, asked, decide)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def withdraw(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Withdraw an entry for good."""
    found = entry_or_404(acting, entry)
    asked = _asked(
        request,
        acting,
        found,
        DatedForm,
        template="desk/withdraw.html",
        done=_("The entry is withdrawn."),
    )
    return answer(
        request,
        acting,
        asked,
        lambda said: services.withdraw(
            found.pk, by=acting.user, reasons=said["reasons"], dated=said["dated"]
        ),
    )


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def stay(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Enter the stay that a court or review body ordered; where one is entered, lift it."""
    found = entry_or_404(acting, entry)
    if found.stage == "draft":
        raise Http404
    asked = _asked(
        request,
        acting,
        found,
        StayForm,
        template="desk/stay.html",
        done=_("The stay is lifted.") if found.stayed else _("The stay is entered."),
    )
    decide = services.lift_stay if found.stayed else services.stay

    def enter(said: dict[str, Any]) -> object:
        ordered = services.Order(said["ordered_by"], said["file_number"])
        return decide(
            found.pk,
            by=acting.user,
            order=said["reasons"],
            dated=said["dated"],
            ordered=ordered,
        )

    return answer(request, acting, asked, enter)

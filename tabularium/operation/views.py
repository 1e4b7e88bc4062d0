"""What machines ask of a register that runs, and the page on it for an authority's registrar."""

from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.notices.selectors import owed_by
from tabularium.operation import health, metrics
from tabularium.operation.remarks import remarks
from tabularium.operation.state import SOON, machine
from tabularium.public.instant import instant_of
from tabularium.register import desk_selectors

NOT_KEPT = {"Cache-Control": "no-store"}


@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - nothing of it is asked
    """That this process answers; no database is asked, for starting it anew would mend none."""
    return JsonResponse({"alive": True}, headers=NOT_KEPT)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - nothing of it is asked
    """Whether requests are to be sent here: 200 or 503, and what is well."""
    found = health.readiness()
    is_ready = set(found.values()) == {health.WELL}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": is_ready, "checks": found}, status=status, headers=NOT_KEPT)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Figures for a monitoring system that shows the token; without one in the settings, none."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not metrics.may_read(request.headers.get("Authorization", "")):
        headers = {"WWW-Authenticate": "Bearer", **NOT_KEPT}
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers=headers)
    return HttpResponse(metrics.written(), content_type=metrics.CONTENT_TYPE, headers=NOT_KEPT)


@require_safe
@for_authority(Act.MANAGE)
def running(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """How it stands with the register: for the registrar, who hears first when something stands still."""
    now = instant_of(request)
    objections = desk_selectors.work(acting.authority, now)["objections"]
    soon = objections.filter(decide_by__gt=now, decide_by__lte=now + SOON)
    context = {
        "acting": acting,
        "rows": remarks(machine()),
        "owed": owed_by(acting.authority),
        "soon": soon[: desk_selectors.MOST_COUNTED].count(),
        "late": desk_selectors.missed(acting.authority, now)[: desk_selectors.MOST_COUNTED].count(),
        "hours": SOON // timedelta(hours=1),
    }
    return render(request, "operation/running.html", context)

"""The page of figures on the quality of an authority's data. It is about files and never about subjects."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.public.instant import instant_of
from tabularium.public.plots import plots
from tabularium.register import visibility
from tabularium.register.coverage import coverage
from tabularium.register.diligence import by_quarter
from tabularium.register.quality import figures
from tabularium.register.quality_figures import FileFigures
from tabularium.register.quality_periods import Period, periods


@dataclass(frozen=True, slots=True)
class ItemPart:
    """What the page shows of one catalogue item."""

    code: str
    title: Mapping[str, str]
    figures: FileFigures


@require_safe
def figures_page(request: HttpRequest, code: str) -> HttpResponse:
    """How an authority's files come, and what was found in those of a quarter or of four."""
    now = instant_of(request)
    authority = visibility.public_authorities().filter(code=code).first()
    if authority is None:
        raise Http404
    known = periods(now, authority.time_zone)
    period = _asked_for(request, known)
    found = figures(authority, period)
    covered = coverage(authority, now)
    titles = {
        item.code: item.title
        for item in visibility.public_items()
        .filter(authority=authority)
        .defer("definition")
        .order_by("version")
    }
    context = {
        "authority": authority,
        "period": period,
        "periods": known,
        "figures": found,
        "parts": [ItemPart(each.item, titles.get(each.item, {}), each) for each in found.items],
        "coverage": covered,
        "plots": plots(by_quarter(authority, [each for each in known if each.is_quarter])),
        "has_begun": any(each.last for each in covered) or found.together.files,
    }
    return render(request, "public/figures.html", context)


def _asked_for(request: HttpRequest, known: tuple[Period, ...]) -> Period:
    wanted = request.GET.get("period", "") or known[0].name
    period = next((each for each in known if each.name == wanted), None)
    if period is None:
        raise Http404
    return period

"""The pages that explain: authorities, what they publish, and what the register is."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from tabularium.core.kinds import Kind
from tabularium.public import linked_data
from tabularium.public.definitions import changed_lines, specification
from tabularium.public.instant import instant_of
from tabularium.public.languages import choose
from tabularium.public.paging import number_in
from tabularium.public.plots import Plot, plots
from tabularium.public.views.subjects import section_of
from tabularium.register import selectors, visibility
from tabularium.register.diligence import by_quarter
from tabularium.register.item_versions import nearest, uses_of
from tabularium.register.models import Authority, CatalogueItem
from tabularium.register.quality_periods import periods


def _today(item: CatalogueItem, now: datetime) -> date:
    return now.astimezone(ZoneInfo(item.authority.time_zone)).date()


def in_force(versions: Iterable[CatalogueItem], now: datetime) -> dict[str, CatalogueItem]:
    """Of each item the version that is used today, else the last that was, else the first to come."""
    by_code: dict[str, list[CatalogueItem]] = {}
    for item in versions:
        by_code.setdefault(item.code, []).append(item)
    chosen: dict[str, CatalogueItem] = {}
    for code, each in by_code.items():
        use = nearest(uses_of(each), _today(each[0], now))
        if use is not None:
            chosen[code] = use.item
    return chosen


@require_safe
def authority_page(request: HttpRequest, code: str) -> HttpResponse:
    """An authority: what it publishes, how diligent it is, what it owes itself, how to report a mistake."""
    now = instant_of(request)
    authority = visibility.public_authorities().filter(code=code).first()
    if authority is None:
        raise Http404
    items = in_force(visibility.public_items().filter(authority=authority).defer("definition"), now)
    own = selectors.entries_of(authority.organisation, now)
    context = {
        "authority": authority,
        "data": linked_data.of_authority(request, authority),
        "items": sorted(items.values(), key=lambda item: choose(item.title).text),
        "plots": _diligence(authority, now),
        "promises": section_of("promises", own.filter(kind=Kind.PROMISE), request),
        "judgments": section_of("judgments", own.filter(kind=Kind.JUDGMENT), request),
        "identifiers": authority.organisation.identifiers.order_by("scheme", "value"),
        "has_entries": selectors.organisation(authority.organisation_id, now) is not None,
    }
    return render(request, "public/authority.html", context)


def _diligence(authority: Authority, now: datetime) -> list[Plot]:
    """Its figures over the last four quarters; none while every one of them is withheld."""
    quarters = [each for each in periods(now, authority.time_zone) if each.is_quarter]
    drawn = plots(by_quarter(authority, quarters))
    return drawn if any(each.is_drawn for each in drawn) else []


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Everything that authorities publish here, by authority."""
    now = instant_of(request)
    items = in_force(visibility.public_items().defer("definition"), now).values()
    ordered = sorted(
        items,
        key=lambda item: (
            choose(item.authority.names).text,
            item.authority_id,
            choose(item.title).text,
        ),
    )
    return render(request, "public/catalogue.html", {"items": ordered})


@require_safe
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """One catalogue item: by default the version used today, else the one asked for."""
    now = instant_of(request)
    uses = uses_of(visibility.public_items().filter(code=code))
    wanted = number_in(request, "version")
    if wanted is None:
        use = nearest(uses, _today(uses[0].item, now)) if uses else None
    else:
        use = next((each for each in uses if each.item.version == wanted), None)
    if use is None:
        raise Http404
    item, place = use.item, uses.index(use)
    before = uses[place - 1].item if place else None
    known = specification(item.definition)
    context = {
        "item": item,
        "use": use,
        "uses": uses,
        "before": before,
        "changed": changed_lines(before.definition, item.definition) if before else (),
        "specification": known,
        "language": known.language if known else "",
    }
    return render(request, "public/item.html", context)


@require_safe
def definition_file(request: HttpRequest, code: str, version: int) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """The file of one version of a catalogue item, as the authority gave it."""
    item = visibility.public_items().filter(code=code, version=version).first()
    if item is None or not item.definition:
        raise Http404
    return HttpResponse(
        item.definition,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{code}-{version}.toml"'},
    )


@require_safe
def about_page(request: HttpRequest) -> HttpResponse:
    """What the register is, what it will not do, and how an entry comes and goes."""
    return render(request, "public/about.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked: pages say themselves whether they are to be kept."""
    return HttpResponse(
        "User-agent: *\nDisallow: /api/\nDisallow: /open-data/\n"
        f"Sitemap: {request.build_absolute_uri(get_script_prefix())}sitemap.xml\n",
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """The old address that browsers ask without being told."""
    return HttpResponsePermanentRedirect(static("public/mark.svg"))

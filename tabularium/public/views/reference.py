"""The pages that explain: authorities, what they publish, and what the register is."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from tabularium.core.kinds import Kind
from tabularium.public.definitions import specification
from tabularium.public.instant import instant_of
from tabularium.public.languages import choose
from tabularium.public.paging import number_in, page_of
from tabularium.register import selectors, visibility
from tabularium.register.models import CatalogueItem

ABOUT_AN_AUTHORITY = sorted(kind for kind in Kind if kind.is_about_an_authority)


def _today(item: CatalogueItem, now: datetime) -> date:
    return now.astimezone(ZoneInfo(item.authority.time_zone)).date()


def in_force(versions: Iterable[CatalogueItem], now: datetime) -> dict[str, CatalogueItem]:
    """Of each item the version that is in force, else the last that was, else the first to come."""
    chosen: dict[str, CatalogueItem] = {}
    for item in sorted(versions, key=lambda each: each.version):
        if item.code not in chosen or item.effective_from <= _today(item, now):
            chosen[item.code] = item
    return chosen


@require_safe
def authority_page(request: HttpRequest, code: str) -> HttpResponse:
    """An authority: what it publishes, how to report a mistake to it, and what it owes itself."""
    now = instant_of(request)
    authority = visibility.public_authorities().filter(code=code).first()
    if authority is None:
        raise Http404
    items = in_force(visibility.public_items().filter(authority=authority).defer("definition"), now)
    own = selectors.entries_of(authority.organisation, now).filter(kind__in=ABOUT_AN_AUTHORITY)
    context = {
        "authority": authority,
        "items": sorted(items.values(), key=lambda item: choose(item.title).text),
        "own": page_of(own.defer("item__definition"), request, "own"),
        "identifiers": authority.organisation.identifiers.order_by("scheme", "value"),
        "has_entries": selectors.organisation(authority.organisation_id, now) is not None,
    }
    return render(request, "public/authority.html", context)


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
    """One catalogue item: by default the version in force, else the one asked for."""
    now = instant_of(request)
    versions = list(visibility.public_items().filter(code=code).order_by("version"))
    wanted = number_in(request, "version")
    if wanted is None:
        item = in_force(versions, now).get(code)
    else:
        item = next((each for each in versions if each.version == wanted), None)
    if item is None:
        raise Http404
    known = specification(item.definition)
    context = {
        "item": item,
        "versions": versions,
        "specification": known,
        "language": known.language if known else "",
    }
    return render(request, "public/item.html", context)


@require_safe
def about_page(request: HttpRequest) -> HttpResponse:
    """What the register is, what it will not do, and how an entry comes and goes."""
    return render(request, "public/about.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """What crawlers are asked: pages say themselves whether they are to be kept."""
    return HttpResponse(
        "User-agent: *\nDisallow: /api/\n",
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """The old address that browsers ask without being told."""
    return HttpResponsePermanentRedirect(static("public/mark.svg"))

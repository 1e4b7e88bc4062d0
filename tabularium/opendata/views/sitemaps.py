"""The sitemap: what is public now, in parts that begin at an identity and never count what is before.

https://www.sitemaps.org/protocol.html : at most 50,000 addresses in a part.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from tabularium import clock
from tabularium.register.ids import ALPHABET
from tabularium.register.visibility import (
    public_authorities,
    public_entries,
    public_items,
    public_organisations,
)

IN_A_PART = 20_000
"""Pages in a part; each has an address for each language."""

FIXED = ("", "catalogue", "about", "open-data", "log", "verify")
"""Pages that are always there."""

Part = tuple[str, str]


def _lists(now: datetime) -> dict[str, QuerySet[Any]]:
    return {"entries": public_entries(now), "organisations": public_organisations(now)}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the parts."""
    now = clock.now()
    parts = [
        "pages",
        *(f"{name}-{start}" for name, rows in _lists(now).items() for start in _starts(rows)),
    ]
    root = request.build_absolute_uri(get_script_prefix())
    return _xml(
        request, "opendata/sitemap.xml", {"parts": [f"{root}sitemap/{each}.xml" for each in parts]}
    )


def _starts(rows: QuerySet[Any]) -> Sequence[str]:
    """By what the identities in each part begin: nothing, a character or two, by how many there are."""
    ordered = rows.order_by("pk").values_list("pk", flat=True)
    if not ordered[IN_A_PART : IN_A_PART + 1]:
        return ("all",)
    # Identities are drawn by chance, so parts are about as long as each other; a third for safety.
    most = IN_A_PART * len(ALPHABET) // 3
    if not ordered[most : most + 1]:
        return tuple(ALPHABET)
    return tuple(first + second for first in ALPHABET for second in ALPHABET)


@require_safe
def sitemap_part(request: HttpRequest, name: str, start: str) -> HttpResponse:
    """The entries or organisations whose identities begin so.

    Raises:
        Http404: no part is called so.
    """
    rows = _lists(clock.now()).get(name)
    if rows is None or (start != "all" and not set(start) <= set(ALPHABET)):
        raise Http404
    if start != "all":
        rows = rows.filter(pk__gte=start, pk__lt=f"{start}~")
    identities = rows.order_by("pk").values_list("pk", flat=True)[:IN_A_PART]
    return _addresses(request, (f"{name}/{each}" for each in identities))


@require_safe
def sitemap_of_pages(request: HttpRequest) -> HttpResponse:
    """The pages that explain: authorities, what they publish, and what the register is."""
    return _addresses(request, _pages())


def _pages() -> Iterator[str]:
    yield from FIXED
    for code in public_authorities().order_by("code").values_list("code", flat=True):
        yield f"authorities/{code}"
        yield f"authorities/{code}/figures"
    for code in dict.fromkeys(public_items().order_by("code").values_list("code", flat=True)):
        yield f"catalogue/{code}"


def _addresses(request: HttpRequest, pages: Iterable[str]) -> HttpResponse:
    root = request.build_absolute_uri(get_script_prefix())
    languages = [code for code, _ in settings.LANGUAGES]
    return _xml(
        request,
        "opendata/sitemap_part.xml",
        {"root": root, "pages": pages, "languages": languages},
    )


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml; charset=utf-8")
    # The same for every reader, whatever language is theirs.
    response["Access-Control-Allow-Origin"] = "*"
    return response

"""What waits for an organisation, and all its entries."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.public.instant import instant_of
from tabularium.public.paging import Page, page_of
from tabularium.register.models import Entry
from tabularium.register.reply_selectors import sections
from tabularium.register.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an organisation's entries.

    Attributes:
        name: of the section.
        page: the part that is shown, for turning pages.
        rows: each entry there with how it stands.
    """

    name: str
    page: Page[Entry]
    rows: list[tuple[Entry, Standing]]


@require_safe
@for_organisation
def overview(request: HttpRequest, acting: ForOrganisation) -> HttpResponse:
    """All entries of the organisation that it may read, those first that wait for it."""
    now = instant_of(request)
    found = []
    for name, entries in sections(acting.organisation, now).items():
        page = page_of(entries.defer("item__definition"), request, name)
        found.append(Section(name, page, [(each, standing_of(each, now)) for each in page.rows]))
    context = {
        "acting": acting,
        "sections": found,
        "waits": any(each.rows for each in found if each.name == "coming"),
        "has_any": any(each.rows for each in found),
    }
    return render(request, "reply/overview.html", context)


@require_safe
@for_organisation
def welcome(request: HttpRequest, acting: ForOrganisation) -> HttpResponse:
    """After an account was opened: a second factor is offered, and the way on."""
    return render(request, "reply/welcome.html", {"acting": acting})

"""All events of the authority, for those who look over its work. Nothing here writes."""

import io
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.desk.forms import EventsForm
from tabularium.intake.safe_cells import DelimitedTable
from tabularium.public.paging import page_of
from tabularium.register import desk_selectors as selectors

MOST_IN_A_FILE = 100_000
"""Events of one file; a longer time is asked for in parts."""

_HEADER = ("at", "entry", "number", "event", "role", "account")


@require_safe
@for_authority(Act.AUDIT)
def events(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """The events, the latest first."""
    form = EventsForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    page = page_of(selectors.events_at(acting.authority, **asked), request, "page")
    context = {
        "acting": acting,
        "form": form,
        "page": page,
        "query": request.GET.urlencode(),
        "most": MOST_IN_A_FILE,
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "desk/events.html", context, status=status)


@require_safe
@for_authority(Act.AUDIT)
def events_as_csv(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """The same as a file, which holds no content of an entry."""
    form = EventsForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    text = io.StringIO(newline="")
    table = DelimitedTable(text, _HEADER)
    found = selectors.events_at(acting.authority, **form.cleaned_data)[:MOST_IN_A_FILE]
    for each in found.iterator(chunk_size=2000):
        named = each.actor.login if each.actor and each.role not in selectors.NOT_NAMED else ""
        row = (each.at.isoformat(), each.entry_id, each.number, each.type, each.role, named)
        table.append(row)
    table.finish()
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="events.csv"'},
    )

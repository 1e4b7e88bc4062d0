"""Who in public bodies looked at what is not public, and when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.public.paging import page_of
from tabularium.register.services.looking import lookings_of


@require_safe
@for_organisation
def looked(request: HttpRequest, acting: ForOrganisation) -> HttpResponse:
    """Authority, role, entry, day and hour of each look, the latest first. Accounts are not told."""
    page = page_of(lookings_of(acting.organisation), request, "page")
    return render(request, "reply/looked.html", {"acting": acting, "page": page})

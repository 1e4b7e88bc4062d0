"""The search page, where everybody begins."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.public.forms import RESULTS_ON_A_PAGE, SearchForm
from tabularium.public.instant import instant_of
from tabularium.register import selectors
from tabularium.register.search_text import query_phrases


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Organisations that match, or what the register is where nothing is asked for."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        mistakes = [str(each) for messages in form.errors.values() for each in messages]
        return render(
            request,
            "public/search.html",
            {"mistakes": mistakes, "asked": True},
            status=HTTPStatus.BAD_REQUEST,
        )
    text, page = form.cleaned_data["q"], form.cleaned_data["page"] or 1
    if not text:
        return render(request, "public/search.html", {})
    result = selectors.search(
        text,
        instant_of(request),
        offset=(page - 1) * RESULTS_ON_A_PAGE,
        limit=RESULTS_ON_A_PAGE,
    )
    pages = -(-result.found // RESULTS_ON_A_PAGE)
    context = {
        "text": text,
        "asked": True,
        "searchable": bool(query_phrases(text)),
        "result": result,
        "page": page,
        "pages": pages,
        "before": page - 1 if 1 < page <= pages else None,
        "after": page + 1 if page < pages else None,
    }
    return render(request, "public/search.html", context)

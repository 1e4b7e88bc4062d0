"""The search page, where everybody begins, and what it suggests while one types."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tabularium.public import linked_data, words
from tabularium.public.forms import LONGEST_QUERY, RESULTS_ON_A_PAGE, SearchForm
from tabularium.public.instant import instant_of
from tabularium.public.languages import language_of_name
from tabularium.public.middleware import CONTENT_SECURITY_POLICY
from tabularium.public.templatetags.words_of_register import identifier_value
from tabularium.register import selectors, visibility
from tabularium.register.search_hits import Reason, Why
from tabularium.register.search_text import is_enough, query_phrases

SUGGESTIONS = 8

WITH_SUGGESTIONS = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
"""The policy of the page where our one script runs: it is ours, and asks nobody but us."""


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Organisations that match, or what the register is where nothing is asked for."""
    form = SearchForm(visibility.public_authorities(), request.GET)
    context = {"form": form, "asked": True}
    status = HTTPStatus.OK
    if not form.is_valid():
        mistakes = [str(each) for messages in form.errors.values() for each in messages]
        context["mistakes"] = mistakes
        status = HTTPStatus.BAD_REQUEST
    elif not form.cleaned_data["q"]:
        context |= {"asked": False, "data": linked_data.of_site(request)}
    else:
        text, after = form.cleaned_data["q"], form.cleaned_data["after"]
        context |= {"text": text, "searchable": bool(query_phrases(text)), "later": bool(after)}
        try:
            context["result"] = selectors.search(
                text,
                instant_of(request),
                after=after,
                limit=RESULTS_ON_A_PAGE,
                narrowing=form.narrowing(),
            )
        except selectors.NoSuchPlaceError:
            context["mistakes"] = [gettext("There is no such page of results.")]
            status = HTTPStatus.BAD_REQUEST
    response = render(request, "public/search.html", context, status=status)
    response.headers["Content-Security-Policy"] = WITH_SUGGESTIONS
    return response


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """The closest organisations for what has been typed so far, for the script of the search page.

    Nothing for a text that is too short, or too long to be one.
    """
    text = request.GET.get("q", "")
    if len(text) > LONGEST_QUERY or "\0" in text or not is_enough(text):
        return JsonResponse({"organisations": []})
    result = selectors.search(text, instant_of(request), limit=SUGGESTIONS)
    found = [
        {
            "address": reverse("public:organisation", args=[hit.organisation.pk]),
            "name": hit.organisation.name,
            "language": language_of_name(hit.organisation.name),
            "because": [_told(reason) for reason in hit.reasons],
        }
        for hit in result.hits
    ]
    return JsonResponse({"organisations": found}, json_dumps_params={"ensure_ascii": False})


def _told(reason: Reason) -> dict[str, object]:
    """A reason as the script shows it: in words unless it is the name, and what matches in pieces."""
    parts = [[each.text, each.matches] for each in reason.parts]
    if reason.why is Why.IDENTIFIER and identifier_value(reason.text, reason.of) != reason.text:
        parts = [[identifier_value(reason.text, reason.of), True]]
    said = words.reason(reason.why, reason.of)
    return {"said": said, "parts": parts, "is_name": reason.why is Why.NAME}

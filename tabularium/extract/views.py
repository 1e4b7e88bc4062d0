"""Extracts of entries and organisations. Whoever takes one is not asked for anything, and nobody notes it."""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium import clock
from tabularium.api import limits
from tabularium.core.life_state import Appearance
from tabularium.extract import gathering, making
from tabularium.extract.certificates import CertificateError
from tabularium.extract.gathering import Extract, NotYetError, TooManyError
from tabularium.public.instant import instant_of
from tabularium.public.languages import page_language
from tabularium.register import selectors, visibility

MOST_ENTRIES = 50
"""How many entries an extract of an organisation may hold on the site: so many take about a second."""
AS_MANY_CALLS = 20
"""An extract counts like so many calls of the API: it takes as long to make."""
A_WHILE = 60
"""Seconds that bringing the log up to date may take."""
TRIED_AGAIN = 3600
"""Seconds after which a program may ask for a PDF anew, where there is no certificate to sign it with."""

_log = logging.getLogger("tabularium.extract")

Gather = Callable[[], Extract]
Asked = Callable[[HttpRequest, str], Gather | None]
"""How to gather what was asked for; None for an entry that is over. Raises Http404 for what there is not."""
Made = Callable[[Extract], HttpResponse]


@require_safe
def entry_as_json(request: HttpRequest, identity: str) -> HttpResponse:
    """An entry with its proofs, as data."""
    return _answer(request, identity, _entry, _json)


@require_safe
def entry_as_pdf(request: HttpRequest, identity: str) -> HttpResponse:
    """An entry with its proofs, as a signed document in the language of the address."""
    return _answer(request, identity, _entry, _pdf)


@require_safe
def organisation_as_json(request: HttpRequest, identity: str) -> HttpResponse:
    """All public entries of an organisation with their proofs, as data."""
    return _answer(request, identity, _organisation, _json)


@require_safe
def organisation_as_pdf(request: HttpRequest, identity: str) -> HttpResponse:
    """All public entries of an organisation with their proofs, as a signed document."""
    return _answer(request, identity, _organisation, _pdf)


def _answer(request: HttpRequest, identity: str, asked: Asked, made: Made) -> HttpResponse:
    gather = asked(request, identity)
    if gather is None:
        return render(request, "public/gone.html", status=HTTPStatus.GONE)
    # What there is not costs little, and is not counted.
    wait = limits.seconds_to_wait(request, AS_MANY_CALLS)
    if wait is not None:
        return _again(request, "extract/too_often.html", HTTPStatus.TOO_MANY_REQUESTS, wait)
    try:
        extract = gather()
    except NotYetError:
        return _again(request, "extract/not_yet.html", HTTPStatus.CONFLICT, _to_the_next(request))
    except TooManyError:
        return render(request, "extract/too_many.html", status=HTTPStatus.FORBIDDEN)
    try:
        answer = made(extract)
    except CertificateError as error:
        # The reason is the operator's: it names files.
        _log.error("No extract is signed: %s", error)
        return _unsigned(request, extract)
    began = instant_of(request)
    left = began + visibility.cache_lifetime(began) - clock.now()
    # The instant stands in it, so it is one reader's; and never kept past a scheduled change.
    answer["Cache-Control"] = (
        f"private, max-age={max(0, int(left.total_seconds()))}, must-revalidate"
    )
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


def _entry(request: HttpRequest, identity: str) -> Gather | None:
    now = instant_of(request)
    appearance, entry = visibility.appearance(identity, now)
    if appearance is Appearance.GONE:
        return None
    if entry is None or entry.organisation is None:
        raise Http404
    return partial(gathering.of_entry, entry, now)


def _organisation(request: HttpRequest, identity: str) -> Gather:
    now = instant_of(request)
    organisation = selectors.organisation(identity, now)
    if organisation is None:
        raise Http404
    return partial(gathering.of_organisation, organisation, now, MOST_ENTRIES)


def _json(extract: Extract) -> HttpResponse:
    answer = HttpResponse(extract.as_json(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{making.file_name(extract, "json")}"'
    return answer


def _pdf(extract: Extract) -> HttpResponse:
    document = making.signed_pdf(extract, page_language())
    answer = HttpResponse(document, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{making.file_name(extract, "pdf")}"'
    return answer


def _unsigned(request: HttpRequest, extract: Extract) -> HttpResponse:
    """The page that leads to the data, which need no certificate."""
    told = {"whole_list": extract.of_organisation, "identity": making.identity_of(extract)}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer = render(request, "extract/unsigned.html", told, status=status)
    answer["Retry-After"] = str(TRIED_AGAIN)
    return answer


def _to_the_next(request: HttpRequest) -> int:
    """Seconds until the log has been brought up to date again: it is after each whole interval."""
    over = instant_of(request).timestamp() % settings.LOG_EVERY
    return int(settings.LOG_EVERY - over) + A_WHILE


def _again(request: HttpRequest, page: str, status: HTTPStatus, seconds: int) -> HttpResponse:
    answer = render(request, page, {"minutes": -(-seconds // 60)}, status=status)
    answer["Retry-After"] = str(seconds)
    return answer

"""All addresses: public pages below a language, the API and what crawlers and browsers ask for without."""

import sys
from collections.abc import Callable

from django.conf.urls.i18n import i18n_patterns
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path

from tabularium.accounts.urls import coming_back
from tabularium.api.gate import through_the_gate
from tabularium.api.problem_types import (
    BUSY,
    INTERNAL_ERROR,
    MALFORMED_REQUEST,
    UNKNOWN_ADDRESS,
    ProblemType,
)
from tabularium.api.problems import problem_response
from tabularium.opendata.urls import without_language as open_data
from tabularium.operation.urls import for_machines
from tabularium.public.views import errors, reference

urlpatterns = [
    path("api/v1/", include("tabularium.api.urls")),
    path("log/", include("tabularium.public.log_urls")),
    path("", include("tabularium.api.reconciling.urls")),
    path("", include((for_machines, "machines"))),
    path("robots.txt", reference.robots),
    path("favicon.ico", reference.favicon),
    path("account/", include(coming_back)),
    path("", include((open_data, "files"))),
    *i18n_patterns(
        path("desk/", include("tabularium.desk.urls")),
        path("", include("tabularium.operation.urls")),
        path("account/", include("tabularium.accounts.urls")),
        path("reply/", include("tabularium.reply.urls")),
        path("", include("tabularium.extract.urls")),
        path("", include("tabularium.opendata.urls")),
        path("", include("tabularium.public.urls")),
    ),
]

# Below these, programs ask, and every error is a problem (RFC 9457).
_FOR_PROGRAMS = ("/api/", "/reconcile")


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(_FOR_PROGRAMS)


def _as_problem(problem: ProblemType) -> Callable[[HttpRequest], HttpResponseBase]:
    return through_the_gate(lambda _request: problem_response(problem), any_method=True)


_malformed = _as_problem(MALFORMED_REQUEST)
_unknown = _as_problem(UNKNOWN_ADDRESS)
_failed = _as_problem(INTERNAL_ERROR)
_busy = _as_problem(BUSY)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What is refused before any view is asked, in the form of the part of the site that was."""
    if _is_for_programs(request):
        return _malformed(request)
    return errors.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """An address that is none."""
    return _unknown(request) if _is_for_programs(request) else errors.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A mistake of ours, or a database that is gone or full; Django has written it to the log."""
    # Django answers for an exception while it handles it.
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _busy(request) if _is_for_programs(request) else errors.unavailable(request)
    return _failed(request) if _is_for_programs(request) else errors.server_error(request)


handler400 = bad_request
handler403 = "tabularium.accounts.views.refusals.not_allowed"
handler404 = not_found
handler429 = "tabularium.accounts.views.refusals.too_many"
handler500 = server_error

"""All addresses: public pages below a language, the API and what crawlers and browsers ask for without."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path, reverse

from tabularium.accounts.urls import coming_back
from tabularium.api.gate import through_the_gate
from tabularium.api.problems import malformed_request
from tabularium.public.views import errors, reference

urlpatterns = [
    path("api/v1/", include("tabularium.api.urls")),
    path("log/", include("tabularium.public.log_urls")),
    path("robots.txt", reference.robots),
    path("favicon.ico", reference.favicon),
    path("account/", include(coming_back)),
    *i18n_patterns(
        path("desk/", include("tabularium.desk.urls")),
        path("account/", include("tabularium.accounts.urls")),
        path("reply/", include("tabularium.reply.urls")),
        path("", include("tabularium.public.urls")),
    ),
]

_malformed_request = through_the_gate(malformed_request, any_method=True)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What is refused before any view is asked, in the form of the part of the site that was."""
    if request.path.startswith(reverse("api:index")):
        return _malformed_request(request)
    return errors.bad_request(request, exception)


handler400 = bad_request
handler403 = "tabularium.accounts.views.refusals.not_allowed"
handler404 = "tabularium.public.views.errors.not_found"
handler429 = "tabularium.accounts.views.refusals.too_many"
handler500 = "tabularium.public.views.errors.server_error"

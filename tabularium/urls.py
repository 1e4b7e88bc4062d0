"""All addresses: public pages below a language, the API and what crawlers and browsers ask for without."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tabularium.public.views import reference

urlpatterns = [
    path("api/v1/", include("tabularium.api.urls")),
    path("robots.txt", reference.robots),
    path("favicon.ico", reference.favicon),
    *i18n_patterns(path("", include("tabularium.public.urls"))),
]

handler400 = "tabularium.public.views.errors.bad_request"
handler404 = "tabularium.public.views.errors.not_found"
handler500 = "tabularium.public.views.errors.server_error"

"""The addresses of the reconciliation service."""

from django.urls import path, re_path

from tabularium.api.gate import through_the_gate
from tabularium.api.problems import unknown_address
from tabularium.api.reconciling import views
from tabularium.register.ids import PATTERN

app_name = "reconciling"
urlpatterns = [
    path(
        "reconcile",
        through_the_gate(views.service, methods=("GET", "HEAD", "POST")),
        name="service",
    ),
    path("reconcile/suggest/entity", through_the_gate(views.suggest_entity), name="suggest-entity"),
    path(
        "reconcile/suggest/property",
        through_the_gate(views.suggest_property),
        name="suggest-property",
    ),
    path("reconcile/about.txt", through_the_gate(views.about), name="about"),
    re_path(
        rf"^reconcile/preview/(?P<identity>{PATTERN})\Z",
        through_the_gate(views.preview),
        name="preview",
    ),
    # The rest is answered here too, so that it has the one shape of an error.
    re_path("^reconcile/", through_the_gate(unknown_address, any_method=True)),
]

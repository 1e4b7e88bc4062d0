"""Addresses of extracts: those of the pages they are extracts of, and the sort of file."""

from django.urls import path

from tabularium.extract import views
from tabularium.public import urls as _  # noqa: F401 - it registers the converter "identity"

app_name = "extract"
urlpatterns = [
    path("entries/<identity:identity>/extract.json", views.entry_as_json, name="entry-json"),
    path("entries/<identity:identity>/extract.pdf", views.entry_as_pdf, name="entry-pdf"),
    path(
        "organisations/<identity:identity>/extract.json",
        views.organisation_as_json,
        name="organisation-json",
    ),
    path(
        "organisations/<identity:identity>/extract.pdf",
        views.organisation_as_pdf,
        name="organisation-pdf",
    ),
]

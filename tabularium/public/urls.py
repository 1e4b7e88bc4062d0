"""Addresses of the public pages, below the language. The bare addresses lead to the reader's language."""

from django.urls import path, register_converter

from tabularium.public.views import log, quality, reference, search, subjects, verifying
from tabularium.register.ids import PATTERN


class IdentityConverter:
    """An identity of an organisation or an entry; whatever cannot be one is not looked up."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        """The identity itself."""
        return value

    def to_url(self, value: str) -> str:
        """The identity itself."""
        return value


register_converter(IdentityConverter, "identity")

app_name = "public"
urlpatterns = [
    path("", search.search_page, name="search"),
    path("suggestions", search.suggestions, name="suggestions"),
    path("organisations/<identity:identity>", subjects.organisation_page, name="organisation"),
    path("entries/<identity:identity>", subjects.entry_page, name="entry"),
    path("authorities/<slug:code>", reference.authority_page, name="authority"),
    path("authorities/<slug:code>/figures", quality.figures_page, name="figures"),
    path("catalogue", reference.catalogue_page, name="catalogue"),
    path("catalogue/<slug:code>", reference.item_page, name="item"),
    path(
        "catalogue/<slug:code>/version-<int:version>.toml",
        reference.definition_file,
        name="definition",
    ),
    path("about", reference.about_page, name="about"),
    path("verify", verifying.verify_page, name="verify"),
    path("log", log.log_page, name="log"),
]

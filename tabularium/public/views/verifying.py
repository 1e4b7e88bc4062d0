"""The page on which anyone checks an extract in their own browser. The register sees neither file nor key."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium.public.languages import page_language
from tabularium_verify.words import Language, words

# Our own scripts and nothing else; once they are there, nothing more can be asked for or sent.
CHECKS_IN_THE_BROWSER = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
MODULES = (
    "bytes",
    "canonical",
    "embedded",
    "extracts",
    "judging",
    "merkle",
    "notes",
    "saying",
)
_OF_THE_PAGE = "page."


@require_safe
def verify_page(request: HttpRequest) -> HttpResponse:
    """Check an extract, or two checkpoints, with scripts of this site alone."""
    table = words(_language())
    said = {
        name.removeprefix(_OF_THE_PAGE).replace("-", "_"): text
        for name, text in table.items()
        if name.startswith(_OF_THE_PAGE)
    }
    context = {
        "said": said,
        "words": dict(table),
        "modules": [f"public/verify/{each}.js" for each in MODULES],
    }
    response = render(request, "public/verify.html", context)
    response.headers["Content-Security-Policy"] = CHECKS_IN_THE_BROWSER
    return response


def _language() -> Language:
    tag = page_language()
    return Language(tag) if tag in {*Language} else Language.ENGLISH

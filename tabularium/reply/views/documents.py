"""A document, for the organisation that attached it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.accounts.downloads import document_response
from tabularium.register import reply_selectors as selectors


@require_safe
@for_organisation
def download(
    request: HttpRequest,  # noqa: ARG001 - what every view is given
    acting: ForOrganisation,
    entry: str,
    document: str,
) -> HttpResponse:
    """A document that the organisation attached, sent or not, as a file to keep."""
    own = selectors.entry_of_ours(acting.organisation, entry)
    found = selectors.document_of(own, document) if own is not None else None
    if found is None:
        raise Http404
    return document_response(found)

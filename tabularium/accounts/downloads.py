"""How a document of an organisation is handed out: as a file to keep, never to be shown by a browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tabularium.register.models import Document

# Should a browser show it after all, it runs nothing there and reaches nothing of ours.
_CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox"


def document_response(document: Document) -> HttpResponse:
    """A document as a file to keep, with the type that its bytes told when it came.

    Whoever calls this has made sure that the reader may have it: the organisation's own accounts, and
    members of the authority that decides, which notes that it looked.
    """
    disposition = content_disposition_header(as_attachment=True, filename=document.name)
    assert disposition is not None
    return HttpResponse(
        bytes(document.content),
        content_type=document.media_type,
        headers={
            "Content-Disposition": disposition,
            "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )

"""Files that came with a form: looked at one by one, and kept until the statement is sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.utils.translation import gettext

from tabularium.core.life_events import EventType
from tabularium.intake.attached.names import harmless_name
from tabularium.intake.attached.texts import warned_of
from tabularium.intake.attached.types import tell
from tabularium.register import services
from tabularium.register.models import Document, Entry, User
from tabularium.register.services.documents import MOST, NewDocument

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_MEBIBYTE = 2**20

# Generic to the type checker alone.
Upload: TypeAlias = "UploadedFile[bytes]"


class NotTakenError(ValueError):
    """One or more files are not taken; each argument is a sentence for the reader."""


def looked_at(files: Sequence[Upload], entry: Entry, *, there: int) -> list[NewDocument]:
    """The files as documents, with what their sender is to be warned of.

    Args:
        files: as they came.
        entry: what they belong to; it tells the country whose numbers are looked for.
        there: how many documents the statement has already.

    Raises:
        NotTakenError: a file is empty, too large or of another type, or they are too many. None is kept.
    """
    mistakes = []
    if there + len(files) > MOST:
        mistakes.append(gettext("At most ten documents can go with one statement."))
    told = []
    for file in files:
        content = b"" if (file.size or 0) > settings.LARGEST_DOCUMENT else file.read()
        kind = tell(content)
        if kind is None:
            mistakes.append(_why_not(file))
        else:
            told.append((kind, harmless_name(file.name or "", kind.media_type), content))
    if mistakes:
        raise NotTakenError(*mistakes)
    region = entry.authority.jurisdiction
    return [
        NewDocument(name, kind.media_type, content, warned_of(kind, name, content, region))
        for kind, name, content in told
    ]


def _why_not(file: Upload) -> str:
    said = {"file": file.name or "", "most": settings.LARGEST_DOCUMENT // _MEBIBYTE}
    if (file.size or 0) > settings.LARGEST_DOCUMENT:
        return gettext("“%(file)s” is larger than %(most)d MiB.") % said
    if not file.size:
        return gettext("“%(file)s” is empty.") % said
    return (
        gettext("“%(file)s” is not a PDF, a PNG or JPEG picture, plain text, ODT or DOCX document.")
        % said
    )


def keep(
    documents: Sequence[NewDocument], entry: Entry, *, by: User, purpose: EventType
) -> list[Document]:
    """Keep documents for the statement that is being written."""
    return [
        services.add_document(entry.pk, by=by, purpose=purpose, document=each) for each in documents
    ]

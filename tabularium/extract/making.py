"""An extract as the file that is handed out: layout and signature."""

from django.utils.translation import override

from tabularium.extract.gathering import Extract
from tabularium.extract.own_certificate import certificate
from tabularium.extract.printing import as_pdf
from tabularium.extract.signing import sign
from tabularium.extract.wording import REASON


def signed_pdf(extract: Extract, language: str) -> bytes:
    """The extract as a signed document with the data inside.

    Raises:
        CertificateError: the register's certificate cannot be used.
        ExtractError: the data would not pass its reader's check.
    """
    ours = certificate()
    ours.check(extract.header.made_at)
    document = as_pdf(extract, extract.as_json(), ours, language)
    with override(language):
        reason = str(REASON)
    return sign(document, ours, extract.header.made_at, reason)


def identity_of(extract: Extract) -> str:
    """Of the organisation or the entry that was asked for."""
    return str(extract.organisation.pk if extract.of_organisation else extract.entries[0].pk)


def file_name(extract: Extract, ending: str) -> str:
    """What the file is called: by identity, for a name may be of any script."""
    return f"extract-{identity_of(extract)}.{ending}"

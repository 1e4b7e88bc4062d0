"""An extract as the file that is handed out: the certificate that settings name, layout, signature."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from tabularium.extract.certificates import Certificate, read_certificate
from tabularium.extract.gathering import Extract
from tabularium.extract.printing import as_pdf
from tabularium.extract.signing import sign
from tabularium.extract.wording import REASON


def certificate() -> Certificate:
    """The certificate of this register.

    Raises:
        CertificateError: it cannot be used.
    """
    named = settings.EXTRACT_PASSPHRASE
    return read_certificate(Path(settings.EXTRACT_CERTIFICATE), Path(named) if named else None)


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


def file_name(extract: Extract, ending: str) -> str:
    """What the file is called: by identity, for a name may be of any script."""
    asked = extract.organisation.pk if extract.of_organisation else extract.entries[0].pk
    return f"extract-{asked}.{ending}"

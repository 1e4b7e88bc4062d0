"""Signing a PDF as PDF readers expect it (PAdES, level B-B).

The signature says that the register made the document. It is made last, so that it covers the whole file,
attachments included.
"""

import io
from datetime import datetime
from functools import lru_cache

from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from tabularium.extract.certificates import Certificate

_FIELD = "Register"
_ROOM = 4096
"""Bytes for a signature and what it says, beside the certificates; the longest RSA key takes 2,048."""


@lru_cache(maxsize=4)
def _signer(certificate: Certificate) -> SimpleSigner:
    chain = [one for each in certificate.chain for one in load_certs_from_pemder_data(each)]
    # Without a registry of its own it makes one, into which those above ours go.
    signer = SimpleSigner(
        signing_cert=chain[0],
        signing_key=load_private_key_from_pemder_data(certificate.key, None),
        cert_registry=None,  # type: ignore[arg-type] # its base class takes none
    )
    signer.cert_registry.register_multiple(chain)
    return signer


class _DatedSigner(PdfSigner):
    """Signs at the instant at which the document says that it was made."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: SimpleSigner, at: datetime) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def sign(pdf: bytes, certificate: Certificate, at: datetime, reason: str) -> bytes:
    """The document, signed; nothing of it is changed, the signature stands behind it.

    Args:
        pdf: the document.
        certificate: of the register.
        at: when it was made.
        reason: why it was signed, in a few words.

    Raises:
        CertificateError: the certificate does not hold at that instant.
    """
    certificate.check(at)
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=certificate.name,
        reason=reason,
    )
    signer = _DatedSigner(metadata, _signer(certificate), at)
    # Said and not found out by a trial, which takes as long as signing.
    room = 2 * (_ROOM + sum(map(len, certificate.chain)))
    signed = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=room)
    return bytes(signed.getbuffer())

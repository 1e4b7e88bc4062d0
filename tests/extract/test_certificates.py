"""The certificate that extracts are signed with, and what is signed with it."""

import io
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tabularium.extract.certificates import (
    Certificate,
    CertificateError,
    make_test_certificate,
    read_certificate,
)
from tabularium.extract.own_certificate import trouble
from tabularium.extract.signing import sign

AT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def document() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.add_attachment("extract.json", b'{"format":"tabularium-extract/v1"}')
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.fixture
def ours(certificate_file: Path) -> Certificate:
    return read_certificate(certificate_file)


def status_of(signed: bytes, certificate: Certificate) -> PdfSignatureStatus:
    """What a reader finds who trusts this certificate."""
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    roots = list(load_certs_from_pemder_data(certificate.chain[0]))
    return validate_pdf_signature(signature, ValidationContext(trust_roots=roots, moment=AT))


def test_a_test_certificate_says_that_it_is_one_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "made.pem"
    make_test_certificate(path, "register.example", AT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = read_certificate(path)
    assert made.name == "Tabularium test certificate register.example"
    assert made.is_test
    assert made.key.hex() not in repr(made)
    with pytest.raises(FileExistsError):
        make_test_certificate(path, "register.example", AT)


def test_a_signed_document_is_whole_and_says_by_whom(document: bytes, ours: Certificate) -> None:
    signed = sign(document, ours, AT, "Extract")
    assert signed.startswith(document), "nothing of the document is changed"
    status = status_of(signed, ours)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signer_reported_dt == AT
    (field,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert field.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert pypdf.PdfReader(io.BytesIO(signed)).attachments["extract.json"] == [
        b'{"format":"tabularium-extract/v1"}'
    ]


def test_a_signed_document_that_somebody_changed_is_found_out(
    document: bytes, ours: Certificate
) -> None:
    signed = bytearray(sign(document, ours, AT, "Extract"))
    signed[document.index(b"100")] = ord("2")
    assert not status_of(bytes(signed), ours).intact


def _as_pkcs12(path: Path, certificate: Certificate, passphrase: bytes) -> None:
    key = serialization.load_der_private_key(certificate.key, None)
    first = x509.load_der_x509_certificate(certificate.chain[0])
    how = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", key, first, None, how))
    path.chmod(0o600)


def test_pkcs12_is_opened_with_the_passphrase_in_a_file(tmp_path: Path, ours: Certificate) -> None:
    path, word = tmp_path / "ours.p12", tmp_path / "word"
    _as_pkcs12(path, ours, b"made up")
    word.write_text("made up\n", "ascii")
    assert read_certificate(path, word) == ours
    word.write_text("another one", "ascii")
    for given in (word, None):
        with pytest.raises(CertificateError, match="cannot be opened") as refused:
            read_certificate(path, given)
        assert "another" not in str(refused.value)


def _readable(path: Path) -> None:
    path.chmod(0o640)


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300])


def _key_alone(path: Path) -> None:
    path.write_bytes(path.read_bytes().partition(b"-----BEGIN CERT")[0])


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_readable, "chmod 600"),
        (_half, "cannot be opened"),
        (_key_alone, "cannot be opened"),
        (_nothing, "cannot be opened"),
        (_gone, "tabularium init"),
    ],
    ids=lambda each: each.__name__.strip("_") if callable(each) else "",
)
def test_a_file_that_is_not_right_is_refused(
    tmp_path: Path, certificate_file: Path, damage: object, says: str
) -> None:
    path = tmp_path / "copy.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(certificate_file.read_bytes())
    assert callable(damage)
    damage(path)
    with pytest.raises(CertificateError, match=says):
        read_certificate(path)


def _times(certificate: Certificate) -> Iterator[datetime]:
    yield certificate.not_before - timedelta(seconds=1)
    yield certificate.not_after + timedelta(seconds=1)


def test_nothing_is_signed_before_or_after_its_time(document: bytes, ours: Certificate) -> None:
    for at in _times(ours):
        with pytest.raises(CertificateError, match="Put another in its place"):
            sign(document, ours, at, "Extract")


def test_in_time_it_is_said_that_another_is_needed(ours: Certificate) -> None:
    end = ours.not_after
    assert trouble(end - timedelta(days=30)) == ""
    assert f"holds until {end:%Y-%m-%d} alone" in trouble(end - timedelta(days=30, seconds=-1))
    assert "No extract is signed as PDF until then" in trouble(end + timedelta(seconds=1))

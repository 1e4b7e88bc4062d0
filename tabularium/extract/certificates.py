"""The certificate that extracts are signed with, and its key: a file that its owner alone can read."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

TEST_NAME = "Tabularium test certificate"
_TEST_DAYS = 3650
_FOR_OTHERS = 0o077


class CertificateError(Exception):
    """The register's certificate cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the register signs with.

    Attributes:
        name: whose certificate it is.
        serial: its number, in hexadecimal digits.
        is_test: whether the register made it itself, so that it vouches for nobody.
        not_before: from when on it holds.
        not_after: until when it holds.
        chain: it and those above it, in DER.
        key: its private key, in DER. Never shown.
    """

    name: str
    serial: str
    is_test: bool
    not_before: datetime
    not_after: datetime
    chain: tuple[bytes, ...]
    key: bytes = field(repr=False)

    def check(self, at: datetime) -> None:
        """Make sure that it holds at an instant.

        Raises:
            CertificateError: it does not.
        """
        if not self.not_before <= at <= self.not_after:
            raise CertificateError(
                f"The certificate for extracts holds from {self.not_before:%Y-%m-%d} to"
                f" {self.not_after:%Y-%m-%d} alone. Put another in its place."
            )


def make_test_certificate(path: Path, host: str, now: datetime) -> None:
    """Make a certificate that says of itself that it is one for trying things out.

    Args:
        path: of the file, which its owner alone can read.
        host: of the register.
        now: it holds from here on.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{TEST_NAME} {host}"[:64])])
    usage = dict.fromkeys(
        (
            *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"),
            *("crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_TEST_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private + certificate.public_bytes(Encoding.PEM))


def read_certificate(path: Path, passphrase_file: Path | None = None) -> Certificate:
    """The certificate in a PEM or PKCS#12 file, with its private key.

    Args:
        path: of the file. In PEM, the first certificate is the register's; more are those above it.
        passphrase_file: a file with the passphrase; None if the key has none.

    Raises:
        CertificateError: there is none, others than its owner can read it, or it cannot be opened.
    """
    try:
        state = path.stat()
        if state.st_mode & _FOR_OTHERS:
            raise CertificateError(
                f"{path} can be read by others than its owner. Make it private: chmod 600 {path}."
            )
        passphrase = passphrase_file.read_bytes().strip() if passphrase_file else None
        return _read(path, state.st_mtime_ns, passphrase)
    except FileNotFoundError as error:
        raise CertificateError(
            f"There is no file {error.filename}. `tabularium init` makes a test certificate where no"
            " other is named."
        ) from None
    except OSError as error:
        raise CertificateError(
            f"{error.filename} cannot be read: {error.strerror}. The account that runs the register has to."
        ) from None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, passphrase: bytes | None) -> Certificate:
    """Read once for as long as the file is the same."""
    data = path.read_bytes()
    try:
        key, chain = _parse(data, passphrase)
    except (ValueError, TypeError):
        raise CertificateError(
            f"{path} cannot be opened as a certificate with its private key, in PEM or PKCS#12. Is the"
            " passphrase right, and is it in a file of its own (TABULARIUM_EXTRACT_PASSPHRASE)?"
        ) from None
    first = chain[0]
    told = first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(told[0].value) if told else first.subject.rfc4514_string()
    return Certificate(
        name=name,
        serial=f"{first.serial_number:x}",
        is_test=first.issuer == first.subject and name.startswith(TEST_NAME),
        not_before=first.not_valid_before_utc,
        not_after=first.not_valid_after_utc,
        chain=tuple(each.public_bytes(Encoding.DER) for each in chain),
        key=key,
    )


def _parse(data: bytes, passphrase: bytes | None) -> tuple[bytes, list[x509.Certificate]]:
    """The private key in PKCS#8, and the certificates, the register's first.

    Raises:
        ValueError, TypeError: it is neither PEM nor PKCS#12, or the passphrase is another.
    """
    if b"-----BEGIN" in data:
        key: object = load_pem_private_key(data, passphrase)
        chain = x509.load_pem_x509_certificates(data)
    else:
        key, first, above = pkcs12.load_key_and_certificates(data, passphrase)
        chain = [*([first] if first else []), *above]
    if not chain or not hasattr(key, "private_bytes"):
        raise ValueError
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return bytes(private), chain

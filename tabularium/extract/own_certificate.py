"""The certificate that settings name for this register, and whether it can go on being used."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tabularium.extract.certificates import Certificate, CertificateError, read_certificate

IN_TIME = timedelta(days=30)
"""So long before its end it is said that another certificate is needed: a new one takes weeks to get."""


def certificate() -> Certificate:
    """The certificate of this register.

    Raises:
        CertificateError: it cannot be used.
    """
    named = settings.EXTRACT_PASSPHRASE
    return read_certificate(Path(settings.EXTRACT_CERTIFICATE), Path(named) if named else None)


def trouble(now: datetime) -> str:
    """What an operator has to do about the certificate, in one line; "" for nothing.

    Args:
        now: the instant; what is wrong within `IN_TIME` of it is said too.
    """
    try:
        found = certificate()
        found.check(now)
    except CertificateError as error:
        return f"{error} No extract is signed as PDF until then."
    if now + IN_TIME > found.not_after:
        return (
            f"The certificate for extracts holds until {found.not_after:%Y-%m-%d} alone. Put another in its"
            " place before, or no extract is signed as PDF afterwards."
        )
    return ""

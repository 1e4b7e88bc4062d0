"""Base64 of which one text alone stands for some bytes, so that no change of the text goes unseen."""

import base64
import binascii

from tabularium_verify.errors import VerificationError


def encode(data: bytes) -> str:
    """The standard alphabet of RFC 4648, with padding, in one line."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str, what: str) -> bytes:
    """The bytes for which a text stands.

    Args:
        text: as `encode` writes it.
        what: what it is, for the message.

    Raises:
        VerificationError: `encode` would not have written it.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise VerificationError(f"{what} is not in base64") from None
    if encode(data) != text:
        raise VerificationError(f"{what} is not in base64 as everybody writes it")
    return data

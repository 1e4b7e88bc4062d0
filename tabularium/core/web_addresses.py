"""Addresses of the web, told apart from other texts that a browser would follow or run."""

from urllib.parse import urlsplit


def web_address(text: str) -> str:
    """The address if it is one of the web; empty otherwise, so that nothing else becomes a link.

    An address with a scheme but http and https (`javascript:`, `data:`) or without a host is none.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in {"http", "https"} and parts.netloc else ""

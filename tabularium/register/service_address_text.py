"""How an address for service is written, for each channel; what is none is told before it is kept."""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

from tabularium.core.kinds import NoticeChannel

MOST_LINES = 6
LONGEST_LINE = 60
"""Lines, and characters in one, that the window of an envelope shows."""
LONGEST = 254
"""Characters of a mail address (RFC 5321, 4.5.3.1.3, less the brackets)."""
LONGEST_MAILBOX = 500
LOWEST_PORT = 1024
"""Beside 443. Below it stand services that are spoken to otherwise."""

NOT_AN_ADDRESS = "not-an-address"
HAS_A_NUMBER = "address-has-a-number"

# No address has so many digits in a row; telephone and identity numbers have.
_NUMBER_OF_SOMEBODY = re.compile(r"\d(?:[-‐‑–]?\d){9,}")
_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9]))"
)
_LONGEST_LOCAL = 64


class AddressError(ValueError):
    """A text that is no address of its channel.

    Attributes:
        reason: NOT_AN_ADDRESS or HAS_A_NUMBER. The message does not repeat the text.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def tidy(channel: NoticeChannel, text: str) -> str:
    """The address as it is kept.

    Raises:
        AddressError: it is none.
    """
    return {
        NoticeChannel.LETTER: _letter,
        NoticeChannel.EMAIL: _mail,
        NoticeChannel.MAILBOX: _mailbox,
    }[channel](unicodedata.normalize("NFC", text))


def _letter(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines or len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise AddressError(
            NOT_AN_ADDRESS,
            f"An address for letters has 1 to {MOST_LINES} lines of at most {LONGEST_LINE} characters.",
        )
    if not all(line.isprintable() for line in lines):
        raise AddressError(NOT_AN_ADDRESS, "The address has characters that cannot be printed.")
    if any(_NUMBER_OF_SOMEBODY.search(line) for line in lines):
        raise AddressError(
            HAS_A_NUMBER, "The address has a telephone or identity number in it; leave it out."
        )
    return "\n".join(lines)


def _mail(text: str) -> str:
    text = text.strip()
    local, _, domain = text.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        plain = ""
    if not _MAIL.fullmatch(plain) or len(plain) > LONGEST or len(local) > _LONGEST_LOCAL:
        raise AddressError(
            NOT_AN_ADDRESS, "This is no mail address: give it alone, such as office@firm.example."
        )
    return plain


def _mailbox(text: str) -> str:
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port or 443
    except ValueError:
        raise AddressError(NOT_AN_ADDRESS, _MAILBOX_FORM) from None
    right = (
        parts.scheme == "https"
        and parts.hostname
        and parts.username is None
        and parts.password is None
        and not parts.fragment
        and (port == 443 or port >= LOWEST_PORT)  # noqa: PLR2004 - that of https
        and text.isascii()
        and not re.search(r"[\s\\\"<>]", text)
        and len(text) <= LONGEST_MAILBOX
    )
    if not right or _is_a_number(parts.hostname or ""):
        raise AddressError(NOT_AN_ADDRESS, _MAILBOX_FORM)
    return text


_MAILBOX_FORM = (
    "The address of a mailbox begins with https:// and a name, with no login and no # in it;"
    " its port is 443, or 1024 or above."
)


def _is_a_number(host: str) -> bool:
    """Whether a host is an IP address; a certificate is for a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # Programs also read "127.1" and "0x7f000001" as numbers; names end in letters.
        return not host.rstrip(".").rpartition(".")[2][:1].isalpha()
    return True

"""Which machines a call to a mailbox may reach: those of the public internet, and networks that were named.

An address that an authority enters must not lead the register to machines that only the register can
reach, its own database among them (server-side request forgery; CWE-918). So the name is looked up once,
each answer is judged, and the connection goes to the very number that was judged.
"""

import ipaddress
import socket
from collections.abc import Iterable

Number = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 that stands for IPv4 behind a translator (RFC 6052): the last 32 bits are the number."""


class UnreachableError(Exception):
    """The name is not known now."""


class ForbiddenError(Exception):
    """The name leads to a machine that no call may reach."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks as they are written in a setting, such as "10.1.0.0/16".

    Raises:
        ValueError: one is not written so.
    """
    return tuple(ipaddress.ip_network(each.strip()) for each in texts if each.strip())


def numbers_of(host: str, port: int, allowed: Iterable[Network]) -> list[str]:
    """The numbers of a name, all of which a call may reach.

    Raises:
        UnreachableError, ForbiddenError: see there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError from None
    numbers = [str(address[0]).partition("%")[0] for *_, address in found]
    allowed = tuple(allowed)
    if not all(may_be_reached(ipaddress.ip_address(each), allowed) for each in numbers):
        raise ForbiddenError
    return numbers


def may_be_reached(number: Number, allowed: Iterable[Network]) -> bool:
    """Whether a call may go to a number."""
    if any(number in each for each in allowed):
        return True
    inner = _inner(number)
    if inner is not None:
        return may_be_reached(inner, ())
    return (
        number.is_global
        and not number.is_multicast
        and not number.is_reserved
        and not _is_tunnel(number)
    )


def _inner(number: Number) -> ipaddress.IPv4Address | None:
    """The IPv4 number that an IPv6 number stands for, if it does."""
    if not isinstance(number, ipaddress.IPv6Address):
        return None
    if number in _TRANSLATED:
        return ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
    return number.ipv4_mapped


def _is_tunnel(number: Number) -> bool:
    """Whether a number leads through a tunnel of old (6to4, Teredo), whose end nobody can judge."""
    if not isinstance(number, ipaddress.IPv6Address):
        return False
    return number.sixtofour is not None or number.teredo is not None

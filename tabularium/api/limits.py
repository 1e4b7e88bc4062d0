"""How often one address may ask for what is public (draft-ietf-httpapi-ratelimit-headers-10).

Each process counts for itself and in memory alone: who reads what is written down nowhere. What comes from
the machine itself is not counted: there, a proxy that the register was not told of would be everybody.
"""

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Lock

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

READERS = "reading"
"""The name of the limit, in its headers."""

WINDOW = 60
"""Seconds in which calls are counted together."""

_MOST_ADDRESSES = 20_000
_NETWORK_OF_ONE = 64  # bits; who has one IPv6 address has as many as fit behind these


@dataclass(slots=True)
class _Window:
    began: float
    calls: int


_TOLD = "tabularium.seconds_to_wait"
_LONGEST = 200  # characters of what tells an asker, to be kept
_MOST_ASKERS = 4096
_UNKNOWN = "?"

_windows: dict[str, _Window] = {}
_askers: dict[tuple[str, str, int], str | None] = {}
"""What `_asked_by` said, by what it looks at."""
_lock = Lock()


def policy() -> str:
    """The limit as `RateLimit-Policy` says it."""
    return f'"{READERS}";q={settings.READING_LIMIT};w={WINDOW}'


def seconds_to_wait(request: HttpRequest, calls: int = 1) -> int | None:
    """Count a call. How many seconds its sender has to wait; None if it is within the limit.

    Args:
        request: the call.
        calls: as how many it counts, by what it costs to answer.
    """
    asker = _asker(request)
    if asker is None:
        return None
    now = time.monotonic()
    with _lock:
        window = _windows.get(asker)
        if window is None or now - window.began >= WINDOW:
            _make_room(now)
            window = _windows[asker] = _Window(now, 0)
        window.calls += calls
        if window.calls <= settings.READING_LIMIT:
            return None
        return max(1, int(WINDOW - (now - window.began)))


def seconds_to_wait_once(request: HttpRequest) -> int | None:
    """The same for a call about which several ask: it counts once, and all are told the same."""
    about = request.META
    if _TOLD not in about:
        about[_TOLD] = seconds_to_wait(request)
    told: int | None = about[_TOLD]
    return told


def forget() -> None:
    """Count from the beginning again."""
    with _lock:
        _windows.clear()
        _askers.clear()


def _make_room(now: float) -> None:
    if len(_windows) < _MOST_ADDRESSES:
        return
    for asker in [key for key, each in _windows.items() if now - each.began >= WINDOW]:
        del _windows[asker]
    # So many at once are no readers; the oldest go, and none of the others gains by it.
    while len(_windows) >= _MOST_ADDRESSES:
        del _windows[next(iter(_windows))]


def _asker(request: HttpRequest) -> str | None:
    about = request.META
    forwarded = about.get("HTTP_X_FORWARDED_FOR", "")
    told = (about.get("REMOTE_ADDR", ""), forwarded, settings.ALLAUTH_TRUSTED_PROXY_COUNT)
    known = _askers.get(told, _UNKNOWN)
    if known != _UNKNOWN:
        return known
    asker = _asked_by(request)
    if len(forwarded) <= _LONGEST:
        with _lock:
            if len(_askers) >= _MOST_ASKERS:
                _askers.clear()
            _askers[told] = asker
    return asker


def _asked_by(request: HttpRequest) -> str | None:
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (ValueError, PermissionDenied):
        return None
    if address.is_loopback:
        return None
    return str(_network(address))


def _network(address: IPv4Address | IPv6Address) -> IPv4Address | int:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return int(address) >> (128 - _NETWORK_OF_ONE)

"""How often codes may be tried: 80 bits cannot be guessed, and nobody is to keep the register busy trying."""

import hashlib
import hmac

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from tabularium import clock

HOUR = 3600
FROM_ONE_ADDRESS = 20
"""Tries in an hour that came to nothing, from one address."""
IN_ONE_SESSION = 8
"""Tries in an hour that came to nothing, in one session."""


def too_many_tries(request: HttpRequest) -> bool:
    """Whether so many tries came to nothing that no other is looked at within the hour."""
    return any(cache.get(key, 0) >= most for key, most in _counters(request))


def note_failure(request: HttpRequest) -> None:
    """Remember that a try came to nothing. No code and no address is kept, only how many."""
    if request.session.session_key is None:
        request.session.create()
    for key, _ in _counters(request):
        cache.add(key, 0, HOUR)
        cache.incr(key)


def _counters(request: HttpRequest) -> list[tuple[str, int]]:
    hour = int(clock.now().timestamp()) // HOUR
    counted = [("address", get_adapter().get_client_ip(request), FROM_ONE_ADDRESS)]
    if request.session.session_key is not None:
        counted.append(("session", request.session.session_key, IN_ONE_SESSION))
    return [(f"code-tries-{what}-{hour}-{_hidden(value)}", most) for what, value, most in counted]


def _hidden(value: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]

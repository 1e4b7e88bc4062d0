"""Asking a register, politely: one call after the other, and later again when it asks for that."""

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds; a register that asks for more is asked again after so many."""
TIMEOUT = 60.0

_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

Answer = tuple[int, Mapping[str, Any]]
Fetch = Callable[[str], Answer]
"""Gets an address: the status, and the JSON that was answered."""


class UnreachableError(Exception):
    """The register could not be reached, or answered what nobody understands; says which."""


def fetch(address: str) -> Answer:
    """Get an address of the feed.

    Raises:
        UnreachableError: there is no answer, or none that is JSON.
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise UnreachableError("the address begins with neither http:// nor https://")
    asked = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - looked at above
    for left in reversed(range(TRIES)):
        try:
            with urlopen(asked, timeout=TIMEOUT) as response:  # noqa: S310 - looked at above
                return response.status, _json(response.read())
        except HTTPError as error:
            with error:
                if error.code not in _LATER or not left:
                    return error.code, _json(error.read())
                wait = _seconds(error.headers.get("Retry-After"))
        except (URLError, OSError) as error:
            if not left:
                raise UnreachableError(str(getattr(error, "reason", error))) from None
            wait = float(2 ** (TRIES - left))
        time.sleep(min(wait, LONGEST_WAIT))
    raise AssertionError


def _seconds(written: str | None) -> float:
    return float(written) if written and written.isdigit() else 5.0


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise UnreachableError("what answers there is no register: it is no JSON") from None
    if not isinstance(value, dict):
        raise UnreachableError("what answers there is no register")
    return value

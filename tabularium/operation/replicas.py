"""Public reading from a copy of the database that follows it, as long as it follows closely.

What has ended by its date is gone whichever copy is asked, for the date is compared with the clock. What is
withdrawn or suspended at once would still be seen in a copy that lags: so a process asks every second how
far behind the copy is, and reads from it only while that is no more than TABULARIUM_REPLICA_LAG seconds.
Where it cannot ask, the copy is not read. Whatever is written, and whatever is read to be written or for
somebody who is signed in, is read from the database itself.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

REPLICA = "replica"

ASKED_EVERY = 1.0
"""Seconds between two looks at how far the copy is behind."""

# Pages and answers that are the same for everybody. Files of open data are no rows of a database.
_PUBLIC = re.compile(
    r"/(?:en|zh-hans)/(?:$|suggestions$|entries/|organisations/|authorities/|catalogue)"
    r"|/api/v1/(?:search|organisations|entries|catalogue|authorities|changes)\b"
    r"|/reconcile\b"
)
_READING = ("GET", "HEAD")

# What these pages show. Accounts, keys and limits are not among it.
_SHOWN = frozenset(
    {
        *("authority", "catalogueitem", "entry", "event", "organisation", "organisationname"),
        *("publicchange", "registeredidentifier", "statement", "version"),
    }
)

_from: ContextVar[str | None] = ContextVar("from", default=None)

Positions = Callable[[], tuple[int, int]]


class Distance:
    """How far a copy is behind.

    Args:
        positions: asks the database how far it has written, and then the copy how far it has followed.
        now: seconds on a clock that never goes back.
    """

    def __init__(self, positions: Positions, now: Callable[[], float] = monotonic) -> None:
        self._positions, self._now = positions, now
        self._written: deque[tuple[float, int]] = deque(maxlen=600)
        self._followed_at = float("-inf")
        self._asked_at = float("-inf")
        self._lock = Lock()

    def is_within(self, seconds: float) -> bool:
        """Whether the copy has all that the database had so many seconds ago; asks now and then."""
        with self._lock:
            if self._now() - self._asked_at >= ASKED_EVERY:
                self._ask()
            return self._now() - self._followed_at <= seconds

    def _ask(self) -> None:
        at = self._asked_at = self._now()
        try:
            written, followed = self._positions()
        except DatabaseError:
            return
        self._written.append((at, written))
        while self._written and self._written[0][1] <= followed:
            self._followed_at = self._written.popleft()[0]


def _positions() -> tuple[int, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        written = cursor.fetchone()[0]
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')")
        followed = cursor.fetchone()[0]
    # A copy that follows nobody says nothing.
    return int(written), int(followed or 0)


class PublicReadsFromReplica:
    """Lets requests that anybody could make be answered from the copy, while that is close behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self._get_response = get_response
        self._distance = Distance(_positions)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        if not (is_public(request) and self._distance.is_within(settings.REPLICA_LAG)):
            return self._get_response(request)
        with reading_from(REPLICA):
            return self._get_response(request)


def is_public(request: HttpRequest) -> bool:
    """Whether anybody could make a request and would get the same answer, and it only reads."""
    return (
        request.method in _READING
        and _PUBLIC.match(request.path_info) is not None
        and "Authorization" not in request.headers
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Within it, what public pages show is read from another database."""
    before = _from.set(alias)
    try:
        yield
    finally:
        _from.reset(before)


class Router:
    """Tells Django which database is asked."""

    def db_for_read(self, model: type[Model], **_: Any) -> str | None:
        """The copy, for what public pages show and while one of them is answered."""
        if model._meta.app_label == "register" and model._meta.model_name in _SHOWN:
            return _from.get()
        return None

    def db_for_write(self, _model: type[Model], **_: Any) -> str:
        """The database itself, also for what was read from a copy."""
        return "default"

    def allow_relation(self, *_: Model, **__: Any) -> bool:
        """Rows of the copy are the rows of the database."""
        return True

    def allow_migrate(self, db: str, *_: str, **__: Any) -> bool:
        """A copy gets its tables by following."""
        return db == "default"

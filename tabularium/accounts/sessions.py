"""Sessions that end: after an hour without a request, and half a day after signing in however busy."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

from tabularium import clock

BEGAN = "began"
SEEN = "seen"

# How often it is written down that somebody is still there: not with each request.
_STEPS_OF_IDLENESS = 20


class SessionStore(db.SessionStore):
    """A session in the database. It is read only where a page asks who is there, so on no public page."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing if it is over, and then it is gone."""
        held = super().load()
        if not held:
            return held
        now = clock.now()
        if _is_over(held, now):
            self.delete(self.session_key)
            self._session_key = None
            return {}
        idle_age = timedelta(seconds=settings.SESSION_IDLE_AGE)
        if now - _instant(held, SEEN, now) >= idle_age / _STEPS_OF_IDLENESS:
            held[SEEN] = now.isoformat()
            self.modified = True
        return held

    def save(self, must_create: bool = False) -> None:
        """Write it down, with the instants from which its ends are counted."""
        if self.session_key is not None:
            now = clock.now().isoformat()
            # A new one that has nothing yet is not to be looked for in the database.
            held = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
            held.setdefault(BEGAN, now)
            held.setdefault(SEEN, now)
        super().save(must_create=must_create)

    def cycle_key(self) -> None:
        """Another key for somebody who has just signed in: from here on the time counts."""
        now = clock.now().isoformat()
        self[BEGAN] = now
        self[SEEN] = now
        super().cycle_key()


def _instant(held: dict[str, Any], name: str, otherwise: datetime) -> datetime:
    said = held.get(name)
    return datetime.fromisoformat(said) if isinstance(said, str) else otherwise


def _is_over(held: dict[str, Any], now: datetime) -> bool:
    since_the_beginning = now - _instant(held, BEGAN, now)
    since_last_seen = now - _instant(held, SEEN, now)
    return since_the_beginning >= timedelta(
        seconds=settings.SESSION_COOKIE_AGE
    ) or since_last_seen >= timedelta(seconds=settings.SESSION_IDLE_AGE)

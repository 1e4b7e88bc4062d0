"""The one instant at which a request is answered.

Everything on a page is read at this instant, and how long the page may be kept is counted from it. Were
the clock asked twice, a page read just before a midnight could be given a lifetime counted from just
after it, and so show what has ended.
"""

from datetime import datetime

from django.http import HttpRequest

from tabularium import clock

_KEY = "tabularium.instant"


def instant_of(request: HttpRequest) -> datetime:
    """The instant of the request: when it was first asked for, which the middleware does on arrival."""
    known = request.META.get(_KEY)
    if isinstance(known, datetime):
        return known
    now = clock.now()
    request.META[_KEY] = now
    return now

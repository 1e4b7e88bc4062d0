"""An organisation with its entries, and an entry, in two questions to the database and no model.

Each gives nothing where that would not say all; then, and where nothing is public, the operations answer.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from types import MappingProxyType

from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tabularium import clock
from tabularium.api import written
from tabularium.api.answers import Addresses
from tabularium.api.entry_pages import address_of_next
from tabularium.api.parameters import IDENTITY, USUAL, Place
from tabularium.register.entry_rows import entry_row, entry_rows, known_of


def organisation(identity: str, limit: int, now: datetime, to: Addresses) -> str:
    """An organisation and the first of its public entries, as text; "" if it is to be asked otherwise."""
    rows = entry_rows(identity, now, limit + 1)
    if not rows:
        return ""
    subject = written.organisation(rows[0], known_of(identity), to)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = Place(shown[-1].decided_on, shown[-1].id)
        following = address_of_next(to, last, limit, "organisations", identity)
    entries = [written.entry(each, subject, to) for each in shown]
    return written.organisation_answer(subject, entries, following)


def entry(identity: str, now: datetime, to: Addresses) -> str:
    """A public entry as text; "" if it is to be asked otherwise."""
    row = entry_row(identity, now)
    if row is None:
        return ""
    subject = written.organisation(row, known_of(row.organisation), to)
    return written.entry(row, subject, to)


View = Callable[..., HttpResponseBase]


def before(view: View, name: str) -> View:
    """The view of an operation; of the two that are answered here, only where it is to be asked otherwise.

    Args:
        view: answers an operation, after it has read its parameters.
        name: of the operation.
    """
    if name not in _TEXTS:
        return view

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
        # Who asks with parameters has them read.
        text = "" if request.META.get("QUERY_STRING") else _text(name, named["id"], request)
        return written.response(text) if text else view(request, **named)

    return answer


def _text(name: str, identity: str, request: HttpRequest) -> str:
    if not IDENTITY.fullmatch(identity):
        return ""
    try:
        return _TEXTS[name](identity, clock.now(), Addresses(request))
    except Error:
        # It will be so again, and becomes a problem there.
        return ""


_TEXTS: Mapping[str, Callable[[str, datetime, Addresses], str]] = MappingProxyType(
    {
        "organisation": lambda identity, now, to: organisation(identity, USUAL, now, to),
        "entry": entry,
    }
)

"""An organisation with its entries, and an entry, in one question to the database and no model.

Each gives nothing where that would not say all; then, and where nothing is public, the operations answer.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
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
from tabularium.register.written_rows import written_row, written_rows


def organisation(identity: str, limit: int, now: datetime, to: Addresses) -> str:
    """An organisation and the first of its public entries, as text; "" if it is to be asked otherwise."""
    rows = written_rows(identity, now, limit + 1)
    subject = written.organisation(rows[0], to) if rows else ""
    if not rows or not subject:
        return ""
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        decided_on = json.loads(f"{{{shown[-1].decision}}}")["decided_on"]
        last = Place(date.fromisoformat(decided_on), shown[-1].id)
        following = address_of_next(to, last, limit, "organisations", identity)
    entries = [written.entry(each, subject, to) for each in shown]
    return written.organisation_answer(subject, entries, following) if all(entries) else ""


def entry(identity: str, now: datetime, to: Addresses) -> str:
    """A public entry as text; "" if it is to be asked otherwise."""
    row = written_row(identity, now)
    subject = written.organisation(row, to) if row is not None else ""
    return written.entry(row, subject, to) if row is not None and subject else ""


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
        given = "" if request.META.get("QUERY_STRING") else named["id"]
        told = text(name, given, clock.now(), Addresses(request))
        return written.response(told) if told else view(request, **named)

    return answer


def text(name: str, identity: str, now: datetime, to: Addresses) -> str:
    """What an operation answers that is answered here; "" if it is to be asked otherwise.

    Args:
        name: of the operation.
        identity: of what is asked for.
        now: when.
        to: where things are.
    """
    if not IDENTITY.fullmatch(identity):
        return ""
    try:
        return _TEXTS[name](identity, now, to)
    except Error:
        # It will be so again, and becomes a problem there.
        return ""


_TEXTS: Mapping[str, Callable[[str, datetime, Addresses], str]] = MappingProxyType(
    {
        "organisation": lambda identity, now, to: organisation(identity, USUAL, now, to),
        "entry": entry,
    }
)

"""Pages of public entries that go on from an entry, so that what ends meanwhile moves nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from tabularium.public.paging import ENTRIES_ON_A_PAGE
from tabularium.register.ids import PATTERN
from tabularium.register.models import Entry
from tabularium.register.selectors import beside

_PLACE = re.compile(rf"(older|newer)-([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})-({PATTERN})")


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """A part of a list of entries, the newest decision first.

    Attributes:
        parameter: name of the query parameter that turns the pages of this list.
        rows: what stands on this page.
        before: the place to ask for newer ones; empty on the first page.
        after: the place to ask for older ones; empty on the last.
    """

    parameter: str
    rows: Sequence[Entry]
    before: str
    after: str


def entries_page(entries: QuerySet[Entry], request: HttpRequest, parameter: str) -> EntriesPage:
    """The part of public entries, the newest first, that the request asks for, in one query.

    Raises:
        BadRequest: the place from which to go on is none.
        Http404: nothing stands beyond it.
    """
    written = request.GET.get(parameter, "")
    if not written:
        found = list(entries[: ENTRIES_ON_A_PAGE + 1])
        return _page(parameter, found[:ENTRIES_ON_A_PAGE], newer=False, older=_is_more(found))
    older, day, identity = _place(written)
    found = list(beside(entries, day, identity, older=older)[: ENTRIES_ON_A_PAGE + 1])
    if not found:
        raise Http404
    rows = found[:ENTRIES_ON_A_PAGE]
    if older:
        return _page(parameter, rows, newer=True, older=_is_more(found))
    return _page(parameter, rows[::-1], newer=_is_more(found), older=True)


def _is_more(found: Sequence[Entry]) -> bool:
    return len(found) > ENTRIES_ON_A_PAGE


def _page(parameter: str, rows: Sequence[Entry], *, newer: bool, older: bool) -> EntriesPage:
    def at(entry: Entry) -> str:
        return f"{entry.current_version.decided_on:%Y-%m-%d}-{entry.pk}"

    return EntriesPage(
        parameter,
        rows,
        before=f"newer-{at(rows[0])}" if newer else "",
        after=f"older-{at(rows[-1])}" if older else "",
    )


def _place(written: str) -> tuple[bool, date, str]:
    read = _PLACE.fullmatch(written)
    if read is None:
        raise BadRequest
    direction, day, identity = read.groups()
    try:
        return direction == "older", date.fromisoformat(day), identity
    except ValueError:
        raise BadRequest from None

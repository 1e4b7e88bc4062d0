"""Pages of long lists: a page knows whether there is another, and never how many there are in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

Row = TypeVar("Row", bound=Model)

ENTRIES_ON_A_PAGE = 30
LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list.

    Attributes:
        parameter: name of the query parameter that turns the pages of this list.
        rows: what stands on this page.
        number: of this page, from 1.
        has_more: whether another page follows.
    """

    parameter: str
    rows: Sequence[Row]
    number: int
    has_more: bool

    @property
    def before(self) -> int | None:
        """Number of the page before; None on the first."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """Number of the page after; None on the last."""
        return self.number + 1 if self.has_more else None


def page_of(rows: QuerySet[Row], request: HttpRequest, parameter: str) -> Page[Row]:
    """The page of a list that the request asks for, in one query.

    Raises:
        BadRequest: the number of the page is none.
        Http404: the list has no such page.
    """
    number = number_in(request, parameter) or 1
    first = (number - 1) * ENTRIES_ON_A_PAGE
    found = list(rows[first : first + ENTRIES_ON_A_PAGE + 1])
    if not found and number > 1:
        raise Http404
    return Page(parameter, found[:ENTRIES_ON_A_PAGE], number, len(found) > ENTRIES_ON_A_PAGE)


def number_in(request: HttpRequest, parameter: str) -> int | None:
    """A whole number from 1 in the query; None where it is not given.

    Raises:
        BadRequest: it is no such number, or larger than any that is used.
    """
    written = request.GET.get(parameter, "")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(LAST_PAGE))):
        raise BadRequest
    number = int(written)
    if not 1 <= number <= LAST_PAGE:
        raise BadRequest
    return number

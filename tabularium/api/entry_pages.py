"""A page of a list of public entries of one organisation, and the address of the next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tabularium.api import answers, schemas
from tabularium.api.answers import Addresses
from tabularium.api.parameters import EntryParameters, Place
from tabularium.register.models import Entry


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A part of a list.

    Attributes:
        entries: what is on the page.
        last: where the next page begins; None if this is the last.
        limit: how many stand on a page.
        to: where things are.
    """

    entries: list[schemas.Entry]
    last: Place | None
    limit: int
    to: Addresses

    def following(self, *parts: str) -> str | None:
        """Address of the next page of the list at an address of this API; None if this is the last."""
        if self.last is None:
            return None
        return address_of_next(self.to, self.last, self.limit, *parts)


def address_of_next(to: Addresses, last: Place, limit: int, *parts: str) -> str:
    """Address of the page behind a place, of the list at an address of this API."""
    return to.api(*parts, after=last, limit=limit)


def page_of_entries(
    rows: QuerySet[Entry],
    subject: schemas.Organisation,
    parameters: EntryParameters,
    now: datetime,
    to: Addresses,
) -> EntryPage:
    """The page that was asked for.

    Args:
        rows: of one organisation, from `selectors.entries_of`.
        subject: that organisation.
        parameters: which page.
        now: the instant at which the rows are public.
        to: where things are.
    """
    if parameters.place is not None:
        rows = rows.filter(_behind(parameters.place))
    found = list(rows[: parameters.limit + 1])
    shown = found[: parameters.limit]
    beside = answers.beside(shown, now)
    return EntryPage(
        entries=[answers.entry(each, subject, beside[each.pk], to) for each in shown],
        last=_place_of(shown[-1]) if len(found) > len(shown) else None,
        limit=parameters.limit,
        to=to,
    )


def _behind(place: Place) -> Q:
    """What comes after the place in the order of `selectors.entries_of`."""
    return Q(current_version__decided_on__lt=place.decided_on) | Q(
        current_version__decided_on=place.decided_on, pk__gt=place.entry_id
    )


def _place_of(last: Entry) -> Place:
    decided_on = last.current_version.decided_on
    assert decided_on is not None  # the database has it for whatever is public
    return Place(decided_on, last.pk)

"""What is known of organisations and of entries beside their content, for pages that are read very often.

The selectors are those of every other reader. What is said beside an entry by others than its decision, and
an organisation that its decisions name differently, are rare; a question tells that there is some, and
whoever reads it then asks as everybody does.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from tabularium.core.kinds import Kind
from tabularium.register.models import Entry, OrganisationName, RegisteredIdentifier, Statement
from tabularium.register.prepared import Prepared, PreparedObjects
from tabularium.register.visibility import public_entries, with_content


class Number(NamedTuple):
    """An identifier of an organisation."""

    scheme: str
    value: str


class OtherName(NamedTuple):
    """A name of an organisation beside the one it goes by; see `OrganisationName`."""

    sort: str
    name: str
    language: str


class Known(NamedTuple):
    """By what an organisation is known beside its name; each in its order."""

    numbers: Sequence[Number]
    names: Sequence[OtherName]


def more() -> Any:
    """Whether something is said beside an entry, or its organisation's names depend on what is public."""
    written = OrganisationName.objects.filter(
        organisation=OuterRef("organisation"), sort=OrganisationName.Sort.WRITTEN
    )
    return said_beside() | Exists(written)


def said_beside() -> Any:
    """Whether something is said beside an entry by others than its decision."""
    return Exists(Statement.objects.filter(entry=OuterRef("pk"))) | Q(kind=Kind.PROMISE)


_OF_A_NUMBER = "."


def _known(organisation: str) -> QuerySet[Any, Any]:
    """Numbers and names in one answer, told apart by the first member, which is the sort of a name."""
    numbers = RegisteredIdentifier.objects.filter(organisation=organisation)
    names = OrganisationName.objects.filter(organisation=organisation)
    return numbers.values_list(Value(_OF_A_NUMBER), "scheme", "value").union(
        names.values_list("sort", "name", "language"), all=True
    )


_KNOWN = Prepared(_known, str)


WHOLE = PreparedObjects(
    lambda now, identity: with_content(
        public_entries(now).filter(pk=identity).annotate(more=more())
    ),
    datetime,
    str,
)
"""The question for all of an entry, by an instant and its identity."""


def plain_entry(identity: str, now: datetime) -> Entry | None:
    """A public entry with all that is said of it, beside which nothing is said; None if it is none such.

    None, too, if its organisation has another name than the one it goes by.
    """
    found: list[Any] = WHOLE.objects(now, identity)
    entry: Entry | None = found[0] if found and not found[0].more else None
    return entry


def known_of(organisation: str) -> Known:
    """The identifiers and other names of an organisation that somebody may see.

    Names that its decisions write are among them, whichever of these are public.
    """
    found = sorted(_KNOWN.rows(organisation))
    return Known(
        [Number(*each[1:]) for each in found if each[0] == _OF_A_NUMBER],
        [OtherName(*each) for each in found if each[0] != _OF_A_NUMBER],
    )


def in_utc(instant: datetime | None) -> datetime | None:
    """An instant as SQLite gives it, which has no zone."""
    return instant.replace(tzinfo=UTC) if instant else None

"""Public entries as plain rows, for answers that are given very often: all that they say in one question.

The selectors are those of every other reader. What is said beside an entry by others than its decision, and
an organisation that its decisions name differently, are rare; a row tells that there is some, and whoever
reads it then asks as everybody does.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from tabularium.core.kinds import Kind
from tabularium.register.contents import DECISION_COLUMNS
from tabularium.register.models import Entry, OrganisationName, RegisteredIdentifier, Statement
from tabularium.register.prepared import Prepared, PreparedObjects
from tabularium.register.visibility import public_entries, with_content


class EntryRow(NamedTuple):
    """A public entry with the content of its current version; see the models for what each member is.

    `names`, `title`, `corrections_route`, `details` and `erased_fields` are JSON. `more` is whether something
    is said beside it that is not in the row, or by which name its organisation goes is told by its entries.
    """

    id: str
    kind: str
    field: str
    item: str
    item_version: int
    title: str
    authority: str
    names: str
    authority_name: str
    corrections_route: str
    corrections_url: str
    organisation: str
    organisation_name: str
    legal_form: str
    jurisdiction: str
    version: int
    decision_number: str
    decided_on: date
    measure: str
    summary: str
    legal_basis: str
    legal_basis_url: str
    amount: str
    currency: str
    term_begins: date | None
    term_ends: date | None
    objection_route: str
    objection_url: str
    language: str
    details: str
    erased_fields: str
    public_from: datetime
    public_until: datetime | None
    more: bool


_COLUMNS: Mapping[str, str] = {
    "id": "pk",
    "kind": "kind",
    "field": "item__field",
    "item": "item__code",
    "item_version": "item__version",
    "title": "item__title",
    "authority": "authority_id",
    "names": "authority__names",
    "authority_name": "authority__organisation__name",
    "corrections_route": "authority__corrections_route",
    "corrections_url": "authority__corrections_url",
    "organisation": "organisation_id",
    "organisation_name": "organisation__name",
    "legal_form": "organisation__legal_form",
    "jurisdiction": "organisation__jurisdiction",
    **DECISION_COLUMNS,
    "language": "current_version__language",
    "details": "current_version__details",
    "erased_fields": "current_version__erased_fields",
    "public_from": "public_from",
    "public_until": "public_until",
    "more": "more",
}
assert tuple(_COLUMNS) == EntryRow._fields


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
    said = Statement.objects.filter(entry=OuterRef("pk"))
    written = OrganisationName.objects.filter(
        organisation=OuterRef("organisation"), sort=OrganisationName.Sort.WRITTEN
    )
    return Exists(said) | Exists(written) | Q(kind=Kind.PROMISE)


def _rows(entries: QuerySet[Entry]) -> QuerySet[Any, Any]:
    """The members of `EntryRow` of entries that are public, in its order."""
    return entries.annotate(more=more()).values_list(*_COLUMNS.values())


@cache
def of_organisation(limit: int) -> Prepared:
    """The question for so many of an organisation's entries, by an instant and its identity."""

    def ask(now: datetime, organisation: str) -> QuerySet[Any, Any]:
        entries = public_entries(now).filter(organisation=organisation)
        return _rows(entries.order_by("-current_version__decided_on", "id"))[:limit]

    return Prepared(ask, datetime, str)


_OF_IDENTITY = Prepared(
    lambda now, identity: _rows(public_entries(now).filter(pk=identity)), datetime, str
)
_OF_A_NUMBER = "."


def _known(organisation: str) -> QuerySet[Any, Any]:
    """Numbers and names in one answer, told apart by the first member, which is the sort of a name."""
    numbers = RegisteredIdentifier.objects.filter(organisation=organisation)
    names = OrganisationName.objects.filter(organisation=organisation)
    return numbers.values_list(Value(_OF_A_NUMBER), "scheme", "value").union(
        names.values_list("sort", "name", "language"), all=True
    )


_KNOWN = Prepared(_known, str)


def entry_rows(organisation: str, now: datetime, limit: int) -> Sequence[EntryRow] | None:
    """The public entries of an organisation, newest decision first, no more than a limit.

    Returns:
        None if they do not say all.
    """
    found = [_row(each) for each in of_organisation(limit).rows(now, organisation)]
    return found if all(map(_says_all, found)) else None


def entry_row(identity: str, now: datetime) -> EntryRow | None:
    """A public entry; None if there is none of that identity, or if its row does not say all."""
    found = [_row(each) for each in _OF_IDENTITY.rows(now, identity)]
    return found[0] if found and _says_all(found[0]) else None


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


def _says_all(row: EntryRow) -> bool:
    return not row.more and row.erased_fields == "{}"


def _row(values: tuple[Any, ...]) -> EntryRow:
    row = EntryRow(*values)
    if row.public_from.tzinfo is not None:
        return row
    return row._replace(
        public_from=row.public_from.replace(tzinfo=UTC), public_until=in_utc(row.public_until)
    )


def in_utc(instant: datetime | None) -> datetime | None:
    """An instant as SQLite gives it, which has no zone."""
    return instant.replace(tzinfo=UTC) if instant else None

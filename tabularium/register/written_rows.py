"""Public entries for answers that are given very often: all that they say in one question, ready to be sent.

The selectors are those of every other reader, asked anew each time. What is said beside an entry by others
than its decision, and an organisation that its decisions name differently, are rare; a row tells that there
is some, and whoever reads it then asks as everybody does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from tabularium.register.entry_rows import said_beside
from tabularium.register.json_texts import (
    EachIn,
    Instant,
    Joined,
    List,
    Member,
    Quoted,
    QuotedOrNull,
    UnlessEmpty,
    literal,
    members,
)
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.prepared import Prepared
from tabularium.register.prepared_texts import PreparedTexts
from tabularium.register.visibility import public_entries


class WrittenRow(NamedTuple):
    """A public entry with the content of its current version; but for three members, JSON.

    Attributes:
        id: its identity.
        organisation: a list of what is known of its organisation, see `OrganisationKnown`.
        same: what many entries have in common, see `SAME`.
        decision: the members from `version` to `summary`.
        term: those from `amount` to `term`.
        public_from, public_until: as `json_texts.Instant` writes them.
        details: an object.
        more: a text if something is said beside it that is not in the row; otherwise empty.
    """

    id: str
    organisation: str
    same: str
    decision: str
    term: str
    public_from: str
    public_until: str
    details: str
    more: str


class OrganisationKnown(NamedTuple):
    """What is known of an organisation; see the model for what each member is.

    Attributes:
        numbers: JSON, a list of its identifiers, each a list of scheme and value; or None.
        names: JSON, a list of its other names, each a list of sort, name and language; or None.
    """

    id: str
    name: str
    legal_form: str
    jurisdiction: str
    numbers: str | None
    names: str | None


SAME: Mapping[str, str] = {
    "kind": "kind",
    "field": "item__field",
    "item": "item__code",
    "item_version": "item__version",
    "title": "item__title",
    "authority": "authority_id",
    "authority_names": "authority__names",
    "authority_name": "",
    "corrections_route": "authority__corrections_route",
    "corrections_url": "authority__corrections_url",
    "legal_basis": "current_version__legal_basis",
    "legal_basis_url": "current_version__legal_basis_url",
    "objection_route": "current_version__objection_route",
    "objection_url": "current_version__objection_url",
    "language": "current_version__language",
}
"""What many entries have in common, in the order in which it is joined, and their columns.

The name of the authority's organisation is there for an authority that has no names of its own.
"""

SEPARATOR = "\x1f"
"""Stands between what is joined; where it stands in a text too, there are more of it."""


_OBJECTS = {"title", "authority_names", "corrections_route"}


def _of_version(*names: str) -> list[Member]:
    return [(name, Quoted(F(f"current_version__{name}"))) for name in names]


def _each(of: Any, *columns: str) -> Subquery:
    """A list of lists of these columns, of an organisation."""
    listed = of.objects.filter(organisation=OuterRef("pk")).order_by().values(one=Value(1))
    return Subquery(listed.annotate(each=EachIn(*columns)).values("each"))


def _organisation(identity: Any) -> Subquery:
    """The list of `OrganisationKnown`."""
    known = Organisation.objects.filter(pk=identity)
    columns = ("pk", "name", "legal_form", "jurisdiction")
    listed = List(
        *map(F, columns),
        _each(RegisteredIdentifier, "scheme", "value"),
        _each(OrganisationName, "sort", "name", "language"),
    )
    return Subquery(known.annotate(known=listed).values("known"))


def _in_common() -> Joined:
    between = literal(SEPARATOR)
    joined = [each for name, path in SAME.items() for each in (between, _of_many(name, path))]
    return Joined(*joined[1:])


def _of_many(name: str, path: str) -> Any:
    if name == "authority_name":
        named = Organisation.objects.filter(pk=OuterRef("authority__organisation_id"))
        of_none = When(authority__names={}, then=Subquery(named.values("name")))
        return Case(of_none, default=literal(""))
    return Cast(path, TextField()) if name in _OBJECTS else F(path)


def _columns(organisation: Any) -> Mapping[str, Any]:
    """The members of `WrittenRow` and what writes them.

    Args:
        organisation: its identity, or what tells it in a query within that of the entries. An identity is
            looked up once for all entries.
    """
    begins, ends = (QuotedOrNull(F(f"current_version__term_{name}")) for name in ("begins", "ends"))
    amount = members(("value", Quoted(F("current_version__amount"))), *_of_version("currency"))
    amount = Joined(literal("{"), amount, literal("}"))
    term = Joined(literal("{"), members(("begins", begins), ("ends", ends)), literal("}"))
    of_version = _of_version("decision_number", "decided_on", "measure")
    return {
        "id": F("pk"),
        "organisation": _organisation(organisation),
        "same": _in_common(),
        "decision": members(
            ("version", Quoted(F("current_version__number"))),
            *of_version,
            ("summary", _or_null("current_version__summary")),
        ),
        "term": members(
            ("amount", UnlessEmpty(F("current_version__amount"), amount)), ("term", term)
        ),
        "public_from": Instant(F("public_from")),
        "public_until": Instant(F("public_until")),
        "details": Cast("current_version__details", TextField()),
        "more": Case(
            When(said_beside() | ~Q(current_version__erased_fields={}), then=literal("more")),
            default=literal(""),
        ),
    }


def _or_null(path: str) -> UnlessEmpty:
    return UnlessEmpty(F(path), Quoted(F(path)))


def _rows(entries: QuerySet[Entry], organisation: Any) -> QuerySet[Any, Any]:
    columns = _columns(organisation)
    assert tuple(columns) == WrittenRow._fields
    named = {f"{name}_": written for name, written in columns.items()}
    return entries.annotate(**named).values_list(*named)


@cache
def of_organisation(limit: int) -> Prepared:
    """The question for so many of an organisation's entries, by an instant and its identity."""

    def ask(now: datetime, organisation: str) -> QuerySet[Any, Any]:
        entries = public_entries(now).filter(organisation=organisation)
        return _rows(entries.order_by("-current_version__decided_on", "id"), organisation)[:limit]

    return PreparedTexts(ask, datetime, str)


_OF_IDENTITY = PreparedTexts(
    lambda now, identity: _rows(public_entries(now).filter(pk=identity), OuterRef("organisation")),
    datetime,
    str,
)


def written_rows(organisation: str, now: datetime, limit: int) -> Sequence[WrittenRow] | None:
    """The public entries of an organisation, newest decision first, no more than a limit.

    Returns:
        None if they do not say all.
    """
    found = [WrittenRow(*each) for each in of_organisation(limit).rows(now, organisation)]
    return None if any(each.more for each in found) else found


def written_row(identity: str, now: datetime) -> WrittenRow | None:
    """A public entry; None if there is none of that identity, or if its row does not say all."""
    found = [WrittenRow(*each) for each in _OF_IDENTITY.rows(now, identity)]
    return found[0] if found and not found[0].more else None

"""Reading for the public. Everything here goes through `visibility`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from tabularium.core.identifiers import IdentifierError, parse
from tabularium.register import search_index
from tabularium.register.models import Entry, Organisation, RegisteredIdentifier
from tabularium.register.search_text import fold
from tabularium.register.visibility import public_entries, public_organisations, with_content

# More hits than a person reads are not sorted through: the reader is told to type more.
MOST_HITS = 1000


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Organisations that match, closest first.

    Attributes:
        organisations: those of the page asked for, with their identifiers and other names.
        found: how many match in all; `MOST_HITS` if there are more.
        more_than_found: whether there are more than `found`.
    """

    organisations: Sequence[Organisation]
    found: int
    more_than_found: bool


def search(text: str, now: datetime, *, offset: int = 0, limit: int = 20) -> SearchResult:
    """Organisations with a public entry, by a part of a name or by an identifier.

    Sorted by closeness of the match alone: a whole identifier or name first, then a name that begins
    with the text, then shorter names before longer ones. Never by anything about their entries.
    """
    matching = search_index.matching(text)
    if matching is None:
        return SearchResult((), 0, more_than_found=False)
    # A number is found however it is written: with dots, strokes and blanks or without.
    found = Q(pk__in=matching) | Q(pk__in=_by_identifier(text))
    hits = list(public_organisations(now).filter(found).values_list("pk", "name")[: MOST_HITS + 1])
    ordered = sorted(hits[:MOST_HITS], key=lambda hit: (_distance(text, hit[1]), hit[1], hit[0]))
    page = [identity for identity, _ in ordered[offset : offset + limit]]
    loaded = Organisation.objects.prefetch_related("identifiers", "other_names").in_bulk(page)
    return SearchResult(
        [loaded[identity] for identity in page],
        len(ordered),
        more_than_found=len(hits) > MOST_HITS,
    )


def _by_identifier(text: str) -> QuerySet[RegisteredIdentifier, str]:
    bare = "".join(each for each in text if each.isalnum()).upper()
    return RegisteredIdentifier.objects.filter(value__in={text.strip(), bare}).values_list(
        "organisation_id", flat=True
    )


def _distance(text: str, name: str) -> tuple[int, int]:
    wanted, given = fold(text).strip(), fold(name)
    if wanted == given:
        return 0, 0
    return (1 if given.startswith(wanted) else 2), len(given)


def organisation(identity: str, now: datetime) -> Organisation | None:
    """An organisation that has a public entry, with its names and identifiers; None if it has none."""
    return (
        public_organisations(now)
        .prefetch_related("identifiers", "other_names")
        .filter(pk=identity)
        .first()
    )


def organisation_by_identifier(scheme: str, value: str, now: datetime) -> Organisation | None:
    """The same, by an identifier; None also if the identifier is not valid."""
    try:
        identifier = parse(scheme, value)
    except IdentifierError:
        return None
    return (
        public_organisations(now)
        .prefetch_related("identifiers", "other_names")
        .filter(identifiers__scheme=identifier.scheme, identifiers__value=identifier.value)
        .first()
    )


def entries_of(organisation_: Organisation, now: datetime) -> QuerySet[Entry]:
    """The public entries of an organisation, newest decision first, each with its content."""
    return with_content(public_entries(now).filter(organisation=organisation_)).order_by(
        "-current_version__decided_on", "id"
    )


def identified(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """The same entries with the identifiers of their subjects."""
    return entries.prefetch_related(
        Prefetch("organisation__identifiers", RegisteredIdentifier.objects.order_by("scheme"))
    )

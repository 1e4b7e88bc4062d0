"""Reading for the public. Everything here goes through `visibility`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tabularium.core.identifiers import IdentifierError, parse
from tabularium.register import search_index
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.search_text import fold, holds, query_phrases
from tabularium.register.visibility import (
    go_by_public_names,
    public_entries,
    public_organisations,
    with_content,
)

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
    by_number = set(_by_identifier(text))
    candidates = public_organisations(now).values_list("pk", "name", Exists(_other_spellings()))
    # The closest are looked up first: where more match than are sorted, they are not left out.
    closest = candidates.filter(Q(pk__in=search_index.named(text)) | Q(pk__in=by_number))
    hits = dict.fromkeys(closest[: MOST_HITS + 1])
    hits |= dict.fromkeys(candidates.filter(pk__in=matching)[: MOST_HITS + 1])
    kept = list(hits)[:MOST_HITS]
    names = {pk: name for pk, name, respelt in kept if not respelt}
    names |= _by_public_names([pk for pk, _, respelt in kept if respelt], by_number, text, now)
    ordered = sorted(
        names, key=lambda pk: (pk not in by_number, _distance(text, names[pk]), names[pk], pk)
    )
    page = ordered[offset : offset + limit]
    loaded = _named(Organisation.objects.all()).in_bulk(page)
    go_by_public_names(loaded.values(), now)
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


def _other_spellings() -> QuerySet[OrganisationName]:
    return OrganisationName.objects.filter(
        organisation=OuterRef("pk"), sort=OrganisationName.Sort.WRITTEN
    )


def _by_public_names(
    identities: Sequence[str], by_number: set[str], text: str, now: datetime
) -> dict[str, str]:
    """Names of those that match by what is public now, and not by a name that has gone."""
    phrases = query_phrases(text)
    organisations = list(_named(Organisation.objects.filter(pk__in=identities)))
    go_by_public_names(organisations, now)
    return {
        each.pk: each.name
        for each in organisations
        if each.pk in by_number
        or holds(
            [
                each.name,
                *(other.name for other in each.other_names.all()),
                *(identifier.value for identifier in each.identifiers.all()),
            ],
            phrases,
        )
    }


def _distance(text: str, name: str) -> tuple[int, int]:
    wanted, given = fold(text).strip(), fold(name)
    if wanted == given:
        return 0, 0
    return (1 if given.startswith(wanted) else 2), len(given)


def _named(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return organisations.prefetch_related("identifiers", "other_names")


def _seen(organisation_: Organisation | None, now: datetime) -> Organisation | None:
    if organisation_ is not None:
        go_by_public_names([organisation_], now)
    return organisation_


def organisation(identity: str, now: datetime) -> Organisation | None:
    """An organisation that has a public entry, with its names and identifiers; None if it has none."""
    return _seen(_named(public_organisations(now)).filter(pk=identity).first(), now)


def organisation_by_identifier(scheme: str, value: str, now: datetime) -> Organisation | None:
    """The same, by an identifier; None also if the identifier is not valid."""
    try:
        identifier = parse(scheme, value)
    except IdentifierError:
        return None
    found = _named(public_organisations(now)).filter(
        identifiers__scheme=identifier.scheme, identifiers__value=identifier.value
    )
    return _seen(found.first(), now)


def entries_of(organisation_: Organisation, now: datetime) -> QuerySet[Entry]:
    """The public entries of an organisation, newest decision first, each with its content."""
    return with_content(public_entries(now).filter(organisation=organisation_)).order_by(
        "-current_version__decided_on", "id"
    )

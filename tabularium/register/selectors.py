"""Reading for the public. Everything here goes through `visibility`."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Q, QuerySet

from tabularium.core.identifiers import IdentifierError, parse
from tabularium.register import search_index
from tabularium.register.models import Entry, Organisation
from tabularium.register.prepared import Prepared
from tabularium.register.search_candidates import Key, candidates, decisions_numbered, places
from tabularium.register.search_hits import Question, Reason, closest
from tabularium.register.search_page import on_a_page
from tabularium.register.visibility import (
    go_by_public_names,
    public_entries,
    public_organisations,
    with_content,
)

# More hits than a person reads are not sorted through: the reader is told to type more.
MOST_HITS = 1000


class NoSuchPlaceError(ValueError):
    """What should say where to go on in a list of hits says nothing."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which public entries an organisation must have one of, for it to be found; None for any.

    Attributes:
        kind: the kind of decision.
        field: of regulation.
        authority: code of the authority that decided.
        place: code of the jurisdiction in which the organisation is registered.
        since: the day of the decision, or a later one.
        until: the day of the decision, or an earlier one.
    """

    kind: str | None = None
    field: str | None = None
    authority: str | None = None
    place: str | None = None
    since: date | None = None
    until: date | None = None

    def of_entries(self) -> Q:
        """What is asked of an entry."""
        asked = {
            "kind": self.kind,
            "item__field": self.field,
            "authority": self.authority,
            "current_version__decided_on__gte": self.since,
            "current_version__decided_on__lte": self.until,
        }
        return Q(**{name: value for name, value in asked.items() if value})

    def among(self, now: datetime) -> QuerySet[Entry]:
        """The public entries; the organisations that they are about are those that it leaves."""
        found = public_entries(now).filter(self.of_entries())
        return found.filter(organisation__jurisdiction=self.place) if self.place else found

    def has_one(self, now: datetime) -> search_index.Condition:
        """The same, asked of the organisation of a row of the index of names."""
        if self == _ANY:
            return _HAS_ANY.statement(now)
        return search_index.has_one(self.among(now)).query.sql_with_params()


_ANY = Narrowing()
_HAS_ANY = Prepared(lambda now: search_index.has_one(_ANY.among(now)), datetime)


@dataclass(frozen=True, slots=True)
class Hit:
    """An organisation that matches, and why it does."""

    organisation: Organisation
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Organisations that match, closest first.

    Attributes:
        hits: those of the page asked for, with their identifiers and other names.
        found: how many match in all; `MOST_HITS` if there are more.
        more_than_found: whether there are more than `found`.
        after: where the next page goes on; empty on the last.
    """

    hits: Sequence[Hit]
    found: int
    more_than_found: bool
    after: str = ""

    @property
    def organisations(self) -> Sequence[Organisation]:
        """The organisations of the page."""
        return [each.organisation for each in self.hits]


def search(
    text: str,
    now: datetime,
    *,
    after: str = "",
    limit: int = 20,
    narrowing: Narrowing = _ANY,
) -> SearchResult:
    """Organisations with a public entry, by a part of a name, an identifier or a decision's number.

    Sorted by closeness of the match alone: a whole number first, then a whole name, then a name that begins
    with the text, then shorter names before longer ones. Never by anything about their entries.

    Raises:
        NoSuchPlaceError: `after` is no place that a page before gave.
    """
    begin = place_in_search(after) if after else None
    question = Question.of(text)
    if not question.phrases:
        return SearchResult((), 0, more_than_found=False)
    by_decision = decisions_numbered(question, text, narrowing.among(now))
    hits = candidates(text, narrowing.has_one(now), by_decision, MOST_HITS + 1)
    found = places(question, dict(islice(hits.items(), MOST_HITS)), by_decision, now)
    left = sorted(found if begin is None else [key for key in found if key > begin])
    page = left[:limit]
    return SearchResult(
        _shown(question, page, by_decision, now),
        len(found),
        more_than_found=len(hits) > MOST_HITS,
        after=_place(page[-1]) if len(left) > limit else "",
    )


def _shown(
    question: Question,
    page: Sequence[Key],
    by_decision: Mapping[str, tuple[int, Reason]],
    now: datetime,
) -> list[Hit]:
    loaded = on_a_page([key[-1] for key in page], now)
    hits = []
    for *_, identity in page:
        reasons = closest(question, loaded[identity])[2]
        if identity in by_decision:
            reasons = [by_decision[identity][1], *reasons]
        hits.append(Hit(loaded[identity], reasons))
    return hits


def _place(key: Key) -> str:
    written = json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def place_in_search(after: str) -> Key:
    """The place in a search that `SearchResult.after` names.

    Raises:
        NoSuchPlaceError: it names none.
    """
    try:
        padded = after + "=" * (-len(after) % 4)
        known = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise NoSuchPlaceError from None
    sorts = [type(each) for each in known] if isinstance(known, list) else []
    if sorts != [int, bool, int, str, str]:
        raise NoSuchPlaceError
    closeness, by_another, length, name, identity = known
    return closeness, by_another, length, name, identity


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


def beside(entries: QuerySet[Entry], day: date, identity: str, *, older: bool) -> QuerySet[Entry]:
    """Of entries that stand newest decision first, those beyond a place, the nearest first.

    Args:
        entries: to choose from.
        day: of the decision of the entry at the place.
        identity: of that entry.
        older: whether those behind it, or else those before it.
    """
    if older:
        beyond = Q(current_version__decided_on=day, pk__gt=identity)
        return entries.filter(Q(current_version__decided_on__lt=day) | beyond)
    beyond = Q(current_version__decided_on=day, pk__lt=identity)
    return entries.filter(Q(current_version__decided_on__gt=day) | beyond).order_by(
        "current_version__decided_on", "-id"
    )

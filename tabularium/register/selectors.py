"""Reading for the public. Everything here goes through `visibility`."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Q, QuerySet

from tabularium.core.identifiers import IdentifierError, parse
from tabularium.register import decision_numbers, search_index
from tabularium.register.models import Entry, Organisation, RegisteredIdentifier
from tabularium.register.search_compared import Compared, Searched, as_text, from_text
from tabularium.register.search_hits import Closeness, Question, Reason, Why, closest, reason
from tabularium.register.visibility import (
    go_by_public_names,
    public_entries,
    public_names,
    public_organisations,
    with_content,
)

# More hits than a person reads are not sorted through: the reader is told to type more.
MOST_HITS = 1000

_AT_ONCE = 500

Key = tuple[int, bool, int, str, str]
"""Where a hit stands: closeness, whether by another name, the length of what matches, name and identity."""


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


_ANY = Narrowing()


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
    entries = narrowing.among(now)
    by_decision = _by_decision(question, text, entries)
    hits = _hits(text, entries, by_decision)
    found = _compared(question, dict(islice(hits.items(), MOST_HITS)), by_decision, now)
    left = sorted(found if begin is None else [key for key in found if key > begin])
    page = left[:limit]
    return SearchResult(
        _shown(question, page, by_decision, now),
        len(found),
        more_than_found=len(hits) > MOST_HITS,
        after=_place(page[-1]) if len(left) > limit else "",
    )


def _hits(text: str, entries: QuerySet[Entry], by_decision: Iterable[str]) -> dict[str, str | None]:
    """What the index holds of organisations that may match; one more than are compared if there are more."""
    matching = dict(search_index.rows_matching(text, entries, MOST_HITS + 1))
    by_number = dict.fromkeys([*_by_identifier(text), *by_decision])
    # The closest come first: where more match than are compared, they are not left out.
    first = {each: matching[each] for each in by_number if each in matching}
    others = [each for each in by_number if each not in matching]
    first |= dict(search_index.rows_of(others, entries, MOST_HITS + 1))
    if len(matching) > MOST_HITS:
        first |= dict(search_index.rows_named(text, entries, MOST_HITS + 1))
    return first | matching


def _by_identifier(text: str) -> QuerySet[RegisteredIdentifier, str]:
    bare = "".join(each for each in text if each.isalnum()).upper()
    return RegisteredIdentifier.objects.filter(value__in={text.strip(), bare}).values_list(
        "organisation_id", flat=True
    )


def _by_decision(
    question: Question, text: str, entries: QuerySet[Entry]
) -> dict[str, tuple[int, Reason]]:
    """By organisation, its public decision whose number is the text, or begins with it.

    With the number's length; of several decisions the one with the shortest number.
    """
    found: dict[str, tuple[int, Reason]] = {}
    numbered = decision_numbers.beginning_with(text)
    for start in range(0, len(numbered), _AT_ONCE):
        some = entries.filter(pk__in=numbered[start : start + _AT_ONCE])
        rows = some.filter(organisation__isnull=False).values_list(
            "organisation_id", "current_version__decision_number", "pk"
        )
        for organisation_id, number, entry_id in sorted(
            rows, key=lambda row: (len(row[1]), row[2])
        ):
            if organisation_id and organisation_id not in found:
                told = reason(question, Why.DECISION, number, entry_id)
                found[organisation_id] = (len(number), told)
    return found


def _compared(
    question: Question,
    hits: Mapping[str, str | None],
    by_decision: Mapping[str, tuple[int, Reason]],
    now: datetime,
) -> list[Key]:
    """Where those hits stand that match by what is public now, and not by a name that has gone."""
    found = []
    for identity, compared in _by_public_names(hits, now).items():
        name = compared.name
        close = question.how_close(compared)
        keys: list[Key] = [] if close is None else [(*close, name, identity)]
        if identity in by_decision:
            length, told = by_decision[identity]
            whole = question.of_number(told.text) is Closeness.WHOLE_NUMBER
            closeness = Closeness.WHOLE_NUMBER if whole else Closeness.NUMBER_BEGINS
            keys.append((closeness, True, length, name, identity))
        if keys:
            found.append(min(keys))
    return found


def _by_public_names(hits: Mapping[str, str | None], now: datetime) -> dict[str, Compared]:
    """What is compared of organisations, by the names that are public; see `go_by_public_names`."""
    old = [identity for identity, text in hits.items() if text is None]
    anew = _named(Organisation.objects.filter(pk__in=old)) if old else ()
    texts = {**hits, **{each.pk: as_text(Searched.of(each)) for each in anew}}
    compared = {identity: from_text(text) for identity, text in texts.items() if text is not None}
    several = [identity for identity, each in compared.items() if each.written]
    public = public_names(several, now) if several else {}
    for identity in several:
        compared[identity] = compared[identity].by(public.get(identity, ()))
    return compared


def _shown(
    question: Question,
    page: Sequence[Key],
    by_decision: Mapping[str, tuple[int, Reason]],
    now: datetime,
) -> list[Hit]:
    loaded = _named(Organisation.objects.all()).in_bulk([key[-1] for key in page])
    go_by_public_names(loaded.values(), now)
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

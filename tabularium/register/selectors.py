"""Reading for the public. Everything here goes through `visibility`."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tabularium.core.identifiers import IdentifierError, parse
from tabularium.register import decision_numbers, search_index
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.search_hits import Closeness, Question, Reason, Why, closest, reason
from tabularium.register.visibility import (
    go_by_public_names,
    public_entries,
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

    def among(self, now: datetime) -> QuerySet[Organisation]:
        """The public organisations that it leaves."""
        found = public_organisations(now)
        if asked := self.of_entries():
            found = found.filter(
                Exists(public_entries(now).filter(asked, organisation=OuterRef("pk")))
            )
        return found.filter(jurisdiction=self.place) if self.place else found


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


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: Key
    decision: Reason | None


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
    matching = search_index.matching(text)
    if matching is None:
        return SearchResult((), 0, more_than_found=False)
    question = Question.of(text)
    by_decision = _by_decision(question, text, now, narrowing)
    candidates = narrowing.among(now).values_list("pk", "name", Exists(_other_spellings()))
    # The closest are looked up first: where more match than are sorted, they are not left out.
    sure = Q(pk__in=search_index.named(text)) | Q(pk__in=list(_by_identifier(text)))
    first = candidates.filter(sure | Q(pk__in=list(by_decision)))
    hits = dict.fromkeys(first[: MOST_HITS + 1])
    hits |= dict.fromkeys(candidates.filter(pk__in=matching)[: MOST_HITS + 1])
    found = _compared(question, list(hits)[:MOST_HITS], by_decision, now)
    ordered = sorted(found, key=lambda each: each.key)
    left = [each for each in ordered if begin is None or each.key > begin]
    page = left[:limit]
    return SearchResult(
        _shown(question, page, now),
        len(ordered),
        more_than_found=len(hits) > MOST_HITS,
        after=_place(page[-1].key) if len(left) > limit else "",
    )


def _by_identifier(text: str) -> QuerySet[RegisteredIdentifier, str]:
    bare = "".join(each for each in text if each.isalnum()).upper()
    return RegisteredIdentifier.objects.filter(value__in={text.strip(), bare}).values_list(
        "organisation_id", flat=True
    )


def _by_decision(
    question: Question, text: str, now: datetime, narrowing: Narrowing
) -> dict[str, tuple[int, Reason]]:
    """By organisation, its public decision whose number is the text, or begins with it.

    With the number's length; of several decisions the one with the shortest number.
    """
    entries = public_entries(now).filter(narrowing.of_entries(), organisation__isnull=False)
    found: dict[str, tuple[int, Reason]] = {}
    numbered = decision_numbers.beginning_with(text)
    for start in range(0, len(numbered), _AT_ONCE):
        rows = entries.filter(pk__in=numbered[start : start + _AT_ONCE]).values_list(
            "organisation_id", "current_version__decision_number", "pk"
        )
        for organisation_id, number, entry_id in sorted(
            rows, key=lambda row: (len(row[1]), row[2])
        ):
            if organisation_id and organisation_id not in found:
                told = reason(question, Why.DECISION, number, entry_id)
                found[organisation_id] = (len(number), told)
    return found


def _other_spellings() -> QuerySet[OrganisationName]:
    return OrganisationName.objects.filter(
        organisation=OuterRef("pk"), sort=OrganisationName.Sort.WRITTEN
    )


def _compared(
    question: Question,
    hits: Sequence[tuple[str, str, bool]],
    by_decision: Mapping[str, tuple[int, Reason]],
    now: datetime,
) -> list[_Candidate]:
    """The hits that match by what is public now, and not by a name that has gone."""
    found: dict[str, Key] = {}
    for identity, name, respelt in hits:
        closeness = None if respelt else question.of_name(name)
        if closeness is not None:
            found[identity] = (closeness, False, len(name), name, identity)
    rest = [identity for identity, *_ in hits if identity not in found]
    organisations = list(_named(Organisation.objects.filter(pk__in=rest)))
    go_by_public_names(organisations, now)
    for each in organisations:
        closeness, length, reasons = closest(question, each)
        if reasons:
            by_another = reasons[0].why is not Why.NAME
            found[each.pk] = (closeness, by_another, length, each.name, each.pk)
    names = {identity: name for identity, name, _ in hits} | {e.pk: e.name for e in organisations}
    candidates = []
    for identity, name in names.items():
        length, told = by_decision.get(identity, (0, None))
        keys = [found[identity]] if identity in found else []
        if told is not None:
            whole = question.of_number(told.text) is Closeness.WHOLE_NUMBER
            closeness = Closeness.WHOLE_NUMBER if whole else Closeness.NUMBER_BEGINS
            keys.append((closeness, True, length, name, identity))
        if keys:
            candidates.append(_Candidate(min(keys), told))
    return candidates


def _shown(question: Question, page: Sequence[_Candidate], now: datetime) -> list[Hit]:
    loaded = _named(Organisation.objects.all()).in_bulk([each.key[-1] for each in page])
    go_by_public_names(loaded.values(), now)
    hits = []
    for each in page:
        organisation_ = loaded[each.key[-1]]
        reasons = closest(question, organisation_)[2]
        if each.decision is not None:
            reasons = [each.decision, *reasons]
        hits.append(Hit(organisation_, reasons))
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

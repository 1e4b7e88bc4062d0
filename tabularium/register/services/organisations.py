"""Organisations by their identifiers, and the names that public decisions give them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import IntegrityError, connection, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from pyarrow import compute

from tabularium import clock
from tabularium.core.identifiers import Identifier, IdentifierError, admit
from tabularium.core.life_state import Stage
from tabularium.register import bulk, decision_numbers, search_index
from tabularium.register.among import Among, by_index
from tabularium.register.errors import RefusedError
from tabularium.register.ids import new_ids
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.search_compared import Searched
from tabularium.register.visibility import BY_LATEST_DECISION, public_entries

INDEXED_AT_ONCE = 1000

MOST_OLDER = 20_000
"""Organisations that one run of upkeep indexes anew."""

KNOWN_AT_ONCE = 20_000
"""Numbers looked up in one query."""

_NO_SCHEME_HAS = " "
"""Between the two parts of a number that is looked for: codes of schemes have no blank."""

Number = tuple[str, str]
"""A scheme, and a value in it."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The numbers in the rows of a batch.

    Attributes:
        numbers: each once, in the order in which they come first.
        first: the place of the row in which each comes first.
        indices: for each row the place of its number among `numbers`.
    """

    numbers: Sequence[Number]
    first: "np.ndarray[Any, np.dtype[np.int64]]"
    indices: pa.Array

    @classmethod
    def of(cls, batch: pa.Table) -> "Numbered":
        """Those in the columns scheme and identifier."""
        coded = compute.binary_join_element_wise(
            batch["scheme"], batch["identifier"], _NO_SCHEME_HAS
        ).combine_chunks()
        coded = coded.dictionary_encode()
        # The places of a dictionary's entries are in the order in which they come first.
        first = np.unique(coded.indices.to_numpy(), return_index=True)[1]
        some = batch.select(["scheme", "identifier"]).take(pa.array(first))
        schemes, values = some["scheme"].to_pylist(), some["identifier"].to_pylist()
        return cls(list(zip(schemes, values, strict=True)), first, coded.indices)


def enter_all(
    batch: pa.Table, now: datetime, known: Mapping[Number, str] | None = None
) -> pa.Array:
    """The identity of the organisation in each row, by its number alone, entered where it is new.

    Names never bring two subjects together, and never part them.

    Args:
        batch: the columns scheme, identifier, subject_name, legal_form and jurisdiction.
        now: when a new one is entered.
        known: what `known_numbers` said of them just before, in the same transaction; None if nobody asked.
    """
    numbered = Numbered.of(batch)
    identities = dict(known_numbers(numbered.numbers) if known is None else known)
    new = {
        number: int(place)
        for number, place in zip(numbered.numbers, numbered.first, strict=True)
        if number not in identities
    }
    if new:
        identities |= _entered(batch, new, now)
    return pa.array([identities[number] for number in numbered.numbers]).take(numbered.indices)


def _entered(batch: pa.Table, places: Mapping[Number, int], now: datetime) -> dict[Number, str]:
    """The identities of new organisations, entered now.

    Where somebody else enters one of them at the same moment, PostgreSQL lets this one wait until it is
    there or is not; then it is known like any other.

    Args:
        batch: see `enter_all`.
        places: by number, a row that names it.
        now: when they are entered.
    """
    # In one order, so that two who enter the same do not wait for each other.
    numbers = sorted(places)
    ids = new_ids(len(numbers))
    try:
        with transaction.atomic():
            _enter(batch.take(pa.array([places[number] for number in numbers])), ids, now)
    except IntegrityError:
        known = known_numbers(numbers)
        if not known:
            raise
        left = {number: place for number, place in places.items() if number not in known}
        return known | (_entered(batch, left, now) if left else {})
    return dict(zip(numbers, ids.to_pylist(), strict=True))


def known_numbers(numbers: Iterable[Number]) -> dict[Number, str]:
    """The identity of the organisation of each number that the register has."""
    known: dict[Number, str] = {}
    for scheme, rows in _known(numbers):
        known |= {(scheme, value): organisation for value, organisation in rows}
    return known


def known_since(numbers: Iterable[Number], instant: datetime) -> dict[Number, tuple[str, bool]]:
    """The same, and whether the organisation was entered before an instant."""
    older = ExpressionWrapper(Q(organisation__recorded_at__lt=instant), BooleanField())
    known: dict[Number, tuple[str, bool]] = {}
    for scheme, rows in _known(numbers, older):
        known |= {(scheme, value): (organisation, was) for value, organisation, was in rows}
    return known


def _known(
    numbers: Iterable[Number], *more: "ExpressionWrapper[Q]"
) -> Iterator[tuple[str, Iterable[Any]]]:
    """Scheme by scheme: value and identity of the organisation of each number, and what more is asked."""
    by_scheme: dict[str, list[str]] = {}
    for scheme, value in numbers:
        by_scheme.setdefault(scheme, []).append(value)
    for scheme, values in by_scheme.items():
        for start in range(0, len(values), KNOWN_AT_ONCE):
            some = Among("value", values[start : start + KNOWN_AT_ONCE])
            rows = RegisteredIdentifier.objects.filter(some, scheme=scheme)
            with by_index():
                yield scheme, list(rows.values_list("value", "organisation_id", *more))


def check_admitted(scheme: str, value: str, legal_form: str) -> None:
    """Make sure that an organisation of this number and form may be a subject.

    Raises:
        RefusedError: it is a person, or not known to be none.
    """
    try:
        admit(Identifier(scheme, value), legal_form)
    except IdentifierError as error:
        raise RefusedError(error.code, str(error)) from None


def _enter(new: pa.Table, ids: pa.Array, now: datetime) -> None:
    for each in new.select(["scheme", "identifier", "legal_form"]).to_pylist():
        check_admitted(each["scheme"], each["identifier"], each["legal_form"])
    bulk.insert(
        Organisation._meta.db_table,
        {
            "id": ids,
            "name": new["subject_name"],
            "legal_form": new["legal_form"],
            "jurisdiction": new["jurisdiction"],
            "recorded_at": bulk.stored_instant(now),
        },
    )
    bulk.insert(
        RegisteredIdentifier._meta.db_table,
        {"organisation_id": ids, "scheme": new["scheme"], "value": new["identifier"]},
    )


def take_name(entry: Entry) -> None:
    """Let an organisation go by the name in its latest public decision, and be found by it.

    And by the decision's number. Called when an entry becomes public, and not before: a draft says nothing,
    not even a name.
    """
    organisation = entry.organisation
    decision_numbers.put([(entry.pk, entry.current_version.decision_number)])
    written = entry.current_version.subject_name
    if organisation is None or hasattr(organisation, "authority"):
        return  # an authority goes by the name it gives itself
    if written == organisation.name:
        if not search_index.holds(organisation.pk):
            reindex(organisation)
        return
    public = public_entries(clock.now()).filter(organisation=organisation)
    # Of two that are public, one at least is another.
    latest = list(public.order_by(*BY_LATEST_DECISION).values_list("pk", flat=True)[:2])
    later = latest[:1] not in ([], [entry.pk])
    other = written if later else organisation.name
    if not later:
        organisation.name = written
        organisation.save(update_fields=["name"])
        OrganisationName.objects.filter(
            organisation=organisation, name=written, sort=OrganisationName.Sort.WRITTEN
        ).delete()
    if any(each != entry.pk for each in latest):
        OrganisationName.objects.get_or_create(
            organisation=organisation, name=other, sort=OrganisationName.Sort.WRITTEN
        )
    reindex(organisation)


def reindex(organisation: Organisation) -> None:
    """Bring the search index in line with an organisation's names and identifiers.

    It is in the index if it is an authority or an entry of it was public.
    """
    search_index.remove([organisation.pk])
    if _findable().filter(pk=organisation.pk).exists():
        search_index.put([Searched.of(organisation)])


def index_all() -> None:
    """Put all that belongs there into indexes of search that are empty; see `reindex` and `take_name`."""
    if connection.vendor == "postgresql":
        # What was written just now is not counted yet: each block would be looked for among all rows.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    last = ""
    whole = _findable().prefetch_related("other_names", "identifiers").order_by("pk")
    while block := _next(whole.filter(pk__gt=last)):
        last = block[-1].pk
        search_index.put(map(Searched.of, block))
    last = ""
    numbers = Entry.objects.filter(was_public=True).exclude(stage=Stage.ERASED).order_by("pk")
    rows = numbers.values_list("pk", "current_version__decision_number")
    while some := _next(rows.filter(pk__gt=last)):
        last = some[-1][0]
        decision_numbers.put(some)


def _next(rows: QuerySet[Any, Any]) -> list[Any]:
    # What was just loaded has no statistics: PostgreSQL would read the whole table for each block.
    with by_index():
        return list(rows[:INDEXED_AT_ONCE])


def index_older() -> int:
    """Index organisations anew that a former version of the programs put into the index of names.

    Returns:
        How many; at most `MOST_OLDER`, and 0 when there is none left.
    """
    done = 0
    while done < MOST_OLDER:
        with transaction.atomic():
            # Locked first, then read: who changes a name meanwhile writes its row after this.
            older = search_index.older(INDEXED_AT_ONCE)
            organisations = Organisation.objects.filter(Among("pk", older))
            with by_index():
                known = list(organisations.prefetch_related("other_names", "identifiers"))
            search_index.put(map(Searched.of, known))
        done += len(older)
        if len(older) < INDEXED_AT_ONCE:
            break
    return done


def _findable() -> QuerySet[Organisation]:
    """Authorities, and organisations of which an entry was public."""
    was_public = Entry.objects.filter(organisation=OuterRef("pk"), was_public=True)
    return Organisation.objects.filter(Q(authority__isnull=False) | Exists(was_public))


def let_go(organisation: Organisation) -> None:
    """Keep of an organisation, one of whose entries was erased, only what others still hold.

    Where nothing is left (no entry, no authority, no account) it is removed.
    """
    if hasattr(organisation, "authority"):
        return
    names = list(
        Entry.objects.filter(organisation=organisation)
        .order_by("-was_public", *BY_LATEST_DECISION)
        .values_list("current_version__subject_name", flat=True)
    )
    if names:
        _keep_names(organisation, names)
    else:
        search_index.remove([organisation.pk])
        if not organisation.memberships.exists():
            organisation.delete()


def _keep_names(organisation: Organisation, names: Sequence[str]) -> None:
    organisation.other_names.filter(sort=OrganisationName.Sort.WRITTEN).exclude(
        name__in=names
    ).delete()
    if organisation.name not in names:
        organisation.name = names[0]
        organisation.save(update_fields=["name"])
        organisation.other_names.filter(sort=OrganisationName.Sort.WRITTEN, name=names[0]).delete()
    reindex(organisation)

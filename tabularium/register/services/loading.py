"""A batch of decisions becomes organisations, entries, versions and events, table by table.

One function writes drafts, whether there is one or a million: the register's own rules are asked once for
each term, each form and each new organisation, and the databases hold the rest for every row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.core import life, life_events
from tabularium.core.content import LONGEST_NAME, LONGEST_TEXT, EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Role
from tabularium.core.web_addresses import web_address
from tabularium.register import bulk, deadlines
from tabularium.register.errors import RefusedError
from tabularium.register.ids import new_ids
from tabularium.register.models import CatalogueItem, Entry, Event, Submission, User, Version
from tabularium.register.services.advance import columns
from tabularium.register.services.authority_subjects import check_authorities
from tabularium.register.services.batches import CONTENT_DAYS, CONTENT_TEXTS, as_json, drafts_of
from tabularium.register.services.organisations import Number, check_admitted, enter_all

_ADDRESSES = ("legal_basis_url", "objection_url")
_ALWAYS = ("decision_number", "measure", "legal_basis")
_ADVERSE = ("objection_route", "notice_channel")


_MOST_TERMS = 50_000
"""Terms whose consequences are remembered."""

_Term: TypeAlias = tuple[date, date | None, date | None, date | None]
"""Day of the decision, first and last day of the term, and the day by which something is promised."""
_FirstEvent: TypeAlias = tuple[str, dict[str, Any]]
"""Its facts as JSON, and the columns of the entry that follow."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Who records, when and for what: the same for all decisions of a load."""

    item: CatalogueItem
    recorder: User
    role: Role
    now: datetime
    submission: Submission | None
    begun: dict[_Term, _FirstEvent] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What follows from the days of a decision, by the days: worked out once for all batches of a load."""


def load(
    batch: pa.Table, recording: Recording, known: Mapping[Number, str] | None = None
) -> list[str]:
    """Record the decisions of a batch as drafts, in the caller's transaction.

    Args:
        batch: see `batches.SCHEMA`.
        recording: for what.
        known: see `organisations.enter_all`.

    Returns:
        Identities of the entries, in the order of the batch.

    Raises:
        RefusedError: a decision crosses a rule of the register.
    """
    if not batch.num_rows:
        return []
    kind = Kind(recording.item.kind)
    _check_texts(batch, kind)
    _check_subjects(batch)
    ids = new_ids(batch.num_rows)
    with bulk.Ahead() as ahead:
        # What needs no organisation is put together while organisations and entries are written.
        write_versions = _versions(ahead, batch, ids, recording)
        begun = _Begun.of(batch, recording)
        write_events = _events(ahead, ids, begun, recording)
        organisations = enter_all(batch, recording.now, known)
        if kind.is_about_an_authority:
            check_authorities(organisations.to_pylist(), recording.item.authority, kind)
        _insert_entries(batch, ids, organisations, begun, recording)
        write_versions()
        write_events()
    return [str(each) for each in ids.to_pylist()]


def _check_texts(batch: pa.Table, kind: Kind) -> None:
    """Facts without which the register refuses an entry, lengths, addresses, sums without currency.

    Raises:
        RefusedError: see `recording.check_content`, whose twin for many this is.
    """
    needed = (*_ALWAYS, *_ADVERSE) if kind.is_adverse else _ALWAYS
    missing = [name for name in needed if _any(_is_blank(batch[name]))]
    if kind.is_adverse:
        missing += [name for name in ("term_begins", "term_ends") if batch[name].null_count]
    missing += _promised(batch, kind)
    if missing or batch["decided_on"].null_count:
        raise RefusedError("missing-value", f"A {kind} needs {', '.join(missing) or 'decided_on'}.")
    too_long = [name for name in CONTENT_TEXTS if _longest(batch[name]) > LONGEST_TEXT]
    if too_long or _longest(batch["details"]) > LONGEST_TEXT:
        _check_details(batch, too_long)
    if _any(compute.xor(_is_blank(batch["amount"]), _is_blank(batch["currency"]))):
        raise RefusedError(
            "amount-without-currency", "An amount needs a currency, and has none alone."
        )
    for name in _ADDRESSES:
        for address in batch[name].unique().to_pylist():
            if address and not web_address(address):
                raise RefusedError("no-web-address", "An address begins with https:// or http://.")


def _promised(batch: pa.Table, kind: Kind) -> list[str]:
    """Names of the facts that a promise lacks.

    Raises:
        RefusedError: something else than a promise has them.
    """
    given = {
        "promised_to": compute.invert(_is_blank(batch["promised_to"])),
        "due_on": compute.is_valid(batch["due_on"]),
    }
    if kind is Kind.PROMISE:
        return [name for name, flags in given.items() if _any(compute.invert(flags))]
    if misplaced := [name for name, flags in given.items() if _any(flags)]:
        raise RefusedError("no-promise", f"A {kind} has no {', '.join(misplaced)}.")
    return []


def _check_details(batch: pa.Table, too_long: Sequence[str]) -> None:
    names = list(too_long)
    long = compute.greater(compute.utf8_length(batch["details"]), LONGEST_TEXT)
    for draft in drafts_of(batch.filter(long)):
        names += draft.content.too_long()
    if names:
        raise RefusedError("too-long", f"Too long: {', '.join(dict.fromkeys(names))}.")


def _is_blank(texts: Any) -> Any:
    return compute.equal(compute.utf8_length(compute.utf8_trim_whitespace(texts)), 0)


def _longest(texts: Any) -> int:
    longest: int = compute.max(compute.utf8_length(texts)).as_py() or 0
    return longest


def _any(flags: Any) -> bool:
    return bool(compute.any(flags).as_py())


def _check_subjects(batch: pa.Table) -> None:
    """Names, and forms: one number of each scheme and form speaks for all, new ones are asked each."""
    if _any(_is_blank(batch["subject_name"])):
        raise RefusedError("name-missing", "The organisation needs a name.")
    if _longest(batch["subject_name"]) > LONGEST_NAME:
        raise RefusedError("too-long", "The organisation's name is too long.")
    forms: dict[tuple[str, str], str] = dict(
        zip(
            zip(batch["scheme"].to_pylist(), batch["legal_form"].to_pylist(), strict=True),
            batch["identifier"].to_pylist(),
            strict=True,
        )
    )
    for (scheme, form), value in forms.items():
        check_admitted(scheme, value, form)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the first event fixes for each row: its facts, and the columns of the entry that follow."""

    facts: Any
    columns: dict[str, Any]

    @classmethod
    def of(cls, batch: pa.Table, recording: Recording) -> "_Begun":
        """Work it out once for each term, and hand it out to the rows."""
        terms = _numbered([batch[name].combine_chunks() for name in CONTENT_DAYS])
        first = np.unique(terms.to_numpy(), return_index=True)[1]
        rows = batch.select(list(CONTENT_DAYS)).take(pa.array(first)).to_pylist()
        states = _first_events(recording, [tuple(row.values()) for row in rows])
        return cls(
            facts=_column([facts for facts, _ in states], terms),
            columns={
                name: _column([state[name] for _, state in states], terms) for name in states[0][1]
            },
        )


def _numbered(columns: Sequence[Any]) -> Any:
    """For each row a number that rows have in common which say the same in all columns, from 0 on."""
    numbers = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        coded = column.dictionary_encode(null_encoding="encode")
        both = numbers * len(coded.dictionary) + coded.indices.to_numpy()
        numbers = pa.array(both).dictionary_encode().indices.to_numpy().astype(np.int64)
    return pa.array(numbers)


def _first_events(recording: Recording, terms: Sequence[_Term]) -> list[_FirstEvent]:
    """What follows from each term."""
    known = recording.begun
    if len(known) + len(terms) > _MOST_TERMS:
        known.clear()
    for term in terms:
        if term not in known:
            known[term] = _first_event(recording, *term)
    return [known[term] for term in terms]


def _column(values: Sequence[Any], indices: Any) -> Any:
    """A column whose rows have these values by their indices; a single value where there is but one."""
    if values.count(values[0]) == len(values):
        first = values[0]
        return bulk.stored_instant(first) if isinstance(first, datetime) else first
    distinct = {each: place for place, each in enumerate(dict.fromkeys(values))}
    stored = [
        bulk.stored_instant(each) if isinstance(each, datetime) else each for each in distinct
    ]
    places = pa.array([distinct[each] for each in values])
    return pa.array(stored).take(places.take(indices))


def _first_event(
    recording: Recording,
    decided_on: date,
    begins: date | None,
    ends: date | None,
    due_on: date | None,
) -> _FirstEvent:
    """The facts of the event that records a decision, as JSON, and the columns of its entry."""
    item = recording.item
    content = EntryContent("", decided_on, "", term_begins=begins, term_ends=ends, due_on=due_on)
    event = life_events.Event(
        number=1,
        type=EventType.RECORDED,
        at=recording.now,
        role=recording.role,
        actor=str(recording.recorder.pk),
        version=1,
        facts=deadlines.term_facts(item.authority, Kind(item.kind), content),
    )
    return as_json(event.facts.as_json()), columns(life.apply(None, event))


def _insert_entries(
    batch: pa.Table, ids: Any, organisations: Any, begun: _Begun, recording: Recording
) -> None:
    keys = batch["key"]
    bulk.insert(
        Entry._meta.db_table,
        {
            "id": ids,
            "item_id": recording.item.pk,
            "authority_id": recording.item.authority_id,
            "organisation_id": organisations,
            "kind": recording.item.kind,
            "submission_id": recording.submission.pk if recording.submission else None,
            "decision_key": compute.if_else(compute.equal(keys, ""), None, keys),
            "recorded_by_id": recording.recorder.pk,
            "current_version_id": _first_versions(ids),
            **begun.columns,
        },
    )


def _first_versions(ids: Any) -> Any:
    return compute.binary_join_element_wise(ids, "1", ".")


def _versions(
    ahead: bulk.Ahead, batch: pa.Table, ids: Any, recording: Recording
) -> Callable[[], None]:
    contents = ("subject_name", *CONTENT_TEXTS, *CONTENT_DAYS, "details")
    return ahead.insert(
        Version._meta.db_table,
        {
            "id": _first_versions(ids),
            "entry_id": ids,
            "number": 1,
            "kind": recording.item.kind,
            "recorded_by_id": recording.recorder.pk,
            "recorded_at": bulk.stored_instant(recording.now),
            **{name: batch[name] for name in contents},
        },
    )


def _events(ahead: bulk.Ahead, ids: Any, begun: _Begun, recording: Recording) -> Callable[[], None]:
    return ahead.insert(
        Event._meta.db_table,
        {
            "entry_id": ids,
            "version_id": _first_versions(ids),
            "number": 1,
            "type": EventType.RECORDED.value,
            "at": bulk.stored_instant(recording.now),
            "role": recording.role.value,
            "actor_id": recording.recorder.pk,
            "facts": begun.facts,
        },
    )

"""Public entries as flat records: what open data files, the feed of changes and copies of it consist of.

A record holds what this one decision says and nothing that another entry could change: the organisation
by its identity, its numbers and the name that this decision gives it; authority and item by their codes.
So a copy of a record stays right until the feed tells of this very entry.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from tabularium.core.life_events import EventType
from tabularium.core.web_addresses import web_address
from tabularium.register.among import Among
from tabularium.register.contents import DECISION_COLUMNS
from tabularium.register.models import Entry, RegisteredIdentifier, Statement
from tabularium.register.own_word import OwnWord, Said, shown_words
from tabularium.register.visibility import ShownAnswer, public_entries, shown_answers, with_content

PLAIN: Mapping[str, str] = {
    "id": "pk",
    "kind": "kind",
    "field": "item__field",
    "authority": "authority_id",
    "item": "item__code",
    "item_version": "item__version",
    "organisation": "organisation_id",
    "organisation_name": "current_version__subject_name",
    "legal_form": "organisation__legal_form",
    "jurisdiction": "organisation__jurisdiction",
    **DECISION_COLUMNS,
    "promised_to": "current_version__promised_to",
    "first_due_on": "current_version__due_on",
    "outcome": "outcome",
    "language": "current_version__language",
    "details": "current_version__details",
    "erased_fields": "current_version__erased_fields",
    "public_from": "public_from",
    "public_until": "public_until",
}
"""Members of a record that are a column, and which."""

FIELDS: Sequence[str] = (
    *list(PLAIN)[:8],
    "identifiers",
    *list(PLAIN)[8:25],
    "due_on",
    "answer_by",
    "outcome",
    "promise_answers",
    "notes",
    "answer",
    "answer_language",
    *list(PLAIN)[26:],
)
"""Names of the members of a record, in their order."""

BESIDE = ("answer", "answer_language", "due_on", "answer_by", "promise_answers", "notes")
"""Members that say what the organisation and the authority say beside an entry."""

SPOKEN = Statement.objects.filter(shown=True, erased_at__isnull=True)
"""What may stand beside an entry, if the entry is public."""

_DATES = frozenset(
    {"decided_on", "term_begins", "term_ends", "first_due_on", "due_on", "answer_by"}
)
_INSTANTS = frozenset({"public_from", "public_until"})
_NUMBERS = frozenset({"item_version", "version"})
_PLACES = {name: place for place, name in enumerate(FIELDS)}
_PLAIN_PLACES = [_PLACES[name] for name in PLAIN]
_URLS = [_PLACES["legal_basis_url"], _PLACES["objection_url"]]
_ORGANISATION = _PLACES["organisation"]
_TIMES = [_PLACES[name] for name in sorted(_DATES | _INSTANTS)]
_MAPPINGS = [_PLACES["details"], _PLACES["erased_fields"]]

Row = list[Any]
"""The members of a record in the order of `FIELDS`; None for what there is nothing to say of."""


def type_of(name: str) -> str:
    """Of a member: "date", "datetime", "integer" or "string"."""
    if name in _DATES:
        return "date"
    if name in _INSTANTS:
        return "datetime"
    return "integer" if name in _NUMBERS else "string"


def as_json(row: Row) -> dict[str, Any]:
    """The record with its dates and instants as ISO 8601 texts, instants in UTC."""
    return dict(zip(FIELDS, with_texts_of_time(row), strict=True))


def with_texts_of_time(row: Row) -> Row:
    """The members of a record in their order, its dates and instants as ISO 8601 texts, instants in UTC."""
    told = list(row)
    for place in _TIMES:
        if told[place] is not None:
            told[place] = iso(told[place])
    return told


def iso(value: date) -> str:
    """A day, or an instant in UTC, as files and feeds say it: ISO 8601, and RFC 3339 for instants."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


def records_of(identities: Sequence[str], now: datetime) -> dict[str, Row]:
    """Records of those of some entries that are public at `now`, by identity."""
    chosen = public_entries(now).filter(Among("pk", identities))
    return {row[0]: row for row in _records(chosen, now)}


def _records(entries: QuerySet[Entry], now: datetime) -> list[Row]:
    rows = []
    for values in entries.values_list(*PLAIN.values()):
        row: Row = [None] * len(FIELDS)
        for place, value in zip(_PLAIN_PLACES, values, strict=True):
            row[place] = None if value == "" else value
        for place in _URLS:
            row[place] = web_address(row[place] or "") or None
        for place in _MAPPINGS:
            row[place] = canonical(row[place])
        rows.append(row)
    _add_identifiers(rows)
    _add_what_is_beside(rows, now)
    return rows


def canonical(value: Any) -> str | None:
    """A mapping or a list as JSON without blanks and with its members in order; None if it is empty."""
    if not value:
        return None
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _add_identifiers(rows: Sequence[Row]) -> None:
    wanted = {row[_ORGANISATION] for row in rows}
    found: dict[str, list[str]] = {}
    numbers = RegisteredIdentifier.objects.filter(Among("organisation_id", wanted))
    for organisation, scheme, value in numbers.order_by("scheme", "value").values_list(
        "organisation_id", "scheme", "value"
    ):
        found.setdefault(organisation, []).append(f"{scheme}:{value}")
    place = _PLACES["identifiers"]
    for row in rows:
        row[place] = " ".join(found.get(row[_ORGANISATION], ())) or None


def _add_what_is_beside(rows: Sequence[Row], now: datetime) -> None:
    """What the organisation and the authority say beside entries; few have anything."""
    ids = [row[0] for row in rows]
    some = set(SPOKEN.filter(Among("entry_id", ids)).values_list("entry_id", flat=True))
    some |= {row[0] for row in rows if row[_PLACES["promised_to"]]}
    said = said_beside(some, now)
    for row in rows:
        for name, value in zip(BESIDE, said.get(row[0], ()), strict=False):
            row[_PLACES[name]] = value


def said_beside(identities: Collection[str], now: datetime) -> dict[str, tuple[Any, ...]]:
    """What stands beside those of some entries that are public at `now`, in the order of `BESIDE`."""
    if not identities:
        return {}
    answers = shown_answers(identities, now)
    entries = with_content(public_entries(now).filter(Among("pk", sorted(identities))))
    return {
        pk: (*_answer(answers.get(pk)), *_words(word))
        for pk, word in shown_words(entries, now).items()
    }


def _answer(answer: ShownAnswer | None) -> tuple[str | None, str | None]:
    return (answer.text, answer.language or None) if answer else (None, None)


def _words(word: OwnWord) -> tuple[Any, ...]:
    promise, notes = word.promise, _texts(word.notes)
    if promise is None:
        return (None, None, None, notes)
    return (promise.due_on, promise.answer_by, _texts(promise.answers), notes)


def _texts(said: Sequence[Said]) -> str | None:
    return canonical(
        [
            {
                "dated_on": each.dated_on.isoformat(),
                "text": each.text,
                "language": each.language or None,
                **_of_a_promise(each),
            }
            for each in said
        ]
    )


def _of_a_promise(said: Said) -> dict[str, Any]:
    if said.type is EventType.ANNOTATED:
        return {}
    due_on = said.due_on.isoformat() if said.due_on else None
    return {"kept": said.type is EventType.PROMISE_KEPT, "due_on": due_on}

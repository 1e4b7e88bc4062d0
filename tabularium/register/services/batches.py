"""Decisions as columns: what a load takes, whether a file brought them or a person wrote one."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from tabularium.core.content import Draft, EntryContent, Subject
from tabularium.core.identifiers import Identifier
from tabularium.register.errors import RefusedError

TEXT, DAY = pa.string(), pa.date32()

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("key", TEXT),
        pa.field("scheme", TEXT),
        pa.field("identifier", TEXT),
        pa.field("subject_name", TEXT),
        pa.field("legal_form", TEXT),
        pa.field("jurisdiction", TEXT),
        pa.field("decision_number", TEXT),
        pa.field("decided_on", DAY),
        pa.field("measure", TEXT),
        pa.field("summary", TEXT),
        pa.field("legal_basis", TEXT),
        pa.field("legal_basis_url", TEXT),
        pa.field("amount", TEXT),
        pa.field("currency", TEXT),
        pa.field("term_begins", DAY),
        pa.field("term_ends", DAY),
        pa.field("objection_route", TEXT),
        pa.field("objection_url", TEXT),
        pa.field("notice_channel", TEXT),
        pa.field("language", TEXT),
        pa.field("details", TEXT),
        pa.field("promised_to", TEXT),
        pa.field("due_on", DAY),
    ]
)
"""The columns of a batch: `key` is "" for a decision that cannot be recognised again, `details` is JSON,
the rest are the fields of `core.content.Subject` and `EntryContent` by their names."""

CONTENT_TEXTS = (
    *("decision_number", "measure", "summary", "legal_basis", "legal_basis_url", "amount"),
    *("currency", "objection_route", "objection_url", "notice_channel", "language", "promised_to"),
)
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
CONTENT_DAYS = ("decided_on", "term_begins", "term_ends", "due_on")


def batch_of(drafts: Sequence[Draft]) -> pa.Table:
    """The drafts as a batch, in their order.

    Raises:
        RefusedError: a text holds a character that is none, which no database keeps.
    """
    columns: dict[str, list[Any]] = {
        "row": [each.row for each in drafts],
        "key": [each.key for each in drafts],
        "scheme": [each.subject.identifier.scheme for each in drafts],
        "identifier": [each.subject.identifier.value for each in drafts],
        "subject_name": [each.subject.name for each in drafts],
        "legal_form": [each.subject.legal_form for each in drafts],
        "jurisdiction": [each.subject.jurisdiction for each in drafts],
        "details": [as_json(dict(each.content.details)) for each in drafts],
    }
    for name in (*CONTENT_TEXTS, *CONTENT_DAYS):
        columns[name] = [getattr(each.content, name) for each in drafts]
    for name, values in columns.items():
        if SCHEMA.field(name).type == TEXT:
            _check_characters(values)
    for each in drafts:
        _check_characters((*each.content.details, *each.content.details.values()))
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def _check_characters(texts: Iterable[str]) -> None:
    if any(map(_NO_CHARACTER.search, texts)):
        raise RefusedError("no-character", "A text holds a null character or half of a character.")


def drafts_of(batch: pa.Table) -> Iterator[Draft]:
    """The rows of a batch as drafts."""
    for row in batch.to_pylist():
        yield Draft(
            row=row["row"],
            key=row["key"],
            subject=Subject(
                Identifier(row["scheme"], row["identifier"]),
                row["subject_name"],
                row["legal_form"],
                row["jurisdiction"],
            ),
            content=content_of(row),
        )


def content_of(row: dict[str, Any]) -> EntryContent:
    """What a row of a batch says."""
    return EntryContent(
        details=json.loads(row["details"]),
        **{name: row[name] for name in (*CONTENT_TEXTS, *CONTENT_DAYS)},
    )


def as_json(value: object) -> str:
    """As Django writes JSON into its columns."""
    return json.dumps(value, ensure_ascii=False)

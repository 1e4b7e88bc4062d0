"""What may change when one field of a version is erased: conditions for the databases, on NEW and OLD.

A field is emptied in its version, and its salt goes, once a row of `ErasedField` says so. All else stays.
"""

from tabularium.core.field_erasure import ErasableField
from tabularium.register.salts import SALT_BYTES, SALTED_FIELDS

_ERASABLE = {ErasableField.SUMMARY: "''", ErasableField.DETAILS: "'{}'"}


def _said_to_be_erased(field: str, version: str) -> str:
    said = f"version_id = {version} AND field = '{field}'"
    return f"EXISTS (SELECT 1 FROM register_erasedfield WHERE {said})"  # noqa: S608 - names of our own


VERSION_OTHERWISE_THE_SAME = " AND ".join(
    [
        *(
            f"NEW.{each} = OLD.{each}"
            for each in (
                *("id", "entry_id", "number", "kind", "recorded_by_id", "recorded_at"),
                *("subject_name", "decision_number", "measure", "legal_basis", "legal_basis_url"),
                *("amount", "currency", "objection_route", "objection_url", "notice_channel"),
                *("language", "promised_to"),
            )
        ),
        *(
            f"coalesce(NEW.{each}, '0001-01-01') = coalesce(OLD.{each}, '0001-01-01')"
            for each in ("decided_on", "term_begins", "term_ends", "due_on")
        ),
        *(
            f"(NEW.{field} = OLD.{field} OR NEW.{field} = {empty}"
            f" AND {_said_to_be_erased(field, 'NEW.id')})"
            for field, empty in _ERASABLE.items()
        ),
    ]
)
"""Nothing else of a version changes when a field of it is erased alone."""


def _part_of_salts(row: str, begin: int, length: int | None = None) -> str:
    end = "" if length is None else f", {length}"
    return f"substr({row}.fields, {begin}{end})"


def _salts_otherwise_the_same() -> str:
    """Each salt is as it was, but those of fields that were erased alone."""
    same, begin = list[str](), 1
    for place, field in enumerate(SALTED_FIELDS):
        if field not in _ERASABLE:
            continue
        at = 1 + place * SALT_BYTES
        pairs = [(begin, at - begin, ""), (at, SALT_BYTES, field)]
        for first, length, erased in pairs:
            if length:
                equal = f"{_part_of_salts('NEW', first, length)} = {_part_of_salts('OLD', first, length)}"
                allowed = f" OR {_said_to_be_erased(erased, 'NEW.version_id')}" if erased else ""
                same.append(f"({equal}{allowed})")
        begin = at + SALT_BYTES
    same.append(f"{_part_of_salts('NEW', begin)} = {_part_of_salts('OLD', begin)}")
    kept = "NEW.version_id = OLD.version_id AND NEW.identifier = OLD.identifier"
    return " AND ".join([kept, "length(NEW.fields) = length(OLD.fields)", *same])


SALTS_OTHERWISE_THE_SAME = _salts_otherwise_the_same()
"""No salt is another, but those of fields that were erased alone."""

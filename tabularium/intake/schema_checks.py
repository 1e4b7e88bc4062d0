"""Checks of a row against the Table Schema: each looks at one cell and knows nothing of the others."""

import re

from tabularium.intake.cells import Cells
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.item_parts import FieldType, Schema, SchemaField
from tabularium.intake.mapping_parts import NotADecision
from tabularium.intake.readers.shape import PlainNumber, Row, Trouble
from tabularium.intake.values import parse_day

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TEXT_TROUBLES = frozenset({Trouble.UNDECODABLE, Trouble.NUL_BYTE})


def note_trouble(row: Row, notes: Notes) -> None:
    """Note what the reader could not make of the row's form."""
    if row.trouble is None:
        return
    if row.trouble in _TEXT_TROUBLES:
        notes.error(FindingCode.UNDECODABLE_TEXT, trouble=row.trouble)
    else:
        notes.error(
            FindingCode.ROW_SHAPE,
            row.column,
            trouble=row.trouble,
            expected=row.expected,
            found=row.found,
        )


def note_not_a_decision(rules: tuple[NotADecision, ...], cells: Cells, notes: Notes) -> None:
    """Note why a row is no decision, for the first rule that says so."""
    for rule in rules:
        if cells.meets(rule.condition):
            notes.set_aside(FindingCode.NOT_A_DECISION, rule.condition.column, reason=rule.reason)
            return


def fields_to_check(schema: Schema) -> tuple[SchemaField, ...]:
    """The fields that can be wrong at all."""
    plain = SchemaField("")
    return tuple(
        field
        for field in schema.fields
        if (field.type, field.required, field.pattern, field.allowed, field.longest)
        != (plain.type, plain.required, plain.pattern, plain.allowed, plain.longest)
    )


def check_fields(fields: tuple[SchemaField, ...], cells: Cells, notes: Notes) -> None:
    """Note every cell that its field of the schema refuses, unless more is known of it already."""
    said = notes.columns() if notes.found else ()
    for field in fields:
        if field.name in said:
            continue
        value = cells[field.name]
        if value:
            _check_value(field, value, notes)
        elif field.required:
            notes.error(FindingCode.MISSING_VALUE, field.name)


def _check_value(field: SchemaField, value: str, notes: Notes) -> None:
    length = len(value)
    if field.type is FieldType.DATE:
        if parse_day(value, field.formats) is None:
            notes.error(FindingCode.WRONG_DATE, field.name, length=length)
    elif field.type is not FieldType.STRING and not _is_number(field.type, value):
        notes.error(FindingCode.WRONG_NUMBER, field.name, length=length, type=field.type)
    if field.allowed and value not in field.allowed:
        notes.error(FindingCode.NOT_ALLOWED_VALUE, field.name, length=length)
    if field.pattern is not None and not field.pattern.fullmatch(value):
        notes.error(FindingCode.PATTERN, field.name, length=length)
    if field.longest and length > field.longest:
        notes.error(FindingCode.TOO_LONG, field.name, length=length, longest=field.longest)


def _is_number(kind: FieldType, value: str) -> bool:
    if isinstance(value, PlainNumber) and kind is FieldType.NUMBER:
        return True
    pattern = _INTEGER if kind is FieldType.INTEGER else _NUMBER
    return pattern.fullmatch(value) is not None

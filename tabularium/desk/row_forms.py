"""A form with the columns of a catalogue item, for one decision that is typed and not sent as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tabularium.core.content import LONGEST_TEXT
from tabularium.intake.item_parts import FieldType, ItemSpec, SchemaField

_LONG = 200
"""Characters from which on a column gets a field of several lines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an item: the name of its field in the form, and its own name."""

    field: str
    name: str


def columns_of(spec: ItemSpec) -> list[Column]:
    """The columns of an item in their order."""
    return [Column(f"column_{place}", each.name) for place, each in enumerate(spec.schema.fields)]


def row_form(spec: ItemSpec, data: Mapping[str, Any] | None) -> forms.Form:
    """A form with one field a column, named as in the file. What may stand there is checked as in a file."""
    made = {
        column.field: _field(each)
        for column, each in zip(columns_of(spec), spec.schema.fields, strict=True)
    }
    form: forms.Form = type("RowForm", (forms.Form,), made)(data)
    return form


def _field(each: SchemaField) -> forms.Field:
    if each.allowed:
        choices = [("", "–"), *((value, value) for value in sorted(each.allowed))]
        return forms.ChoiceField(label=each.name, required=each.required, choices=choices)
    is_long = each.type is FieldType.STRING and not 0 < each.longest <= _LONG
    return forms.CharField(
        label=each.name,
        help_text=_hint(each),
        required=each.required,
        max_length=each.longest or LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}) if is_long else forms.TextInput,
    )


def _hint(each: SchemaField) -> Any:
    if each.type is FieldType.DATE:
        return _("A day, as in the file: %(formats)s") % {
            "formats": ", ".join(each.formats) or "2026-03-04"
        }
    if each.type in {FieldType.NUMBER, FieldType.INTEGER}:
        return _("A number, as in the file")
    return ""

"""What people are asked to type."""

from collections.abc import Iterable, Iterator
from types import ModuleType

from django import forms

from tests.lines.walkers.words import PERSON, SORTING, SUMMING_UP, offences

Form = type[forms.BaseForm]


def forms_of(modules: Iterable[ModuleType]) -> list[Form]:
    """Every form that a module defines or brings in, Django's own apart."""
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, forms.BaseForm)
        and not value.__module__.startswith("django.")
    }
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


def _names(each_form: Iterable[Form]) -> Iterator[tuple[str, str]]:
    for form in each_form:
        yield form.__name__, form.__name__
        for name, field in form.base_fields.items():
            where = f"{form.__name__}.{name}"
            yield where, name
            yield where, str(field.label or "")
            yield where, str(field.help_text)
            yield where, type(field).__name__


def form_offences(each_form: Iterable[Form]) -> list[str]:
    """Fields for a person, for a sum, or for an order of organisations."""
    named = list(_names(each_form))
    return [
        each for vocabulary in (PERSON, SUMMING_UP, SORTING) for each in offences(named, vocabulary)
    ]

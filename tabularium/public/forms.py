"""The one form of the public site."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabularium.public import words
from tabularium.public.languages import choose
from tabularium.register.models import Authority
from tabularium.register.selectors import Narrowing

LONGEST_QUERY = 200
"""No name or number is longer than what this finds; in characters."""
RESULTS_ON_A_PAGE = 20

_NO_SUCH_CHOICE = _("Please choose from the list.")
_NO_DAY = _("Please give the day as year-month-day, for example 2026-03-31.")


def _choices(table: Mapping[str, Promise]) -> list[tuple[str, str]]:
    return [
        ("", str(_("Any"))),
        *sorted(((str(code), str(name)) for code, name in table.items()), key=lambda each: each[1]),
    ]


class SearchForm(forms.Form):
    """What to look for, where to go on in the results, and to which entries to keep."""

    q = forms.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("Please type at most %(limit_value)d characters.")},
    )
    after = forms.CharField(required=False, max_length=4000)
    kind = forms.ChoiceField(
        label=_("Kind of decision"),
        required=False,
        choices=lambda: _choices(words.KINDS),
        error_messages={"invalid_choice": _NO_SUCH_CHOICE},
    )
    field = forms.ChoiceField(
        label=_("Field of regulation"),
        required=False,
        choices=lambda: _choices(words.FIELDS),
        error_messages={"invalid_choice": _NO_SUCH_CHOICE},
    )
    authority = forms.ChoiceField(
        label=_("Decided by"), required=False, error_messages={"invalid_choice": _NO_SUCH_CHOICE}
    )
    place = forms.ChoiceField(
        label=_("Organisation registered in"),
        required=False,
        choices=lambda: _choices(words.PLACES),
        error_messages={"invalid_choice": _NO_SUCH_CHOICE},
    )
    since = forms.DateField(
        label=_("Decided on or after"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _NO_DAY},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("Decided on or before"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _NO_DAY},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, authorities: Iterable[Authority], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        known = [(each.pk, choose(each.names).text) for each in authorities]
        chosen = self.fields["authority"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", str(_("Any"))), *sorted(known, key=lambda each: each[1])]

    def narrowing(self) -> Narrowing:
        """The entries to keep to; the form must be valid."""
        given = self.cleaned_data
        return Narrowing(
            given["kind"] or None,
            given["field"] or None,
            given["authority"] or None,
            given["place"] or None,
            given["since"],
            given["until"],
        )

    def narrowing_fields(self) -> list[forms.BoundField]:
        """The fields of the form that narrow a search."""
        return [self[name] for name in ("kind", "field", "authority", "place", "since", "until")]

    def narrows(self) -> bool:
        """Whether any of them is filled in, rightly or not."""
        return any(each.value() for each in self.narrowing_fields())

"""The one form of the public site."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_QUERY = 200
"""No name or number is longer than what this finds; in characters."""
RESULTS_ON_A_PAGE = 20
MOST_PAGES = 50
"""As many as hold the most hits that a search gives."""


class SearchForm(forms.Form):
    """What to look for, and which page of the results."""

    q = forms.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("Please type at most %(limit_value)d characters.")},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_PAGES,
        error_messages={
            "invalid": _("There is no such page of results."),
            "min_value": _("There is no such page of results."),
            "max_value": _("There is no such page of results."),
        },
    )

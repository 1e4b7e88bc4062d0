"""What a registrar types."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tabularium.register.services.tokens import LONGEST_LABEL, LONGEST_LIFE

USUAL_LIFE = 365
"""Days for which a token holds if nobody says otherwise."""


class TokenForm(forms.Form):
    """A new token for a program."""

    label = forms.CharField(
        label=_("Which program is it for?"),
        help_text=_("A name by which you know it again, such as “case system”."),
        max_length=LONGEST_LABEL,
        error_messages={"required": _("Please name the program.")},
    )
    days = forms.IntegerField(
        label=_("For how many days does it hold?"),
        initial=USUAL_LIFE,
        min_value=1,
        max_value=LONGEST_LIFE,
        error_messages={
            "required": _("Please give the number of days."),
            "invalid": _("Please give a whole number of days."),
        },
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        """Say how long is allowed."""
        super().__init__(*given, **named)
        self.fields["days"].help_text = _("At most %(days)d.") % {"days": LONGEST_LIFE}

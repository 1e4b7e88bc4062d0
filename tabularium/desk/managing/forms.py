"""What a registrar types."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tabularium.accounts.words import role_name
from tabularium.desk.words import ROLES_DO
from tabularium.intake.personal import find_personal
from tabularium.register.models import User
from tabularium.register.services.members import GIVEN_BY_REGISTRARS
from tabularium.register.services.program_secrets import LONGEST_LABEL
from tabularium.register.services.tokens import LONGEST_LIFE

USUAL_LIFE = 365
"""Days for which a token holds if nobody says otherwise."""

LONGEST_LOGIN = 60


class RolesForm(forms.Form):
    """What a member may do."""

    roles = forms.MultipleChoiceField(
        label=pgettext_lazy("desk", "Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one role.")},
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        """Offer the roles of people, each with what it does."""
        super().__init__(*given, **named)
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (each, f"{role_name(each)}: {ROLES_DO[each]}") for each in GIVEN_BY_REGISTRARS
        ]


class MemberForm(RolesForm):
    """A new member of the authority: a login and roles, and nothing about who it is."""

    login = forms.CharField(
        label=pgettext_lazy("desk", "Login name"),
        help_text=_(
            "By which the account signs in: from 3 to 60 letters and digits, such as clerk-3. It stands in"
            " your authority’s events and is never published. Please take no address and no number."
        ),
        min_length=3,
        max_length=LONGEST_LOGIN,
        validators=[
            RegexValidator(
                r"\A[\w.-]+\Z", _("Please use letters, digits, points and hyphens, without blanks.")
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Please give a login name.")},
    )
    field_order = ("login", "roles")

    def clean_login(self) -> str:
        """The login, in one writing of its letters; refused if it tells of somebody."""
        login: str = User.normalize_username(self.cleaned_data["login"])
        if find_personal(login, "cn"):
            raise forms.ValidationError(_("Please choose a name that is no address and no number."))
        return login


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

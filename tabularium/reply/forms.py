"""What organisations type: a code, an account, and what they want to say."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tabularium.intake.personal import find_personal
from tabularium.register.models import User

LONGEST_TEXT = 10_000
"""Of a statement, in characters: about four printed pages."""
LONGEST_LOGIN = 60
LONGEST_PASSWORD = 200
LONGEST_CODE = 60
"""With all that people type between the groups."""


class CodeForm(forms.Form):
    """The one-time code from a letter."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_(
            "It stands in what the authority sent you: six groups of four characters. Capitals, blanks and"
            " hyphens do not matter."
        ),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code",
            }
        ),
        error_messages={
            "required": _("Please type the code."),
            "max_length": _("This is longer than any code. Please type the code alone."),
        },
    )


class AccountForm(forms.Form):
    """A new account: a login name and a password, and nothing about who holds it."""

    login = forms.CharField(
        label=pgettext_lazy("reply", "Login name"),
        help_text=_(
            "Any name you like, from 3 to 60 letters and digits. Nobody outside your organisation sees it."
            " Please do not take an address or a number."
        ),
        min_length=3,
        max_length=LONGEST_LOGIN,
        validators=[
            RegexValidator(
                r"\A[\w.-]+\Z", _("Please use letters, digits, points and hyphens, without blanks.")
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        error_messages={"required": _("Please choose a login name.")},
    )
    password = forms.CharField(
        label=pgettext_lazy("reply", "Password"),
        help_text=_(
            "At least 12 characters. Four or five words that have nothing to do with each other are good."
        ),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please choose a password.")},
    )
    again = forms.CharField(
        label=_("Password, once more"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please type the password once more.")},
    )

    def clean_login(self) -> str:
        """The login, in one writing of its letters; refused if it tells of somebody."""
        login: str = User.normalize_username(self.cleaned_data["login"])
        if find_personal(login, "cn"):
            raise forms.ValidationError(_("Please choose a name that is no address and no number."))
        return login

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and hard to guess."""
        said = super().clean() or {}
        password, again = said.get("password"), said.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            try:
                validate_password(password, User(login=said.get("login", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return said


class SeveralFiles(forms.ClearableFileInput):
    """A field for any number of files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none of which has to be there. What they are is told by their bytes, elsewhere."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files that were sent."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


def _text_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Please write something first."),
            "max_length": _("This is too long: at most %(limit_value)d characters."),
        },
    )


class StatementForm(forms.Form):
    """What an organisation says, with documents. Not public."""

    text = _text_field(_("What do you want to say?"))
    documents = FilesField(
        label=pgettext_lazy("reply", "Documents"),
        help_text=_(
            "If you like. PDF, pictures (PNG, JPEG), plain text, ODT or DOCX; at most 10. Only you and the"
            " authority can open them; they are never public."
        ),
        required=False,
        allow_empty_file=True,
        widget=SeveralFiles(
            attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt,.odt,.docx", "multiple": True}
        ),
    )


class ObjectionForm(StatementForm):
    """Why the entry is wrong."""

    text = _text_field(_("What is wrong with the entry?"))


class RepairForm(StatementForm):
    """How the matter was put right."""

    text = _text_field(_("How have you put the matter right?"))


class AnswerForm(StatementForm):
    """A statement beside the entry, with who may read it."""

    text = _text_field(_("Your statement"))
    shown = forms.TypedChoiceField(
        label=_("Who may read your statement?"),
        choices=[
            ("yes", _("Everybody: it stands beside the entry while the entry is public")),
            ("no", _("The authority alone")),
        ],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose who may read it.")},
    )

    def clean(self) -> dict[str, Any]:
        """What the public reads holds no numbers and addresses of people."""
        said = super().clean() or {}
        lines = said.get("text", "").splitlines()
        if said.get("shown") and any(find_personal(line, "cn") for line in lines):
            self.add_error(
                "text",
                _(
                    "Everybody would read this, and it seems to hold a telephone number, an e-mail address or"
                    " the number of an identity document. Please take it out, or let the authority alone"
                    " read the statement."
                ),
            )
        return said


class CorrectionForm(forms.Form):
    """What is to be corrected."""

    text = _text_field(_("What is wrong, and how should it read?"))

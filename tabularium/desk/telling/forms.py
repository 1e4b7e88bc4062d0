"""What is typed about notices, letters and addresses for service."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tabularium.core.kinds import NoticeChannel
from tabularium.public.templatetags.words_of_register import name
from tabularium.public.words import NOTICE_CHANNELS
from tabularium.register.models import Notice
from tabularium.register.service_address_text import LONGEST_MAILBOX

_CHANNELS = [(each.value, NOTICE_CHANNELS[each]) for each in NoticeChannel]


class AddressForm(forms.Form):
    """Where the authority reaches an organisation with its notices."""

    channel = forms.ChoiceField(
        label=_("For notices"),
        choices=_CHANNELS,
        error_messages={"required": _("Please choose a channel.")},
    )
    text = forms.CharField(
        label=_("Address for service"),
        help_text=_(
            "For a letter: up to six lines, without the organisation’s name. For a mailbox: an address that"
            " begins with https://."
        ),
        max_length=LONGEST_MAILBOX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please write the address.")},
    )


class AgainForm(forms.Form):
    """A notice that goes once more, by one of the channels for which the authority has an address."""

    channel = forms.ChoiceField(
        label=_("By which channel?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a channel.")},
    )

    def __init__(self, *given: Any, channels: Iterable[str], **named: Any) -> None:
        """Offer these channels."""
        super().__init__(*given, **named)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each, NOTICE_CHANNELS[NoticeChannel(each)]) for each in channels]


class PostedForm(forms.Form):
    """Which letters of a list were posted, and on which day."""

    posted_on = forms.DateField(
        label=_("Posted on"),
        help_text=_("The time to object runs from this day."),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Please give the day."),
            "invalid": _("Please write the day as year-month-day, such as 2026-03-04."),
        },
    )
    letters = forms.MultipleChoiceField(
        label=_("Letters that were posted"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one letter.")},
    )

    def __init__(self, *given: Any, notices: Iterable[Notice], today: date, **named: Any) -> None:
        """Offer the letters that are still to be posted; all of them are chosen at first."""
        super().__init__(*given, **named)
        field = self.fields["letters"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(each.pk), format_html("{} · {}", name(of.subject_name), of.decision_number))
            for each in notices
            for of in [each.version]
        ]
        field.initial = [number for number, _label in field.choices]
        self.fields["posted_on"].widget.attrs["max"] = today.isoformat()

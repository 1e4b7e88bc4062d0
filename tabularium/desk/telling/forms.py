"""What is typed about addresses for service."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tabularium.core.kinds import NoticeChannel
from tabularium.public.words import NOTICE_CHANNELS
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

"""What members of an authority type at its desk."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tabularium.core.content import LONGEST_NAME, LONGEST_TEXT, PROMISED
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.desk.words import EVENTS, FACTS, STAGES
from tabularium.public.words import KINDS, NOTICE_CHANNELS
from tabularium.register.models import CatalogueItem
from tabularium.register.services.decisions import LONGEST_FILE_NUMBER, LONGEST_NAME_OF_A_COURT

_MISSING = _("Please fill this in.")


def _text(label: Any, hint: Any = "", *, rows: int = 6, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _MISSING},
    )


def day_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    """A day as its form has it."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Please give the day."),
            "invalid": _("Please write the day as year-month-day, such as 2026-03-04."),
        },
    )


def _line(label: Any, hint: Any = "", *, longest: int, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=longest,
        error_messages={"required": _MISSING},
    )


def _offer(field: forms.Field, choices: list[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class DatedForm(forms.Form):
    """An act with its day and its reasons."""

    dated = day_field(_("Day of the act"), _("The day on which the authority decided this."))
    reasons = _text(
        _("Reasons"), _("The organisation reads them. They name nobody, and nobody’s numbers.")
    )

    def __init__(self, *given: Any, today: date, **named: Any) -> None:
        """Ask for an act of today, unless somebody says otherwise."""
        super().__init__(*given, **named)
        self.fields["dated"].initial = today
        self.fields["dated"].widget.attrs["max"] = today.isoformat()


class ObjectionForm(DatedForm):
    """What becomes of an objection. A correction has a page of its own."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("upheld", _("The entry stays as it is")),
            ("withdrawn", _("The entry is withdrawn for good")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you decide.")},
    )
    field_order = ("outcome", "dated", "reasons")


class RepairForm(DatedForm):
    """What becomes of a request that the public view ends early."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("granted", _("It is granted: the entry ends early")),
            ("refused", _("It is refused: the entry stays to its end")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you decide.")},
    )
    field_order = ("outcome", "dated", "reasons")


class StayForm(DatedForm):
    """The order of a court or review body."""

    ordered_by = _line(_("Court or review body"), longest=LONGEST_NAME_OF_A_COURT)
    file_number = _line(_("Number of its file"), longest=LONGEST_FILE_NUMBER)
    field_order = ("ordered_by", "file_number", "dated", "reasons")

    def __init__(self, *given: Any, **named: Any) -> None:
        """Word the fields for an order."""
        super().__init__(*given, **named)
        self.fields["dated"].label = _("Day of the order")
        self.fields["dated"].help_text = ""
        self.fields["reasons"].label = _("What was ordered")


class CorrectionForm(DatedForm):
    """What an entry is to say from now on."""

    subject_name = _line(FACTS["subject_name"], longest=LONGEST_NAME)
    decision_number = _line(FACTS["decision_number"], longest=300)
    decided_on = day_field(FACTS["decided_on"])
    measure = _line(FACTS["measure"], longest=500)
    summary = _text(FACTS["summary"], required=False)
    legal_basis = _text(FACTS["legal_basis"], rows=2)
    legal_basis_url = _line(FACTS["legal_basis_url"], longest=2000, required=False)
    amount = _line(
        FACTS["amount"], _("Digits, with a point before decimals."), longest=40, required=False
    )
    currency = _line(FACTS["currency"], longest=3, required=False)
    term_begins = day_field(FACTS["term_begins"], required=False)
    term_ends = day_field(FACTS["term_ends"], required=False)
    objection_route = _text(FACTS["objection_route"], rows=2, required=False)
    objection_url = _line(FACTS["objection_url"], longest=2000, required=False)
    notice_channel = forms.ChoiceField(
        label=_("How the organisation is told"),
        choices=[("", "–"), *((each.value, NOTICE_CHANNELS[each]) for each in NoticeChannel)],
        required=False,
    )
    promised_to = _text(
        FACTS["promised_to"],
        _("In general, such as “Suppliers of the town”: nobody by name."),
        rows=2,
    )
    due_on = day_field(FACTS["due_on"], _("It is included."))

    def __init__(self, *given: Any, kind: Kind, **named: Any) -> None:
        """Ask for what a promise says of promises alone."""
        super().__init__(*given, **named)
        if kind is not Kind.PROMISE:
            for name in PROMISED:
                del self.fields[name]


class ListForm(forms.Form):
    """What is looked for in the list of entries."""

    item = forms.ChoiceField(label=_("Catalogue item"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("desk", "Kind"), required=False)
    stage = forms.ChoiceField(
        label=_("How far it has come"),
        choices=[
            ("", _("All but drafts")),
            *((each.value, STAGES[each]) for each in Stage if each in STAGES),
        ],
        required=False,
    )
    number = forms.CharField(label=_("Number of the decision"), required=False, max_length=300)

    def __init__(
        self, *given: Any, items: Iterable[CatalogueItem], kinds: Iterable[Kind], **named: Any
    ) -> None:
        """Offer what the authority has."""
        super().__init__(*given, **named)
        codes = list(dict.fromkeys(each.code for each in items))
        _offer(self.fields["item"], [("", _("Any")), *((each, each) for each in codes)])
        of_kinds = [(each.value, KINDS[each]) for each in kinds]
        _offer(self.fields["kind"], [("", _("Any")), *of_kinds])


class EventsForm(forms.Form):
    """Which events an auditor reads."""

    type_ = forms.ChoiceField(
        label=_("What happened"),
        choices=[("", _("Any")), *((each.value, EVENTS[each]) for each in EventType)],
        required=False,
    )
    since = day_field(_("From"), required=False)
    until = day_field(_("Up to"), required=False)


class UploadForm(forms.Form):
    """A file of decisions, and how it is to be read."""

    item = forms.ChoiceField(
        label=_("What does the file bring?"),
        error_messages={"required": _MISSING},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX, ODS, JSON, JSON Lines or Parquet."),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("The file is empty. Please choose another."),
        },
    )
    dry_run = forms.BooleanField(
        label=_("Only check it, and record nothing"),
        required=False,
    )
    all_or_nothing = forms.BooleanField(
        label=_("Record nothing if one row has an error"),
        required=False,
    )
    encoding = _line(
        _("Encoding"),
        _(
            "Leave it empty to find it out. If characters come out wrong: gb18030, utf-8, windows-1252 ..."
        ),
        longest=40,
        required=False,
    )
    delimiter = forms.ChoiceField(
        label=_("Between the cells of a CSV file"),
        choices=[
            ("", _("Find it out")),
            (",", _("Comma")),
            (";", _("Semicolon")),
            ("\t", _("Tab")),
            ("|", _("Vertical bar")),
        ],
        required=False,
    )
    sheet = _line(_("Sheet of a workbook"), _("Empty: the first."), longest=100, required=False)

    def __init__(self, *given: Any, items: Sequence[CatalogueItem], **named: Any) -> None:
        """Offer the items that are used today."""
        super().__init__(*given, **named)
        _offer(self.fields["item"], [(each.code, each.code) for each in items])


class SettleForm(DatedForm):
    """What becomes of a correction that an organisation asks for, where the entry is not corrected."""

    outcome = forms.ChoiceField(
        label=_("What do you answer?"),
        choices=[
            ("done", _("It has been put right otherwise")),
            ("declined", _("Nothing is wrong with the entry")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you answer.")},
    )
    field_order = ("outcome", "dated", "reasons")


class OfferForm(forms.Form):
    """What becomes of a correction that a file offers."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("accepted", _("Correct the entry as the file says")),
            ("dismissed", _("Leave the entry as it is")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you decide.")},
    )
    reasons = _text(_("Reasons"))

"""What an approver types who says something beside an entry, for everybody to read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tabularium.desk.forms import DatedForm, day_field

_PUBLIC = _("Everybody reads it. It names nobody, and nobody’s numbers.")


class _SayForm(DatedForm):
    """Words with their day; which words, the forms below say."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Word the fields for what everybody reads."""
        super().__init__(*given, **named)
        self.fields["reasons"].help_text = _PUBLIC
        self.fields["dated"].help_text = _("The day on which the authority says this.")


class KeptForm(_SayForm):
    """That a promise was kept."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Ask for what shows it."""
        super().__init__(*given, **named)
        self.fields["reasons"].label = _("What shows that it was kept")


class NotKeptForm(_SayForm):
    """That a promise was not kept, why, and by when it will be."""

    due_on = day_field(
        _("The day by which you promise it now"),
        _("A later day than before. It is included."),
    )
    field_order = ("reasons", "due_on", "dated")

    def __init__(self, *given: Any, **named: Any) -> None:
        """Ask for reasons that everybody reads."""
        super().__init__(*given, **named)
        self.fields["reasons"].label = _("Why it was not kept")


class NoteForm(_SayForm):
    """A note that decides nothing."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Ask for the note."""
        super().__init__(*given, **named)
        self.fields["reasons"].label = _("The note")

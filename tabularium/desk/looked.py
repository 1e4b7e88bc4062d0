"""Every page of the desk that shows what is not public about an organisation leaves a note that it did."""

from collections.abc import Iterable

from tabularium.accounts.access import ForAuthority
from tabularium.register.models import Entry
from tabularium.register.services.looking import note_looking


def note_shown(acting: ForAuthority, entries: Iterable[Entry]) -> None:
    """Note that the account is shown these entries; the organisations can read that, without the account."""
    for entry in entries:
        if entry.organisation_id is not None:
            note_looking(acting.user, acting.authority, entry)
